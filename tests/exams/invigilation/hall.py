"""Builders of what a session of an exam consists of; a sitting is made as check-in and start would leave it."""

import datetime

from exams.models import Booking, Exam, ExamSession, Item, QuestionVersion, Sitting
from people.models import User
from tests import make
from tests.make import NOON

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def session(exam: Exam | None = None, *watchers: User, **fields: object) -> ExamSession:
    """A session of eight seats, open from an hour before noon until an hour after it."""
    exam = exam or make.exam(["single"], needs_session=True)
    made = ExamSession.objects.create(
        **{
            "exam": exam, "title": "上午场", "place": "一号教室", "opens_at": NOON - HOUR, "closes_at": NOON + HOUR,
            "seats": 8,
        }
        | fields
    )  # fmt: skip
    made.invigilators.set(watchers)
    return made


def booking(of: ExamSession, person: User, **fields: object) -> Booking:
    """The next seat of a session for this person."""
    return Booking.objects.create(session=of, person=person, number=of.bookings.count() + 1, **fields)


def sitting(person: User, exam: Exam, *, questions: int = 3, begun: bool = True, **fields: object) -> Sitting:
    """A sitting begun at noon, of twenty minutes, unless the fields say otherwise."""
    started = NOON if begun else None
    made = Sitting.objects.create(
        **{
            "exam": exam, "person": person, "attempt": 1, "seed": "s", "pass_mark": 75, "minutes": 20,
            "checked_in_at": NOON - MINUTE, "started_at": started,
            "deadline_at": started and started + 20 * MINUTE, "points_possible": questions,
        }
        | fields
    )  # fmt: skip
    version = QuestionVersion.objects.first() or make.question().versions.get()
    Item.objects.bulk_create(
        Item(sitting=made, n=n, version=version, points=1, order=[0, 1, 2]) for n in range(1, questions + 1)
    )
    return made
