"""Questions in a spreadsheet: a row each, simple ones in columns, others as content files write them. Pure."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from exams import written
from exams.formats import sheet_cells, sheet_rows
from exams.formats.question import Fault, Loss, Neutral, Read, plain
from exams.formats.sheet_cells import BadCell, Table
from exams.formats.sheet_rows import COLUMNS, Column
from exams.formats.sheet_template import EXAMPLES, HELP
from kb.control import sheets

_TABLE = "题目"
_MANUAL = "说明"
_APART = " / "


def read(data: bytes, filename: str) -> Read:
    """Return the questions of a workbook, or of comma-separated values."""
    found = Read()
    try:
        tables = sheet_cells.tables(data, filename)
    except BadCell as error:
        found.errors.append(Fault(filename, error.line, str(error)))
        return found
    for table in tables:
        _read_table(table, filename, found)
    if not found.questions and not found.errors:
        found.errors.append(Fault(filename, 1, _("No sheet has a column “题目 Question” with questions below it.")))
    return found


def _read_table(table: Table, filename: str, found: Read) -> None:
    place = f"{filename}/{table.name}" if table.name else filename
    columns = [sheet_rows.column_of(name) for name in table.head]
    if Column.TEXT not in columns:
        if table.rows and table.name != _MANUAL:
            what = _("A sheet without a column “题目 Question” was left out.")
            found.not_represented.append(Loss(place, 1, table.name, what))
        return
    for name, column in zip(table.head, columns, strict=True):
        if name and column is None:
            found.errors.append(Fault(place, table.line, _("This column is not known: “%s”.") % name))
        elif column and columns.count(column) > 1:
            found.errors.append(Fault(place, table.line, _("This column stands here twice: “%s”.") % name))
    for line, cells in table.rows:
        said = {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}
        wrong = next((cell for cell in said.values() if isinstance(cell, BadCell)), None)
        try:
            if wrong:
                raise wrong
            found.questions.append(_question(said, place, line))
        except BadCell as error:
            found.errors.append(Fault(place, line, str(error)))


def _question(said: dict[str, Any], place: str, line: int) -> Neutral:
    kind = sheet_rows.kind_of(said.get(Column.KIND, ""))
    topic = said.get(Column.TOPIC, "")
    return Neutral(
        kind=kind,
        name=said.get(Column.NAME, ""),
        text=said.get(Column.TEXT, ""),
        body=_body(kind, said),
        explanation=said.get(Column.EXPLANATION, ""),
        points=_points(said.get(Column.POINTS, "")),
        topic=tuple(part.strip() for part in topic.split("/") if part.strip()),
        tags=[tag.strip() for tag in said.get(Column.TAGS, "").replace("，", ",").split(",") if tag.strip()],
        line=line,
        file=place,
    )


def _points(text: str) -> Decimal | None:
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        raise BadCell(_("“%s” is not a number.") % text) from None
    if found is not None and (not found.is_finite() or not 0 < found < 10**6):
        raise BadCell(_("The points must be a number above 0."))
    return found


def _body(kind: str, said: dict[str, str]) -> dict[str, Any]:
    details = said.get(Column.DETAILS, "")
    if not details:
        return sheet_rows.body(kind, said)
    if set(said) & (set(sheet_rows.OPTIONS) | {Column.ANSWER, Column.TOLERANCE, Column.UNIT, Column.CREDIT}):
        raise BadCell(_("Give the answers either in “详细 Details” or in the columns for options and answer."))
    try:
        return written.read(kind, details)
    except written.Unreadable as error:
        raise BadCell(_("“详细 Details”: this line cannot be read: %s") % error.text) from None


def write(questions: Sequence[Neutral]) -> tuple[bytes, list[Loss]]:
    """Return a workbook of the questions, and what it cannot say."""
    losses: list[Loss] = []
    rows = [_row(question, losses) for question in questions]
    return sheets.workbook([_page(rows)]), losses


def template() -> bytes:
    """Return a workbook with an example of every kind of question, and how to fill it in."""
    return sheets.workbook([_page([_row(each, []) for each in EXAMPLES]), _manual()])


def template_csv() -> bytes:
    """Return the examples as comma-separated values."""
    rows = [_row(each, []) for each in EXAMPLES]
    return sheets.comma_separated(columns=[(column.label, column.width) for column in COLUMNS], rows=rows)


def _page(rows: Sequence[Sequence[str]]) -> sheets.Page:
    return sheets.Page(_TABLE, [(column.label, column.width) for column in COLUMNS], rows, _TABLE, is_form=True)


def _manual() -> sheets.Page:
    return sheets.Page(_MANUAL, [("说明 Help", 100)], [[line] for line in HELP], _MANUAL, is_form=True)


def _row(question: Neutral, losses: list[Loss]) -> list[str]:
    """Return a question as cells; `losses` is told what they cannot say."""
    said = {
        Column.KIND: sheet_rows.KINDS[question.kind][0],
        Column.NAME: question.name,
        Column.TEXT: question.text,
        Column.EXPLANATION: question.explanation,
        Column.POINTS: plain(question.points) if question.points is not None else "",
        Column.TOPIC: _APART.join(part.replace("/", "／") for part in question.topic),
        Column.TAGS: ", ".join(question.tags),
        **_answers(question, losses),
    }
    if question.media:
        losses.append(_loss(question, _("The pictures: a spreadsheet holds only words.")))
    return [said.get(column.key, "") for column in COLUMNS]


def _answers(question: Neutral, losses: list[Loss]) -> dict[str, str]:
    """Return the cells of the answers: in columns where that says all, else in detail."""
    simple = sheet_rows.cells(question.kind, question.body)
    if simple is not None and _reads(question, simple):
        return simple
    details = {Column.DETAILS: written.write(question.kind, question.body)}
    if not _reads(question, details):
        losses.append(_loss(question, _("Line breaks and blanks in its options, or members that cannot be written.")))
    return details


def _reads(question: Neutral, cells: dict[str, str]) -> bool:
    """Say whether these cells say just what the question says."""
    try:
        return _body(question.kind, {name: cell for name, cell in cells.items() if cell}) == question.body
    except BadCell:
        return False


def _loss(question: Neutral, what: str) -> Loss:
    return Loss("", question.line, question.name or question.text[:60], what)
