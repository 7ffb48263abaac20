"""Steps that ask for a qualification: who passes, who can be called, a supervisor's leave."""

import datetime
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from kb import diagnosis
from kb.models import DiagnosisRun, Override
from kb.walking import gates
from people import credentials, roles
from people.models import CredentialEvent, Notice, OrgUnit
from people.refusal import Refused
from tests import make
from tests.kb.walking.test_screens import again, node, walk, ways, words
from tests.make import act, end

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(db):
    return make.qualification(rank=2)


@pytest.fixture
def guide(asked):
    return make.guide(
        [act("do", then="over", qualification=asked.key, hazard="danger", text="先验电。"), end("over")], number="FG-9"
    )


@pytest.fixture
def region(db):
    return make.unit(OrgUnit.Kind.REGION)


@pytest.fixture
def worker(client, region):
    person = make.person(roles.TECHNICIAN, unit=make.unit(parent=region), name="林涛")
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def boss(region):
    return make.person(roles.SUPERVISOR, unit=region, name="王主任", email="boss@example.com")


def at_the_gate(client, guide):
    return walk(client, guide, seen="do")


def ask(client, screen, reason="客户停产，等不了"):
    return client.post(screen.context["asking"], {"reason": reason}, follow=True)


def decide(client, override, *, grant=True, reason="我在电话里看着", password="secret"):
    data = {"reason": reason, "password": password, "grant" if grant else "refuse": "1"}
    return client.post(reverse("gate", args=[override.pk]), data)


# ---------------------------------------------------------------------------------------------------------- who passes


def test_whoever_holds_it_or_more_passes_and_is_told_by_what(worker, guide, asked):
    held = make.credential(worker.person, asked)
    answer = at_the_gate(worker, guide)
    assert (answer.context["stage"], list(ways(answer))) == ("step", ["done"])
    assert held.number in words(answer)

    suspended = {"kind": CredentialEvent.Kind.SUSPENDED, "reason": "复核", "by": None, "at": timezone.now()}
    credentials.record(credential=held, **suspended)
    assert at_the_gate(worker, guide).context["gate"].state == "shut"
    make.credential(worker.person, make.qualification(rank=4, subject=asked.subject))
    assert at_the_gate(worker, guide).context["gate"].is_open


def test_whoever_lacks_it_is_shown_what_he_has_and_no_way_on(worker, guide, asked):
    make.credential(worker.person, make.qualification(rank=1, subject=asked.subject))
    make.credential(worker.person, asked, valid_until=datetime.date(2021, 1, 1))

    answer = at_the_gate(worker, guide)
    assert (answer.context["stage"], answer.context["ways"]) == ("gate", [])
    assert "a=done" not in words(answer)
    assert len(answer.context["gate"].others) == 2


def test_the_hazard_is_read_before_the_gate_and_no_address_leads_past_either(worker, guide):
    assert walk(worker, guide, "done").context["stage"] == "hazard"
    answer = walk(worker, guide, "done", seen="do")
    assert (node(answer), answer.context["stage"], answer.context["ways"]) == ("do", "gate", [])


def test_standing_before_a_node_that_asks_for_nothing_is_open(technician):
    tree = diagnosis.graph(start="do", blocks=[("do", "act", {"heading": "x", "then": "over"})])
    gate = gates.standing(person=technician, node=tree.nodes["do"], walk=uuid.uuid4(), at=make.NOON)
    assert (gate.is_open, gate.qualification) == (True, None)


# ---------------------------------------------------------------------------------------------------- who can be called


def test_the_nearest_who_hold_it_now_are_named(worker, guide, asked, region):
    own = make.person(unit=worker.person.unit, name="近", email="near@example.com")
    above, far = make.person(unit=region, name="上"), make.person(name="远")
    dealer, gone = make.person(kind=OrgUnit.Kind.DEALER, name="外"), make.person(name="走", is_active=False)
    late = make.person(name="过期")
    for person in (far, above, own, dealer, gone):
        make.credential(person, asked)
    make.credential(own, make.qualification(rank=3, subject=asked.subject))  # twice qualified, named once
    make.credential(late, asked, valid_until=datetime.date(2021, 1, 1))

    answer = at_the_gate(worker, guide)
    assert [row.person for row in answer.context["callable"]] == [own, above, far]
    assert "near@example.com" in words(answer)


