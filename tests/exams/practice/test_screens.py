"""The screens of practice, as a browser without scripts uses them."""

import datetime
import json
import re
import uuid
from random import Random

import pytest
from django.urls import reverse

from exams import sit
from exams.kinds import KINDS
from exams.models import PracticeAnswer, PracticeCard, QuestionVersion, Topic
from exams.simulation import build
from people import roles
from tests import make
from tests.exams.practice.bank import BODIES, asked, given, question, send, topic
from tests.exams.simulation.guides import power
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def learner(client, technician, clock):
    client.force_login(technician)
    return client


@pytest.fixture
def of(clock):
    return topic(title="用电安全")


def fields(kind, response):
    """The fields with which a form without scripts sends a response."""
    if kind == "ordering":
        return {f"item-1-{id_}": str(place) for place, id_ in enumerate(response, start=1)}
    if isinstance(response, dict):
        return {f"item-1-{name}": value for name, value in response.items()}
    return {"item-1": {True: "true", False: "false"}.get(response, response) if kind == "truefalse" else response}


def right(screen):
    version = screen.context["version"]
    order = KINDS[version.kind].arrange(version.body, Random(str(screen.context["key"])))
    return fields(version.kind, KINDS[version.kind].right_response(version.body, order))


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


# ---------------------------------------------------------------------------------------------- question by question


@pytest.mark.parametrize("kind", sorted(set(BODIES) - {"essay"}))
def test_a_question_of_every_kind_is_asked_marked_and_explained_at_once(learner, of, kind):
    question(of, kind)
    screen = asked(learner, of)
    assert "解释" not in words(screen)

    told = learner.get(send(learner, screen, **right(screen)).url)

    assert told.context["is_right"]
    assert "解释" in words(told)
    assert PracticeAnswer.objects.get().at == NOON


def test_a_wrong_answer_is_told_with_the_right_one_its_feedback_and_the_passage_as_it_reads_today(learner, of):
    page = make.document(title="电源规程", body=[make.text("a", "旧文字")])
    of_question = question(of, cites=(page, "a"))
    body = {"right": True, "feedback": {"false": "想想残余电荷"}}
    QuestionVersion.objects.filter(question=of_question).update(body=body)
    make.issue(page, body=[make.text("a", "新文字")])

    told = send(learner, asked(learner, of), **{"item-1": "false"})
    said = words(learner.get(told.url))

    assert not learner.get(told.url).context["is_right"]
    assert "想想残余电荷" in said
    assert "新文字" in said
    assert "旧文字" not in said
    assert f"{reverse('document', args=[page.number])}#a" in said
    assert learner.get(told.url).context["has_changed"]


def test_a_wrong_question_comes_back_when_it_is_due_and_not_before(learner, of, clock):
    wrong = question(of)
    send(learner, asked(learner, of), **{"item-1": "false"})

    assert "version" not in asked(learner, of).context
    assert "version" not in asked(learner).context
    clock.shift(10 * MINUTE)
    assert asked(learner).context["question"] == wrong
    assert asked(learner, of).context["question"] == wrong


def test_who_does_not_know_is_told_and_asked_again(learner, of):
    question(of, "numeric")

    told = send(learner, asked(learner, of), unknown="1", **{"item-1": "12"})

    assert PracticeAnswer.objects.get().share == 0
    assert PracticeCard.objects.get().due_at == NOON + 10 * MINUTE
    shown = learner.get(told.url)
    assert shown.context["key_words"][0] in words(shown)


@pytest.mark.parametrize("sent", ["", "about twelve", "9" * 50])
def test_what_is_no_answer_is_said_in_words_and_kept_in_its_field(learner, of, sent):
    question(of, "numeric")

    again = send(learner, asked(learner, of), **{"item-1": sent})

    assert (again.status_code, PracticeAnswer.objects.count()) == (422, 0)
    assert again.context["mistake"] in words(again)
    assert f'value="{sent}"' in words(again)


def test_once_more_through_all_of_a_topic_goes_round(learner, of):
    question(of)
    send(learner, asked(learner, of), **{"item-1": "true"})
    done = asked(learner, of)
    assert f"{reverse('practise', args=[of.key])}?again=1" in words(done)

    told = send(learner, asked(learner, of, again=1), **{"item-1": "true"})

    assert f"{reverse('practise', args=[of.key])}?again=1" in words(learner.get(told.url))


# ---------------------------------------------------------------------------------------------------- twice, from two


def test_the_same_form_sent_twice_counts_once_and_shows_the_first_answer(learner, of, clock):
    question(of)
    screen = asked(learner, of)
    first = send(learner, screen, **{"item-1": "false"})
    clock.shift(MINUTE)
    second = send(learner, screen, **{"item-1": "true"})  # back, corrected, sent again

    assert first.url == second.url
    assert PracticeAnswer.objects.get().share == 0
    assert PracticeCard.objects.get().due_at == NOON + 10 * MINUTE


