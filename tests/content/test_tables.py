"""Tables: what yes, no, times and numbers say, rows that replace one another, columns that came later."""

import pytest

from kb.content.loading import digest
from kb.content.tables import DEVICE, FAMILY, TOOL
from kb.models import (
    Hazard,
    LoadedPiece,
    MaintenanceItem,
    MaintenancePlan,
    OpeningHours,
    Part,
    ProductFamily,
    SeverityLevel,
    SeverityScheme,
    Tier,
    Tool,
    WarrantyExclusion,
)
from tests import make
from tests.content.folder import Folder, dumped

pytestmark = pytest.mark.django_db

PRODUCTS, PARTS, SEVERITY = "kb/products.md", "kb/parts.md", "kb/severity.md"
MAINTENANCE, HAZARDS = "kb/maintenance.md", "kb/hazards.md"


def test_every_new_table_means_what_it_says(loaded: Folder):
    level = SeverityLevel.objects.get(scheme__key="contract")
    assert (level.key, level.scheme.hours.key, level.arrive_minutes) == ("contract/1", "office", 240)
    assert str(OpeningHours.objects.last().opens) == "13:30:00"
    assert SeverityScheme.objects.get(is_default=True).levels.get().arrivals.get().minutes == 120
    assert [tier.unit_id is None for tier in Tier.objects.all()] == [False, True, True]
    assert Hazard.objects.get(key="mains").protection.count() == 2
    assert WarrantyExclusion.objects.get(key="wear").components.count() == 2
    plan = MaintenancePlan.objects.get()
    assert (plan.procedure.number, plan.items.count()) == ("PR-1", 3)
    assert str(MaintenanceItem.objects.get(position=2).high) == "-0.5000"
    assert Tool.objects.get(key="gloves").is_protective


def test_parts_may_replace_one_another(loaded: Folder):
    for part in Part.objects.all():
        assert part.substitutes.count() == 1
    assert dumped()[PARTS].endswith("| part | by |\n|---|---|\n| psu | psu-new |\n| psu-new | psu |\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (PARTS, "| Torch | no | no |", "| Torch | no | maybe |", "is_approved: Write “yes” or “no”."),
        (PARTS, "| psu-new | psu |\n", "| psu-old | psu |\n", "part: There is no spare part “psu-old”"),
        (HAZARDS, "| gloves, meter |", "| gloves, boots |", "protection: There is no tool “boots”"),
        (HAZARDS, "| danger |", "| deadly |", "level: "),
        (SEVERITY, "| 13:30 |", "| 25:00 |", "opens: "),
        (SEVERITY, "| rule/1 | city |", "| rule/2 | city |", "level: There is no severity level “rule/2”"),
        (SEVERITY, "| Office hours |\n", "| Office hours |\n| office | 又 | |\n", "“office” is already taken"),
        (PRODUCTS, "| rs1-psu | 电源风扇", "| rs1-fan | 电源风扇", "must stand above this one"),
        (PRODUCTS, "| 2026-01-05 |", "| 5.1.2026 |", "released_on: "),
        (MAINTENANCE, "| PR-1 | yes |", "| FAQ-1 | yes |", "procedure: There is no procedure “FAQ-1”"),
        (MAINTENANCE, "| 11.4 | 12.6 |", "| low | 12.6 |", "low: "),
    ],
)
def test_a_wrong_cell_is_named_by_its_line(small: Folder, file, old, new, sentence):
    line = small.change(file, old, new) + new.count("\n") - new.endswith("\n")
    assert any(mistake.startswith(f"{file}:{line}: ") and sentence in mistake for mistake in small.mistakes())
    assert not LoadedPiece.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("| rs1-fan | rs1 |", "| rs1-fan | rs2 |", "It lies inside a component of another model."),
        (
            "| rs1 | 2.4 | 2026-01-05 | 改正风扇 | Fan corrected |\n",
            "| rs1 | 2.4 | | | |\n| rs1 | 2.4 | | | |\n",
            "taken",
        ),
    ],
)
def test_what_only_the_row_itself_knows_is_named_too(small: Folder, old, new, sentence):
    small.change(PRODUCTS, old, new)
    (mistake,) = small.mistakes()
    assert mistake.startswith(f"{PRODUCTS}:")
    assert sentence in mistake


def test_a_row_loaded_before_a_column_was_there_gets_what_the_file_says_now(loaded: Folder):
    said = LoadedPiece.objects.filter(name="family/server")
    ProductFamily.objects.update(subject=None)
    said.update(digest=digest("| server | 服务器 | Servers |"))
    loaded.write(PRODUCTS, loaded.text(PRODUCTS) + "\n")  # read again
    outcome = loaded.load()
    assert (outcome.changed, outcome.kept) == (1, [])
    assert ProductFamily.objects.get().subject.key == "server"


def test_a_column_that_came_later_counts_where_it_says_something():
    cells = {"key": "server", "name": "服务器", "name_en": "Servers", "subject": ""}
    assert FAMILY.said(cells) == ["server", "服务器", "Servers"]
    assert FAMILY.said(cells | {"subject": "server"}) == ["server", "服务器", "Servers", "subject: server"]
    torch = {"key": "torch", "name": "手电筒", "name_en": "", "is_protective": "", "is_approved": ""}
    assert TOOL.said(TOOL.canonical(torch)) == ["torch", "手电筒", ""]
    assert TOOL.said(TOOL.canonical(torch | {"is_approved": "no"}))[-1] == "is_approved: no"


def test_plans_of_single_devices_and_devices_are_no_content(loaded: Folder):
    before = dumped()
    device = make.device(model=MaintenancePlan.objects.get().model)
    plan = MaintenancePlan.objects.create(key="own", name="专用", device=device, interval_months=1)
    MaintenanceItem.objects.create(plan=plan, position=1, text="看")
    assert dumped() == before
    assert len(DEVICE.rows()) == 1