def test_at_most_ten_are_named_in_two_queries(technician, asked, django_assert_num_queries):
    for _count in range(12):
        make.credential(make.person(unit=technician.unit), asked)
    with django_assert_num_queries(2):
        assert len(gates.who_can(person=technician, qualification=asked, at=timezone.now())) == 10


def test_a_dealer_s_people_are_named_to_his_own_only(dealer, asked):
    colleague = make.person(unit=dealer.unit)
    make.credential(colleague, asked)
    make.credential(make.person(kind=OrgUnit.Kind.DEALER), asked)

    assert [row.person for row in gates.who_can(person=dealer, qualification=asked, at=timezone.now())] == [colleague]


def test_customers_are_told_to_call_service_and_nobody_s_name(client, customer, guide, asked):
    make.credential(make.person(name="何工"), asked)
    client.force_login(customer)

    answer = at_the_gate(client, guide)
    assert answer.context["stage"] == "service"
    assert "何工" not in words(answer)
    assert client.post(f"{reverse('gate_ask', args=['FG-9'])}?{answer.context['address'].query}").status_code == 302
    assert not Override.objects.exists()


# --------------------------------------------------------------------------------------------------- asking for leave


def test_asking_tells_the_supervisors_above_once_and_waits(
    worker, boss, guide, asked, django_capture_on_commit_callbacks
):
    make.person(roles.SUPERVISOR)  # of another unit
    screen = at_the_gate(worker, guide)
    with django_capture_on_commit_callbacks(execute=True):
        waiting = ask(worker, screen)
        ask(worker, screen, reason="再说一次")

    override = Override.objects.get()
    assert (override.person, override.node, override.qualification) == (worker.person, "do", asked)
    assert override.asked_because == "客户停产，等不了"
    assert (waiting.context["stage"], waiting.context["gate"].state) == ("gate", "asked")
    assert "data-poll" in words(waiting)
    assert waiting.context["ways"] == []
    assert Notice.objects.get().person == boss
    assert [message.to for message in mail.outbox] == [["boss@example.com"]]


@pytest.mark.parametrize("reason", ["", "   ", "长" * 501])
def test_a_reason_is_asked_for_and_what_was_typed_stays(worker, boss, guide, reason):
    answer = ask(worker, at_the_gate(worker, guide), reason=reason)

    assert (answer.status_code, answer.context["stage"]) == (422, "gate")
    assert answer.context["form"]["reason"].errors
    assert reason in words(answer)
    assert not Override.objects.exists()


def test_where_nobody_can_allow_it_this_is_said(worker, guide):
    answer = ask(worker, at_the_gate(worker, guide))

    assert [str(message) for message in answer.context["messages"]]
    assert not Override.objects.exists()


def test_asking_from_the_wrong_place_asks_nothing(worker, boss, guide, asked):
    screen = at_the_gate(worker, guide)
    assert worker.get(screen.context["asking"]).status_code == 302  # as after signing in again
    hazard = walk(worker, guide)
    ask(worker, hazard)
    for query in ("", "?w=1", f"?w={uuid.uuid4()}&e=0&t=1"):
        assert worker.post(reverse("gate_ask", args=["FG-9"]) + query, {"reason": "x"}).status_code == 302
    make.credential(worker.person, asked)
    ask(worker, screen)

    assert not Override.objects.exists()


def test_strangers_sign_in_first(client, guide, asked):
    answer = client.post(reverse("gate_ask", args=["FG-9"]) + "?w=1", {"reason": "x"})
    assert answer.url.startswith(reverse("account_login"))


