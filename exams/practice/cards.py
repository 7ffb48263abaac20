"""When a question comes back to whoever had it wrong: the scheduler FSRS, of the library `fsrs`.

A question that was not wholly right gets a card and comes back: ten minutes later, then after days, further apart each
time it is right. Once it would be remembered for three weeks it sticks, and its card is thrown away. So of what a
person has answered, that without a card sticks.
"""

import datetime
from decimal import Decimal

from fsrs import Card, Rating, Scheduler, State

from exams.models import PracticeCard, Question
from people.models import User

_SOON = datetime.timedelta(minutes=10)
# Without its chance element: who asks again gets the same day.
_SCHEDULER = Scheduler(learning_steps=[_SOON], relearning_steps=[_SOON], enable_fuzzing=False)
STICKS = 21.0  # days after which a person remembers it with nine chances in ten


def rating(share: Decimal) -> Rating:
    """Return what an answer worth this share of its points says about remembering. Right is never more than good."""
    if share <= 0:
        return Rating.Again
    return Rating.Good if share >= 1 else Rating.Hard


def review(*, person: User, question: Question, share: Decimal, at: datetime.datetime) -> PracticeCard | None:
    """Note how the question was answered; return when it comes back, None where it sticks. Within a transaction."""
    kept = PracticeCard.objects.select_for_update().filter(person=person, question=question).first()
    if kept is None and share >= 1:
        return None
    now = at.astimezone(datetime.UTC)
    before = Card.from_dict(kept.state) if kept else Card(card_id=question.pk, due=now)
    card, _log = _SCHEDULER.review_card(before, rating(share), now)
    if _sticks(card):
        kept.delete()
        return None
    said = {"due_at": card.due, "state": card.to_dict()}
    return PracticeCard.objects.update_or_create(person=person, question=question, defaults=said)[0]


def _sticks(card: Card) -> bool:
    return card.state == State.Review and card.stability >= STICKS
