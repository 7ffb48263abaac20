"""Tables of content files: their rows <-> rows of the database; and the tables of the organisation.

A row of a file is a mapping of column to text. Whoever reads the files passes parsed rows and looks up keys.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.utils.translation import gettext as _

from people.models import OrgUnit, Position, Qualification, Subject

type Cells = Mapping[str, str]  # column -> text

_YES_OR_NO = {"yes": True, "no": False}


class Names(Protocol):
    """Knows what keys there are."""

    def objections(self, reference: tuple[type[Model], str]) -> Iterator[str]:
        """Yield a sentence where the model has no such key."""

    def pk(self, model: type[Model], key: str) -> int:
        """Return the primary key behind a key."""


@dataclass(frozen=True)
class Table:
    """A table whose rows are rows of a model.

    A column is the field of its name, unless `fields` names another. Foreign keys stand there by the `key` of what they
    point to, many of them separated by commas; what is true or false says yes or no. `identity` are the columns that no
    two rows share. `added` are columns that came later: rows loaded before them say nothing there.
    """

    name: str
    model: type[Model]
    columns: Sequence[str]
    identity: Sequence[str] = ("key",)
    fields: Mapping[str, str] = field(default_factory=dict)
    added: Sequence[str] = ()

    @cached_property
    def plain(self) -> dict[str, Field]:
        """The columns that hold values."""
        return {column: each for column, each in self._all.items() if not each.is_relation}

    @cached_property
    def single(self) -> dict[str, ForeignKey]:
        """The columns that hold one key."""
        return {column: each for column, each in self._all.items() if isinstance(each, ForeignKey)}

    @cached_property
    def many(self) -> dict[str, ManyToManyField]:
        """The columns that hold keys."""
        return {column: each for column, each in self._all.items() if isinstance(each, ManyToManyField)}

    @cached_property
    def _all(self) -> dict[str, Field]:
        return {column: self.model._meta.get_field(self.fields.get(column, column)) for column in self.columns}

    def key(self, cells: Cells) -> str:
        """Return what files and addresses call the row."""
        return "/".join(cells[column] for column in self.identity)

    def value(self, column: str, text: str) -> object:
        """Return what the text of a column without a key means. Raises ValidationError."""
        each = self.plain[column]
        if text and isinstance(each, BooleanField):
            return _yes_or_no(text)
        if text or (each.blank and not each.null and not each.has_default()):
            return each.clean(text, None)
        if each.null:
            return None
        if each.has_default():
            return each.get_default()
        return each.clean(text, None)

    def canonical(self, cells: Cells) -> dict[str, str]:
        """Return the cells as they come back from the database. Raises ValidationError, naming the column."""
        shown, wrong = {}, {}
        for column in self.columns:
            text = cells[column]
            try:
                shown[column] = self._canonical(column, text)
            except ValidationError as mistake:
                wrong[column] = mistake.messages
        if wrong:
            raise ValidationError(wrong)
        return shown

    def _canonical(self, column: str, text: str) -> str:
        if column in self.plain:
            return _shown(self.value(column, text))
        if column in self.many:
            return ", ".join(sorted(keys_in(text)))
        return text

    def objections(self, cells: Cells, names: Names) -> Iterator[tuple[str, str]]:
        """Yield (column, sentence) for everything the row points to that does not exist."""
        for column, each in (self.single | self.many).items():
            keys = keys_in(cells[column]) if column in self.many else [cells[column]] if cells[column] else []
            for key in keys:
                yield from ((column, sentence) for sentence in names.objections((each.related_model, key)))

    def cells(self, row: Model) -> dict[str, str]:
        """Return a row of the database as it stands in a file."""
        shown = {column: _shown(getattr(row, each.name)) for column, each in self.plain.items()}
        for column, each in self.single.items():
            shown[column] = getattr(getattr(row, each.name), "key", "")
        for column, each in self.many.items():
            shown[column] = ", ".join(sorted(other.key for other in getattr(row, each.name).all()))
        return {column: shown[column] for column in self.columns}

    def said(self, cells: Cells) -> list[str]:
        """Return what a row says, to tell whether it was changed; an added column counts where it says something."""
        later = [f"{column}: {cells[column]}" for column in self.added if cells[column] != self._without(column)]
        return [cells[column] for column in self.columns if column not in self.added] + later

    def _without(self, column: str) -> str:
        """Return what canonical cells say where nothing is said."""
        return _shown(self.value(column, "")) if column in self.plain else ""

    def found(self) -> QuerySet:
        """Return the rows of the database that belong to the table."""
        return self.model.objects.all()

    def rows(self) -> dict[str, Model]:
        """Return them by key, in the order they were made."""
        found = self.found().prefetch_related(*(each.name for each in (self.single | self.many).values()))
        return {self.key(self.cells(row)): row for row in found.order_by("pk")}

    def save(self, row: Model | None, cells: Cells, names: Names) -> Model:
        """Write canonical cells to a row, or to a new one where there is none. Raises ValidationError."""
        row = row or self.model()
        self.fill(row, cells, names)
        # As full_clean does, but for keys that were found just now: looking for each again takes most of the time.
        row.clean_fields(exclude=[each.name for column, each in self.single.items() if cells[column]])
        row.clean()
        row.validate_unique()
        row.validate_constraints()
        row.save()
        for column, each in self.many.items():
            getattr(row, each.name).set([names.pk(each.related_model, key) for key in keys_in(cells[column])])
        return row

    def fill(self, row: Model, cells: Cells, names: Names) -> None:
        """Set the fields of an unsaved row."""
        for column, each in self.plain.items():
            setattr(row, each.name, self.value(column, cells[column]))
        for column, each in self.single.items():
            setattr(row, each.attname, names.pk(each.related_model, cells[column]) if cells[column] else None)


def _yes_or_no(text: str) -> bool:
    if text not in _YES_OR_NO:
        raise ValidationError(_("Write “yes” or “no”."))
    return _YES_OR_NO[text]


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case datetime.time():
            return value.isoformat("minutes" if not value.second else "auto")
    return str(value)


def keys_in(text: str) -> list[str]:
    """Return the keys in a list separated by commas."""
    return [key.strip() for key in text.split(",") if key.strip()]


ORGANISATION = (
    Table("unit", OrgUnit, ("key", "name", "name_en", "parent", "kind")),
    Table("position", Position, ("key", "name", "name_en")),
    Table("subject", Subject, ("key", "name", "name_en")),
    Table("qualification", Qualification, ("subject", "rank", "gate"), identity=("subject", "rank")),
)
