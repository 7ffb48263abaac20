"""Reading a spreadsheet that a stranger made: its sheets as text, formulas as they are written. Pure."""

import csv
import datetime
import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kb.control.sheets import as_it_was
from kb.importing import archive
from people.refusal import Refused

MAX_SIZE = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_ROWS = 2_000  # with words in them, in all sheets; nobody else can write while they are looked at
MAX_COLUMNS = 40
MAX_LINES = 1_048_576  # what spreadsheet programs hold
MAX_CELL = 2_000  # characters
ENDINGS = (".xlsx", ".csv")
# A spreadsheet keeps 15 digits of a number.
_EXACT = 10**15
# What openpyxl raises on files that are no workbooks inside.
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError,
    OverflowError, OSError,
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong, and where: sheet, line and column, as far as it has them."""

    sheet: str
    line: int
    column: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, the names of its columns, and (line, cells) for each row with words in it."""

    name: str
    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read(*, name: str, data: bytes, mistakes: list[Mistake]) -> list[Sheet]:
    """Return the sheets of a file; cells that cannot be read are added to `mistakes`. Raises Refused."""
    if len(data) > MAX_SIZE:
        raise Refused(_("The file is larger than %d MB.") % (MAX_SIZE // 1024**2))
    stem, ending = PurePath(name).stem, PurePath(name).suffix.lower()
    if data.startswith(b"PK") and ending == ".xlsx":
        found = [_sheet(title, lines, mistakes) for title, lines in _workbook(data)]
    elif ending == ".csv" and not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        found = [_sheet(stem, _separated(data), mistakes)]
    else:
        raise Refused(_("This is neither a spreadsheet (.xlsx) nor comma-separated values (.csv)."))
    if sum(len(sheet.rows) for sheet in found) > MAX_ROWS:
        raise Refused(_("The file has more than %d rows: divide it.") % MAX_ROWS)
    if not any(sheet.columns for sheet in found):
        raise Refused(_("The file holds no table."))
    return [sheet for sheet in found if sheet.columns]


type Lines = Iterable[tuple[int, list[str | Exception]]]


def _sheet(name: str, lines: Lines, mistakes: list[Mistake]) -> Sheet:
    """Take the first line with words for the names of the columns, those after it for rows."""
    columns: list[str] = []
    rows = []
    for line, cells in lines:
        if not columns:
            columns = [str(cell) for cell in cells]
            while columns and not columns[-1]:
                columns.pop()
            continue
        rows.append((line, _row(name, line, columns, cells, mistakes)))
        if len(rows) > MAX_ROWS:
            break
    return Sheet(name, columns, rows)


def _row(
    name: str, line: int, columns: Sequence[str], cells: list[str | Exception], mistakes: list[Mistake]
) -> list[str]:
    shown = []
    for column, cell in itertools.zip_longest(columns, cells, fillvalue=""):
        sentence = str(cell) if isinstance(cell, Exception) else _objection(cell)
        if sentence:
            mistakes.append(Mistake(name, line, column, sentence))
        shown.append("" if sentence else cell)
    if any(shown[len(columns) :]):
        mistakes.append(Mistake(name, line, "", _("This row has cells beyond the last column.")))
    return shown[: len(columns)]


def _objection(cell: str) -> str:
    if len(cell) > MAX_CELL:
        return _("This has %(found)d characters; %(limit)d are allowed.") % {"found": len(cell), "limit": MAX_CELL}
    if not cell.isprintable():
        return _("This cell holds control characters.")
    return ""


def _workbook(data: bytes) -> Iterator[tuple[str, Lines]]:
    """Yield the title and the lines of each sheet. Raises Refused."""
    parts = archive.members(data)
    if sum(map(len, parts.values())) > MAX_UNPACKED:
        raise Refused(_("The file unpacks to far more than it is: it may be made to do harm."))
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            archive.check_xml(name, part)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what the file says of its size need not be true
            yield sheet.title, list(_filled(sheet.iter_rows(max_col=MAX_COLUMNS)))
    except _BROKEN as error:
        if isinstance(error, Refused):
            raise
        raise Refused(_("The file is damaged: it cannot be read.")) from error


def _filled(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str | Exception]]]:
    count = 0
    for line, row in enumerate(rows, start=1):
        if line > MAX_LINES:
            raise Refused(_("The file is damaged: it cannot be read."))
        cells = [_text(cell) for cell in row]
        if any(cells):
            count += 1
            if count > MAX_ROWS + 1:
                raise Refused(_("The file has more than %d rows: divide it.") % MAX_ROWS)
            yield line, cells


def _text(cell: object) -> str | Exception:
    """Return what a cell says as it is typed; a ValueError with a sentence where that cannot be known."""
    value = cell.value
    if cell.data_type == "e":
        return ValueError(_("This cell holds an error of the spreadsheet: %s.") % value)
    match value:
        case None:
            return ""
        case str():
            return " ".join(value.split())
        case bool():
            return "yes" if value else "no"
        case int() | float() if abs(value) >= _EXACT:
            return ValueError(_("A spreadsheet does not keep so many digits of a number: format the cell as text."))
        case float() if value.is_integer():
            return str(int(value))
        case datetime.datetime() if value.time() == datetime.time():
            return str(value.date())
    return " ".join(str(getattr(value, "text", value)).split())


def _separated(data: bytes) -> Lines:
    """Yield the lines of comma-separated values, in UTF-8 with or without a mark, or in GB18030. Raises Refused."""
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    line = 1
    try:
        for row in reader:
            cells: list[str | Exception] = [" ".join(as_it_was(cell).split()) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused(_("Line %d cannot be read.") % line) from error


def _decoded(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("The text is neither in UTF-8 nor in GB18030."))
