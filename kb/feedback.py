"""Feedback of readers on an edition: whether it helped, and corrections that its owners answer."""

import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.control.owners import owned_by, owners_of
from kb.models import Act, ControlledPage, Correction, Edition, Vote
from kb.reading import alike
from people.inbox import tell
from people.models import User
from people.refusal import Refused
from people.roles import AUTHOR

LONGEST_NOTE = Vote._meta.get_field("note").max_length
LONGEST_TEXT = Correction._meta.get_field("text").max_length
LONGEST_ANSWER = Correction._meta.get_field("answer").max_length
CORRECTIONS_A_DAY = 20


@transaction.atomic
def vote(
    *, person: User, edition: Edition, was_helpful: bool, at: datetime.datetime, reason: str = "", note: str = ""
) -> Vote:
    """Record whether the edition in force helped this person, and if not, why; saying so again changes his vote.

    Raises ControlledPage.DoesNotExist where he may not see the document, and Refused.
    """
    page = ControlledPage.objects.visible_to(person).get(pk=edition.page_id)
    note = _tidy(note)
    reasons = []
    if page.edition != edition:
        names = {"old": edition.version, "new": page.version}
        reasons.append(_("Version %(old)s was replaced by version %(new)s while you read it.") % names)
    if not was_helpful and reason not in Vote.Reason.values:
        reasons.append(_("Choose what was wrong."))
    reasons += _too_long(note, LONGEST_NOTE)
    if reasons:
        raise Refused(*reasons)
    said = {"was_helpful": was_helpful, "reason": "" if was_helpful else reason, "note": note, "at": at}
    made, _is_new = Vote.objects.update_or_create(person=person, edition=edition, defaults=said)
    return made


@transaction.atomic
def propose(*, person: User, edition: Edition, text: str, at: datetime.datetime, block_id: str = "") -> Correction:
    """Propose a correction of a block of an edition, or of the whole; the owner with the fewest open ones gets it.

    An edition replaced meanwhile can still be corrected: whoever answers sees which one it was. The same again while
    the first is open is the first. Raises ControlledPage.DoesNotExist where he may not see the document, and Refused.
    """
    page = ControlledPage.objects.visible_to(person).get(pk=edition.page_id)
    User.objects.select_for_update().get(pk=person.pk)  # two at once count one after the other
    text = _tidy(text)
    same = Correction.objects.open().filter(edition=edition, proposed_by=person, block_id=block_id, text=text).first()
    if same:
        return same
    if reasons := _objections_to_proposal(person, edition, block_id, text, at):
        raise Refused(*reasons)
    made = Correction.objects.create(
        edition=edition, block_id=block_id, text=text, proposed_by=person, proposed_at=at, assignee=_least_busy(page)
    )
    if made.assignee:
        _tell_assignee(made, at)
    return made


def _objections_to_proposal(
    person: User, edition: Edition, block_id: str, text: str, at: datetime.datetime
) -> list[str]:
    reasons = _too_long(text, LONGEST_TEXT)
    if not text:
        reasons.append(_("Say what should be changed."))
    if edition.act != Act.ISSUE or edition.effective_on > timezone.localdate(at):
        reasons.append(_("This edition is not in force."))
    elif block_id and block_id not in {block.id for block in edition.revision.as_object().stream()}:
        reasons.append(_("The document has no such block."))
    day = at - datetime.timedelta(days=1)
    if Correction.objects.filter(proposed_by=person, proposed_at__gt=day).count() >= CORRECTIONS_A_DAY:
        reasons.append(_("You have proposed %s corrections within a day. Please go on tomorrow.") % CORRECTIONS_A_DAY)
    return reasons


def _least_busy(page: ControlledPage) -> User | None:
    owners = sorted(owners_of(page), key=lambda owner: owner.pk)
    open_ones = Correction.objects.open().filter(assignee__in=owners).order_by().values_list("assignee")
    busy = dict(open_ones.annotate(count=Count("pk")))
    return min(owners, key=lambda owner: busy.get(owner.pk, 0), default=None)


def answered_by(person: User) -> QuerySet[Correction]:
    """Return the corrections that this person may answer: assigned to him, or of documents he looks after.

    Those of documents he may not read are not among them.
    """
    readable = Q(edition__page__in=ControlledPage.objects.visible_to(person).order_by().values("pk"))
    if person.has_perm("kb.read_withdrawn"):
        readable |= Q(edition__page__live=False)
    own = owned_by(person).order_by().values("pk")
    return Correction.objects.filter(Q(assignee=person) | Q(edition__page__in=own)).filter(readable)


def answers(person: User) -> bool:
    """Say whether this person is one of those who answer corrections at all."""
    return person.groups.filter(name=AUTHOR.group).exists() or Correction.objects.filter(assignee=person).exists()


