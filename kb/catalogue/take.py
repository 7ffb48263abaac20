"""Taking rows of spreadsheets into the catalogue: looked at first, then all of them or none."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kb.catalogue.read import Mistake, Sheet
from kb.catalogue.tables import BY_NAME, LABEL, TABLES, columns, may_change
from kb.content.names import Gone, Names
from kb.models import Device
from people.load import Cells, Table
from people.models import User
from people.refusal import Refused

_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_SAYS = {"是": "yes", "否": "no", "true": "yes", "false": "no", "1": "yes", "0": "no", "y": "yes", "n": "no"}


@dataclass(frozen=True)
class Change:
    """A row that is new or says something else: the cells that differ, by column, as (before, after)."""

    table: str
    key: str
    line: int
    is_new: bool
    cells: Mapping[str, tuple[str, str]]


@dataclass
class Report:
    """What a file would do, or did: its changes, how many rows say what is there already, and its mistakes."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def added(self) -> list[Change]:
        """The rows that are new."""
        return [change for change in self.changes if change.is_new]

    @property
    def changed(self) -> list[Change]:
        """The rows that were there and say something else."""
        return [change for change in self.changes if not change.is_new]

    @property
    def digest(self) -> str:
        """SHA-256 of the changes, to tell whether the catalogue is still as it was when somebody looked at them."""
        said = [[change.table, change.key, change.is_new, sorted(change.cells.items())] for change in self.changes]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class Changed(Refused):
    """The file would do something else by now than what the person saw."""


@dataclass(frozen=True)
class _Row:
    table: Table
    sheet: str
    line: int
    cells: Cells
    label: str

    @property
    def key(self) -> str:
        return self.table.key(self.cells)

    def mistake(self, text: str, column: str = "") -> Mistake:
        return Mistake(self.sheet, self.line, column, text)


def look(*, sheets: Sequence[Sheet], by: User) -> Report:
    """Return what taking these sheets would do; nothing is kept of it."""
    with transaction.atomic():
        report = _take(sheets, by)
        transaction.set_rollback(True)
    return report


def take(*, sheets: Sequence[Sheet], by: User, digest: str) -> Report:
    """Do what the report with this digest says.

    Raises Refused where there are mistakes, and Changed where it would do something else by now; then nothing is done.
    """
    try:
        with transaction.atomic():
            for table in TABLES:  # the second of two people waits here, and then sees what the first has done
                list(table.model.objects.select_for_update().order_by("pk").values_list("pk"))
            report = _take(sheets, by)
            if report.mistakes:
                raise Refused(_("There are mistakes in the file: nothing was brought in."))
            if report.digest != digest:
                raise Changed(_("The catalogue has changed since you looked: look at it again."))
    except IntegrityError:  # where rows cannot be waited for because they are new
        raise Changed(_("The catalogue has changed since you looked: look at it again.")) from None
    return report


def _take(sheets: Sequence[Sheet], by: User) -> Report:
    report, names = Report(), Names()
    rows = _in_order(list(_rows(sheets, by, report.mistakes)), report.mistakes)
    for row in rows:
        names.promise(row.table.model, row.key, "")
    for table in TABLES:
        of_table = [row for row in rows if row.table is table]
        if of_table:
            _save(table, of_table, names, report)
    report.mistakes = sorted(set(report.mistakes))
    order = {table.name: place for place, table in enumerate(TABLES)}
    report.changes.sort(key=lambda change: (order[change.table], change.line))
    return report


def _rows(sheets: Sequence[Sheet], by: User, mistakes: list[Mistake]) -> Iterator[_Row]:
    """Yield the rows that can be read, each key once."""
    seen: dict[tuple[str, str], int] = {}
    for sheet in sheets:
        table = _table(sheet, mistakes)
        if table is None:
            continue
        if not may_change(by, table):
            mistakes.append(Mistake(sheet.name, 1, "", _("You may not change this table.")))
            continue
        for line, said in sheet.rows:
            row = _row(table, sheet, line, dict(zip(sheet.columns, said, strict=True)), mistakes)
            if row is None:
                continue
            first = seen.setdefault((table.name, row.key), line)
            if first != line:
                mistakes.append(
                    row.mistake(_("“%(key)s” stands in line %(line)d already.") % {"key": row.key, "line": first})
                )
            else:
                yield row


