"""Files of tables: organisation, severity, products, codes, parts, hazards, symptoms, maintenance, words; devices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kb.content import sources
from kb.content.names import Names
from kb.content.pieces import Files
from kb.content.searching import PROMOTED, STOP_WORD, SYNONYM, WORD
from kb.content.sources import Mistake
from kb.models import (
    Area,
    ArrivalTime,
    BusinessHours,
    Component,
    Device,
    FaultCode,
    Hazard,
    Holiday,
    MaintenanceItem,
    MaintenancePlan,
    OpeningHours,
    Part,
    ProductFamily,
    ProductModel,
    SeverityLevel,
    SeverityScheme,
    SoftwareRelease,
    Specification,
    Symptom,
    Tier,
    Tool,
    WarrantyExclusion,
)
from kb.search.analysis import fold_code
from people.load import ORGANISATION, Cells, Table


class FaultCodeTable(Table):
    """Codes of a model, or of a family for all its models: both stand in the column `model`."""

    def key(self, cells: Cells) -> str:
        """Return it as fault guides write it."""
        return f"{cells['model']}:{cells['code']}"

    def objections(self, cells: Cells, names: Names) -> Iterator[tuple[str, str]]:
        """Yield a sentence where the owner is neither a model nor a family."""
        if cells["model"] not in names.of(ProductFamily) and cells["model"] not in names.of(ProductModel):
            yield "model", names.unknown(ProductModel, cells["model"])

    def cells(self, row: FaultCode) -> dict[str, str]:
        """Return a row of the database as it stands in a file."""
        return super().cells(row) | {"model": row.product.key}

    def fill(self, row: FaultCode, cells: Cells, names: Names) -> None:
        """Set the owner, and the folded spelling."""
        for column in self.plain:
            setattr(row, column, self.value(column, cells[column]))
        owner = ProductModel if cells["model"] in names.of(ProductModel) else ProductFamily
        row.model_id = row.family_id = None
        setattr(row, "model_id" if owner is ProductModel else "family_id", names.pk(owner, cells["model"]))
        row.folded = fold_code(row.code)


class DeviceTable(Table):
    """Devices, by model and serial number; no content file has them, spreadsheets do."""

    def fill(self, row: Device, cells: Cells, names: Names) -> None:
        """Set the folded spelling as well."""
        super().fill(row, cells, names)
        row.folded = fold_code(row.serial)


class PlanTable(Table):
    """Maintenance plans of models; the procedure stands there by its document number."""

    def found(self) -> QuerySet[MaintenancePlan]:
        """Leave out plans of single devices: these are no content."""
        return super().found().filter(device__isnull=True)

    def cells(self, row: MaintenancePlan) -> dict[str, str]:
        """Return a row of the database as it stands in a file."""
        return super().cells(row) | {"procedure": row.procedure.number if row.procedure else ""}


class ItemTable(Table):
    """Checklist lines of the plans of models."""

    def found(self) -> QuerySet[MaintenanceItem]:
        """Leave out those of plans of single devices."""
        return super().found().filter(plan__device__isnull=True)


NAMED = ("key", "name", "name_en")
FAMILY = Table("family", ProductFamily, (*NAMED, "subject"), added=("subject",))
MODEL = Table(
    "model",
    ProductModel,
    ("key", "family", "name", "name_en", "warranty_months", "maintenance", "scheme"),
    added=("scheme",),
)
SPECIFICATION = Table(
    "specification",
    Specification,
    ("model", "position", "name", "name_en", "value", "value_en"),
    identity=("model", "name"),
)
SOFTWARE = Table(
    "software",
    SoftwareRelease,
    ("model", "version", "released_on", "note", "note_en"),
    identity=("model", "version"),
)
COMPONENT = Table(
    "component", Component, ("key", "model", "parent", "name", "name_en", "warranty_months"), added=("parent",)
)
EXCLUSION = Table("exclusion", WarrantyExclusion, (*NAMED, "components"))
CODE = FaultCodeTable(
    "code", FaultCode, ("model", "code", "meaning", "meaning_en", "severity", "software"), added=("software",)
)
PART = Table(
    "part",
    Part,
    ("key", "number", "name", "name_en", "models", "has_serial"),
    fields={"models": "product_models"},
    added=("has_serial",),
)
TOOL = Table("tool", Tool, (*NAMED, "is_protective", "is_approved"), added=("is_protective", "is_approved"))
# A table of pairs: parts may replace one another, so neither of them can stand above the other.
SUBSTITUTE = Table(
    "substitute",
    Part.substitutes.through,
    ("part", "by"),
    identity=("part", "by"),
    fields={"part": "from_part", "by": "to_part"},
)
HAZARD = Table("hazard", Hazard, (*NAMED, "level", "text", "text_en", "protection"))
SYMPTOM = Table("symptom", Symptom, (*NAMED, "synonyms"))
DEVICE = DeviceTable(
    "device",
    Device,
    ("model", "serial", "owner", "unit", "site", "area", "scheme", "software", "bought_on", "retired_on"),
    identity=("model", "serial"),
)
SEVERITY = (
    Table("hours", BusinessHours, NAMED),
    Table("opening", OpeningHours, ("hours", "day", "opens", "closes"), identity=("hours", "day", "opens")),
    Table("holiday", Holiday, ("hours", "day", "name"), identity=("hours", "day")),
    Table("area", Area, NAMED),
    Table("scheme", SeverityScheme, (*NAMED, "hours", "is_default")),
    Table(
        "level",
        SeverityLevel,
        (
            "scheme", "rank", "code", "code_en", "definition", "definition_en",
            "respond_minutes", "arrive_minutes", "report_minutes", "mode",
        ),
        identity=("scheme", "rank"),
    ),
    Table("arrival", ArrivalTime, ("level", "area", "minutes"), identity=("level", "area")),
    Table("tier", Tier, ("key", "rank", "name", "name_en", "unit", "collect", "collect_en")),
)  # fmt: skip
MAINTENANCE = (
    PlanTable(
        "plan",
        MaintenancePlan,
        (
            "key", "model", "name", "name_en", "interval_months", "notice_days", "minutes", "procedure", "is_active",
        ),
    ),
    ItemTable(
        "item",
        MaintenanceItem,
        ("plan", "position", "text", "text_en", "unit", "low", "high"),
        identity=("plan", "position"),
    ),
)  # fmt: skip


@dataclass
class RowPiece:
    """A row."""

    table: Table
    cells: Cells
    path: str
    line: int
    position: int
    there: Mapping[str, Model]  # the rows of the database by key

    @property
    def key(self) -> str:
        """What others call it."""
        return self.table.key(self.cells)

    @property
    def name(self) -> str:
        """The table and the key."""
        return f"{self.table.name}/{self.key}"

    def wanted(self) -> str:
        """Return what the row of the file says."""
        return sources.show_row(self.table.said(self.cells))

    def present(self) -> str | None:
        """Return what the row of the database says."""
        row = self.there.get(self.key)
        return sources.show_row(self.table.said(self.table.cells(row))) if row else None

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield what the row points to in vain."""
        for column, sentence in self.table.objections(self.cells, names):
            yield Mistake(self.path, self.line, f"{column}: {sentence}")

    def save(self, names: Names) -> Sequence[Model]:
        """Write the row."""
        row = self.table.save(self.there.get(self.key), self.cells, names)
        names.settle(self.table.model, self.key, row.pk)
        return [row]


