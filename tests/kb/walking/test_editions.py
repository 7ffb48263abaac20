"""A walk stands on the editions it began on, whatever comes into force meanwhile."""

import datetime
from urllib.parse import parse_qs

import pytest
from django.urls import reverse

from kb.models import Walk
from people import roles
from people.models import Audience
from tests import make
from tests.kb.walking.test_screens import again, include, node, walk, ways, words
from tests.make import ask, end

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(db):
    return make.guide(number="FG-1", title="无法开机", version="1.2")


OTHER = [ask("smell", {"焦味": "burnt"}, none="burnt"), end("burnt", cause="烧毁")]


def changed(guide, **fields):
    return make.issue(guide, **{"body": OTHER, "start": "smell"} | fields)


def test_a_guide_that_changes_meanwhile_is_finished_as_it_was_and_says_so(client, guide):
    middle = walk(client, guide, "0")
    changed(guide)

    answer = again(client, middle)
    assert (answer.status_code, node(answer), answer.context["edition"].version) == (200, "rail", "1.2")
    assert not answer.context["pinned"].is_unsafe
    assert node(client.get(ways(answer)["cannot"])) == "over"
    anew = client.get(answer.context["anew"], follow=True)
    assert (node(anew), anew.context["pinned"].later) == ("smell", [])


def test_answers_are_kept_that_were_given_to_the_same_question(client):
    before = [
        ask("one", {"是": "two"}, none="over"),
        ask("two", {"红": "over", "绿": "over"}, none="over"),
        end("over"),
    ]
    guide = make.guide(before)
    last = walk(client, guide, "0", "1")
    after = [
        ask("first", {"是": "second"}, none="over"),
        ask("second", {"绿": "over", "红": "over"}, none="over"),
        end("over"),
    ]
    changed(guide, body=after, start="first")

    anew = client.get(again(client, last).context["anew"], follow=True)
    assert (anew.status_code, node(anew), anew.context["trail"]) == (200, "second", ["0"])
    assert [str(message) for message in anew.context["messages"]]
    for broken in ({"e": "0"}, {"w": "x"}, {"a": ["9"]}):
        query = {**parse_qs(last.context["address"].query), **broken}
        assert client.get(reverse("walk_anew", args=[guide.number]), query, follow=True).status_code in {200, 422}


def test_a_change_for_the_sake_of_safety_is_said_aloud(client, guide):
    middle = walk(client, guide, "0")
    changed(guide, significance="safety")

    answer = again(client, middle)
    assert answer.context["pinned"].is_unsafe
    assert "note--warning" in words(answer)


def test_a_new_edition_of_a_guide_inside_changes_nothing_either(client):
    inner = make.guide()
    outer = make.guide([include("power", inner, "over"), end("over", "unresolved", escalate="研发")])
    middle = walk(client, outer, "0")
    assert node(middle) == "power/rail"
    changed(inner)

    answer = again(client, middle)
    assert node(answer) == "power/rail"
    assert [edition.page_id for edition in answer.context["pinned"].later] == [inner.pk]


def test_editions_that_do_not_belong_together_are_begun_anew_with_the_reason(client, guide):
    other, hidden = make.guide(), make.guide(audience=Audience.INTERNAL)
    future = changed(guide, effective_on=datetime.date(2999, 1, 1), at=make.NOON)
    own = guide.edition.pk
    middle = walk(client, guide, "0")

    for pks in ([other.edition.pk], [own, other.edition.pk], [hidden.edition.pk], [future.pk], [0], [own, 0]):
        answer = again(client, middle, e=pks)
        assert answer.status_code == 302
        begun = client.get(answer.url)
        assert [str(message) for message in begun.context["messages"]]
        assert (node(begun), begun.context["edition"].pk) == ("rail", own)


def test_an_old_edition_is_not_a_way_to_what_it_said_to_others(client):
    guide = make.guide(number="FG-2", audience=Audience.INTERNAL)
    secret = guide.edition.pk
    make.issue(guide, audience=Audience.PUBLIC)

    answer = again(client, walk(client, guide), e=secret)
    assert client.get(answer.url).context["edition"].pk != secret


# ---------------------------------------------------------------------------------------------------------- withdrawn


def test_whoever_stood_in_a_guide_that_is_withdrawn_may_finish_with_a_loud_word(client, guide, technician, dealer):
    client.force_login(technician)
    middle = walk(client, guide, "0")
    make.withdrawn(guide)

    answer = again(client, middle)
    assert (answer.status_code, node(answer)) == (200, "rail")
    assert answer.context["pinned"].end
    assert 'role="alert"' in words(answer)
    assert client.get(ways(answer)["cannot"]).status_code == 200

    for who in (None, dealer):
        client.logout()
        if who:
            client.force_login(who)
        gone = client.get(middle.context["here"], follow=True)
        assert gone.status_code == 410
        assert "不亮" not in words(gone)


def test_of_a_withdrawn_guide_no_walk_begins(client, guide):
    make.withdrawn(guide)

    answer = client.get(reverse("walk", args=["FG-1"]))
    assert answer.url == reverse("document", args=["FG-1"])
    assert not Walk.objects.exists()


def test_who_reads_what_was_withdrawn_may_look_at_the_walk_as_well(client, guide):
    middle = walk(client, guide, "0")
    make.withdrawn(guide)
    client.force_login(make.person(roles.AUDITOR))

    assert client.get(middle.context["here"]).status_code == 200
