"""The screens that bring questions in and take them out: nothing is made unconfirmed, nothing is lost between."""

import io
import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from exams import formats
from exams.models import Question, Topic
from people import roles
from tests import make

pytestmark = pytest.mark.django_db

GIFT = "::Fuses:: Is it off? {T}\n\n::Volts:: How many? {#12:0.5}\n"
IMPORT, EXPORT = "/en/desk/questions/import/", "/en/desk/questions/export/"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(make.person(roles.EXAM_OFFICER))
    return client


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.create(key="power", title="供电", title_en="Power")


def give(client: Client, text: str | bytes = GIFT, name: str = "q.gift", **more: object) -> str:
    """Give a file; return the review."""
    data = text.encode() if isinstance(text, str) else text
    found = client.post(IMPORT, {"file": SimpleUploadedFile(name, data), **more}, follow=True)
    assert found.status_code == 200
    return found.content.decode()


def token(page: str) -> str:
    return re.search(r'name="token" value="(\w+)"', page)[1]


def confirm(client: Client, page: str, **more: str) -> str:
    said = {"action": "import", "token": token(page), **more}
    return client.post(IMPORT, said, follow=True).content.decode()


def test_who_may_not_change_the_bank_may_neither_bring_in_nor_take_out(client: Client) -> None:
    for address in (IMPORT, EXPORT, reverse("question_template", args=["xlsx"])):
        assert client.get(address).status_code == 302
    client.force_login(make.person(roles.AUTHOR))
    for address in (IMPORT, EXPORT, reverse("question_template", args=["xlsx"])):
        assert client.get(address).status_code == 403
    assert client.post(IMPORT, {"action": "import"}).status_code == 403


def test_a_file_is_shown_first_and_brought_in_once_it_is_confirmed(officer: Client, topic: Topic) -> None:
    page = give(officer, topic=topic.pk)
    assert "Fuses" in page
    assert "Volts" in page
    assert not Question.objects.exists()
    done = confirm(officer, page)
    assert "2 questions were brought in" in done
    assert topic.questions.filter(state=Question.State.DRAFT).count() == 2
    assert Question.objects.first().author is not None


def test_mistakes_are_shown_with_their_lines_and_nothing_can_be_confirmed(officer: Client) -> None:
    page = give(officer, "::A:: Is it off? {T}\n\n::B:: Which? {=a\n")
    assert "1 mistake" in page
    assert 'value="import"' not in page


def test_what_is_lost_is_shown_before_and_after(officer: Client) -> None:
    item = """<assessmentItem identifier="a" title="Fuse"><responseDeclaration identifier="R" cardinality="single"
    baseType="identifier"><correctResponse><value>A</value></correctResponse></responseDeclaration>
    <stylesheet href="a"/><itemBody><p>Which?</p><choiceInteraction responseIdentifier="R">
    <simpleChoice identifier="A">10 A</simpleChoice><simpleChoice identifier="B">16 A</simpleChoice>
    </choiceInteraction></itemBody></assessmentItem>"""
    page = give(officer, item, "fuse.xml")
    assert "style sheet" in page
    assert "style sheet" in confirm(officer, page)


def test_the_same_confirmation_twice_brings_in_once(officer: Client, topic: Topic) -> None:
    page = give(officer, topic=topic.pk)
    first, second = confirm(officer, page), confirm(officer, page)
    assert "2 questions were brought in" in first
    assert "2 questions were brought in" in second
    assert Question.objects.count() == 2


def test_the_same_file_twice_is_noticed(officer: Client, topic: Topic) -> None:
    confirm(officer, give(officer, topic=topic.pk))
    page = give(officer, topic=topic.pk)
    assert "There already, just so" in page
    assert 'value="import"' not in page
    assert "0 questions were brought in" in confirm(officer, page)
    assert Question.objects.count() == 2


def test_a_question_of_another_topic_that_says_nearly_the_same_is_named(officer: Client, topic: Topic) -> None:
    other = Topic.objects.create(key="covers", title="机柜")
    confirm(officer, give(officer, "Is the input switch off before the cover is opened? {T}", topic=other.pk))
    there = other.questions.get()
    page = give(officer, "Is the input switch off before a cover is opened? {T}", topic=topic.pk)
    assert f"like {there}" in page