def test_two_tabs_with_the_same_question_are_two_answers(learner, of):
    question(of)
    one, other = asked(learner, of), asked(learner, of)

    for screen in (one, other):
        assert send(learner, screen, **{"item-1": "false"}).status_code == 302
    assert (PracticeAnswer.objects.count(), PracticeCard.objects.count()) == (2, 1)


def test_options_stand_as_they_stood_when_the_answer_is_marked(learner, of):
    question(of, "single")
    for _each in range(4):
        screen = asked(learner, of, again=1)
        send(learner, screen, **right(screen))

    assert {each.share for each in PracticeAnswer.objects.all()} == {1}


def test_an_answer_is_marked_by_the_version_that_was_asked(learner, of):
    asked_of = question(of)
    screen = asked(learner, of)
    QuestionVersion.objects.create(
        question=asked_of, number=2, kind="truefalse", text="新问题？", body={"right": False}, reviewed_at=NOON
    )
    send(learner, screen, **{"item-1": "true"})

    assert PracticeAnswer.objects.get().share == 1


@pytest.mark.parametrize(
    "sent", [{"key": "x"}, {"key": ""}, {"version": "x"}, {"version": "9" * 30}, {"version": "-1"}, {"version": "²"}]
)
def test_a_form_from_nowhere_is_answered_with_nothing_here(learner, of, sent):
    question(of)

    assert send(learner, asked(learner, of), **{"item-1": "true"} | sent).status_code == 404
    assert not PracticeAnswer.objects.exists()


def test_nothing_sent_breaks_the_server(learner):
    for kind in BODIES:
        screen = asked(learner, question(topic(), kind).topic)
        for value in ("\u0007", "x" * 30_000, "[", "{}", "-1"):
            sent = dict.fromkeys(("item-1", "item-1-1", "item-1-2", "item-1-unit", "played", "mark"), value)
            assert send(learner, screen, **sent).status_code in {200, 302, 422}


# ----------------------------------------------------------------------------------------------- texts and simulations


def test_who_wrote_a_text_compares_it_with_the_sample_and_marks_himself(learner, of):
    question(of, "essay")
    compared = send(learner, asked(learner, of), **{"item-1": "先断电。"})

    assert compared.status_code == 200
    assert not PracticeAnswer.objects.exists()
    assert all(said in words(compared) for said in ("先断电。", "先断电，再放电。"))
    told = send(learner, compared, **{"item-1": "先断电。", "mark": "hard"})
    given_ = PracticeAnswer.objects.get()
    assert (float(given_.share), given_.response) == (0.5, "先断电。")
    assert learner.get(told.url).context["is_own_mark"]
    assert PracticeCard.objects.exists()


def test_a_mark_for_oneself_counts_only_where_only_a_person_can_tell(learner, of):
    question(of)

    send(learner, asked(learner, of), **{"item-1": "false", "mark": "good"})

    assert PracticeAnswer.objects.get().share == 0


@pytest.fixture
def hidden(of):
    body = build(power(), end="end-cord", number="FG-100", edition="1.0")
    QuestionVersion.objects.filter(question=question(of)).update(kind="simulation", body=body)


def test_a_simulation_is_played_to_its_end_and_then_explained(learner, of, hidden):
    screen = asked(learner, of)
    version, key = screen.context["version"], screen.context["key"]
    order = KINDS["simulation"].arrange(version.body, Random(str(key)))
    for verb, id_ in KINDS["simulation"].right_response(version.body, order):
        assert screen.status_code == 200
        step = {"item-1": "name", "item-1-cause": id_} if verb == "name" else {"item-1": f"{verb} {id_}"}
        screen = send(learner, screen, **step)

    told = learner.get(screen.url)
    assert told.context["is_right"]
    assert PracticeAnswer.objects.count() == 1


@pytest.mark.parametrize("played", ["", "[", "null", '[["name", "c9"]]', "[" * 19_000, json.dumps([["test", "x"]])])
def test_a_play_that_cannot_be_begins_anew(learner, of, hidden, played):
    screen = asked(learner, of)

    again = send(learner, screen, **{"played": played, "item-1": "test nothing"})

    assert again.status_code == 422


def test_who_gives_a_simulation_up_gets_what_he_played_for_it(learner, of, hidden):
    told = send(learner, asked(learner, of), unknown="1")

    assert PracticeAnswer.objects.get().share == 0
    assert learner.get(told.url).status_code == 200


# ------------------------------------------------------------------------------------------------------------- access


