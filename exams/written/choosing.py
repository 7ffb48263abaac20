"""Options, statements, lines and pairs as they are written."""

import re
from collections.abc import Mapping, Sequence

from exams.written.marks import ARROW, broken, flat, guarded, parted, unweighed, weighed
from exams.written.writing import Writing


class Options(Writing):
    """`- [x] right`, `- [ ] wrong`, with a fraction and feedback `- [x] %50% right # well done`."""

    row = re.compile(r"[-*] \[([ xX])\] +(.*\S)\s*")

    def __init__(self, *members: str) -> None:
        self.members = members

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        options = [self._option(row) for row in rows]
        more = {name: each for name, each in members.items() if name != "shuffle"}
        return {"options": options} | more | ({"shuffle": False} if members.get("shuffle") == "no" else {})

    def _option(self, row: str) -> dict:
        mark, words = self.row.fullmatch(row).groups()
        text, more = unweighed(words)
        return {"text": text, "right": mark in "xX"} | more

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        rows = [
            f"- [{'x' if option.get('right') else ' '}] {weighed(option['text'], option)}" for option in body["options"]
        ]
        members = {"shuffle": "" if body.get("shuffle", True) else "no", "credit": body.get("credit", "")}
        return given(members), rows


class Statement(Writing):
    """`answer: true`, with feedback `feedback_true: well done`."""

    members = ("answer", "feedback_true", "feedback_false")

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        feedback = given({side: broken(members.get(f"feedback_{side}", "")) for side in ("true", "false")})
        right = {"true": True, "false": False}.get(members.get("answer", "").lower())
        return {"right": right} | ({"feedback": feedback} if feedback else {})

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        feedback = {f"feedback_{side}": flat(words) for side, words in body.get("feedback", {}).items()}
        return given({"answer": str(body["right"]).lower()} | feedback), []


class Lines(Writing):
    """`1. first`, `2. second`, in the right order."""

    members = ("credit",)
    row = re.compile(r"\d+[.)、](?: +|(?![\d ]))(.*\S)\s*")  # "1.断电" is a line, "1.5 V" is not

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        return {"lines": [broken(self.row.fullmatch(row)[1]) for row in rows]} | dict(members)

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        rows = [f"{place}. {flat(line)}" for place, line in enumerate(body["lines"], start=1)]
        return given({"credit": body.get("credit", "")}), rows


class Pairs(Writing):
    """`- left -> right`, and `- -> distractor`."""

    members = ("credit",)
    row = re.compile(r"[-*] ((?:.* )?-> .*\S)\s*")

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        sides = [parted(self.row.fullmatch(row)[1], ARROW) for row in rows]
        pairs = [{"left": left, "right": right} for left, right in sides if left]
        distractors = [right for left, right in sides if not left]
        return {"pairs": pairs} | ({"distractors": distractors} if distractors else {}) | dict(members)

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        rows = [f"- {guarded(pair['left'], ARROW)} -> {flat(pair['right'])}" for pair in body["pairs"]]
        rows += [f"- -> {flat(words)}" for words in body.get("distractors", [])]
        return given({"credit": body.get("credit", "")}), rows


def given(members: Mapping[str, str]) -> dict[str, str]:
    """Return the members that say something."""
    return {name: each for name, each in members.items() if each}
