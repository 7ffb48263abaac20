"""Tables to take away, as a spreadsheet or as comma-separated values; no cell of them ever becomes a formula. Pure."""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

type Cell = str | int | datetime.date | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_AS_TEXT = "@"  # the number format of text
# Control characters that a spreadsheet cannot hold.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What spreadsheet programs take for the beginning of a formula, full-width forms included.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def xlsx(*, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet, to be printed on A4 landscape under that title; columns are (name, width)."""
    return workbook([Page(title, columns, rows)])


@dataclass(frozen=True)
class Page:
    """A sheet of a workbook; `name` stands on its tab. In a form to be filled in nothing typed turns into a number."""

    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]
    name: str | None = None
    is_form: bool = False


def workbook(pages: Iterable[Page]) -> bytes:
    """Return a workbook of these sheets."""
    book = Workbook(write_only=True)
    for page in pages:
        _write(page, book.create_sheet(page.name))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _write(page: Page, sheet: Worksheet) -> None:
    sheet.freeze_panes = "A2"
    for place, (_name, width) in enumerate(page.columns, start=1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = width
        if page.is_form:
            column.number_format = _AS_TEXT
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text, sheet.oddFooter.right.text = page.title.replace("&", "&&"), "&P / &N"
    bold, wrapped = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    head = [WriteOnlyCell(sheet, name) for name, _width in page.columns]
    for cell in head:
        cell.font, cell.alignment = bold, wrapped
    sheet.append(head)
    height = 1
    for row in page.rows:
        sheet.append([_plain(sheet, value, is_form=page.is_form) for value in row])
        height += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(page.columns))}{height}"


def _plain(sheet: object, value: Cell, *, is_form: bool = False) -> object:
    if not isinstance(value, str):
        return value
    words = _UNFIT.sub("", value)
    # What begins like this would be taken for a formula, or for an error of one.
    if not is_form and not words.startswith(("=", "#")):
        return words
    cell = WriteOnlyCell(sheet, words)
    cell.data_type = "s"
    if is_form:
        cell.number_format = _AS_TEXT
    return cell


def comma_separated(*, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return UTF-8 with a byte-order mark; what would begin a formula is preceded by an apostrophe."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([name for name, _width in columns])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _harmless(value: Cell) -> str:
    words = "" if value is None else _UNFIT.sub("", str(value))
    return f"'{words}" if words.lstrip(" '").startswith(_FORMULA) else words


def as_it_was(words: str) -> str:
    """Return a cell of comma-separated values without the apostrophe that was put before what begins a formula."""
    is_escaped = words.startswith("'") and words.lstrip(" '").startswith(_FORMULA)
    return words[1:] if is_escaped else words