def test_practice_is_for_who_is_signed_in(client, of):
    question(of)
    for name, args in (("practice", []), ("practice_due", []), ("practise", [of.key]), ("practice_figures", [])):
        assert client.get(reverse(name, args=args)).url.startswith(reverse("account_login"))


def test_no_address_shows_a_question_of_exams_that_its_topic_keeps_back(learner, technician, of):
    kept = question(of, for_practice=False)
    open_one = question(of)
    screen = asked(learner, of)
    assert screen.context["question"] == open_one

    assert send(learner, screen, version=kept.in_force.pk, **{"item-1": "true"}).status_code == 404
    before = given(technician, kept)  # it was allowed then
    assert learner.get(reverse("practice_answer", args=[before.key])).status_code == 404
    PracticeCard.objects.create(person=technician, question=kept, due_at=NOON, state={})
    assert "version" not in asked(learner).context
    Topic.objects.update(may_practise=True)
    assert learner.get(reverse("practice_answer", args=[before.key])).status_code == 200


def test_a_topic_without_questions_to_practise_does_not_exist(learner, of):
    question(of, for_practice=False)

    assert asked(learner, of).status_code == 404
    assert of.title not in learner.get(reverse("practice")).content.decode()


def test_a_question_that_comes_onto_ones_own_paper_is_gone_from_practice_at_once(learner, technician):
    exam = make.exam(kinds=["truefalse"])
    Topic.objects.update(may_practise=True)
    of = exam.blueprint.get().topic
    screen = asked(learner, of)
    told = send(learner, screen, **{"item-1": "true"})
    assert learner.get(told.url).status_code == 200

    sit.check_in(exam=exam, person=technician, at=NOON, seed="s")

    assert learner.get(told.url).status_code == 404
    assert asked(learner, of).status_code == 404
    assert send(learner, screen, key=str(uuid.uuid4()), **{"item-1": "true"}).status_code == 404


def test_practice_is_closed_during_a_closed_book_exam(learner, technician, of):
    question(of)
    make.sitting(make.exam(kinds=["truefalse"], is_open_book=False), technician)

    assert asked(learner, of).status_code == asked(learner).status_code == 403


def test_nobody_sees_anothers_practice(client, learner, technician, dealer, of):
    told = reverse("practice_answer", args=[given(technician, question(of), right=False).key])
    client.force_login(dealer)

    assert client.get(told).status_code == 404
    whole = client.get(reverse("practice")).context["whole"]
    assert (whole.answered, whole.coming) == (0, 0)


def test_the_key_of_anothers_answer_opens_nothing(client, technician, dealer, of, clock):
    key = given(technician, question(of)).key
    client.force_login(dealer)

    assert send(client, asked(client, of), key=str(key), **{"item-1": "true"}).status_code == 404


def test_looking_changes_nothing(learner, of):
    question(of)
    for name, args in (("practice", []), ("practice_due", []), ("practise", [of.key])):
        learner.get(reverse(name, args=args))

    assert not PracticeAnswer.objects.exists()
    assert not PracticeCard.objects.exists()


# ------------------------------------------------------------------------------------------------------------ overview


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_overview_says_what_is_due_and_leads_there(learner, technician, of, clock, prefix):
    given(technician, question(of), right=False)
    clock.shift(10 * MINUTE)

    said = words(learner.get(f"{prefix}/practice/"))

    assert of.title in said
    assert f"{prefix}/practice/due/" in said


def test_the_home_page_leads_to_what_is_due(learner, technician, of, clock):
    given(technician, question(of), right=False)
    assert reverse("practice_due") not in learner.get("/").content.decode()
    clock.shift(10 * MINUTE)

    assert reverse("practice_due") in learner.get("/").content.decode()


def test_the_lobby_leads_to_the_practice_of_what_went_wrong(learner, technician):
    exam = make.exam(kinds=["truefalse"])
    sit.finish(sitting=make.sitting(exam, technician), at=NOON)
    topic_of = exam.blueprint.get().topic
    address, lobby = reverse("practise", args=[topic_of.key]), reverse("exam", args=[exam.key])

    assert address not in learner.get(lobby).content.decode()
    Topic.objects.update(may_practise=True)
    assert address in learner.get(lobby).content.decode()


def test_trainers_see_what_goes_wrong_and_nobody_by_name(client, of):
    asked_of, people = question(of), [make.person(name=f"学员{n}") for n in range(5)]
    for person in people:
        given(person, asked_of, right=False)
    client.force_login(make.person(roles.TRAINER))

    for address in (reverse("practice_figures"), f"{reverse('practice_figures')}?topic={of.key}"):
        said = words(client.get(address))
        assert re.search(r">0%<", said)
        assert "学员" not in said
    client.force_login(people[0])
    assert client.get(reverse("practice_figures")).status_code == 403
