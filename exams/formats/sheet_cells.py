"""The cells of a workbook or of comma-separated values that a stranger made, as text with its line breaks. Pure."""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from exams.formats import encoding
from exams.formats.question import plain
from kb.control.sheets import as_it_was
from kb.importing import archive
from kb.importing.document import Refused

MAX_ROWS = 5_000
MAX_COLUMNS = 40
MAX_CELL = 20_000  # characters
_MAX_UNPACKED = 60 * 1024 * 1024
_MAX_LINES = 1_048_576  # what spreadsheet programs hold
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
# What openpyxl raises on files that are no workbooks inside.
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError,
    OverflowError, OSError,
)  # fmt: skip


class BadCell(ValueError):
    """A cell, or a file, that cannot be read: the text says why."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


type Cell = str | BadCell


@dataclass(frozen=True)
class Table:
    """A sheet: its name, its first row with words and the line of it, and the rows below by their lines."""

    name: str
    line: int
    head: Sequence[str]
    rows: Sequence[tuple[int, Sequence[Cell]]]


def tables(data: bytes, filename: str) -> list[Table]:
    """Return the sheets with words in them. Raises BadCell."""
    found = _workbook(data) if data.startswith(b"PK") else [("", _separated(data))]
    return [table for name, lines in found if (table := _table(name, lines))]


def _table(name: str, lines: Iterable[tuple[int, list[Cell]]]) -> Table | None:
    rows = []
    for line, cells in lines:
        rows.append((line, cells))
        if len(rows) > MAX_ROWS + 1:
            raise BadCell(_("The file has more than %d rows: divide it.") % MAX_ROWS, line)
    if not rows:
        return None
    (line, head), *rows = rows
    return Table(name, line, [" ".join(str(cell).split()) for cell in head], rows)


def _workbook(data: bytes) -> Iterator[tuple[str, list[tuple[int, list[Cell]]]]]:
    """Yield the title and the rows of each sheet. Raises BadCell."""
    try:
        parts = archive.members(data)
        if sum(map(len, parts.values())) > _MAX_UNPACKED:
            raise Refused(_("The file unpacks to far more than it is: it may be made to do harm."))
        for name, part in parts.items():
            if name.endswith((".xml", ".rels")):
                archive.check_xml(name, part)
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file says of its size need not be true
            yield sheet.title, list(_filled(sheet.iter_rows(max_col=MAX_COLUMNS)))
    except Refused as refusal:
        raise BadCell(str(refusal)) from None
    except _BROKEN as error:
        if isinstance(error, BadCell):
            raise
        raise BadCell(_("The file is damaged: it cannot be read.")) from error


def _filled(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[Cell]]]:
    count = 0
    for line, row in enumerate(rows, start=1):
        if line > _MAX_LINES:
            raise BadCell(_("The file is damaged: it cannot be read."))
        cells = [_text(cell) for cell in row]
        if any(cells):
            count += 1
            if count > MAX_ROWS + 1:
                raise BadCell(_("The file has more than %d rows: divide it.") % MAX_ROWS, line)
            yield line, cells


def _text(cell: object) -> Cell:
    """Return what a cell says as it is typed, or why that cannot be known."""
    value = cell.value
    if cell.data_type == "e":
        return BadCell(_("A cell holds an error of the spreadsheet: %s.") % value)
    if cell.data_type == "f":
        return BadCell(_("A cell holds a formula, and formulas are not calculated: %s.") % str(value)[:80])
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() if abs(value) >= _EXACT:
            return BadCell(_("A spreadsheet does not keep so many digits of a number: format the cell as text."))
        case int() | float():
            return plain(Decimal(repr(value)))
        case datetime.datetime() | datetime.date() | datetime.time():
            return BadCell(_("A cell holds a date or a time (%s): format it as text.") % value)
    return _words(str(value))


def _words(text: str) -> Cell:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > MAX_CELL:
        return BadCell(_("A cell has %(n)d characters; %(most)d are allowed.") % {"n": len(text), "most": MAX_CELL})
    if not all(sign.isprintable() or sign in "\n\t\u3000\xa0\u200b\ufeff\xad" for sign in text):
        return BadCell(_("A cell holds control characters."))
    return text


def _separated(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows of comma-separated values with their lines. Raises BadCell."""
    try:
        text = encoding.decode(data).text
    except encoding.Undecodable as error:
        raise BadCell(str(error), error.line) from None
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    line = 1
    try:
        for row in reader:
            cells = [_words(as_it_was(cell)) for cell in row[:MAX_COLUMNS]]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise BadCell(_("Line %d cannot be read.") % line, line) from None
