"""Sittings that are over, made whole: who chose what on a paper of single-choice questions."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from exams.kinds import KINDS
from exams.models import Exam, Item, Question, Sitting
from people.models import User
from tests import make

RIGHT, WRONG, NEITHER = ["1"], ["2"], ["3"]  # of make.question()


def sat(
    exam: Exam, paper: Sequence[Question], responses: Sequence[object], *, at: datetime.datetime = make.NOON, **fields
) -> Sitting:
    """A finished, marked and released sitting of a paper with these responses (None for no answer)."""
    made = Sitting(
        exam=exam, person=fields.pop("person", None) or somebody(), attempt=fields.pop("attempt", 1), seed="1",
        pass_mark=75, minutes=20, checked_in_at=at, started_at=at, deadline_at=at + datetime.timedelta(minutes=20),
        finished_at=at, ended_by="candidate", marked_at=at, released_at=at, points_possible=len(paper),
    )  # fmt: skip
    for name, value in fields.items():
        setattr(made, name, value)
    items = []
    for n, (question, response) in enumerate(zip(paper, responses, strict=True), start=1):
        version = question.versions.first()
        share = KINDS[version.kind].share(version.body, [], response)
        items.append(Item(version=version, n=n, points=1, response=response, share=share, marked_at=at))
    made.points = sum((item.share for item in items), Decimal(0))
    made.has_passed = made.points * 100 >= made.pass_mark * made.points_possible
    made.save()
    for item in items:
        item.sitting = made
    Item.objects.bulk_create(items)
    return made


def somebody() -> User:
    """A person without a password, which costs most of the time it takes to make one."""
    number = User.objects.count()
    return User.objects.create(username=f"candidate-{number}", name=f"考生{number}", password="!")