def _table(sheet: Sheet, mistakes: list[Mistake]) -> Table | None:
    """Return the table a sheet is one of: by its name, else by its columns."""
    by_columns = [table for table in TABLES if set(sheet.columns) - {LABEL} == set(table.columns) - {LABEL}]
    table = BY_NAME.get(sheet.name.strip().lower()) or next(iter(by_columns), None)
    if table is None:
        known = _("No table has these columns. Give the sheet, or the .csv file, the name of its table: %s.")
        mistakes.append(Mistake(sheet.name, 1, "", known % ", ".join(BY_NAME)))
        return None
    wanted = columns(table)
    is_right = set(table.columns) <= set(sheet.columns) <= set(wanted) and len(set(sheet.columns)) == len(sheet.columns)
    if not is_right:
        mistakes.append(Mistake(sheet.name, 1, "", _("The columns must be: %s.") % ", ".join(wanted)))
    return table if is_right else None


def _row(table: Table, sheet: Sheet, line: int, said: dict[str, str], mistakes: list[Mistake]) -> _Row | None:
    label = said.get(LABEL, "") if LABEL not in table.columns else ""
    try:
        cells = table.canonical({column: _spelt(table, column, said[column]) for column in table.columns})
    except ValidationError as wrong:
        for column, sentences in wrong.message_dict.items():
            mistakes += [Mistake(sheet.name, line, column, sentence) for sentence in sentences]
        return None
    return _Row(table, sheet.name, line, cells, label)


def _spelt(table: Table, column: str, text: str) -> str:
    """Return a cell as content files spell it: days, yes and no, choices by their names, lists with commas."""
    each = table.plain.get(column)
    if column in table.many:
        return text.replace("，", ",").replace("、", ",")
    if isinstance(each, models.BooleanField):
        return _SAYS.get(text.lower(), text.lower())
    if isinstance(each, models.DateField) and (day := _DAY.fullmatch(text)):
        return f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}"
    labels = {str(label): str(value) for value, label in each.flatchoices} if each is not None else {}
    return labels.get(text, text)


def _in_order(rows: list[_Row], mistakes: list[Mistake]) -> list[_Row]:
    """Return the rows so that what others of the same table lie inside comes before them."""
    by_key = {(row.table.name, row.key): row for row in rows}
    graph: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for own, row in by_key.items():
        above = [column for column, each in row.table.single.items() if each.related_model is row.table.model]
        graph[own] = [
            (row.table.name, row.cells[column]) for column in above if (row.table.name, row.cells[column]) in by_key
        ]
    try:
        return [by_key[own] for own in TopologicalSorter(graph).static_order()]
    except CycleError as circle:
        first, keys = by_key[circle.args[1][0]], ", ".join(dict.fromkeys(key for _name, key in circle.args[1]))
        mistakes.append(first.mistake(_("These need one another: %s.") % keys))
        return []


def _save(table: Table, rows: Sequence[_Row], names: Names, report: Report) -> None:
    there = table.rows()
    for row in rows:
        objections = [*table.objections(row.cells, names), *_label_objections(row, there.get(row.key))]
        report.mistakes += [row.mistake(sentence, column) for column, sentence in objections]
        before = table.cells(there[row.key]) if row.key in there else None
        if objections or before == row.cells:
            report.same += not objections
            continue
        try:
            saved = table.save(there.get(row.key), row.cells, names)
        except ValidationError as wrong:
            report.mistakes += [
                row.mistake(text, column) for column, texts in _by_column(wrong, table) for text in texts
            ]
        except Gone as gone:
            report.mistakes.append(row.mistake(str(gone)))
        else:
            names.settle(table.model, row.key, saved.pk)
            report.changes.append(_change(row, before))


def _label_objections(row: _Row, there: models.Model | None) -> Iterator[tuple[str, str]]:
    """Yield a sentence where the code of a device is not the one it has: a code is made here and stays."""
    if row.label and (there is None or there.code != row.label):
        other = Device.objects.filter(code=row.label).select_related("model").first()
        if other:
            yield LABEL, _("This code is on the label of another device: %s.") % other
        else:
            yield LABEL, _("Codes are made here: leave the cell empty for a new device.")


def _by_column(wrong: ValidationError, table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield (column, sentences); a sentence about the row as a whole has no column."""
    names = {each.name: column for column, each in (table.plain | table.single | table.many).items()}
    for name, sentences in (wrong.message_dict if hasattr(wrong, "error_dict") else {"": wrong.messages}).items():
        yield names.get(name, ""), sentences


def _change(row: _Row, before: Cells | None) -> Change:
    was = before or {}
    differing = {
        column: (was.get(column, ""), cell) for column, cell in row.cells.items() if was.get(column, "") != cell
    }
    return Change(row.table.name, row.key, row.line, before is None, differing)
