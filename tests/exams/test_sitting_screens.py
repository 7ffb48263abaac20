"""The screens of an exam: the lobby, the paper, saving and handing in over the net."""

import datetime
import json
import re
import uuid

import pytest
from django.urls import reverse

from exams.models import Item, Question, Sitting
from exams.sit import Seat
from exams.views.own import LATE
from people.models import Audience, OrgUnit
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def exam(clock):
    return make.exam(minutes=20)


@pytest.fixture
def candidate(client, technician, exam):
    client.force_login(technician)
    return client


@pytest.fixture
def sitting(candidate, exam):
    begin(candidate, exam)
    return Sitting.objects.get()


def check_in(client, exam):
    return client.post(reverse("check_in", args=[exam.key]), {"confirm_identity": "on", "confirm_rules": "on"})


def begin(client, exam):
    """Check in and start the clock; what the browser sees then."""
    checked_in = check_in(client, exam)
    return client.post(f"{checked_in.url}start/", follow=True)


def item(sitting, kind):
    return make.item(sitting, kind).n


def right(sitting, kind):
    return make.right(make.item(sitting, kind))


def seat(sitting):
    """The token of whoever has the seat now."""
    sitting.refresh_from_db()
    return {"X-Seat": Seat(sitting.public_id, sitting.lease).token}


def save(client, sitting, response="12", base=0, kind="numeric", **changes):
    sent = {"item": item(sitting, kind), "response": response, "base": base} | changes
    return post(client, sitting, json.dumps(sent))


def post(client, sitting, body):
    address = reverse("save_answer", args=[sitting.public_id])
    return client.post(address, body, content_type="application/json", headers=seat(sitting))


def finish(client, sitting, **form):
    return client.post(reverse("finish_sitting", args=[sitting.public_id]), form)


def page(client, sitting, name="sitting"):
    return client.get(reverse(name, args=[sitting.public_id]))


def lobby(client, exam):
    return client.get(reverse("exam", args=[exam.key]))


def test_a_paper_has_no_frame_around_it(candidate, sitting):
    paper = candidate.get(sitting.get_absolute_url()).content.decode()

    assert 'id="finish"' in paper
    assert not re.search(r'class="(topbar|tabs|foot)"|search\.js', paper)


def test_from_the_list_through_the_paper_to_the_result(candidate, exam):
    assert exam.title in candidate.get(reverse("exams")).content.decode()
    assert lobby(candidate, exam).status_code == 200

    started = begin(candidate, exam)
    sitting = Sitting.objects.get()
    assert started.redirect_chain[-1][0] == sitting.get_absolute_url()
    assert all(each.version.text in started.content.decode() for each in sitting.items.all())

    for kind in make.BODIES:
        assert save(candidate, sitting, right(sitting, kind), kind=kind).status_code == 200
    done = candidate.post(reverse("finish_sitting", args=[sitting.public_id]), follow=True)

    assert done.status_code == 200
    assert "100%" in done.content.decode()
    sitting.refresh_from_db()
    assert sitting.has_passed


def test_a_wrong_answer_is_shown_with_the_passage_it_rests_on_as_examined_and_as_of_today(candidate, clock):
    document = make.document(title="电源规程", body=[make.text("a", "旧文字")])
    exam = make.exam(kinds=[])
    question = make.question("truefalse", topic=make.level(exam=exam) and make.question().topic, cites=(document, "a"))
    exam.blueprint.update(topic=question.topic, count=1)
    Question.objects.exclude(pk=question.pk).update(state=Question.State.RETIRED)
    begin(candidate, exam)
    sitting = Sitting.objects.get(exam=exam)
    make.issue(document, body=[make.text("a", "新文字")])

    finish(candidate, sitting)
    shown = page(candidate, sitting, "result_answers").content.decode()

    assert "旧文字" in shown
    assert re.search("<ins>.*新.*</ins>文字", shown)
    assert reverse("document", args=[document.number]) in shown


def test_a_passage_of_a_document_the_candidate_may_not_read_is_not_shown(client, dealer, clock):
    document = make.document(title="内部规程", body=[make.text("a", "内部文字")], audience=Audience.INTERNAL)
    exam = make.exam(kinds=["truefalse"])
    version = Question.objects.get().version
    version.page, version.block_id, version.digest = document, "a", document.blocks.get().basis
    version.save()
    client.force_login(dealer)
    begin(client, exam)
    sitting = Sitting.objects.get()
    finish(client, sitting)

    for name in ("result", "result_answers"):
        shown = page(client, sitting, name).content.decode()
        assert "内部" not in shown
        assert document.number not in shown


