"""Start, save, hand in and result cost the same number of queries however long the paper is."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exams import sit
from exams.models import QuestionVersion
from tests import make
from tests.make import NOON, text
from web.demo import right_response

pytestmark = pytest.mark.django_db

# As measured, savepoints included; whoever needs more says why. To start asks for the editions of what is cited.
RULES = {"start": 17, "save": 7, "finish": 10}
SCREENS = {"start": 21, "sitting": 7, "save": 10, "finish": 13, "result": 11}


def exam(size):
    """An exam of so many questions, each resting on a passage."""
    page = make.document(body=[text("a")])
    made = make.exam(kinds=["single"] * size)
    QuestionVersion.objects.update(page=page, block_id="a")
    return made


def answered(sitting):
    for item, secret in zip(sitting.paper, sitting.answer_key, strict=True):
        response = right_response(item["kind"], secret["key"])
        sit.save(sitting=sitting, item=item["n"], response=response, base=0, at=NOON)


def counted(action, *args, **kwargs):
    with CaptureQueriesContext(connection) as queries:
        done = action(*args, **kwargs)
    return len(queries), done


def rules(size):
    """What each rule costs for a paper of that size."""
    costs = {}
    costs["start"], sitting = counted(sit.start, exam=exam(size), person=make.person(), at=NOON, seed="s")
    costs["save"], _answer = counted(sit.save, sitting=sitting, item=1, response="1", base=0, at=NOON)
    sitting.answers.all().delete()
    answered(sitting)
    costs["finish"], _done = counted(sit.finish, sitting=sitting, at=NOON)
    return costs


def screens(client, size):
    """What each screen costs for a paper of that size."""
    asked, person = exam(size), make.person()
    client.force_login(person)
    costs = {}
    costs["start"], _answer = counted(client.post, reverse("start_exam", args=[asked.key]))
    sitting = asked.sittings.get()
    address = {name: reverse(name, args=[sitting.public_id]) for name in ("save_answer", "finish_sitting", "result")}
    costs["sitting"], _answer = counted(client.get, sitting.get_absolute_url())
    sent = json.dumps({"item": 1, "response": "1", "base": 0})
    costs["save"], _answer = counted(client.post, address["save_answer"], sent, content_type="application/json")
    sitting.answers.all().delete()
    answered(sitting)
    costs["finish"], _answer = counted(client.post, address["finish_sitting"])
    costs["result"], _answer = counted(client.get, address["result"])
    return costs


def test_the_rules():
    reverse("wagtailadmin_home")  # with the admin come Wagtail's references between rows, kept at each save
    rules(1)  # whatever is asked once for each process

    small, large = rules(2), rules(30)

    assert small == large
    assert {name: cost for name, cost in large.items() if cost > RULES[name]} == {}


def test_the_screens(client):
    screens(client, 1)

    small, large = screens(client, 2), screens(client, 30)

    assert small == large
    assert {name: cost for name, cost in large.items() if cost > SCREENS[name]} == {}
