"""The columns of the spreadsheet of questions, and simple answers <-> cells. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from exams.formats.qti_choice import truth
from exams.formats.sheet_cells import BadCell


class Column:
    """The keys of the columns."""

    KIND, TEXT, ANSWER, TOLERANCE, UNIT, CREDIT = "kind", "text", "answer", "tolerance", "unit", "credit"
    DETAILS, EXPLANATION, NAME, TOPIC, TAGS, POINTS = "details", "explanation", "name", "topic", "tags", "points"


@dataclass(frozen=True)
class Heading:
    """A column: its key, its name in Chinese and English, and how wide it is."""

    key: str
    chinese: str
    english: str
    width: int

    @property
    def label(self) -> str:
        """What stands above it."""
        return f"{self.chinese} {self.english}"


_LETTERS = "ABCDEFGH"
OPTIONS = tuple(f"option{letter}" for letter in _LETTERS)
COLUMNS = (
    Heading(Column.KIND, "题型", "Kind", 12),
    Heading(Column.TEXT, "题目", "Question", 50),
    *(Heading(key, f"选项{letter}", f"Option {letter}", 24) for key, letter in zip(OPTIONS, _LETTERS, strict=True)),
    Heading(Column.ANSWER, "答案", "Answer", 16),
    Heading(Column.TOLERANCE, "允差", "Tolerance", 10),
    Heading(Column.UNIT, "单位", "Unit", 10),
    Heading(Column.CREDIT, "部分得分", "Partial credit", 10),
    Heading(Column.DETAILS, "详细", "Details", 40),
    Heading(Column.EXPLANATION, "解析", "Explanation", 40),
    Heading(Column.NAME, "名称", "Name", 20),
    Heading(Column.TOPIC, "主题", "Topic", 24),
    Heading(Column.TAGS, "标签", "Tags", 16),
    Heading(Column.POINTS, "分值", "Points", 8),
)
# The first word of each is what we write.
KINDS: Mapping[str, Sequence[str]] = {
    "single": ("单选", "单选题", "single", "single choice"),
    "multiple": ("多选", "多选题", "multiple", "multiple choice", "multiple response"),
    "truefalse": ("判断", "判断题", "truefalse", "true/false", "true or false"),
    "numeric": ("数值", "数值题", "计算题", "numeric", "number"),
    "short": ("简短填空", "简答", "short", "short text", "short answer"),
    "ordering": ("排序", "排序题", "ordering", "put in order"),
    "matching": ("匹配", "匹配题", "连线", "matching"),
    "cloze": ("完形填空", "填空", "填空题", "cloze", "fill in the gaps"),
    "essay": ("问答", "问答题", "论述", "论述题", "essay"),
    "simulation": ("故障仿真", "仿真", "simulation"),
}
_YES = {"是", "yes", "y", "true", "1", "部分", "part"}
_NO = {"", "否", "no", "n", "false", "0", "全对", "whole"}
_BETWEEN = re.compile(r"[\s,，、;；/]+")
_PAIR = re.compile(r"\s*(?:→|->|=>|＝|=)\s*")
_FORMS = re.compile(r"\s*[|\n]\s*")
_ARROW = " → "


def column_of(name: str) -> str | None:
    """Return the key of the column with this heading, in Chinese, in English or in both."""
    said = _bare(name)
    for column in COLUMNS:
        if said in (_bare(column.label), _bare(column.chinese), _bare(column.english), column.key.lower()):
            return column.key
    return None


def _bare(name: str) -> str:
    return "".join(name.split()).lower()


def kind_of(word: str) -> str:
    """Return the kind that a word means. Raises BadCell."""
    said = " ".join(word.split()).lower()
    found = next((kind for kind, words in KINDS.items() if said in words or said == kind), None)
    if found is None:
        known = "、".join(words[0] for words in KINDS.values())
        raise BadCell(_("“%(word)s” is no kind of question; known are: %(known)s.") % {"word": word, "known": known})
    return found


def body(kind: str, said: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that the columns for options and answer say. Raises BadCell."""
    options = [said.get(key, "") for key in OPTIONS]
    while options and not options[-1]:
        options.pop()
    if not all(options):
        raise BadCell(_("An option is empty and another one follows it."))
    answer = said.get(Column.ANSWER, "")
    match kind:
        case "single" | "multiple":
            return _choice(kind, options, answer, _credit(said))
        case "truefalse":
            return {"right": _truth(answer)}
        case "numeric":
            return _number(answer, said)
        case "short":
            return {"accepted": [{"text": form} for form in _FORMS.split(answer) if form]}
        case "ordering":
            return {"lines": options} | _credit(said)
        case "matching":
            return _pairs(options) | _credit(said)
        case "essay":
            return {"sample": answer} if answer else {}
    raise BadCell(_("The answers of this kind of question are written in “详细 Details”."))


