"""Writing tables of the catalogue as spreadsheets that can be filled in and brought in again."""

from collections.abc import Iterator, Sequence

from kb.catalogue.tables import LABEL, columns, title
from kb.control import sheets
from people.load import Table

_WIDTHS = {"key": 20, "name": 28, "name_en": 28, "text": 60, "text_en": 60, "definition": 60, "value": 32, "note": 40}
_WIDTH = 16


def xlsx(tables: Sequence[Table]) -> bytes:
    """Return a workbook with a sheet for each table, named as the table is."""
    return sheets.workbook(
        sheets.Page(str(title(table)), _columns(table), rows(table), table.name, is_form=True) for table in tables
    )


def csv(table: Table) -> bytes:
    """Return one table as comma-separated values."""
    return sheets.comma_separated(columns=_columns(table), rows=rows(table))


def rows(table: Table) -> Iterator[list[str]]:
    """Yield the rows of the database as a sheet has them, what others lie inside first."""
    for row in table.rows().values():
        cells = table.cells(row)
        yield [row.code if column == LABEL and LABEL not in cells else cells[column] for column in columns(table)]


def _columns(table: Table) -> list[tuple[str, int]]:
    return [(column, _WIDTHS.get(column, _WIDTH)) for column in columns(table)]
