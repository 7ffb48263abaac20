"""Sitting an exam: check in, start, take the seat, save, finish. Each may come twice, late, or from two tabs."""

from exams.sit.end import close_if_over, finish, hand_in, sweep
from exams.sit.enter import check_in, objections, start
from exams.sit.errors import Closed, Ineligible, NotSeated, Paused, Stale
from exams.sit.reading import Asked, asked
from exams.sit.save import save
from exams.sit.seat import Seat, beat, log, seat_of, take
from people.refusal import Refused

__all__ = [
    "Asked",
    "Closed",
    "Ineligible",
    "NotSeated",
    "Paused",
    "Refused",
    "Seat",
    "Stale",
    "asked",
    "beat",
    "check_in",
    "close_if_over",
    "finish",
    "hand_in",
    "log",
    "objections",
    "save",
    "seat_of",
    "start",
    "sweep",
    "take",
]