@pytest.mark.parametrize(
    ("again", "questions", "versions"), [("skip", 1, 1), ("version", 1, 2), ("add", 2, 1), ("x", 1, 1)]
)
def test_other_answers_to_known_words_become_what_the_person_chooses(
    officer: Client, topic: Topic, again: str, questions: int, versions: int
) -> None:
    confirm(officer, give(officer, "::Fuses:: Is it off? {T}", topic=topic.pk))
    page = give(officer, "::Fuses:: Is it off? {F}", topic=topic.pk)
    assert 'name="again"' in page
    confirm(officer, page, again=again)
    assert Question.objects.count() == questions
    assert Question.objects.order_by("pk").first().versions.count() == versions


def test_a_token_of_somebody_else_brings_in_nothing(officer: Client, topic: Topic) -> None:
    page = give(officer, topic=topic.pk)
    other = Client()
    other.force_login(make.person(roles.EXAM_OFFICER))
    confirm(other, page)
    assert not Question.objects.exists()


def test_a_topic_that_is_gone_meanwhile_loses_nothing(officer: Client, topic: Topic) -> None:
    page = give(officer, topic=topic.pk)
    topic.delete()
    after = confirm(officer, page)
    assert "not there any more" in after
    assert not Question.objects.exists()
    assert token(after)


def test_a_file_can_be_put_aside(officer: Client) -> None:
    page = give(officer)
    officer.post(IMPORT, {"action": "discard"})
    assert "no longer here" in confirm(officer, page)
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0", b"PK\x03\x04", b"<a>", b"\xff\xfe\x00", b"<assessmentItem/>", b"{" * 3000, b"a" * 100]
)
def test_no_file_is_too_strange_for_an_answer(officer: Client, data: bytes) -> None:
    for name in ("q.gift", "q.xml", "q.zip", "q.xlsx", "q.csv", "q"):
        found = officer.post(IMPORT, {"file": SimpleUploadedFile(name, data)}, follow=True)
        assert found.status_code in (200, 422)
    assert not Question.objects.exists()


def test_a_format_can_be_said(officer: Client) -> None:
    page = give(officer, "Is it off? {T}", "q.unknown", format="gift")
    assert "GIFT" in page
    assert officer.post(IMPORT, {"file": SimpleUploadedFile("a", b"x"), "format": "word"}).status_code == 422


def test_the_template_is_there_as_a_spreadsheet_and_as_text(officer: Client) -> None:
    book = officer.get(reverse("question_template", args=["xlsx"]))
    assert load_workbook(io.BytesIO(book.content)).sheetnames == ["题目", "说明"]
    text = officer.get(reverse("question_template", args=["csv"]))
    assert "题型 Kind" in text.content.decode("utf-8-sig")
    assert officer.get(reverse("question_template", args=["docx"])).status_code == 404


def test_what_a_format_cannot_say_is_shown_before_the_file_is_taken(officer: Client) -> None:
    make.question("numeric")
    asked = {"format": "aiken", "topic": "", "state": "", "kind": "", "difficulty": ""}
    page = officer.get(EXPORT, asked).content.decode()
    assert "What this format cannot say" in page
    assert "download=1" in page
    asked["format"] = "qti21"
    page = officer.get(EXPORT, asked).content.decode()
    assert "can say all of it" in page
    file = officer.get(EXPORT, asked | {"download": "1"})
    assert file["Content-Disposition"] == 'attachment; filename="questions-qti21.zip"'
    assert len(formats.read(file.content, "x.zip").questions) == 1


def test_what_is_taken_out_is_what_was_asked_for(officer: Client, topic: Topic) -> None:
    below = Topic.objects.create(key="fuses", title="熔断器", parent=topic)
    make.question("single", topic=below, difficulty=3)
    make.question("truefalse", topic=topic)
    make.question("truefalse", state=Question.State.RETIRED)

    def names(**asked: object) -> int:
        said = {"format": "gift", "topic": "", "state": "", "kind": "", "difficulty": "", "download": "1"} | asked
        found = officer.get(EXPORT, said)
        return len(formats.read(found.content, "x.gift").questions) if found.status_code == 200 else 0

    assert names() == 2
    assert names(topic=topic.pk) == 2
    assert names(topic=below.pk) == 1
    assert names(kind="truefalse") == 1
    assert names(difficulty=3) == 1
    assert names(state="retired") == 1
    assert names(state="quarantined") == 0


def test_strange_wishes_are_answered_on_the_form(officer: Client) -> None:
    for asked in (
        {"format": "word"},
        {"format": "gift", "topic": "x"},
        {"format": "gift", "kind": "?"},
        {"format": ""},
    ):
        assert officer.get(EXPORT, asked).status_code == 422
    assert officer.get(EXPORT, {"topic": "x", "state": "?"}).status_code == 200
