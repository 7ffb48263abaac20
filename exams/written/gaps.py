"""The gaps of a text as they are written: each with a line of its own above what its kind writes."""

import re
from collections.abc import Callable, Mapping, Sequence

from exams.written.choosing import given
from exams.written.writing import Unreadable, Writing


class Gaps(Writing):
    """`[1] single`, or with points `[1] single / 2`, and below it the lines of that kind."""

    members = ("credit",)
    start = re.compile(r"\[(?P<n>\d+)\] (?P<kind>[a-z]+)(?: / (?P<points>\S+))?")
    row = re.compile(r".+")

    def __init__(self, read: Callable[[str, str], dict], write: Callable[[str, Mapping], str]) -> None:
        self._read, self._write = read, write

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        heads = [place for place, row in enumerate(rows) if self.start.fullmatch(row)]
        ends = [*heads[1:], len(rows)]
        parts = [
            self._part(n, place, rows[place:end]) for n, (place, end) in enumerate(zip(heads, ends, strict=True), 1)
        ]
        return {"parts": parts} | dict(members)

    def _part(self, n: int, place: int, rows: Sequence[str]) -> dict:
        head = self.start.fullmatch(rows[0])
        if int(head["n"]) != n:
            raise Unreadable(place, rows[0])
        try:
            body = self._read(head["kind"], "\n".join(rows[1:]))
        except Unreadable as wrong:
            raise Unreadable(place + 1 + wrong.line, wrong.text) from None
        return {"kind": head["kind"]} | given({"points": head["points"] or ""}) | body

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        rows: list[str] = []
        for n, part in enumerate(body["parts"], start=1):
            points = f" / {str(part['points']).strip()}" if "points" in part else ""
            rows += [f"[{n}] {part['kind']}{points}", *self._write(part["kind"], part).splitlines()]
        return given({"credit": body.get("credit", "")}), rows
