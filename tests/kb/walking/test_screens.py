"""Walking through a fault guide, one node a screen."""

import json
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from kb.models import Device, FaultGuidePage, Hazard, Part, Tool
from people.models import Audience, Subject
from people.refusal import Refused
from tests import make
from tests.make import act, ask, end, measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(db):
    return make.guide(number="FG-1", title="无法开机", version="1.2")


def walk(client, guide, *answers, **query):
    """The screen after these answers: as a person comes to it, from an address without a key."""
    return client.get(reverse("walk", args=[guide.number]), {"a": answers, **query}, follow=True)


def again(client, answer, **changes):
    """The same screen with some members of its address changed."""
    query = {**parse_qs(answer.context["address"].query), **changes}
    return client.get(reverse("walk", args=[answer.context["page"].number]), query)


def node(answer):
    return answer.context["node"].id


def ways(answer):
    return {way.answer: way.url for way in answer.context["ways"]}


def words(answer):
    return answer.content.decode()


def test_a_walk_begins_by_giving_itself_a_key_its_editions_and_a_moment(client, guide):
    answer = client.get(reverse("walk", args=["FG-1"]))

    query = parse_qs(urlsplit(answer.url).query)
    assert answer.status_code == 302
    assert uuid.UUID(query["w"][0])
    assert query["e"] == [str(guide.edition.pk)]
    assert int(query["t"][0]) > 1_700_000_000


def test_the_first_screen_shows_the_first_node_with_its_ways(client, guide):
    answer = walk(client, guide)

    assert (answer.status_code, node(answer), answer.context["back"]) == (200, "lamp", "")
    for address in ways(answer).values():
        assert address.replace("&", "&amp;") in words(answer)


def test_following_the_links_reaches_an_end(client, guide):
    answer = walk(client, guide)
    answer = client.get(ways(answer)["0"])
    assert node(answer) == "rail"
    answer = client.get(ways(answer)["cannot"])

    assert node(answer) == "over"
    assert [line.turn.answer for line in answer.context["lines"]] == ["0", "cannot"]


@pytest.mark.parametrize(
    ("typed", "to", "kept"),
    [
        ("11.39", "bad", "11.39"),
        ("11.40", "over", "11.40"),
        ("12,59", "over", "12.59"),
        ("１２．６", "bad", "12.6"),
        (" -3 ", "bad", "-3"),
        ("1e2", "bad", "100"),
        ("1e99", "bad", "1e99"),
    ],
)
def test_a_reading_leads_on_and_is_kept_in_plain_digits(client, guide, typed, to, kept):
    answer = walk(client, guide, "0", reading=typed)

    assert (answer.status_code, node(answer), answer.context["trail"]) == (200, to, ["0", kept])


@pytest.mark.parametrize(
    "typed", ["", "abc", "nan", "1e", "<script>alert(1)</script>", "x" * 3000, "cannot", "done", "0 1", "²", "1e999"]
)
def test_a_bad_reading_is_told_the_place_and_what_was_typed_are_kept(client, guide, typed):
    answer = walk(client, guide, "0", reading=typed)

    assert (answer.status_code, node(answer)) == (422, "rail")
    assert answer.context["mistakes"]
    assert answer.context["trail"] == ["0"]
    assert answer.context["typed"] == typed[:200]
    assert "<script>alert" not in words(answer)


def test_a_comma_that_reads_two_ways_is_refused_with_the_reason(client, guide):
    assert len(walk(client, guide, "0", reading="1,200").context["mistakes"][0]) > len(
        walk(client, guide, "0", reading="1x200").context["mistakes"][0]
    )


@pytest.mark.parametrize(
    ("answers", "to"),
    [
        (["9"], "lamp"),
        (["0", "abc"], "rail"),
        (["0", "abc", "cannot"], "rail"),
        (["1", "0", "0"], "over"),
        ([""], "lamp"),
    ],
)
def test_an_address_that_fits_no_more_goes_as_far_as_it_can(client, guide, answers, to):
    answer = walk(client, guide, *answers)

    assert (answer.status_code, node(answer)) == (422, to)
    assert answer.context["mistakes"]


# --------------------------------------------------------------------------------------------------------- going back


