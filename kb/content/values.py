"""What can stand behind a key of a content file: how it is read, written, and what it refers to. Pure."""

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

type Reference = tuple[type[Model], str]

_VERSION = re.compile(r"\d{1,4}\.\d{1,4}(?:\.\d{1,4})?")
_COMMA = re.compile(r"\s*[,，、]\s*")


class Value:
    """A kind of value. What is read is plain data; `empty` stands for a key that is not there."""

    empty: Any = ""

    def read(self, text: str) -> Any:
        """Return what the text means. Raises ValueError with a sentence for the author."""
        return text

    def show(self, value: Any) -> str:
        """Return the text in its canonical form."""
        return str(value)

    def refers(self, value: Any) -> Iterator[Reference]:
        """Yield each thing the value names, as (model, key)."""
        yield from ()

    def structure(self, value: Any) -> Any:
        """Return what of a worded value is not words, and so must be the same in both languages."""
        return None


class Words(Value):
    """Words on one line, at most so many characters."""

    def __init__(self, limit: int = 300) -> None:
        self.limit = limit

    def read(self, text: str) -> str:
        """Check the length."""
        if len(text) > self.limit:
            raise ValueError(
                _("This has %(found)d characters; %(limit)d are allowed.") % {"found": len(text), "limit": self.limit}
            )
        return text

    def show(self, value: str) -> str:
        """Bring what was typed elsewhere onto one line."""
        return " ".join(value.split())


class Slug(Words):
    """A key: lower-case letters, digits and hyphens."""

    def read(self, text: str) -> str:
        """Check the characters."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text):
            raise ValueError(_("“%s” must be lower-case letters, digits and hyphens.") % text)
        return super().read(text)


class Version(Value):
    """major.minor, and after an erratum major.minor.patch."""

    def read(self, text: str) -> str:
        """Check the form."""
        if not _VERSION.fullmatch(text):
            raise ValueError(_("“%s” is not a version such as 1.0.") % text)
        return text


class Choice(Value):
    """One of several words."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    def read(self, text: str) -> str:
        """Check that it is one of them."""
        if text not in self.words:
            raise ValueError(
                _("“%(found)s” must be one of: %(words)s.") % {"found": text, "words": ", ".join(self.words)}
            )
        return text


class Whole(Value):
    """A whole number."""

    empty = None

    def __init__(self, low: int = 0, high: int = 32767) -> None:
        self.low, self.high = low, high

    def read(self, text: str) -> int:
        """Check that it is one and in bounds."""
        if not (text.isascii() and text.isdigit() and self.low <= int(text) <= self.high):
            bounds = {"found": text, "low": self.low, "high": self.high}
            raise ValueError(_("“%(found)s” is not a whole number from %(low)d to %(high)d.") % bounds)
        return int(text)


class Number(Value):
    """A decimal number, kept as it is spelt."""

    def read(self, text: str) -> str:
        """Check that it is one."""
        return str(number(text)) if text else ""


class Date(Value):
    """A day, such as 2026-03-01."""

    empty = None

    def read(self, text: str) -> datetime.date:
        """Check that the day exists."""
        return day(text)


class Yes(Value):
    """`yes`, or the key is not there."""

    empty = False

    def read(self, text: str) -> bool:
        """Check the one word."""
        if text != "yes":
            raise ValueError(_("Write “yes”, or leave the line out."))
        return True

    def show(self, value: bool) -> str:
        """Write the one word."""
        return "yes" if value else ""


class Key(Value):
    """The key of something."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def refers(self, value: str) -> Iterator[Reference]:
        """Name it."""
        if value:
            yield self.model, value


class Keys(Key):
    """Keys separated by commas; `is_sorted` where their order is not kept."""

    empty = ()

    def __init__(self, model: type[Model], *, is_sorted: bool = True) -> None:
        super().__init__(model)
        self.is_sorted = is_sorted

    def read(self, text: str) -> tuple[str, ...]:
        """Split, and refuse a key given twice."""
        keys = comma_separated(text)
        if len(set(keys)) < len(keys):
            raise ValueError(_("A key is given twice."))
        return tuple(sorted(keys)) if self.is_sorted else tuple(keys)

    def show(self, value: Sequence[str]) -> str:
        """Join."""
        return ", ".join(value)

    def refers(self, value: Sequence[str]) -> Iterator[Reference]:
        """Name each."""
        for key in value:
            yield self.model, key


class Signature(Value):
    """Who signed and when: `名字 2026-03-01`."""

    empty = None

    def read(self, text: str) -> tuple[str, datetime.date]:
        """Part the name from the day."""
        name, _blank, date = text.rpartition(" ")
        if not name.strip() or len(name) > 60:
            raise ValueError(_("Write the name and the day, such as “李明 2026-03-01”."))
        return name.strip(), day(date)

    def show(self, value: tuple[str, datetime.date | None]) -> str:
        """Write both."""
        return f"{value[0]} {value[1] or ''}".strip()


class Change(NamedTuple):
    """A line of a revision table."""

    version: str
    on: datetime.date
    significance: str
    note: str


class Changes(Value):
    """`1.0 / 2026-01-10 / content / 初次发行`."""

    def __init__(self, significances: Sequence[str]) -> None:
        self.significance = Choice(significances)

    def read(self, text: str) -> Change:
        """Part the four."""
        parts = [part.strip() for part in text.split(" / ", 3)]
        if len(parts) < 4 or not parts[3]:
            raise ValueError(_("Write version / day / significance / what changed."))
        return Change(
            Version().read(parts[0]), day(parts[1]), self.significance.read(parts[2]), Words(300).read(parts[3])
        )

    def show(self, value: Change) -> str:
        """Join the four."""
        return " / ".join([value.version, str(value.on), value.significance, " ".join(value.note.split())])

    def structure(self, value: Change) -> tuple:
        """All but the note."""
        return value[:3]


def number(text: str) -> Decimal:
    """Return the number. Raises ValueError with a sentence."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError(_("“%s” is not a number.") % text)
    return found


def day(text: str) -> datetime.date:
    """Return the day. Raises ValueError with a sentence."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError(_("“%s” is not a day such as 2026-03-01.") % text) from None


def comma_separated(text: str) -> list[str]:
    """Split at commas, Latin or Chinese."""
    return [part for part in _COMMA.split(text.strip()) if part]
