"""How runs through a branch ended, and cheaper orders of tests."""

import datetime

import pytest
from django.test import Client

from kb.evidence import branches, order
from kb.models import DiagnosisRun, FaultGuidePage, RunTurn
from people import roles
from people.models import Notice, User
from tests import make


@pytest.fixture
def guide(db: None) -> FaultGuidePage:
    return make.guide()


def runs(guide: FaultGuidePage, count: int, turns: list[tuple[str, str, str]], end: str, result: str) -> None:
    """Record so many runs that took these turns: (node, way, where it led)."""
    person = User.objects.first() or make.person()
    for _time in range(count):
        run = DiagnosisRun.objects.create(
            guide=guide, version="1.0", person=person, path=[], end=end, result=result, recorded_at=make.NOON
        )
        RunTurn.objects.bulk_create(
            RunTurn(run=run, guide=guide, node=node, way=way, to=to, end=end, result=result) for node, way, to in turns
        )


def test_each_way_says_how_the_runs_that_took_it_ended(guide: FaultGuidePage) -> None:
    runs(guide, 3, [("lamp", "0", "rail"), ("rail", "r0", "bad")], "bad", "resolved")
    runs(guide, 1, [("lamp", "0", "rail"), ("rail", "cannot", "over")], "over", "unresolved")
    runs(guide, 1, [("lamp", "none", "over")], "over", "unresolved")

    known = branches.of_node(guide=guide, tree=guide.graph, node=guide.graph.nodes["lamp"])

    assert known["0"].runs == 4
    assert [(ending.label, ending.percent) for ending in known["0"].endings] == [("电源模块损坏", 75), ("结论", 25)]
    assert known["none"].runs == 1
    assert "1" not in known
    assert known[""].runs == 5
    at_the_rail = branches.of_node(guide=guide, tree=guide.graph, node=guide.graph.nodes["rail"])
    assert {way: some.runs for way, some in at_the_rail.items()} == {"r0": 3, "cannot": 1, "": 4}


def test_a_way_that_led_elsewhere_then_is_another_way(guide: FaultGuidePage) -> None:
    runs(guide, 2, [("lamp", "0", "over")], "over", "unresolved")
    assert branches.of_node(guide=guide, tree=guide.graph, node=guide.graph.nodes["lamp"]) == {}


def test_runs_in_another_language_of_the_guide_count_as_well(guide: FaultGuidePage) -> None:
    english = make.guide(number=guide.number, language="en")
    runs(english, 2, [("lamp", "0", "rail")], "bad", "resolved")
    assert branches.of_node(guide=guide, tree=guide.graph, node=guide.graph.nodes["lamp"])["0"].runs == 2


def test_what_a_branch_found_is_one_query(guide: FaultGuidePage, django_assert_num_queries) -> None:
    runs(guide, 3, [("lamp", "0", "rail"), ("rail", "r0", "bad")], "bad", "resolved")
    with django_assert_num_queries(1):
        assert branches.rows(guide=guide, node="lamp") == [("lamp", "0", "rail", "bad", "resolved", 3)]


@pytest.fixture
def chain(db: None) -> FaultGuidePage:
    """A dear test that seldom finds anything before a cheap one that often does."""
    return make.guide(
        [
            make.measure("dear", [(None, "5", "worn"), ("5", None, "cheap")], cannot="cheap", minutes=40),
            make.ask("cheap", {"松动": "loose"}, none="over") | {},
            make.end("worn", cause="磨损"),
            make.end("loose", cause="松动"),
            make.end("over", result="unresolved", escalate="专业服务中心", collect="日志"),
        ]
    )


def test_a_cheaper_order_is_proposed_from_what_was_found_and_what_the_tests_cost(chain: FaultGuidePage) -> None:
    runs(chain, 2, [("dear", "r0", "worn")], "worn", "resolved")
    runs(chain, 38, [("dear", "r1", "cheap"), ("cheap", "0", "loose")], "loose", "resolved")

    (better,) = order.better(guide=chain, rows=branches.rows(guide=chain))

    assert [node.id for node in better.present] == ["dear", "cheap"]
    assert [node.id for node in better.proposed] == ["cheap", "dear"]
    assert better.runs == 40
    assert better.before == pytest.approx((2 * 40 + 38 * 42) / 40)
    assert better.after == pytest.approx((38 * 2 + 2 * 42) / 40)


def test_nothing_is_proposed_from_a_few_runs(chain: FaultGuidePage) -> None:
    runs(chain, 20, [("dear", "r1", "cheap"), ("cheap", "0", "loose")], "loose", "resolved")
    assert order.better(guide=chain, rows=branches.rows(guide=chain)) == []


def test_owners_are_told_once_for_each_edition_and_nothing_changes_by_itself(chain: FaultGuidePage) -> None:
    author = make.person(roles.AUTHOR)
    runs(chain, 40, [("dear", "r1", "cheap"), ("cheap", "0", "loose")], "loose", "resolved")
    before = chain.edition.digest
    order.remind(at=make.NOON)
    order.remind(at=make.NOON + datetime.timedelta(days=1))
    notice = Notice.objects.get(person=author)
    assert chain.number in notice.text
    assert notice.url == f"/doc/{chain.number}/evidence/"
    assert FaultGuidePage.objects.get(pk=chain.pk).edition.digest == before


def test_the_evidence_page_is_for_our_own_staff(
    client: Client, chain: FaultGuidePage, technician: User, dealer
) -> None:
    runs(chain, 40, [("dear", "r1", "cheap"), ("cheap", "0", "loose")], "loose", "resolved")
    address = f"/doc/{chain.number}/evidence/"
    assert client.get(address).status_code == 302
    client.force_login(dealer)
    assert client.get(address).status_code == 404
    client.force_login(technician)
    shown = client.get(address).content.decode()
    assert '100% <span lang="zh-hans">松动</span>' in shown
    assert "换一个顺序" in shown


def test_there_is_no_evidence_of_what_a_person_may_not_read(client: Client, technician: User, db: None) -> None:
    hidden = make.guide(confidentiality="restricted")
    client.force_login(technician)
    assert client.get(f"/doc/{hidden.number}/evidence/").status_code == 404
    assert client.get("/doc/FG-999/evidence/").status_code == 404
