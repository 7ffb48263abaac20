"""manage.py import_questions: what it says and what it keeps."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from exams import formats
from exams.models import Question, QuestionVersion, Topic
from tests import make

pytestmark = pytest.mark.django_db

GIFT = b"$CATEGORY: $course$/top/Power\n\n::Rail:: Which rail feeds it? {=12 V#Yes ~5 V}\n\n::On:: It is on. {TRUE}\n"
BROKEN = b"Fine? {T}\n\nWhat?\n{=a ~b\n"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Return exit status, output and errors."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_questions", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


def said(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _err = run(*arguments, "--json")
    return status, json.loads(out)


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    path = tmp_path / "power.gift"
    path.write_bytes(GIFT)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.gift"
    path.write_bytes(BROKEN)
    return path


def test_a_dry_run_says_everything_and_keeps_nothing(gift: Path):
    status, found = said(gift, "--dry-run")
    assert status == 0
    rail, on = found["questions"]
    assert (rail["kind"], rail["name"], rail["text"], rail["topic"]) == (
        "single",
        "Rail",
        "Which rail feeds it?",
        ["Power"],
    )
    assert rail["options"] == [
        {"text": "12 V", "fraction": 100, "feedback": "Yes"},
        {"text": "5 V", "fraction": 0, "feedback": ""},
    ]
    assert on["kind"] == "truefalse"
    assert (found["errors"], found["not_represented"]) == ([], [])
    assert found["files"] == [{"file": str(gift), "format": "gift", "encoding": "UTF-8"}]
    assert not Question.objects.exists()


def test_questions_become_drafts_below_the_topic(gift: Path):
    topic = Topic.objects.create(key="bank", title="Bank")
    author = make.person()
    status, found = said(gift, "--topic", topic.key, "--user", author.username)
    assert (status, len(found["questions"])) == (0, 2)
    questions = Question.objects.all()
    assert {question.topic.parent for question in questions} == {topic}
    assert {question.state for question in questions} == {Question.State.DRAFT}
    assert {version.name for version in QuestionVersion.objects.all()} == {"Rail", "On"}
    assert {question.author for question in questions} == {author}


def test_without_a_topic_categories_are_topics_of_their_own(gift: Path):
    assert run(gift)[0] == 0
    assert Topic.objects.get(title="Power").questions.count() == 2


def test_a_mistake_anywhere_keeps_everything_out(gift: Path, broken: Path):
    for more in ([], ["--dry-run"]):
        status, found = said(gift, broken, *more)
        assert status == 1
        assert [(fault["file"], fault["line"]) for fault in found["errors"]] == [(str(broken), 4)]
        assert [question["name"] for question in found["questions"]] == ["Rail", "On", ""]
        status, _out, err = run(gift, broken, *more)
        assert status == 1
        assert f"{broken}:4: " in err
    assert not Question.objects.exists()


def test_people_are_told_in_words(gift: Path, tmp_path: Path):
    (tmp_path / "note.gift").write_bytes(b"::Note:: Read this first.\n")
    status, out, err = run(gift, tmp_path / "note.gift")
    assert (status, err) == (0, "")
    assert "note.gift:1: Note: " in out
    assert "2 questions were imported as drafts." in out
    assert "2 questions can be imported." not in out


def test_a_topic_that_is_not_there_is_an_error(gift: Path):
    status, found = said(gift, "--topic", "nowhere")
    assert status == 1
    assert "nowhere" in found["errors"][0]["message"]
    assert not Question.objects.exists()


def test_a_user_who_is_not_there_is_an_error(gift: Path):
    assert said(gift, "--user", "nobody")[0] == 1


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path):
    status, found = said(tmp_path / "nothing.gift", tmp_path)
    assert status == 1
    assert len(found["errors"]) == 2


@pytest.mark.parametrize("name", ["gift", "GIFT"])
def test_the_format_may_be_said(tmp_path: Path, name: str):
    path = tmp_path / "questions.dat"
    path.write_bytes(b"a {T}")
    assert said(path, "--format", name, "--dry-run")[0] == 0


def test_a_format_that_is_not_known_is_an_error(gift: Path):
    status, found = said(gift, "--format", "docx")
    assert status == 1
    assert "moodle-xml" in found["errors"][0]["message"]


@pytest.mark.parametrize("format", sorted(formats.WRITERS))
def test_what_any_format_writes_the_command_reads(tmp_path: Path, format: str):
    options = [{"text": "12 V", "right": True}, {"text": "5 V", "right": False}]
    question = formats.Neutral("single", "Rail", "Which rail?", {"options": options})
    path = tmp_path / "questions.any"
    path.write_bytes(formats.WRITERS[format]([question])[0])
    status, found = said(path)
    assert status == 0
    assert found["questions"][0]["kind"] == "single"
    assert QuestionVersion.objects.get().body["options"] == options