class TableFile:
    """A file of tables."""

    def __init__(self, path: str, tables: Sequence[Table]) -> None:
        self.path, self.tables = path, {table.name: table for table in tables}

    def takes(self, path: str) -> bool:
        """Take the one file."""
        return path == self.path

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> list[RowPiece]:
        """Return the rows, table by table."""
        pieces = []
        for path, text in files.items():
            found = {}
            for parsed in read_tables(path, text, self.tables, mistakes):
                found[parsed.name] = self._rows(parsed, names, mistakes)
            for name in self.tables:
                pieces += found.get(name, [])
        return pieces

    def _rows(self, parsed: sources.Table, names: Names, mistakes: list[Mistake]) -> list[RowPiece]:
        table, pieces = self.tables[parsed.name], []
        there = table.rows()
        for position, cells, line in canonical_rows(self.path, parsed, table, mistakes):
            piece = RowPiece(table, cells, self.path, line, position, there)
            names.promise(table.model, piece.key, piece.name)
            pieces.append(piece)
        mistakes += _upside_down(pieces)
        return pieces

    def dump(self, paths: Mapping[str, tuple[str, int]]) -> Iterator[tuple[str, str]]:
        """Yield the file."""
        tables = []
        for table in self.tables.values():
            rows = sorted(table.rows().items(), key=lambda item: place(paths, f"{table.name}/{item[0]}"))
            tables.append(
                sources.Table(table.name, table.columns, [sources.Row(table.cells(row)) for _key, row in rows])
            )
        if any(table.rows for table in tables):
            yield self.path, sources.show_tables(table for table in tables if table.rows)


