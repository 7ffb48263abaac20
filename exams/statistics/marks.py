"""A table of marks that somebody made: a header of item names, a row a person, perhaps a row of maxima. Pure."""

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from kb.importing import archive
from people.refusal import Refused

PERSON, MAXIMUM = "person", "max"
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

type Row = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Marks:
    """Marks (a row a person, a column an item) and the maximum of each item; 1 where the table says none."""

    names: list[str]
    marks: np.ndarray
    maxima: np.ndarray
    people: list[str]


def read(data: bytes) -> Marks:
    """Return the marks of a file of comma-separated values or of the first sheet of an .xlsx. Raises Refused.

    Values may be separated by commas, semicolons or tabs, and decimals written with a comma; the text is UTF-8 with or
    without a byte-order mark, UTF-16 with one, or GB18030. A first column named "person" is no item; in a row whose
    person is "max" are the maximum marks. An empty cell is refused: whether nothing was answered (0) or forgotten to be
    entered, only a person knows.
    """
    rows = _sheet(data) if data.startswith(b"PK") else _separated(data)
    line, header = next(((line, cells) for line, cells in rows if any(map(str.strip, cells))), (1, ()))
    names = _names(line, header)
    if not names:
        raise Refused(_("The file holds no table."))
    has_people = names[0].casefold() == PERSON
    items = names[has_people:]
    if not items:
        raise Refused(_("Line %(line)d: there is no column of an item.") % {"line": line})
    return _filled(items, has_people, rows)


def too_high(table: Marks) -> tuple[str, float, float] | None:
    """Return (item, mark, maximum) of the first item with marks above its maximum: probably a row of maxima lacks."""
    highest = table.marks.max(axis=0)
    for name, mark, maximum in zip(table.names, highest, table.maxima, strict=True):
        if mark > maximum:
            return name, float(mark), float(maximum)
    return None


def _names(line: int, header: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    if "" in names:
        said = {"line": line, "column": names.index("") + 1}
        raise Refused(_("Line %(line)d: column %(column)d has no name.") % said)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise Refused(_("Line %(line)d: two columns are named “%(name)s”.") % {"line": line, "name": twice[0]})
    return names


def _filled(items: list[str], has_people: bool, rows: Iterable[Row]) -> Marks:
    width = len(items)
    marks, maxima, people = array("d"), None, []
    for line, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        person = cells[0].strip() if has_people else ""
        numbers = _numbers(line, items, cells[has_people:])
        if person != MAXIMUM:
            marks.extend(numbers)
            people.append(person)
        elif maxima is None:
            maxima = numbers
        else:
            raise Refused(_("Line %(line)d: this is a second row of maximum marks.") % {"line": line})
        if maxima is numbers and min(numbers) <= 0:
            said = {"line": line, "name": items[numbers.index(min(numbers))]}
            raise Refused(_("Line %(line)d, “%(name)s”: the maximum must be more than 0.") % said)
    if not people:
        raise Refused(_("The file holds no row of marks."))
    table = np.frombuffer(marks).reshape(-1, width)
    return Marks(items, table, np.array(maxima or [1.0] * width), people)


def _numbers(line: int, items: list[str], cells: Sequence[str]) -> list[float]:
    """Return the marks of a row. Raises Refused."""
    width = len(items)
    if len(cells) < width or any(map(str.strip, cells[width:])):
        said = {"line": line, "found": len(cells), "width": width}
        raise Refused(_("Line %(line)d has %(found)d marks; the header names %(width)d items.") % said)
    return [_number(line, name, cell) for name, cell in zip(items, cells, strict=False)]


def _number(line: int, name: str, cell: str) -> float:
    if cell in _PLAIN:
        return _PLAIN[cell]
    text = cell.strip()
    value = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if value is None or abs(value) > _LARGEST:
        said = {"line": line, "name": name, "text": text[:40]}
        raise Refused(
            _("Line %(line)d, “%(name)s”: “%(text)s” is no number.") % said
            if text
            else _("Line %(line)d, “%(name)s”: the mark is missing; write 0 where nothing was answered.") % said
        )
    return value


_PLAIN = {"0": 0.0, "1": 1.0, "0.5": 0.5, "2": 2.0}  # nearly all marks there are
_LARGEST = 1e9


def _separated(data: bytes) -> Iterator[Row]:
    """Yield (line, cells). Raises Refused."""
    text = _decoded(data)
    first_line = 1
    if told := _SEPARATOR_LINE.match(text):  # what spreadsheet programs put before the header
        text, separator, first_line = text[told.end() :], told[1], 2
    else:
        header = text.lstrip().split("\n", 1)[0]
        separator = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = first_line
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + first_line
    except csv.Error as error:
        raise Refused(_("Line %d cannot be read.") % line) from error


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("The text is neither in UTF-8 nor in GB18030."))


def _sheet(data: bytes) -> Iterator[Row]:
    """Yield (line, cells) of the first sheet. Raises Refused."""
    try:
        for name, part in archive.members(data).items():
            if name.endswith((".xml", ".rels")):
                archive.check_xml(name, part)
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False).worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size need not be true
        for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, ["" if value is None else str(value) for value in row]
    except archive.Refused as refusal:
        raise Refused(str(refusal)) from refusal
    except Exception as error:  # openpyxl raises whatever a damaged workbook leads it to
        raise Refused(_("The file is damaged: it cannot be read.")) from error
