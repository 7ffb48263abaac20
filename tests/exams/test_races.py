"""Saves, closings and check-ins at the same instant, each in a connection of its own."""

from collections import Counter

import pytest
from django.db import OperationalError
from django.utils import timezone

from exams import sit
from exams.models import Sitting
from tests import make
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]


def save(sitting, n, response, base=0):
    return lambda: sit.save(
        sitting=sitting.public_id, item=n, response=response, base=base, lease=None, at=timezone.now()
    )


@pytest.fixture
def sitting(technician):
    return make.sitting(make.exam(kinds=["truefalse"] * 6), technician, at=timezone.now())


def test_an_answer_acknowledged_while_somebody_hands_in_is_in_the_marks(sitting):
    done = at_once(
        *(save(sitting, n, True) for n in range(1, 7)), lambda: sit.finish(sitting=sitting, at=timezone.now())
    )

    acknowledged = {each.n for each in done[:6] if not isinstance(each, Exception)}
    refused = [each for each in done[:6] if isinstance(each, Exception)]
    assert all(isinstance(each, sit.Closed) for each in refused)
    assert {item.n for item in sitting.items.filter(share=1)} == acknowledged
    assert {item.n for item in sitting.items.filter(response__isnull=False)} == acknowledged
    assert Sitting.objects.get().points == len(acknowledged)


def test_of_two_saves_on_the_same_base_one_is_in_and_the_other_is_told(sitting):
    done = at_once(save(sitting, 1, True), save(sitting, 1, False))

    assert Counter(type(each) for each in done)[sit.Stale] == 1
    assert sitting.items.get(n=1).revision == 1


def test_handing_in_from_two_tabs_gives_one_receipt(sitting):
    first, second = at_once(*[lambda: sit.finish(sitting=sitting, at=timezone.now())] * 2)

    assert first.finished_at == second.finished_at
    assert sitting.grades.count() == 1


def test_checking_in_from_two_tabs_makes_one_sitting(technician):
    exam = make.exam(kinds=["truefalse"])

    made = at_once(*[lambda: sit.check_in(exam=exam, person=technician, at=timezone.now(), seed="s")] * 2)

    assert made[0] == made[1]
    assert Sitting.objects.count() == 1


def test_taking_the_seat_from_two_tabs_gives_it_to_one(sitting):
    seats = at_once(*[lambda: sit.take(sitting=sitting, device="a", at=timezone.now())[0]] * 2)

    assert sorted(seat.lease for seat in seats) == [1, 2]


def test_a_busy_database_is_told_as_busy(sitting, client, monkeypatch):
    def busy(**_given):
        raise OperationalError("database is locked")

    monkeypatch.setattr(sit, "save", busy)
    seat, _row = sit.take(sitting=sitting, device="a", at=timezone.now())

    sent = '{"item": 1, "response": true, "base": 0}'
    reply = client.post(f"{sitting.get_absolute_url()}save/", sent, "application/json", headers={"X-Seat": seat.token})

    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "2")