def test_one_step_of_one_walk_is_asked_for_once_by_whose_it_is(worker, boss, guide, asked):
    screen = at_the_gate(worker, guide)
    ask(worker, screen)
    stranger = make.person(roles.TECHNICIAN, unit=worker.person.unit)
    worker.force_login(stranger)

    answer = ask(worker, again(worker, screen))
    assert answer.context["gate"].state == "shut"  # his own standing; what the other asked is not his
    assert [str(message) for message in answer.context["messages"]]
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(
            walk=screen.context["walk_key"], guide=guide, node="do", qualification=asked, person=stranger,
            asked_at=timezone.now(), asked_because="x",
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- deciding it


@pytest.fixture
def override(worker, boss, guide):
    worker.screen = at_the_gate(worker, guide)
    ask(worker, worker.screen)
    return Override.objects.get()


def test_a_supervisor_sees_who_asks_for_what_and_allows_it(client, worker, boss, override):
    client.force_login(boss)
    assert "林涛" in words(client.get(reverse("gates")))
    page = client.get(reverse("gate", args=[override.pk]))
    for said in ("林涛", "客户停产，等不了", "先验电。", "FG-9"):
        assert said in words(page)
    assert decide(client, override).url == reverse("gates")

    override.refresh_from_db()
    assert (override.is_granted, override.supervisor, override.reason) == (True, boss, "我在电话里看着")
    client.force_login(worker.person)
    answer = again(client, worker.screen)
    assert (answer.context["stage"], list(ways(answer))) == ("step", ["done"])
    assert "王主任" in words(answer)
    assert node(client.get(ways(answer)["done"])) == "over"
    assert Notice.objects.filter(person=worker.person).exists()
    assert walk(client, override.guide, seen="do").context["stage"] == "gate"  # another walk has no leave


def test_a_refusal_is_shown_with_its_reason(client, worker, boss, override):
    client.force_login(boss)
    decide(client, override, grant=False, reason="等高工")

    client.force_login(worker.person)
    answer = again(client, worker.screen)
    assert (answer.context["gate"].state, answer.context["ways"]) == ("refused", [])
    assert "等高工" in words(answer)


@pytest.mark.parametrize("data", [{"password": "wrong"}, {"reason": ""}, {"reason": "x" * 501}])
def test_a_decision_without_reason_or_with_a_wrong_password_is_none(client, boss, override, data):
    client.force_login(boss)

    assert decide(client, override, **data).status_code == 422
    override.refresh_from_db()
    assert override.is_granted is None


def test_a_password_is_not_guessed_at(client, boss, override):
    client.force_login(boss)
    tries = [decide(client, override, password="wrong").status_code for _count in range(11)]

    assert tries[-1] == 429


def test_what_was_decided_stands(client, boss, override, region):
    client.force_login(boss)
    decide(client, override)
    other = make.person(roles.SUPERVISOR, unit=region)
    client.force_login(other)

    answer = decide(client, override, grant=False)
    assert answer.status_code == 409
    assert "王主任" in words(answer)
    override.refresh_from_db()
    assert override.is_granted


def test_late_or_after_the_record_nothing_is_decided(boss, override):
    late = override.asked_at + datetime.timedelta(hours=24, seconds=1)
    with pytest.raises(Refused):
        gates.decide(override=override, by=boss, is_granted=True, reason="x", at=late)
    DiagnosisRun.objects.create(
        key=override.walk, guide=override.guide, version="1", person=override.person, path=[], end="over",
        result="resolved", recorded_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(Refused):
        gates.decide(override=override, by=boss, is_granted=True, reason="x", at=timezone.now())


def test_nobody_decides_for_himself(client, boss, guide):
    client.force_login(boss)
    make.person(roles.SUPERVISOR, unit=boss.unit)
    ask(client, at_the_gate(client, guide))
    override = Override.objects.get()

    assert decide(client, override).status_code == 409
    override.refresh_from_db()
    assert override.is_granted is None


def test_supervisors_of_other_units_and_others_do_not_learn_of_it(client, override):
    for person, status in ((make.person(roles.SUPERVISOR), 404), (override.person, 403)):
        client.force_login(person)
        assert client.get(reverse("gate", args=[override.pk])).status_code == status
        assert decide(client, override).status_code == status
    client.force_login(make.person(roles.SUPERVISOR))
    assert "林涛" not in words(client.get(reverse("gates")))
    client.logout()
    assert client.get(reverse("gates")).status_code == 302


def test_a_guide_closed_to_the_supervisor_shows_him_no_text(client, boss, override):
    make.person(roles.SUPERVISOR)
    revision = override.guide.edition.revision
    revision.content["audience"] = 9
    revision.save(update_fields=["content"])
    client.force_login(boss)

    assert client.get(reverse("gate", args=[override.pk])).context["node"] is None


def test_the_list_takes_as_many_queries_for_one_as_for_many(client, boss, override, django_assert_max_num_queries):
    for _count in range(5):
        Override.objects.create(
            walk=uuid.uuid4(), guide=override.guide, node="do", qualification=override.qualification,
            person=override.person, asked_at=timezone.now() - datetime.timedelta(days=2), asked_because="x",
        )  # fmt: skip
    client.force_login(boss)
    with django_assert_max_num_queries(13):
        assert client.get(reverse("gates")).status_code == 200
