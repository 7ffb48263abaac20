"""Going on where one left off, and how much a screen costs."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from kb.models import Device, DiagnosisRun, Hazard, Walk
from kb.walking import walks
from people.models import Audience
from tests import make
from tests.kb.walking.test_screens import again, node, walk, ways, words
from tests.make import act, ask, end

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(db):
    return make.guide(number="FG-1", title="无法开机", version="1.2")


@pytest.fixture
def worker(client, technician):
    client.force_login(technician)
    return client


def test_where_somebody_stands_is_kept_once_he_has_answered_something(worker, guide, technician):
    first = walk(worker, guide)
    assert not Walk.objects.exists()
    worker.get(ways(first)["0"])

    kept = Walk.objects.get()
    assert (kept.person, kept.guide, kept.key) == (technician, guide, first.context["walk_key"])
    assert node(worker.get(f"{reverse('walk', args=['FG-1'])}?{kept.query}")) == "rail"


def test_the_guide_and_the_home_page_offer_to_go_on_or_to_forget_it(worker, guide):
    middle = walk(worker, guide, "0")
    other = make.guide()
    address = Walk.objects.get().query.replace("&", "&amp;")

    for page in (reverse("document", args=["FG-1"]), reverse("home")):
        assert address in words(worker.get(page))
    assert address not in words(worker.get(reverse("document", args=[other.number])))

    worker.post(reverse("discard_walk", args=["FG-1"]), {"w": middle.context["walk_key"]})
    assert not Walk.objects.exists()
    assert worker.post(reverse("discard_walk", args=["FG-1"]), {"w": "x"}).status_code == 302


def test_the_walk_of_somebody_else_is_neither_overwritten_nor_forgotten(worker, guide, technician, dealer):
    middle = walk(worker, guide, "0")
    worker.force_login(dealer)

    assert again(worker, middle, a=["1"]).status_code == 200
    worker.post(reverse("discard_walk", args=["FG-1"]), {"w": middle.context["walk_key"]})
    kept = Walk.objects.get()
    assert kept.person == technician
    assert "a=0" in kept.query


def test_two_tabs_are_two_walks_and_the_same_one_in_two_tabs_is_as_it_was_left_last(worker, guide):
    one, two = walk(worker, guide, "0"), walk(worker, guide, "1")
    assert Walk.objects.count() == 2

    again(worker, one, a=["0", "12"])
    again(worker, one, a=["0", "cannot"])
    assert "cannot" in Walk.objects.get(key=one.context["walk_key"]).query
    assert "cannot" not in Walk.objects.get(key=two.context["walk_key"]).query


@pytest.mark.parametrize("header", [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}])
def test_a_browser_that_looks_ahead_leaves_no_trace(worker, guide, header):
    middle = walk(worker, guide, "0")
    before = Walk.objects.get().query

    assert worker.get(ways(middle)["cannot"], headers=header).status_code == 200
    assert worker.head(ways(middle)["cannot"]).status_code == 200
    assert Walk.objects.get().query == before


def test_strangers_leave_no_trace(client, guide):
    walk(client, guide, "0")
    assert not Walk.objects.exists()


def kept(person, guide, days=0, key=None):
    at = timezone.now() - datetime.timedelta(days=days)
    return Walk.objects.create(
        key=key or uuid.uuid4(), person=person, guide=guide, query="a=0", begun_at=at, seen_at=at
    )


def test_what_is_offered_is_of_the_last_14_days_not_recorded_and_still_open(guide, technician, dealer):
    now = timezone.now()
    fresh, old, done = kept(technician, guide), kept(technician, guide, 15), kept(technician, guide)
    hidden = make.guide(audience=Audience.INTERNAL)
    kept(dealer, hidden)
    DiagnosisRun.objects.create(
        key=done.key,
        guide=guide,
        version="1",
        person=technician,
        path=[],
        end="bad",
        result="resolved",
        recorded_at=now,
    )

    assert list(walks.left(person=technician, at=now)) == [fresh]
    assert not walks.left(person=dealer, at=now)
    assert old.pk


def test_what_nobody_looked_at_for_30_days_is_forgotten(guide, technician):
    kept(technician, guide, 31)
    fresh = kept(technician, guide, 29)

    assert walks.tidy(at=timezone.now()) == 1
    assert walks.tidy(at=timezone.now()) == 0
    assert Walk.objects.get() == fresh


# ------------------------------------------------------------------------------------------------------------ its cost


def long(nodes, **last):
    names = [f"n{count}" for count in range(nodes)]
    body = [ask(one, {"是": other}, none=other) for one, other in zip(names, [*names[1:], "last"], strict=True)]
    return make.guide([*body, act("last", then="over", **last), end("over")])


@pytest.mark.parametrize("nodes", [3, 40])
def test_a_screen_takes_the_same_few_queries_however_long_the_way(worker, technician, nodes, django_assert_num_queries):
    qualification = make.qualification()
    make.credential(technician, qualification)
    Hazard.objects.create(key="mains", name="触电", level="danger", text="先验电。")
    guide = long(nodes, qualification=qualification.key, hazards="mains")
    device = Device.objects.create(model=make.product(), serial="SN-1", folded="sn1")
    middle = walk(worker, guide, *["0"] * nodes, device=device.code, seen="last")
    assert (node(middle), middle.context["stage"]) == ("last", "step")

    # session, person, his unit, permissions (2), editions, later ones, hazards and their protection (2),
    # qualification, credentials, overrides, device, walk, notices, closed-book exams
    with django_assert_num_queries(16):
        again(worker, middle)


def test_a_stranger_s_screen_takes_two_queries(client, guide, django_assert_num_queries):
    middle = walk(client, guide, "0")
    with django_assert_num_queries(2):
        again(client, middle)