def test_going_back_keeps_every_answer_and_shows_the_one_given_before(client, guide):
    end = walk(client, guide, "0", "12")
    measured = client.get(end.context["back"])
    assert node(measured) == "rail"
    assert 'value="12"' in words(measured)
    assert [is_hit for _words, is_hit in measured.context["ranges"]] == [False, True, False]

    first = client.get(measured.context["back"])
    assert node(first) == "lamp"
    assert [way.answer for way in first.context["ways"] if way.is_given] == ["0"]
    assert [line.is_ahead for line in first.context["lines"]] == [False, True]
    assert node(client.get(first.context["ahead"])) == "over"


def test_the_same_answer_goes_forward_with_all_later_ones_and_another_cuts_them(client, guide):
    first = walk(client, guide, "0", "12", at="0")

    same = client.get(ways(first)["0"])
    assert (node(same), list(same.context["address"].answers)) == ("rail", ["0", "12"])
    other = client.get(ways(first)["none"])
    assert (node(other), list(other.context["address"].answers)) == ("over", ["none"])


def test_a_reading_typed_again_in_another_spelling_is_the_same_answer(client):
    guide = make.guide(
        [measure("one", [(None, None, "two")], "over"), ask("two", {"是": "over"}, none="over"), end("over")]
    )
    back = walk(client, guide, "12.0", "0", at="0")

    for typed, kept in (("１２", ["12", "0"]), ("12.5", ["12.5"])):
        assert list(again(client, back, reading=typed).context["address"].answers) == kept


def test_the_branches_of_a_measurement_are_not_shown_before_it_was_made(client, guide):
    assert "11.4" not in words(walk(client, guide, "0"))
    assert "11.4" in words(walk(client, guide, "0", "12", at="1"))
    assert "11.4" not in words(walk(client, guide, "0", "cannot", at="1"))


def test_every_line_of_the_trail_leads_back_and_starting_again_forgets_the_answers(client, guide):
    answer = walk(client, guide, "0", "12")

    assert [node(client.get(line.url)) for line in answer.context["lines"]] == ["lamp", "rail"]
    restarted = client.get(answer.context["restart"])
    assert (node(restarted), restarted.context["address"].answers) == ("lamp", ())
    assert restarted.context["walk_key"] == answer.context["walk_key"]


# ------------------------------------------------------------------------------------------------------------- forged

FORGED = [
    ({"w": "1"}, 302),
    ({"w": "../../etc"}, 302),
    ({"e": "x"}, 302),
    ({"e": "-1"}, 302),
    ({"e": "99999999999"}, 302),
    ({"e": "9" * 500}, 302),
    ({"e": [str(n) for n in range(1000, 1300)]}, 302),
    ({"t": "x"}, 302),
    ({"t": "99999999999"}, 302),
    ({"t": "-5"}, 302),
    ({"t": "9" * 400}, 302),
    ({"at": "x"}, 422),
    ({"at": "7"}, 422),
    ({"at": "-1"}, 422),
    ({"at": "9" * 400}, 422),
    ({"a": ["0"] * 600}, 422),
    ({"a": "x" * 5000}, 422),
    ({"a": "0\0"}, 400),
    ({"a": ["0"] * 21_000}, 400),
    ({"seen": ["rail", "nothing", "x" * 5000]}, 200),
    ({"device": "x" * 5000, "case": "<b>"}, 200),
]


@pytest.mark.parametrize(("changes", "status"), FORGED, ids=lambda value: str(value)[:40])
def test_a_forged_address_is_answered_in_words(client, guide, changes, status):
    answer = again(client, walk(client, guide, "0"), **changes)

    assert answer.status_code == status
    if status == 302:
        followed = client.get(answer.url)
        assert (followed.status_code, followed.context["edition"].pk) == (200, guide.edition.pk)


def test_only_looking_is_possible(client, guide):
    assert client.post(reverse("walk", args=[guide.number])).status_code == 405


def test_what_travels_along_is_shown_kept_and_dropped_in_words_where_it_is_not_open(client, guide, technician):
    device = Device.objects.create(model=make.product(), serial="SN-77", folded="sn77")
    stranger = walk(client, guide, device=device.code, case="CS-1")
    assert len(stranger.context["lost"]) == 2
    assert "SN-77" not in words(stranger)
    assert "device=" not in ways(stranger)["0"]

    client.force_login(technician)
    answer = walk(client, guide, device=device.code)
    assert "SN-77" in words(answer)
    assert f"device={device.code}" in ways(answer)["0"]


