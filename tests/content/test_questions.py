"""Questions of every kind in content files: what is kept, and what makes another version."""

import pytest

from exams.kinds import KINDS
from exams.models import Question, QuestionVersion
from tests.content.folder import Folder

KINDS_FILE = "exams/topics/kinds.md"


def body(key: str) -> dict:
    return QuestionVersion.objects.get(question__key=key).body


def test_bodies_of_every_kind_are_kept_as_they_are_written(loaded: Folder):
    assert body("part-marks")["options"][0] == {
        "text": "验电",
        "right": True,
        "fraction": "60",
        "feedback": "对，先验电",
    }
    assert (body("part-marks")["credit"], body("part-marks")["shuffle"]) == ("part", False)
    assert body("with-feedback") == {"right": False, "feedback": {"true": "带电拔线会起弧。"}}
    assert (body("units")["tolerance"], body("units")["relative"]) == ("10", True)
    assert body("units")["units"] == [{"unit": "kV", "factor": "1000"}]
    assert body("units")["more"][1] == {"answer": "*", "fraction": "0", "feedback": "再量一次"}
    assert body("short") == {
        "case": True,
        "accepted": [
            {"text": "验电"},
            {"text": "用*表验电"},
            {"text": "静置", "fraction": "50", "feedback": "还要验电"},
        ],
    }
    assert body("pairs")["distractors"] == ["1 天"]
    assert body("gaps")["parts"][0]["points"] == "2"
    assert body("essay")["sample"] == "先说明等级。\n再说明时间。"
    assert body("essay")["rubric"][0]["levels"] == [{"text": "只说了等级号", "points": "1"}]


def test_a_simulation_is_kept_with_its_guide_looked_up(loaded: Folder):
    kept = body("play")

    assert (kept["guide"], kept["fault"], kept["edition"]) == ("FG-1", "fixed", "1.1")
    assert KINDS["simulation"].mistakes(kept) == []


def test_every_question_that_was_loaded_is_whole(loaded: Folder):
    for version in QuestionVersion.objects.all():
        assert KINDS[version.kind].mistakes(version.body) == []
        assert KINDS[version.kind].text_mistakes(version.text, version.body) == []


def test_a_file_says_what_is_for_practice_and_what_nobody_has_reviewed(loaded: Folder):
    assert [row.key for row in Question.objects.filter(for_practice=True)] == ["part-marks"]
    assert QuestionVersion.objects.get(question__key="part-marks").name == "断电之后"
    assert [row.question.key for row in QuestionVersion.objects.filter(reviewed_at=None)] == ["essay"]
    assert "part-marks" not in Question.objects.drawable().values_list("key", flat=True)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("~%50% 静置 # 还要验电", "~%50% 静置 # 还要先验电", "short"),
        ("- 二级 -> 1 小时", "- 二级 -> 2 小时", "pairs"),
        ("[2] numeric\nanswer: 5", "[2] numeric\nanswer: 6", "gaps"),
        ("sample: 先说明等级。", "sample: 先说等级。", "essay"),
        ("minutes swap: 12", "minutes swap: 15", "play"),
        ("name: 断电之后", "name: 断电", "part-marks"),
    ],
)
def test_whatever_of_a_question_changes_makes_a_version_of_that_one_alone(loaded: Folder, old, new, key):
    before = QuestionVersion.objects.count()
    loaded.change(KINDS_FILE, old, new)
    outcome = loaded.load()

    assert (outcome.changed, QuestionVersion.objects.count()) == (1, before + 1)
    assert QuestionVersion.objects.get(number=2).question.key == key


def test_what_is_only_for_practice_makes_no_version(loaded: Folder):
    loaded.change(KINDS_FILE, "practice: yes\n", "")
    loaded.load()

    assert not Question.objects.filter(for_practice=True).exists()
    assert not QuestionVersion.objects.filter(number=2).exists()
