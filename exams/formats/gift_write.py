r"""Writing GIFT: a block a question, texts in Markdown, everything that GIFT takes for a sign escaped. Pure."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.formats import quantities, topics, weights
from exams.formats.question import FORMATS, Loss, Neutral, plain, shares
from exams.kinds.number import number

_SIGN = re.compile(r"[\\:#={}~]")
_MARKER = re.compile(rf"\[(?:{'|'.join(FORMATS)})\]")
_UNTAGGED = re.compile(r"[<>`\x00-\x1f]")


class _Unsayable(ValueError):
    """GIFT has no way to say this question; the text says why."""


def write(questions: Sequence[Neutral]) -> tuple[bytes, list[Loss]]:
    """Return the questions as GIFT in UTF-8, and what GIFT cannot say."""
    blocks: list[str] = []
    losses: list[Loss] = []
    topic: tuple[str, ...] = ()
    for place, question in enumerate(questions, start=1):
        lost: list[str] = []
        try:
            block = _block(question, lost)
        except _Unsayable as reason:
            lost = [str(reason)]
        else:
            if question.topic != topic:
                topic = question.topic
                blocks.append(f"$CATEGORY: {topics.written(topic)}\n")
            blocks.append(block)
        losses += [Loss("", place, question.name or question.text[:60], what) for what in dict.fromkeys(lost)]
    return "\n".join(blocks).encode(), losses


def _block(question: Neutral, lost: list[str]) -> str:
    answers = _ANSWERS.get(question.kind)
    if answers is None:
        raise _Unsayable(_("The question: GIFT has no such kind."))
    lines = answers(question, lost)
    if question.explanation:
        lines = [*lines, f"####{_text(question.explanation)}"]
    lost += _unsaid(question)
    title = f"::{_escaped(' '.join(question.name.split()))}::" if question.name.strip() else ""
    rows = [_comment(question, lost), f"{title}[markdown]{_escaped(question.text.strip())} {{", *lines]
    return "\n".join(row for row in rows if row) + "}\n"


def _comment(question: Neutral, lost: list[str]) -> str:
    said = []
    if question.ident:
        said.append(("id", question.ident))
    said += [("tag", tag) for tag in question.tags]
    fit = [(name, words) for name, words in said if words.strip() and not _UNTAGGED.search(words) and "\\" not in words]
    if len(fit) < len(said):
        lost.append(_("An id or a tag with signs that GIFT does not allow there."))
    rows = (f"[{name}:{words.strip().replace(']', chr(92) + ']')}]" for name, words in fit)
    return f"// {' '.join(rows)}" if fit else ""


def _unsaid(question: Neutral) -> list[str]:
    body = question.body
    is_all_or_nothing = question.kind in ("multiple", "matching") and body.get("credit", "whole") != "part"
    said = {
        _("The points."): question.points not in (None, 1),
        _("Files: the text names them, but they are not in the file."): question.media,
        _("That the options keep their order."): body.get("shuffle") is False,
        _("That only a wholly right answer earns points: GIFT gives a part for a part."): is_all_or_nothing,
        _("The unit of the number."): question.kind == "numeric" and body.get("unit"),
        _("Units to choose from."): body.get("units"),
        _("That capitals count."): body.get("case"),
        _("The rubric, the sample answer or the limits of words."): question.kind == "essay"
        and any(body.get(name) for name in ("rubric", "sample", "least_words", "most_words")),
    }
    return [what for what, value in said.items() if value]


def _escaped(text: str) -> str:
    return _SIGN.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", "\\n")


def _text(text: str) -> str:
    """Return a text that stands within the braces; its format is that of the question."""
    text = text.strip()
    return ("[markdown]" if _MARKER.match(text) else "") + _escaped(text)


def _feedback(row: dict[str, Any]) -> str:
    return f"#{_text(row['feedback'])}" if row.get("feedback", "").strip() else ""


def _weight(value: Decimal) -> str:
    """Return a weight as GIFT writes it, in the words of Moodle where it is near one that Moodle knows."""
    if weights.nearest(value) is None:
        raise _Unsayable(_("The question: Moodle knows no weight of %s percent.") % plain(round(value, 5)))
    return f"%{plain(round(value, 5))}%"


def _choice(question: Neutral, _lost: list[str]) -> list[str]:
    values = shares(question.kind, question.body)
    is_single = question.kind == "single"
    if weights.mistakes(values, several=not is_single):
        raise _Unsayable(_("The question: the weights of its options are none that Moodle takes."))
    rows = []
    for option, value in zip(question.body["options"], values, strict=True):
        sign = "=" if is_single and value == weights.WHOLE else "~" if value == 0 else f"~{_weight(value)}"
        rows.append(f"\t{sign}{_guarded(_text(option['text']))}{_feedback(option)}")
    return rows


def _guarded(text: str) -> str:
    """Keep words that begin like a weight from being read as one."""
    return f"[markdown]{text}" if text.startswith("%") else text


def _truefalse(question: Neutral, _lost: list[str]) -> list[str]:
    right = question.body["right"]
    feedback = question.body.get("feedback", {})
    to_wrong, to_right = (_text(feedback.get(code, "")) for code in (("false", "true") if right else ("true", "false")))
    said = f"#{to_wrong}" if to_wrong or to_right else ""
    return [("TRUE" if right else "FALSE") + said + (f"#{to_right}" if to_right else "")]


def _numeric(question: Neutral, lost: list[str]) -> list[str]:
    rows = ["#"]
    for place, row in enumerate([question.body, *question.body.get("more", [])]):
        value = Decimal(str(row.get("fraction", "100"))) if place else weights.WHOLE
        weight = "" if value == weights.WHOLE else _weight(value)
        if row["answer"] == "*":
            rows.append(f"\t~{_feedback(row)}")
            continue
        if row.get("relative"):
            lost.append(_("That the tolerance is relative: it is written as the number that it comes to."))
        rows.append(f"\t={weight}{plain(number(row['answer']))}:{quantities.tolerance(row)}{_feedback(row)}")
    return rows


def _short(question: Neutral, _lost: list[str]) -> list[str]:
    rows = []
    for row in question.body["accepted"]:
        value = Decimal(str(row.get("fraction", "100")))
        weight = "" if value == weights.WHOLE else _weight(value)
        if "->" in row["text"]:
            raise _Unsayable(_("The question: GIFT takes answers with -> for pairs."))
        rows.append(f"\t={weight}{_guarded(_text(' '.join(row['text'].split())))}{_feedback(row)}")
    return rows


def _matching(question: Neutral, _lost: list[str]) -> list[str]:
    pairs = [(pair["left"], pair["right"]) for pair in question.body["pairs"]]
    pairs += [("", words) for words in question.body.get("distractors", [])]
    if any("->" in left or left.strip().endswith("-") for left, _right in pairs):
        raise _Unsayable(_("The question: GIFT takes -> in a left side for the end of it."))
    return [f"\t={_text(left)} -> {_escaped(' '.join(right.split()))}" for left, right in pairs]


def _essay(_question: Neutral, _lost: list[str]) -> list[str]:
    return []


_ANSWERS: dict[str, Callable[[Neutral, list[str]], list[str]]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "matching": _matching,
    "essay": _essay,
}