def _upside_down(pieces: Sequence[RowPiece]) -> Iterator[Mistake]:
    """Yield a mistake where a row points to a row of its own table that comes only later."""
    rows = {piece.key: piece.position for piece in pieces}
    for piece in pieces:
        for column, each in piece.table.single.items():
            key = piece.cells[column]
            if each.related_model is piece.table.model and rows.get(key, -1) >= piece.position:
                yield Mistake(
                    piece.path, piece.line, f"{column}: " + _("The row of “%s” must stand above this one.") % key
                )


def place(paths: Mapping[str, tuple[str, int]], name: str) -> tuple[int, str]:
    """Return what to sort pieces of a file by: as they were loaded, then those that were not, by name."""
    return (paths[name][1] if name in paths else 1 << 31, name)


def read_tables(path: str, text: str, tables: Mapping[str, Table], mistakes: list[Mistake]) -> list[sources.Table]:
    """Return the tables of a file that are known and have the right columns."""
    right = {}
    for parsed in sources.parse_tables(path, text, mistakes):
        if parsed.name not in tables:
            known = {"name": parsed.name, "names": ", ".join(tables)}
            mistakes.append(
                Mistake(path, parsed.line, _("Table “%(name)s” is not known here; known: %(names)s.") % known)
            )
        elif parsed.name in right:
            mistakes.append(Mistake(path, parsed.line, _("Table “%s” stands here twice.") % parsed.name))
        elif parsed.columns and list(parsed.columns) != list(tables[parsed.name].columns):
            wanted = ", ".join(tables[parsed.name].columns)
            mistakes.append(Mistake(path, parsed.line, _("The columns must be: %s.") % wanted))
        else:
            right[parsed.name] = parsed
    return list(right.values())


def canonical_rows(
    path: str, parsed: sources.Table, table: Table, mistakes: list[Mistake]
) -> Iterator[tuple[int, Cells, int]]:
    """Yield (position, canonical cells, line) of each row whose cells can be read."""
    for position, row in enumerate(parsed.rows):
        try:
            yield position, table.canonical(row.cells), row.line
        except ValidationError as wrong:
            for column, sentences in wrong.message_dict.items():
                mistakes += [Mistake(path, row.line, f"{column}: {sentence}") for sentence in sentences]


SECTIONS = (
    TableFile("organisation.md", ORGANISATION),
    TableFile("kb/severity.md", SEVERITY),
    TableFile("kb/products.md", (FAMILY, MODEL, SPECIFICATION, SOFTWARE, COMPONENT, EXCLUSION)),
    TableFile("kb/fault-codes.md", (CODE,)),
    TableFile("kb/parts.md", (PART, TOOL, SUBSTITUTE)),
    TableFile("kb/hazards.md", (HAZARD,)),
    TableFile("kb/symptoms.md", (SYMPTOM,)),
    TableFile("kb/synonyms.md", (SYNONYM,)),
    TableFile("kb/dictionary.md", (WORD, STOP_WORD)),
)
# Plans lead to procedures, queries to documents.
AFTER_DOCUMENTS = (TableFile("kb/maintenance.md", MAINTENANCE), TableFile("kb/promoted.md", (PROMOTED,)))