# -------------------------------------------------------------------------------------------------------- what is shown


def test_it_walks_in_the_language_of_the_reader(client, guide):
    make.guide(number="FG-1", title="No power", language="en")

    assert "No power" in words(client.get("/en/doc/FG-1/walk/", follow=True))
    assert "无法开机" in words(client.get("/doc/FG-1/walk/", follow=True))


def test_in_the_other_language_of_the_site_one_goes_on_in_the_guide_one_began(client, guide):
    make.guide(number="FG-1", title="No power", language="en")
    answer = walk(client, guide, "0")

    english = client.get("/en" + answer.context["here"])
    assert (node(english), english.context["edition"].title) == ("rail", "无法开机")


def test_a_guide_that_may_not_be_read_may_not_be_walked(client, dealer):
    hidden = make.guide(audience=Audience.INTERNAL)
    client.force_login(dealer)

    assert walk(client, hidden).status_code == 404


def test_a_procedure_it_leads_to_is_named_only_to_those_who_may_read_it(client, technician):
    hidden = make.procedure(title="内部规程", audience=Audience.INTERNAL)
    guide = make.guide([act("do", then="over", procedure=hidden.pk), end("over", remedy=hidden.pk)])

    for answers in ([], ["done"]):
        assert "内部规程" not in words(walk(client, guide, *answers))
    client.force_login(technician)
    for answers in ([], ["done"]):
        assert "内部规程" in words(walk(client, guide, *answers))


def test_every_node_of_every_kind_can_be_shown(client, technician):
    Part.objects.create(key="psu", name="电源模块", number="P-1")
    Part.objects.create(key="x", name="风扇", number="P-2")
    client.force_login(technician)
    guide = make.guide(
        [
            measure("rail", [(None, "5", "do"), ("5", None, "over")], cannot="over", hazard="danger", text="先断电。"),
            act("do", then="over", hazard="caution", text="轻拿轻放。"),
            end(
                "over",
                result="workaround",
                workaround="改用备用",
                escalate="研发",
                collect="日志",
                parts="psu, x",
                minutes=5,
            ),
        ]
    )

    for answers in ([], ["3"], ["3", "done"]):
        assert walk(client, guide, *answers, seen="rail").status_code == 200
    assert "P-1" in words(walk(client, guide, "3", "done", seen="rail"))


def include(id_, guide, unresolved):
    value = {"heading": "先查电源", "guide": guide and guide.pk, "unresolved": unresolved}
    return {"type": "include", "id": id_, "value": value}


def stored(guide, *nodes):
    """The guide with these nodes in its edition, as a text of another day may hold them."""
    revision = guide.edition.revision
    revision.content |= {"body": json.dumps(list(nodes)), "start": nodes[0]["id"]}
    revision.save(update_fields=["content"])
    return guide


def test_another_guide_is_walked_inside_and_the_trail_says_which_it_was(client):
    inner = make.guide(
        [ask("plug", {"松": "loose"}, none="no"), end("loose"), end("no", "unresolved", escalate="研发")], title="电源"
    )
    outer = make.guide([end("over")])
    outer = stored(outer, include("power", inner, "over"), end("over", "unresolved"))

    first = walk(client, outer)
    assert (node(first), first.context["inner"], len(first.context["editions"])) == ("power/plug", "电源", 2)
    last = client.get(ways(first)["none"])
    assert node(last) == "over"
    assert [line.guide for line in last.context["lines"]] == ["电源"]


def test_where_an_included_guide_is_not_open_one_goes_on_without_it(client):
    inner = make.guide(audience=Audience.INTERNAL)
    outer = stored(make.guide([end("over")]), include("power", inner, "over"), end("over", "unresolved"))

    first = walk(client, outer)
    assert (node(first), len(first.context["editions"])) == ("power", 1)
    assert node(client.get(ways(first)["unresolved"])) == "over"


# ------------------------------------------------------------------------------------------------------------ hazards