def test_a_save_answers_with_its_revision_and_the_time_left(candidate, sitting, clock):
    clock.shift(5 * MINUTE)

    said = save(candidate, sitting).json()
    assert (said["revision"], said["saved_at"], said["remaining_ms"]) == (1, "12:05:00", 15 * 60_000)
    assert datetime.datetime.fromisoformat(said["deadline"]) == sitting.deadline_at


def test_a_retry_gets_the_same_answer(candidate, sitting):
    assert save(candidate, sitting).json() == save(candidate, sitting).json()


def test_a_stale_tab_gets_409_and_the_newer_answer(candidate, sitting):
    save(candidate, sitting, "12")
    answer = save(candidate, sitting, "13", base=0)

    assert answer.status_code == 409
    assert answer.json().keys() == {"message", "reason", "response", "revision"}
    assert (answer.json()["response"], answer.json()["revision"]) == ("12", 1)


def test_a_base_from_nowhere_gets_409_and_that_there_is_none(candidate, sitting):
    answer = save(candidate, sitting, base=5)

    assert (answer.status_code, answer.json()["response"], answer.json()["revision"]) == (409, None, 0)


def test_an_answer_can_be_cleared(candidate, sitting):
    save(candidate, sitting)

    assert save(candidate, sitting, None, base=1).json()["revision"] == 2
    assert Item.objects.get(n=item(sitting, "numeric")).response is None


def test_an_answer_that_cannot_be_gets_422_with_a_sentence(candidate, sitting):
    answer = save(candidate, sitting, "about 12")

    assert answer.status_code == 422
    assert answer.json().keys() == {"message"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '"text"',
        "{}",
        '{"item": 1}',
        '{"item": 1, "response": "1"}',
        '{"item": null, "response": "1", "base": 0}',
        '{"item": [1], "response": "1", "base": 0}',
        '{"item": "one", "response": "1", "base": 0}',
        '{"item": 99, "response": "1", "base": 0}',
        '{"item": 0, "response": "1", "base": 0}',
        '{"item": 1e999, "response": "1", "base": 0}',
        '{"item": NaN, "response": "1", "base": 0}',
        '{"item": 1, "response": "1", "base": 1e999}',
        '{"item": 1, "response": "1", "base": "x"}',
        '{"item": ' + "9" * 5000 + ', "response": "1", "base": 0}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
    ids=lambda body: repr(body[:50]),
)
def test_a_broken_request_gets_400_and_changes_nothing(candidate, sitting, body):
    assert post(candidate, sitting, body).status_code == 400
    assert not Item.objects.filter(revision__gt=0).exists()


@pytest.mark.parametrize("response", [{}, {"a": [1]}, [[]], 1.5, "x" * 100_000, "\ud800", [None], -1, "\x00"], ids=repr)
def test_no_response_breaks_the_server(candidate, sitting, response):
    for kind in make.BODIES:
        assert save(candidate, sitting, response, kind=kind).status_code in {200, 422}


@pytest.mark.parametrize(("late", "status"), [(0, 200), (60, 200), (61, 410)])
def test_after_the_deadline_a_minute_of_grace(candidate, sitting, clock, late, status):
    clock.move_to(sitting.deadline_at + datetime.timedelta(seconds=late))

    answer = save(candidate, sitting)

    assert answer.status_code == status
    assert answer.json().get("remaining_ms", 0) == 0


def test_a_closed_sitting_answers_410_and_where_the_result_is(candidate, sitting):
    finish(candidate, sitting)

    answer = save(candidate, sitting)

    assert answer.status_code == 410
    assert answer.json()["url"] == reverse("result", args=[sitting.public_id])


def test_reopening_shows_every_saved_answer(candidate, sitting):
    saved = {kind: right(sitting, kind) for kind in make.BODIES}
    for kind, response in saved.items():
        save(candidate, sitting, response, kind=kind)

    items = {each["kind"]: each for each in page(candidate, sitting).context["items"]}

    assert items["numeric"]["response"] == saved["numeric"]
    assert items["truefalse"]["response"] is True
    for kind in ("single", "multiple"):
        assert [option["id"] for option in items[kind]["options"] if option["is_chosen"]] == list(saved[kind])
    assert [line["id"] for line in items["ordering"]["lines"]] == saved["ordering"]
    assert all(each["revision"] == 1 and each["is_answered"] for each in items.values())


def test_the_time_left_is_the_deadline_less_now(candidate, sitting, clock):
    clock.shift(7 * MINUTE)

    assert page(candidate, sitting).context["remaining_ms"] == 13 * 60_000


def test_starting_again_goes_on_with_the_open_one(candidate, sitting, exam):
    again = check_in(candidate, exam)

    assert again.url == sitting.get_absolute_url()
    assert Sitting.objects.count() == 1


