"""The interface of how a kind of question is written."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence


class Unreadable(ValueError):
    """A line that belongs to no answer of this kind: `line` is its place from 0, `text` what it says."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


class Writing(ABC):
    """Members are `name: value` lines; rows are all others, such as options: `start` is how the first looks."""

    members: Sequence[str] = ()
    start: re.Pattern[str] | None = None
    row: re.Pattern[str] | None = None

    @abstractmethod
    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        """Return the body; members are what was given, rows match. Raises Unreadable with the place of a row."""

    @abstractmethod
    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        """Return the members and rows that say this body."""

    def takes(self, row: str, *, is_first: bool) -> bool:
        """Say whether this is a row."""
        pattern = (self.start or self.row) if is_first else self.row
        return bool(pattern and pattern.fullmatch(row))
