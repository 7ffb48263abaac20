"""Checking in, which draws and freezes the paper, and starting the clock."""

import datetime
import uuid
from collections.abc import Callable, Collection, Sequence
from random import Random

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exams import draw
from exams.kinds import KINDS
from exams.models import (
    Booking,
    Exam,
    Form,
    FormItem,
    Item,
    Prerequisite,
    Question,
    QuestionVersion,
    Sitting,
    SittingEvent,
    Topic,
)
from exams.sit.end import close_if_over
from exams.sit.reading import own
from kb.models import Edition
from people.models import User
from people.refusal import Refused

TOO_FEW = gettext_lazy("The question bank has too few questions for this exam. Please tell the exam officer.")
TOO_FEW_NEW = gettext_lazy(
    "The question bank has too few questions that you were not asked last time. Please tell the exam officer."
)
# A paper that was handed out so long ago without the clock being started is drawn anew.
READY_FOR = datetime.timedelta(hours=12)


def objections(*, exam: Exam, person: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each reason why this person may not start the exam now; none means he may."""
    sittings = list(Sitting.objects.of(person).filter(exam=exam).order_by("-attempt"))
    return _missing(exam, person, at) + _spent(exam, sittings, at)


def _missing(exam: Exam, person: User, at: datetime.datetime) -> list[str]:
    if not exam.prerequisites.exists():  # most exams ask for nothing, and to ask whether it is met costs much more
        return [] if person.is_active else [_("The person's account is closed.")]
    unmet = Prerequisite.objects.filter(exam=exam).unmet(person.pk, at)
    found = [
        _("Not met: %s") % each for each in unmet.select_related("course", "exam_passed", "qualification__subject")
    ]
    return found if person.is_active else [*found, _("The person's account is closed.")]


def _spent(exam: Exam, sittings: Sequence[Sitting], at: datetime.datetime) -> list[str]:
    """Return why his attempts so far, the last one first, allow no other one now."""
    if any(sitting.has_passed and sitting.released_at for sitting in sittings):
        return [_("You have passed this exam.")]
    if sittings and not sittings[0].finished_at:
        return []
    if sittings and not sittings[0].released_at:
        return [_("The result of your last attempt is not released yet.")]
    if len(sittings) >= exam.attempts:
        return [
            ngettext("The one attempt has been used.", "All %(n)d attempts have been used.", exam.attempts)
            % {"n": exam.attempts}
        ]
    again = sittings[0].finished_at + datetime.timedelta(days=exam.wait_days) if sittings else at
    if again > at:
        return [_("The next attempt is possible from %(date)s.") % {"date": timezone.localdate(again).isoformat()}]
    return []


def check_in(*, exam: Exam, person: User, at: datetime.datetime, seed: str, booking: Booking | None = None) -> Sitting:
    """Draw and freeze a paper for this person; where a sitting is open already, return that one. The clock stands.

    Raises Refused, with the reasons of `objections` or because the bank is too small.
    """
    for earlier in Sitting.objects.of(person).filter(exam=exam).open():
        if not close_if_over(sitting=earlier, at=at).finished_at and _stands(earlier, at):
            return earlier
    if reasons := objections(exam=exam, person=person, at=at):
        raise Refused(*reasons)
    try:
        return _made(exam, person, at, seed, booking)
    except IntegrityError:  # another tab was quicker
        return Sitting.objects.of(person).filter(exam=exam).open().get()


def _stands(sitting: Sitting, at: datetime.datetime) -> bool:
    """Whether an open sitting is gone on with. A paper nobody has seen yet is thrown away when it is old."""
    if sitting.started_at is None and _has_waited(sitting, at):
        gone, _rows = Sitting.objects.filter(pk=sitting.pk, started_at__isnull=True).delete()
        return not gone
    return True


def _has_waited(sitting: Sitting, at: datetime.datetime) -> bool:
    return at - sitting.checked_in_at > READY_FOR


@transaction.atomic
def _made(exam: Exam, person: User, at: datetime.datetime, seed: str, booking: Booking | None) -> Sitting:
    earlier = list(Sitting.objects.of(person).filter(exam=exam).order_by("-attempt"))
    form, drawn = _paper(exam, person, seed, [each.pk for each in earlier if each.finished_at])
    sitting = Sitting(
        exam=exam, person=person, attempt=earlier[0].attempt + 1 if earlier else 1, seed=seed, form=form,
        booking=booking, pass_mark=exam.pass_mark, minutes=exam.minutes + (booking.extra_minutes if booking else 0),
        timeout=exam.timeout, grace_minutes=exam.grace_minutes, is_open_book=exam.is_open_book,
        points_possible=sum(each.points for each in drawn), checked_in_at=at,
    )  # fmt: skip
    Sitting.objects.bulk_create([sitting])  # without Wagtail's look for references
    Item.objects.bulk_create(_items(sitting, drawn, timezone.localdate(at)))
    SittingEvent.objects.create(sitting=sitting, kind=SittingEvent.Kind.CHECKED_IN, at=at)
    return sitting


def _paper(exam: Exam, person: User, seed: str, earlier: Sequence[int]) -> tuple[Form | None, list[draw.Drawn]]:
    """Return what is asked: the questions of a fixed paper where the exam has any, otherwise drawn by the blueprint."""
    if exam.forms.filter(is_active=True).exists():
        his = Question.objects.written_by(person).order_by().values("pk")
        forms = list(exam.forms.usable().exclude(pk__in=FormItem.objects.filter(question__in=his).values("form")))
        if not forms:
            raise Refused(TOO_FEW)
        used = set(Sitting.objects.filter(pk__in=earlier).values_list("form", flat=True))
        form = Random(seed).choice([each for each in forms if each.pk not in used] or forms)  # noqa: S311 (repeatable)
        return form, [draw.Drawn(each.question_id, each.points) for each in form.items.all()]
    known = seen(earlier[: exam.avoid_attempts])
    bank = [each for each in candidates(exam, person) if each.id not in known]
    try:
        drawn = draw.draw(rows_of(exam), bank, seed=seed)
    except draw.TooFew:
        raise Refused(TOO_FEW_NEW if known else TOO_FEW) from None
    if not drawn:  # nobody passes an exam that asks nothing
        raise Refused(TOO_FEW)
    return None, drawn


def seen(sittings: Collection[int]) -> set[int]:
    """Return the ids of the questions that were on the papers of these sittings."""
    return (
        set(Item.objects.filter(sitting__in=sittings).values_list("version__question", flat=True))
        if sittings
        else set()
    )


def rows_of(exam: Exam) -> list[draw.Row]:
    """Return the rows of its blueprint, each topic with those below it."""
    rows = list(exam.blueprint.all())
    topics = Topic.objects.within({row.topic_id for row in rows})
    return [
        draw.Row(frozenset(topics[row.topic_id]), row.difficulty, row.is_critical, row.count, row.points)
        for row in rows
    ]


def candidates(exam: Exam, person: User | None = None) -> list[draw.Candidate]:
    """Return the questions of the bank that some row of its blueprint may draw, without those the person wrote."""
    topics = frozenset[int]().union(*(row.topics for row in rows_of(exam)))
    found = Question.objects.drawable().filter(topic__in=topics)
    if person:
        found = found.exclude(pk__in=Question.objects.written_by(person).order_by().values("pk"))
    return [draw.Candidate(*row) for row in found.order_by().values_list("pk", "topic", "difficulty", "is_critical")]


def _items(sitting: Sitting, drawn: Sequence[draw.Drawn], on: datetime.date) -> list[Item]:
    """Return the items of the paper in the order drawn, each with its version and the edition it rests on."""
    versions = {
        version.question_id: version
        for version in QuestionVersion.objects.in_force()
        .filter(question__in=[each.id for each in drawn])
        .select_related("question")
        .annotate(
            edition=Subquery(
                Edition.objects.in_force(on).filter(page=OuterRef("page")).order_by("-sequence").values("pk")[:1]
            )
        )
    }
    chance = Random(sitting.seed)  # noqa: S311 (must be repeatable)
    return [
        Item(
            sitting=sitting, n=n, version=versions[each.id], points=each.points, edition_id=versions[each.id].edition,
            is_critical=versions[each.id].question.is_critical,
            order=KINDS[versions[each.id].kind].arrange(versions[each.id].body, chance),
        )
        for n, each in enumerate(drawn, start=1)
    ]  # fmt: skip


def start(
    *,
    public_id: uuid.UUID,
    person: User,
    at: datetime.datetime,
    barred: Callable[[Sitting], Sequence[str]] = lambda _sitting: (),
) -> Sitting:
    """Start the clock of a person's sitting: the deadline is set once, a second call changes nothing.

    `barred` says what else stands in the way of this sitting, such as the place he asks from. Returns the sitting as it
    is now. Raises Sitting.DoesNotExist, or Refused where he is not entitled any more or the paper waited too long.
    """
    row, is_entitled = own(public_id=public_id, person=person.pk, at=at)
    if not is_entitled:
        raise Refused(*_missing(row.exam, person, at))
    if reasons := barred(row):
        raise Refused(*reasons)
    if row.started_at or row.finished_at:
        return row
    if _has_waited(row, at):
        raise Refused(_("This paper waited too long. Check in again."))
    deadline = at + datetime.timedelta(minutes=row.minutes)
    with transaction.atomic():
        waiting = Sitting.objects.filter(pk=row.pk, started_at__isnull=True, finished_at__isnull=True)
        if waiting.update(started_at=at, deadline_at=deadline, last_seen_at=at):
            SittingEvent.objects.create(sitting=row, kind=SittingEvent.Kind.STARTED, at=at)
            row.started_at, row.deadline_at, row.last_seen_at = at, deadline, at
            return row
    return Sitting.objects.get(pk=row.pk)  # another tab was quicker