@pytest.fixture
def mains(db):
    hazard = Hazard.objects.create(key="mains", name="触电", level="danger", text="先验电。")
    hazard.protection.add(Tool.objects.create(key="gloves", name="绝缘手套", is_protective=True))
    return hazard


def dangerous(**members):
    """A guide with a dangerous step; a hazard it names may have gone since it was signed."""
    return stored(make.guide(), act("do", then="over", text="松开端子", **members), end("over"))


@pytest.mark.parametrize("members", [{"hazards": "mains, unknown"}, {"hazard": "warning"}])
def test_what_may_hurt_is_read_before_the_step_is_shown(client, technician, mains, members):
    client.force_login(technician)
    guide = dangerous(**members)

    before = walk(client, guide)
    assert (before.context["stage"], before.context["ways"]) == ("hazard", [])
    assert "a=done" not in words(before)
    assert ("绝缘手套" in words(before)) == ("hazards" in members)
    assert ("松开端子" in words(before)) == ("hazard" in members)  # there the text is that of the hazard
    after = client.get(before.context["opened"])
    assert (after.context["stage"], list(ways(after))) == ("step", ["done"])
    assert "松开端子" in words(after)


@pytest.mark.parametrize("members", [{}, {"hazard": "notice"}, {"hazard": "caution"}, {"hazards": "unknown"}])
def test_lesser_dangers_stand_beside_the_step(client, mains, members):
    assert walk(client, dangerous(**members)).context["stage"] == "step"


@pytest.mark.parametrize("query", [{}, {"at": "1"}, {"at": "0"}, {"seen": "over"}, {"reading": "5"}])
def test_no_address_leads_past_a_hazard_that_was_not_opened(client, mains, query):
    guide = dangerous(hazards="mains")

    answer = walk(client, guide, "done", **query)

    assert (node(answer), answer.context["stage"], answer.context["ways"]) == ("do", "hazard", [])
    assert 'action="/doc/' not in words(answer)


def test_strangers_and_customers_leave_live_and_qualified_work_to_service(client, customer):
    qualification = make.qualification()
    guides = [dangerous(live=True, hazard="danger"), dangerous(qualification=qualification.key)]

    for _who in ("stranger", "customer"):
        for guide in guides:
            answer = walk(client, guide, "done", seen="do")
            assert (node(answer), answer.context["stage"], answer.context["ways"]) == ("do", "service", [])
        client.force_login(customer)


# --------------------------------------------------------------------------------------------- qualifications unknown

WRONG = ["server/初级", "server", "server/", "/1", "server/9", "server/01", "none/1", "server/1/1"]


def asking(qualification, **fields):
    return make.guide([act("do", then="over", qualification=qualification), end("over")], **fields)


@pytest.fixture
def server():
    subject = Subject.objects.create(key="server", name="服务器维修")
    return make.qualification(rank=1, subject=subject)


@pytest.mark.parametrize("typed", WRONG)
def test_a_guide_that_asks_for_a_qualification_there_is_not_is_refused(server, typed):
    with pytest.raises(Refused) as refusal:
        asking(typed)

    assert refusal.value.reasons[0].startswith("重新插拔: ")
    assert typed in refusal.value.reasons[0]


def test_one_that_came_to_ask_for_it_can_be_walked_all_the_same(client, server):
    guide = asking("server/1")
    for typed in WRONG:
        stored(guide, act("do", then="over", qualification=typed), end("over"))
        answer = walk(client, guide)
        assert (answer.status_code, answer.context["stage"]) == (200, "step")


def test_live_work_is_read_about_first_though_its_hazard_is_a_lesser_one(client, technician):
    client.force_login(technician)

    guide = stored(dangerous(), act("do", then="over", live=True, hazard="notice"), end("over"))
    assert walk(client, guide).context["stage"] == "hazard"


def test_an_edition_that_starts_nowhere_is_not_found(client, guide):
    assert walk(client, stored(guide, end("over"))).status_code == 200
    revision = guide.edition.revision
    revision.content["start"] = "gone"
    revision.save(update_fields=["content"])
    assert walk(client, guide).status_code == 404
    assert FaultGuidePage.objects.filter(pk=guide.pk).exists()
