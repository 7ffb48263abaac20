"""A simulation on a paper: what was done stays done, and what it showed comes back with the save."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from exams import sit
from exams.kinds import KINDS
from exams.models import QuestionVersion
from exams.simulation import build
from tests import make
from tests.exams.simulation.guides import power

pytestmark = pytest.mark.django_db
LATER = make.NOON + datetime.timedelta(minutes=5)


@pytest.fixture
def item(technician):
    """The simulation on the paper of somebody who has begun."""
    exam = make.exam(["truefalse"])
    body = build(power(), end="end-cord", number="FG-100", edition="1.0")
    QuestionVersion.objects.update(kind="simulation", body=body)
    return make.item(make.sitting(exam, technician), "simulation")


def test_a_blank_answer_unasks_nothing(item):
    way = make.right(item)
    first = make.saved(item, way[:3])

    for less in (None, [], way[:1]):
        again = make.saved(item, less, base=first.revision)
        assert (again.response, again.revision) == (way[:3], first.revision)


def test_each_save_brings_back_what_was_seen_so_far(item):
    way = make.right(item)

    first = make.saved(item, way[:1])
    assert [seen["words"] for seen in first.reveal["seen"]] == ["不亮"]
    second = make.saved(item, way, base=first.revision)
    assert [seen["words"] for seen in second.reveal["seen"]][1::2] == ["220 V", "亮"]
    assert second.reveal["is_over"]


@pytest.mark.parametrize(("skipped", "share"), [(0, 1), (1, 0)])
def test_it_is_marked_when_the_paper_is_handed_in(item, skipped, share):
    way = [action for action in make.right(item) if not skipped or action[0] != "read"]
    make.saved(item, way)

    sit.finish(sitting=item.sitting, at=LATER)
    item.refresh_from_db()
    assert item.share == Decimal(share)


def test_a_button_without_scripts_does_its_step_and_hands_nothing_in(item, client, technician):
    client.force_login(technician)
    step = next(step for step in KINDS["simulation"].shown(item.version.body, item.order)["steps"] if step["live"])
    address = reverse("finish_sitting", args=[item.sitting.public_id])

    with time_machine.travel(LATER, tick=False):
        for verb, base in (("read", 0), ("test", 1)):
            sent = {f"item-{item.n}": f"{verb} {step['id']}", f"item-{item.n}-base": base, f"item-{item.n}-cause": "c1"}
            client.post(address, sent)
        page = client.get(item.sitting.get_absolute_url()).text

    item.refresh_from_db()
    assert item.response == [["read", step["id"]], ["test", step["id"]]]
    assert page.count("220 V") == 3
