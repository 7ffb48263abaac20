"""The log of a sitting in words."""

import pytest

from exams.invigilation import log
from exams.models import SittingEvent


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0"), (119.9, "119"), (120, "2"), (7199, "119"), (7260, "2 h 1 min"), (90_000, "25 h")]
)
def test_lengths_are_said_in_the_unit_they_are_felt_in(seconds: float, said: str) -> None:
    assert said.split()[0] in log.lasting(seconds)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"text": "还有十分钟", "key": "k1"}, ["还有十分钟"]),
        ({"minutes": 10, "reason": "断电"}, ["10", "断电"]),
        ({"from": "a1b2", "to": "c3d4"}, ["a1b2", "c3d4"]),
        ({"ended_by": "timer", "answered": 3}, ["3"]),
        ({"n": 4}, ["4"]),
        ({}, []),
    ],
)
def test_an_event_says_what_its_detail_holds(detail: dict, said: list[str]) -> None:
    words = log.words(SittingEvent(detail=detail))
    assert all(part in words for part in said)
    assert bool(words) == bool(said)
    assert "k1" not in words


@pytest.mark.parametrize("detail", [None, [], "x", {"seconds": "soon"}, {"minutes": {}}, {"ended_by": 7}, {"n": []}])
def test_a_strange_detail_breaks_nothing(detail: object) -> None:
    assert isinstance(log.words(SittingEvent(detail=detail)), str)
