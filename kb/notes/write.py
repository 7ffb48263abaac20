"""Writing a field note down, answering one that is a question, improving it, following it."""

import datetime
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.models import DiagnosisRun, FaultReport, Follower, ProductModel, Solution, Symptom
from people.inbox import tell
from people.models import Audience, User, audience_of
from people.refusal import Refused

WORDS = ("problem", "remedy", "cause", "code")  # what is typed


@transaction.atomic
def write(
    *,
    key: uuid.UUID,
    by: User,
    at: datetime.datetime,
    problem: str,
    remedy: str = "",
    cause: str = "",
    model: ProductModel | None = None,
    code: str = "",
    symptom: Symptom | None = None,
    run: DiagnosisRun | None = None,
    report: FaultReport | None = None,
    query: str = "",
) -> Solution:
    """Keep what somebody met and, if he knows, what helped; without that it is an open question.

    He follows it from then on. The same key from the same person again is the same note. Raises Refused.
    """
    if there := Solution.objects.filter(key=key).first():
        return _the_same(there, by)
    said = _tidy({"problem": problem, "remedy": remedy, "cause": cause, "code": code})
    if reasons := [*_objections_to_words(said), *_objections_to_person(by, run, report)]:
        raise Refused(*reasons)
    about = {"model": model, "symptom": symptom, "run": run, "report": report}
    about["query"] = query[: Solution._meta.get_field("query").max_length]
    mine = {"author": by, "unit": by.unit, "created_at": at, "changed_at": at}
    made, _is_new = Solution.objects.get_or_create(key=key, defaults=said | about | mine)
    Follower.objects.get_or_create(solution=made, person=by, defaults={"at": at})
    return _the_same(made, by)


def _the_same(note: Solution, by: User) -> Solution:
    if note.author_id != by.pk:
        raise Refused(_("This form is broken; please try again."))
    return note


def _tidy(said: dict[str, str]) -> dict[str, str]:
    said = {name: words.replace("\0", "").replace("\r\n", "\n").strip() for name, words in said.items()}
    return said | {"problem": " ".join(said["problem"].split())}  # a heading, one line


def _objections_to_words(said: dict[str, str]) -> list[str]:
    fields = [(Solution._meta.get_field(name), words) for name, words in said.items()]
    reasons = [
        _("%(field)s: %(most)s characters at most.")
        % {"field": str(field.verbose_name).capitalize(), "most": field.max_length}
        for field, words in fields
        if len(words) > field.max_length
    ]
    return reasons if said["problem"] else [_("Say what the problem is."), *reasons]


def _objections_to_person(by: User, run: DiagnosisRun | None, report: FaultReport | None) -> list[str]:
    reasons = []
    if by.unit is None and audience_of(by) != Audience.INTERNAL:  # nobody but our own staff would ever see it
        reasons.append(_("You belong to no unit yet. Ask your supervisor to enter it; field notes belong to units."))
    if run and not DiagnosisRun.objects.visible_to(by).filter(pk=run.pk).exists():
        reasons.append(_("You may not see that record."))
    if report and not FaultReport.objects.visible_to(by).filter(pk=report.pk).exists():
        reasons.append(_("You may not see that case."))
    return reasons


def held(note: Solution, by: User) -> Solution:
    """Return the note as it is now, held until the transaction ends. Raises Solution.DoesNotExist for strangers."""
    return Solution.objects.visible_to(by).select_for_update().get(pk=note.pk)


@transaction.atomic
def follow(*, solution: Solution, by: User, at: datetime.datetime) -> Follower:
    """Let somebody with the same problem be told what becomes of it; twice is once. Raises Solution.DoesNotExist."""
    note = Solution.objects.visible_to(by).get(pk=solution.pk)
    return Follower.objects.get_or_create(solution=note, person=by, defaults={"at": at})[0]


@transaction.atomic
def answer(*, solution: Solution, by: User, at: datetime.datetime, remedy: str, cause: str = "") -> Solution:
    """Say what helps with an open question; whoever asked is told.

    The note is then that of whoever answered: his own success verifies nothing, that of whoever asked does.
    Raises Refused, and Solution.DoesNotExist for strangers.
    """
    note = held(solution, by)
    said = _tidy({"problem": note.problem, "remedy": remedy, "cause": cause, "code": note.code})
    reasons = [] if said["remedy"] else [_("Say what helped.")]
    if note.remedy or not is_open(note):
        reasons.append(_("Somebody was faster: it is no open question any more."))
    if reasons := [*reasons, *_objections_to_words(said)]:
        raise Refused(*reasons)
    note.author, note.remedy, note.changed_at = by, said["remedy"], at
    note.cause = said["cause"] or note.cause
    note.save(update_fields=["author", "remedy", "cause", "changed_at"])
    Follower.objects.get_or_create(solution=note, person=by, defaults={"at": at})
    _tell_answer(note, by, at)
    return note


def is_open(note: Solution) -> bool:
    """Say whether words may still be added: nobody put it aside, and no document is being made of it."""
    return note.closed_at is None and note.document_id is None


def may_improve(note: Solution, by: User) -> bool:
    """Say whether this person may change its words: the author and those who make documents of notes, while open."""
    return is_open(note) and (note.author_id == by.pk or by.has_perm("kb.adopt_solution"))


@transaction.atomic
def improve(
    *, solution: Solution, by: User, at: datetime.datetime, model: ProductModel | None = None, **words: str
) -> Solution:
    """Put it better: `words` are problem, remedy, cause and code. What others have tried stays as they tried it.

    Raises Refused, and Solution.DoesNotExist for strangers.
    """
    note = held(solution, by)
    said = _tidy({name: words.get(name, "") for name in WORDS})
    reasons = [] if may_improve(note, by) else [_("Its author alone can change it, and only while it is open.")]
    if said["remedy"] != note.remedy and note.confirmations.exists():
        reasons.append(_("Others have tried what helped, so it stays as it is. Write another note for what differs."))
    if reasons := [*reasons, *_objections_to_words(said)]:
        raise Refused(*reasons)
    was_question = not note.remedy
    for name, value in said.items():
        setattr(note, name, value)
    note.model, note.changed_at = model, at
    note.save(update_fields=[*said, "model", "changed_at"])
    if was_question and note.remedy:
        _tell_answer(note, by, at)
    return note


def _tell_answer(note: Solution, by: User, at: datetime.datetime) -> None:
    text = gettext_lazy("Somebody found what helps: %(problem)s. Say whether it works for you too.")
    tell_followers(note, key=f"note-answered-{note.pk}", text=text, at=at, but=by)


def tell_followers(
    note: Solution,
    *,
    key: str,
    text: Promise,
    at: datetime.datetime,
    but: User | None = None,
    values: dict | None = None,
) -> None:
    """Tell the author and everybody who follows it, once each; whoever did it needs no telling."""
    people = {follower.person_id: follower.person for follower in note.followers.select_related("person")}
    people[note.author_id] = note.author
    for person in people.values():
        if person != but and person.is_active:
            tell(
                person=person,
                key=key,
                text=text,
                values={"problem": note.problem} | (values or {}),
                url=url(note),
                at=at,
            )


def url(note: Solution) -> str:
    """Return the address of its page."""
    return reverse("solution", args=[note.key])