def _credit(said: Mapping[str, str]) -> dict[str, str]:
    word = said.get(Column.CREDIT, "").strip().lower()
    if word not in _YES | _NO:
        raise BadCell(_("Partial credit is 是 (yes) or 否 (no), not “%s”.") % word)
    return {"credit": "part"} if word in _YES else {}


def _choice(kind: str, options: Sequence[str], answer: str, credit: Mapping[str, str]) -> dict[str, Any]:
    right = {_place(letter, len(options)) for letter in _letters(answer)}
    rows = [{"text": text, "right": place in right} for place, text in enumerate(options)]
    return {"options": rows} | (credit if kind == "multiple" else {})


def _letters(answer: str) -> list[str]:
    parts = [part for part in _BETWEEN.split(answer.upper()) if part]
    return [letter for part in parts for letter in ([part] if part.isdigit() else part)]


def _place(letter: str, count: int) -> int:
    place = int(letter) - 1 if letter.isdigit() else _LETTERS.find(letter)
    if not 0 <= place < count:
        raise BadCell(_("The answer names the option “%s”, which is not there.") % letter)
    return place


def _truth(answer: str) -> bool:
    found = truth(answer)
    if found is None:
        raise BadCell(_("The answer is 正确 (true) or 错误 (false), not “%s”.") % answer)
    return found


def _number(answer: str, said: Mapping[str, str]) -> dict[str, Any]:
    tolerance, unit = said.get(Column.TOLERANCE, ""), said.get(Column.UNIT, "")
    found: dict[str, Any] = {"answer": answer}
    if tolerance:
        found["tolerance"] = tolerance.rstrip("%％").strip()
    if tolerance.endswith(("%", "％")):
        found["relative"] = True
    return found | ({"unit": unit} if unit else {})


def _pairs(options: Sequence[str]) -> dict[str, Any]:
    pairs, distractors = [], []
    for option in options:
        left, *right = _PAIR.split(option, maxsplit=1)
        if not right or not right[0]:
            raise BadCell(_("Write a pair as “left → right”, and “→ right” for what belongs to nothing: %s") % option)
        if left:
            pairs.append({"left": left, "right": right[0]})
        else:
            distractors.append(right[0])
    return {"pairs": pairs} | ({"distractors": distractors} if distractors else {})


def cells(kind: str, body: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the cells for a body that may be simple; None where it surely is not."""
    options: Sequence[str] = ()
    answer = ""
    match kind:
        case "single" | "multiple":
            options = [option["text"] for option in body["options"]]
            right = [place for place, option in enumerate(body["options"]) if option.get("right")]
            answer = "".join(_LETTERS[place : place + 1] for place in right)
        case "truefalse":
            answer = "正确" if body["right"] else "错误"
        case "numeric":
            answer = str(body["answer"])
        case "short":
            answer = " | ".join(form["text"] for form in body["accepted"])
        case "ordering":
            options = body["lines"]
        case "matching":
            options = [f"{pair['left']}{_ARROW}{pair['right']}" for pair in body["pairs"]]
            options += [_ARROW.lstrip() + words for words in body.get("distractors", [])]
        case "essay":
            answer = body.get("sample", "")
        case _:
            return None
    if len(options) > len(OPTIONS):
        return None
    said = dict(zip(OPTIONS, options, strict=False)) | {Column.ANSWER: answer}
    if kind == "numeric":
        said[Column.TOLERANCE] = f"{body.get('tolerance', '')}{'%' if body.get('relative') else ''}"
        said[Column.UNIT] = str(body.get("unit", ""))
    return said | ({Column.CREDIT: "是"} if body.get("credit") == "part" else {})
