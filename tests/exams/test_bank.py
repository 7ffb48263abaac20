"""Keeping the question bank: versions, and the form in the admin."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from exams.bank import revise as bank
from exams.models import Exam, Question, QuestionVersion
from kb.models import Block
from people import roles
from people.models import Audience
from tests import database, make
from tests.make import text

pytestmark = pytest.mark.django_db


@pytest.fixture
@database.once
def page():
    return make.document(body=[text("a"), text("b")])


def revise(question, page, **changes):
    words = {"kind": "truefalse", "text": "问题", "explanation": "解释", "body": {"right": True}, "block_id": "a"}
    return bank.revise(question=question, page=page, by=None, at=make.NOON, **words | changes)


@pytest.fixture
def question():
    made = make.question()
    made.versions.all().delete()
    return made


def test_the_first_words_are_the_first_version(question, page):
    version = revise(question, page)

    assert (version.number, version.digest) == (1, page.blocks.get(block_id="a").digest)
    assert question.version == version


def test_the_same_words_again_make_no_version(question, page):
    assert revise(question, page) == revise(question, page)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "别的"},
        {"explanation": "别的"},
        {"body": {"right": False}},
        {"block_id": "b"},
        {"kind": "numeric", "body": {"answer": "1"}},
    ],
    ids=str,
)
def test_anything_else_makes_the_next(question, page, changes):
    first = revise(question, page)

    second = revise(question, page, **changes)

    assert (second.number, question.versions.count()) == (2, 2)
    first.refresh_from_db()
    assert first.text == "问题"


def test_saving_a_stale_question_as_it_is_does_not_say_that_it_still_holds(question, page):
    revise(question, page)
    make.issue(page, body=[text("a", "别的"), text("b")])
    assert QuestionVersion.objects.current().stale().exists()

    revise(question, page)
    assert QuestionVersion.objects.current().stale().exists()

    revise(question, page, text="按新的说法")
    assert not QuestionVersion.objects.current().stale().exists()


def test_words_written_after_an_erratum_are_not_stale_from_the_start(question, page):
    make.issue(page, significance="erratum", body=[text("a", "內容"), text("b")])

    revise(question, page)

    assert not QuestionVersion.objects.current().stale().exists()


def test_a_block_the_document_does_not_have(question, page):
    with pytest.raises(Block.DoesNotExist):
        revise(question, page, block_id="z")


def test_the_current_version_of_each_question_is_its_last(question, page):
    revise(question, page)
    last = revise(question, page, text="别的")
    other = make.question()

    assert set(QuestionVersion.objects.current()) == {last, other.version}


def test_exams_are_for_those_who_sign_in_and_their_audience(dealer, technician, customer):
    make.exam(audience=Audience.PUBLIC)
    make.exam(audience=Audience.DEALER)
    make.exam(audience=Audience.INTERNAL)

    counts = [Exam.objects.visible_to(person).count() for person in (AnonymousUser(), customer, dealer, technician)]
    assert counts == [0, 1, 2, 3]


def form(page, **changes):
    return {
        "topic": make.question().topic.pk,
        "key": "q-new",
        "difficulty": 2,
        "kind": "single",
        "text": "哪个对？",
        "answers": "- [x] 对\n- [ ] 错",
        "explanation": "因为",
        "page": page.pk,
        "block_id": "a",
    } | changes


@pytest.fixture
def officer(client):
    client.force_login(make.person(roles.EXAM_OFFICER))
    return client


def test_a_question_is_made_in_the_admin_with_its_first_version(officer, page):
    answer = officer.post(reverse("questions:add"), form(page))

    assert answer.status_code == 302
    version = Question.objects.get(key="q-new").version
    assert version.body == {"options": [{"text": "对", "right": True}, {"text": "错", "right": False}]}
    assert version.digest == page.blocks.get(block_id="a").digest


def test_editing_it_shows_the_words_as_written_and_makes_the_next_version(officer, page):
    officer.post(reverse("questions:add"), form(page))
    question = Question.objects.get(key="q-new")
    address = reverse("questions:edit", args=[question.pk])

    shown = officer.get(address).context["form"]
    assert shown["answers"].value() == "- [x] 对\n- [ ] 错"
    officer.post(address, form(page, topic=question.topic.pk))
    assert question.versions.count() == 1
    officer.post(address, form(page, topic=question.topic.pk, answers="- [ ] 对\n- [x] 错"))
    assert question.versions.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "riddle"}, "kind"),
        ({"kind": "essay"}, "answers"),
        ({"answers": ""}, "answers"),
        ({"answers": "对"}, "answers"),
        ({"answers": "- [x] 对"}, "answers"),
        ({"kind": "truefalse", "answers": "answer: maybe"}, "answers"),
        ({"kind": "numeric", "answers": "answer: 12\ntolerance: -1"}, "answers"),
        ({"kind": "ordering", "answers": "1. 一\n2. 二"}, "answers"),
        ({"block_id": "z"}, "block_id"),
        ({"block_id": ""}, "block_id"),
        ({"page": ""}, "page"),
        ({"page": "999999"}, "page"),
        ({"text": ""}, "text"),
        ({"key": "两个 字"}, "key"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_beside_the_field(officer, page, changes, field):
    answer = officer.post(reverse("questions:add"), form(page) | changes)

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Question.objects.filter(key="q-new").exists()


@pytest.fixture
def bank_of_two(page):
    """A stale question, and one that was stale until it was revised."""
    stale, revised = (make.question(cites=(page, "a"), topic=None) for _ in range(2))
    make.issue(page, body=[text("a", "别的"), text("b")])
    revise(revised, page)
    return stale, revised


def test_a_question_is_stale_if_its_current_version_is(bank_of_two):
    stale, _revised = bank_of_two

    assert [row for row in Question.objects.with_current() if row.is_stale] == [stale]


def test_the_list_tells_and_finds_the_stale_questions(officer, bank_of_two):
    found = {}
    for asked in ("", "true", "false"):
        rows = officer.get(reverse("questions:index"), {"is_stale": asked}).context["object_list"]
        found[asked] = {row.pk: row.is_stale for row in rows}

    stale, revised = (question.pk for question in bank_of_two)
    assert found == {"": {stale: True, revised: False}, "true": {stale: True}, "false": {revised: False}}


def test_telling_it_takes_no_query_a_question(officer, bank_of_two, django_assert_num_queries):
    with django_assert_num_queries(1):
        [row.is_stale for row in Question.objects.with_current()]