def test_looking_at_the_addresses_starts_and_finishes_nothing(candidate, exam, sitting):
    assert candidate.get(reverse("check_in", args=[exam.key])).status_code == 405
    assert page(candidate, sitting, "start_sitting").status_code == 405
    assert page(candidate, sitting, "finish_sitting").status_code == 405
    assert page(candidate, sitting, "save_answer").status_code == 405


def test_handing_in_twice_gives_the_same_receipt(candidate, sitting, clock):
    first = finish(candidate, sitting)
    clock.shift(MINUTE)
    second = finish(candidate, sitting)

    assert first.url == second.url == reverse("result", args=[sitting.public_id])
    sitting.refresh_from_db()
    assert sitting.finished_at == NOON


@pytest.mark.parametrize("name", ["sitting", "result"])
def test_when_nobody_came_back_any_look_closes_it(candidate, sitting, clock, name):
    save(candidate, sitting)
    clock.move_to(sitting.deadline_at + 2 * MINUTE)

    shown = candidate.get(reverse(name, args=[sitting.public_id]), follow=True)

    assert shown.status_code == 200
    sitting.refresh_from_db()
    assert (sitting.finished_at, sitting.points) == (sitting.deadline_at, 1)


@pytest.mark.parametrize("form", [{}, {"whole": "finish"}, {"whole": "save"}], ids=str)
def test_handing_in_long_after_the_deadline_is_as_of_the_deadline(candidate, sitting, clock, form):
    save(candidate, sitting)
    clock.move_to(sitting.deadline_at + 2 * MINUTE)

    shown = candidate.post(
        reverse("finish_sitting", args=[sitting.public_id]),
        form | {f"item-{item(sitting, 'truefalse')}": "true"},
        follow=True,
    )

    assert [str(message) for message in shown.context["messages"]] == [str(LATE)]
    sitting.refresh_from_db()
    assert (sitting.finished_at, sitting.points) == (sitting.deadline_at, 1)


def test_the_lobby_tells_why_there_is_no_further_attempt(candidate, exam, sitting):
    exam.attempts = 1
    exam.save()
    finish(candidate, sitting)

    answer = check_in(candidate, exam)

    assert answer.status_code == 409
    assert answer.context["objections"]
    assert answer.context["attempts_left"] == 0
    assert lobby(candidate, exam).context["objections"]


def test_an_exam_the_bank_cannot_fill_is_refused_in_words(candidate, exam):
    exam.blueprint.update(count=99)

    answer = check_in(candidate, exam)

    assert answer.status_code == 409
    assert not Sitting.objects.exists()


@pytest.mark.parametrize("name", ["sitting", "result", "seat", "start_sitting", "finish_sitting"])
def test_another_persons_sitting_is_answered_like_one_that_does_not_exist(client, candidate, sitting, dealer, name):
    client.force_login(dealer)
    send = client.get if name in {"sitting", "result"} else client.post
    other, unknown = (send(reverse(name, args=[id_])) for id_ in (sitting.public_id, uuid.uuid4()))

    assert other.status_code == unknown.status_code == 404
    sitting.refresh_from_db()
    assert sitting.finished_at is None


@pytest.mark.parametrize("name", ["exam", "check_in"])
def test_an_exam_not_for_this_audience_does_not_exist(client, exam, name):
    client.force_login(make.person(kind=OrgUnit.Kind.CUSTOMER))
    send = client.get if name == "exam" else client.post

    assert send(reverse(name, args=[exam.key])).status_code == 404
    assert exam.title not in client.get(reverse("exams")).content.decode()


@pytest.mark.parametrize("name", ["exams", "exam", "sitting", "result"])
def test_strangers_are_asked_to_sign_in(client, exam, sitting, name):
    client.logout()
    args = {"exams": [], "exam": [exam.key]}.get(name, [sitting.public_id])

    assert client.get(reverse(name, args=args)).url.startswith(reverse("account_login"))


def test_a_result_not_released_yet_shows_nothing_of_it(candidate, sitting):
    finish(candidate, sitting)
    Sitting.objects.update(released_at=None)

    answer = page(candidate, sitting, "result")

    assert answer.status_code == 200
    assert "%" not in answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert "items" not in answer.context
    assert "解释" not in answer.content.decode()


def test_papers_and_results_are_kept_in_no_cache(candidate, sitting, exam):
    finish_later = [lobby(candidate, exam), page(candidate, sitting), save(candidate, sitting)]
    finish(candidate, sitting)

    for answer in [*finish_later, page(candidate, sitting, "result")]:
        assert "no-store" in answer.headers["Cache-Control"]
