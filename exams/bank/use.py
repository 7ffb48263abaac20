"""Questions come into use and go out of it: activated, quarantined, retired. Each step is a line of their log."""

import datetime
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from exams.models import FormItem, Question, QuestionVersion
from people.models import User
from people.refusal import Refused

State = Question.State

# What may become of a question in each state.
STEPS: dict[str, set[str]] = {
    State.DRAFT: {State.RETIRED},
    State.REVIEWED: {State.ACTIVE, State.QUARANTINED, State.RETIRED},
    State.ACTIVE: {State.QUARANTINED, State.RETIRED},
    State.QUARANTINED: {State.ACTIVE, State.RETIRED},
    State.RETIRED: set(),
}
# Whoever may do any of these may take a step; out of papers a question goes quickly.
_MAY: dict[str, tuple[str, ...]] = {
    State.ACTIVE: ("exams.change_question",),
    State.QUARANTINED: ("exams.change_question", "exams.review_question", "exams.regrade"),
    State.RETIRED: ("exams.change_question",),
}
_ACTIONS = {State.ACTIVE: "exams.activate", State.QUARANTINED: "exams.quarantine", State.RETIRED: "exams.retire"}


def objections(*, question: Question, to: str, by: User) -> list[str]:
    """Return a sentence for each reason why this person may not bring the question to that state."""
    if not any(by.has_perm(permission) for permission in _MAY.get(to, ())):
        return [_("You may not do this.")]
    if to not in STEPS[question.state]:
        return [_impossible(question, to)]
    return {State.ACTIVE: _not_drawable, State.RETIRED: _on_papers}.get(to, _nothing)(question)


def _impossible(question: Question, to: str) -> str:
    if question.state == State.DRAFT:
        return _("It must be reviewed first.")
    states = {"from": question.get_state_display(), "to": State(to).label}
    return _("What is %(from)s cannot become %(to)s.") % states


def _not_drawable(question: Question) -> list[str]:
    in_force = QuestionVersion.objects.filter(question=question).in_force()
    if not in_force.exists():
        return [_("It must be reviewed first.")]
    return [_("The passage it rests on reads otherwise now, or is gone.")] if in_force.stale().exists() else []


def _on_papers(question: Question) -> list[str]:
    on = FormItem.objects.filter(question=question, form__is_active=True).select_related("form__exam")
    return [_("It stands on the fixed paper “%s”: take that out of use first.") % item.form for item in on]


def _nothing(question: Question) -> list[str]:
    return []


def activate(*, question: Question, by: User, at: datetime.datetime) -> Question:
    """Let papers draw the reviewed question. Raises Refused."""
    return _step(question, State.ACTIVE, by, at)


def quarantine(*, question: Question, by: User, at: datetime.datetime, reason: str) -> Question:
    """Keep the question out of new papers until it is clear whether it is right. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Say why."))
    return _step(question, State.QUARANTINED, by, at, reason.strip())


def retire(*, question: Question, by: User, at: datetime.datetime, reason: str = "") -> Question:
    """Take the question out of the bank for good; what was sat with it stays. Raises Refused."""
    return _step(question, State.RETIRED, by, at, reason.strip())


BRING: dict[str, Callable[..., Question]] = {
    State.ACTIVE: lambda reason, **said: activate(**said),
    State.QUARANTINED: quarantine,
    State.RETIRED: retire,
}


@transaction.atomic
def _step(question: Question, to: str, by: User, at: datetime.datetime, reason: str = "") -> Question:
    """Bring it to that state; one that is there already stays as it is, so a second click does no harm."""
    row = Question.objects.select_for_update().get(pk=question.pk)
    if row.state == to:
        return row
    if reasons := objections(question=row, to=to, by=by):
        raise Refused(*reasons)
    before, row.state = row.state, to
    row.save(update_fields=["state"])
    log(row, _ACTIONS[to], user=by, timestamp=at, data={"from": before, "reason": reason})
    return row