def seen_by(person: User) -> QuerySet[Correction]:
    """Return the corrections that this person may see: those he may answer, and those he proposed."""
    own = Correction.objects.filter(proposed_by=person).order_by().values("pk")
    return Correction.objects.filter(Q(pk__in=answered_by(person).order_by().values("pk")) | Q(pk__in=own))


def passage_of(correction: Correction) -> tuple[str, str] | None:
    """Return the heading and the text of the block that a correction speaks of, as it was in that edition."""
    if not correction.block_id:
        return None
    stream = correction.edition.revision.as_object().stream()
    values = (block.value for block in stream if block.id == correction.block_id)
    return next(((value.get("heading") or "", value.get("text") or "") for value in values), None)


def candidates(correction: Correction) -> list[User]:
    """Return whom a correction can be assigned to: owners of its document and authors, if they may read it."""
    page = correction.edition.page
    authors = User.objects.filter(is_active=True, groups__name=AUTHOR.group).select_related("unit").distinct()
    people = {person.pk: person for person in [*owners_of(page), *authors]}
    able = [
        person
        for group in alike(people.values())
        if not page.live or ControlledPage.objects.visible_to(group[0]).filter(pk=page.pk).exists()
        for person in group
    ]
    return sorted(able, key=lambda person: (str(person), person.pk))


@transaction.atomic
def assign(*, correction: Correction, to: User, by: User, at: datetime.datetime) -> Correction:
    """Give an open correction to another owner or author, who is told. Raises Refused."""
    correction = _to_answer(correction, by)
    if to not in candidates(correction):
        raise Refused(_("It can be assigned to authors who may read the document."))
    if correction.assignee_id != to.pk:
        correction.assignee = to
        correction.save(update_fields=["assignee"])
        if to.pk != by.pk:
            _tell_assignee(correction, at)
    return correction


@transaction.atomic
def answer(*, correction: Correction, accepted: bool, answer: str, by: User, at: datetime.datetime) -> Correction:
    """Accept or decline a correction with an answer; whoever proposed it is told. Raises Refused."""
    correction = _to_answer(correction, by)
    answer = _tidy(answer)
    reasons = _too_long(answer, LONGEST_ANSWER)
    if not answer:
        reasons.append(_("Write an answer: whoever proposed it wants to know."))
    if reasons:
        raise Refused(*reasons)
    correction.state = Correction.State.ACCEPTED if accepted else Correction.State.DECLINED
    correction.answer, correction.answered_by, correction.answered_at = answer, by, at
    correction.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    _tell_proposer(correction, at)
    return correction


def _to_answer(correction: Correction, by: User) -> Correction:
    """Return the correction, locked. Raises Correction.DoesNotExist where it is not this person's to answer."""
    mine = answered_by(by).order_by().values("pk")
    correction = Correction.objects.select_for_update().get(pk=correction.pk, pk__in=mine)
    if correction.state != Correction.State.OPEN:
        names = {"person": correction.answered_by, "state": correction.get_state_display()}
        raise Refused(_("%(person)s has answered this already: %(state)s.") % names)
    return correction


def _tell_assignee(correction: Correction, at: datetime.datetime) -> None:
    tell(
        person=correction.assignee,
        key=f"correction-{correction.pk}-assigned-{correction.assignee_id}",
        text=gettext_lazy("A correction of %(document)s is proposed: %(text)s"),
        values=_values(correction, correction.text),
        url=_address(correction),
        at=at,
    )


def _tell_proposer(correction: Correction, at: datetime.datetime) -> None:
    tell(
        person=correction.proposed_by,
        key=f"correction-{correction.pk}-{correction.state}",
        text=gettext_lazy("Your correction of %(document)s was accepted: %(text)s")
        if correction.state == Correction.State.ACCEPTED
        else gettext_lazy("Your correction of %(document)s was declined: %(text)s"),
        values=_values(correction, correction.answer),
        url=_address(correction),
        at=at,
    )


def _values(correction: Correction, text: str) -> dict[str, str]:
    """Return what fills a notice, which is short."""
    document = f"{correction.edition.number} {correction.edition.title}"
    return {"document": _cut(document, 100), "text": _cut(" ".join(text.split()), 120)}


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else f"{words[: length - 1]}…"


def _address(correction: Correction) -> str:
    return reverse("correction", args=[correction.pk])


def _tidy(text: str) -> str:
    """Return what was typed with line ends counted as one character each, as the form counts them."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _too_long(text: str, longest: int) -> list[str]:
    if len(text) <= longest:
        return []
    return [_("At most %(longest)s characters; these are %(length)s.") % {"longest": longest, "length": len(text)}]
