"""Save, start, hand in and result cost the same number of statements however long the paper is, and few."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams import sit
from exams.models import QuestionVersion, Sitting
from tests import make
from tests.make import text

pytestmark = pytest.mark.django_db

# Statements of the whole request, session and person included, BEGIN and savepoints apart. To save, to start, to hand
# in are what a room full of people does at once: at most 2, 5 and 10 (performance budget).
SCREENS = {"check in": 30, "start": 5, "sitting": 7, "seat": 9, "save": 2, "beat": 3, "finish": 10, "result": 14}


def exam(size):
    """An exam of so many questions, each resting on a passage."""
    page = make.document(body=[text("a")])
    made = make.exam(kinds=["single"] * size)
    QuestionVersion.objects.update(page=page, block_id="a", digest=page.blocks.get().basis)
    return made


def counted(action, *args, **kwargs):
    with CaptureQueriesContext(connection) as queries:
        done = action(*args, **kwargs)
    control = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
    asked = [each["sql"] for each in queries if not each["sql"].startswith(control)]
    return len(asked), done


def screens(client, size):
    """What each screen costs for a paper of that size."""
    asked, person, costs = exam(size), make.person(), {}
    client.force_login(person)
    confirmed = {"confirm_identity": "on", "confirm_rules": "on"}
    costs["check in"], _reply = counted(client.post, reverse("check_in", args=[asked.key]), confirmed)
    sitting = asked.sittings.get()
    names = ("start_sitting", "sitting", "seat", "save_answer", "beat", "finish_sitting", "result")
    address = {name: reverse(name, args=[sitting.public_id]) for name in names}
    costs["start"], _reply = counted(client.post, address["start_sitting"])
    costs["sitting"], _reply = counted(client.get, address["sitting"])
    costs["seat"], reply = counted(client.post, address["seat"], "{}", content_type="application/json")
    seat = {"X-Seat": reply.json()["seat"]}
    sent = json.dumps({"item": 1, "response": "1", "base": 0})
    client.post(address["save_answer"], sent, content_type="application/json", headers=seat)  # compiled once a minute
    sent = json.dumps({"item": 1, "response": "2", "base": 1})
    costs["save"], reply = counted(
        client.post, address["save_answer"], sent, content_type="application/json", headers=seat
    )
    assert reply.json()["revision"] == 2
    costs["beat"], _reply = counted(client.post, address["beat"], "{}", content_type="application/json", headers=seat)
    costs["finish"], reply = counted(client.post, address["finish_sitting"], headers=seat)
    assert reply.json()["url"] == address["result"]
    costs["result"], _reply = counted(client.get, address["result"])
    return costs


def test_the_screens(client):
    screens(client, 1)  # whatever is asked once for each process

    small, large = screens(client, 2), screens(client, 30)

    assert small == large
    assert {name: cost for name, cost in large.items() if cost > SCREENS[name]} == {}


def test_handing_in_without_scripts(client):
    person = make.person()
    client.force_login(person)
    costs = []
    for size in (1, 2, 30):
        sitting = make.sitting(exam(size), person, at=timezone.now())
        costs.append(counted(client.post, reverse("finish_sitting", args=[sitting.public_id]))[0])

    _asked_once_for_each_process, small, large = costs
    assert small == large <= 10
    assert not Sitting.objects.open().exists()


def test_closing_many_costs_the_same_each(technician):
    sitting = make.sitting(exam(30), technician)

    cost, _count = counted(sit.sweep, at=sitting.deadline_at + timezone.timedelta(minutes=2))

    assert cost <= 10
