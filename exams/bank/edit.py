"""Many questions are changed at once, each by the rules it would be changed by alone."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from exams.bank import use
from exams.models import Question
from people.models import User
from people.refusal import Refused

# What of a question is changed without another version.
PLACE = ("topic", "difficulty", "is_critical", "for_practice")


@dataclass
class Edited:
    """What became of the questions: changed, as they were wished already, and refused with the reasons."""

    changed: list[Question] = field(default_factory=list)
    same: list[Question] = field(default_factory=list)
    refused: list[tuple[Question, list[str]]] = field(default_factory=list)


def edit(
    *, questions: Sequence[Question], wished: Mapping[str, object], by: User, at: datetime.datetime, reason: str = ""
) -> Edited:
    """Give each question what is wished of PLACE and `state`; all of it or, with its reasons, nothing."""
    found = Edited()
    for question in questions:
        try:
            is_changed = _edit_one(question, wished, by, at, reason)
        except Refused as refused:
            found.refused.append((question, refused.reasons))
        else:
            (found.changed if is_changed else found.same).append(question)
    return found


@transaction.atomic
def _edit_one(question: Question, wished: Mapping[str, object], by: User, at: datetime.datetime, reason: str) -> bool:
    row = Question.objects.select_for_update().get(pk=question.pk)
    place = {name: wished[name] for name in PLACE if name in wished and getattr(row, name) != wished[name]}
    state = wished.get("state") if wished.get("state") != row.state else None
    if place:
        _put(row, place, by)
    if state:
        use.BRING[state](question=row, by=by, at=at, reason=reason)
    return bool(place or state)


def _put(row: Question, place: Mapping[str, object], by: User) -> None:
    if not by.has_perm("exams.change_question"):
        raise Refused(_("You may not do this."))
    for name, value in place.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(*error.messages) from None
    row.save(update_fields=list(place))
