"""Answering in practice: marked at once, counted once."""

import datetime
import uuid
from decimal import Decimal
from random import Random

from django.db import transaction

from exams.kinds import KINDS, Response
from exams.models import PracticeAnswer, QuestionVersion
from exams.practice import cards
from people.models import User

# What a person says of a text of his own, and the share of the points that stands for it.
SELF_MARKS = {"again": Decimal(0), "hard": Decimal("0.5"), "good": Decimal(1)}


def order_of(version: QuestionVersion, key: uuid.UUID) -> list:
    """Return in which order the question stands for the answer of this key: the same whenever it is asked."""
    return KINDS[version.kind].arrange(version.body, Random(str(key)))  # noqa: S311 (must be repeatable)


@transaction.atomic
def answer(
    *,
    person: User,
    version: QuestionVersion,
    key: uuid.UUID,
    response: Response,
    at: datetime.datetime,
    self_mark: Decimal | None = None,
) -> PracticeAnswer:
    """Mark and keep the answer of this key and settle when the question comes back; sent again it changes nothing.

    `self_mark` is the share that a person gives himself where only a person can tell. Raises
    PracticeAnswer.DoesNotExist where the key is another person's.
    """
    order = order_of(version, key)
    share = KINDS[version.kind].share(version.body, order, response)
    said = {
        "person": person, "version": version, "order": order, "response": response, "at": at,
        "share": (self_mark or Decimal(0)) if share is None else share,
    }  # fmt: skip
    kept, is_new = PracticeAnswer.objects.get_or_create(key=key, defaults=said)
    if kept.person_id != person.pk:
        raise PracticeAnswer.DoesNotExist
    if is_new:
        cards.review(person=person, question=version.question, share=kept.share, at=at)
    return kept
