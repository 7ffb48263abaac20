"""The tables that go out and come in as spreadsheets, those of the content files and devices; and who may do so."""

from django.utils.translation import gettext_lazy as _

from kb.content import tables
from people.load import Table
from people.models import Person

# In the order in which rows need one another; a sheet has the columns of the content table of its name.
TABLES: tuple[Table, ...] = (
    tables.FAMILY,
    tables.MODEL,
    tables.SPECIFICATION,
    tables.SOFTWARE,
    tables.COMPONENT,
    tables.EXCLUSION,
    tables.CODE,
    tables.PART,
    tables.TOOL,
    tables.SUBSTITUTE,
    tables.HAZARD,
    tables.SYMPTOM,
    tables.DEVICE,
)
BY_NAME = {table.name: table for table in TABLES}
LABEL = "code"  # of a device: made here and shown, never taken over


def columns(table: Table) -> list[str]:
    """Return the columns of a sheet."""
    return [LABEL, *table.columns] if table is tables.DEVICE else list(table.columns)


def title(table: Table) -> str:
    """Return what the table holds."""
    if table is tables.SUBSTITUTE:
        return _("which part may replace which")
    return table.model._meta.verbose_name_plural


def may(person: Person, table: Table, action: str) -> bool:
    """Say whether the person may view, add or change rows of it; pairs of parts go with the parts."""
    model = table.model._meta.auto_created or table.model
    return person.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")


def may_change(person: Person, table: Table) -> bool:
    """Say whether the person may bring in rows of it."""
    return may(person, table, "add") and may(person, table, "change")
