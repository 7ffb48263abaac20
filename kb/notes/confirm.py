"""Saying whether a field note worked; the second independent success verifies it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.models import Confirmation, DiagnosisRun, Solution
from kb.notes.standing import State, standing_of
from kb.notes.write import held, tell_followers, url
from people.inbox import tell
from people.models import User
from people.refusal import Refused

LONGEST_NOTE = Confirmation._meta.get_field("note").max_length


def objections(note: Solution, by: User, run: DiagnosisRun | None = None) -> list[str]:
    """Return why this person cannot say whether it worked; none: he can."""
    reasons = []
    if note.author_id == by.pk:
        reasons.append(_("You wrote it: somebody else has to find that it works."))
    if not note.remedy:
        reasons.append(_("Nobody has said what helps yet, so there is nothing to try."))
    if note.closed_at:
        reasons.append(_("This note was put aside."))
    if run and run.person_id != by.pk:
        reasons.append(_("That record is another person's: name one of your own."))
    return reasons


@transaction.atomic
def confirm(
    *,
    solution: Solution,
    by: User,
    worked: bool,
    at: datetime.datetime,
    note: str = "",
    run: DiagnosisRun | None = None,
) -> Confirmation:
    """Keep whether it worked for this person; who says it again changes his mind.

    The author's own success is the first, so the first of somebody else is the second, and verifies it: author and
    followers are told, and those who make documents of notes. Raises Refused, and Solution.DoesNotExist for strangers.
    """
    found = held(solution, by)
    note = note.replace("\0", "").strip()
    reasons = objections(found, by, run)
    if len(note) > LONGEST_NOTE:
        reasons.append(_("The note is too long: %s characters at most.") % LONGEST_NOTE)
    if reasons:
        raise Refused(*reasons)
    said = {"worked": worked, "note": note, "at": at} | ({"run": run} if run else {})
    made, _is_new = Confirmation.objects.update_or_create(solution=found, person=by, defaults=said)
    if not worked:
        _tell_failure(found, by, at)
    elif standing_of(found) == State.VERIFIED:
        _tell_verified(found, by, at)
    return made


def _tell_failure(note: Solution, by: User, at: datetime.datetime) -> None:
    tell(
        person=note.author, key=f"note-failed-{note.pk}-{by.pk}", url=url(note), at=at,
        text=gettext_lazy("It did not work for %(person)s: %(problem)s"),
        values={"person": by, "problem": note.problem},
    )  # fmt: skip


def _tell_verified(note: Solution, by: User, at: datetime.datetime) -> None:
    text = gettext_lazy("It worked for somebody else too, so it is verified: %(problem)s")
    tell_followers(note, key=f"note-verified-{note.pk}", text=text, at=at, but=by)
    for adopter in User.objects.with_perm("kb.adopt_solution").select_related("unit"):
        if Solution.objects.visible_to(adopter).filter(pk=note.pk).exists():
            tell(
                person=adopter, key=f"note-waits-{note.pk}", url=url(note), at=at,
                text=gettext_lazy("Verified in the field, waits to become a document: %(problem)s"),
                values={"problem": note.problem},
            )  # fmt: skip
