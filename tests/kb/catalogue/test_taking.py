"""Taking spreadsheets into the catalogue: looked at first, then all or nothing, and never over what changed since."""

import pytest

from kb.catalogue import write
from kb.catalogue.read import Sheet, read
from kb.catalogue.tables import BY_NAME, TABLES
from kb.catalogue.take import Changed, look, take
from kb.models import Component, Device, FaultCode, Part, ProductFamily, ProductModel, Symptom, Tool
from people import roles
from people.refusal import Refused
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def model() -> ProductModel:
    """A model with one of each of most things."""
    family = ProductFamily.objects.create(key="server", name="服务器")
    made = make.product(family=family, key="rs1", name="RS1")
    supply = Component.objects.create(key="rs1-psu", name="电源", model=made)
    Component.objects.create(key="rs1-fan", name="风扇", model=made, parent=supply)
    part, other = (Part.objects.create(key=key, name="电源", number=key.upper()) for key in ("psu", "psu-2"))
    part.substitutes.add(other)
    part.product_models.add(made)
    Symptom.objects.create(key="dead", name="=开不了机", synonyms="-不通电, @点不亮")
    code = FaultCode(code="E-04", meaning="无输出", severity=2, family=family, software="2.4 –")
    code.clean()
    code.save()
    make.device(model=made, serial="00123", bought_on="2026-03-01")
    return made


@pytest.fixture
def keeper(author):
    """Who keeps the catalogue."""
    return author


def sheet(table: str, *rows: dict) -> Sheet:
    """A sheet of a table; a row says what matters, the rest is empty."""
    columns = list(BY_NAME[table].columns)
    return Sheet(table, columns, [(n, [str(row.get(c, "")) for c in columns]) for n, row in enumerate(rows, start=2)])


def brought_in(*sheets: Sheet, by):
    """The report after these were looked at and taken."""
    return take(sheets=sheets, by=by, digest=look(sheets=sheets, by=by).digest)


def said(report) -> list[tuple]:
    """Its mistakes as (sheet, line, column, sentence)."""
    return [(one.sheet, one.line, one.column, one.text) for one in report.mistakes]


def test_what_is_taken_away_comes_back_without_a_change(model, keeper):
    mistakes = []
    book = read(name="catalogue.xlsx", data=write.xlsx(TABLES), mistakes=mistakes)
    assert [one.name for one in book] == [table.name for table in TABLES]
    report = look(sheets=book, by=keeper)
    assert (report.changes, said(report), mistakes) == ([], [], [])
    assert report.same == sum(table.found().count() for table in TABLES)
    for table in TABLES:
        separated = read(name=f"{table.name}.csv", data=write.csv(table), mistakes=mistakes)
        report = look(sheets=separated, by=keeper)
        assert (report.changes, said(report), mistakes) == ([], [], []), table.name


def test_looking_keeps_nothing_and_taking_all_of_it(model, keeper):
    sheets = [
        sheet("device", {"model": "rs9", "serial": "A-1", "bought_on": "2026/3/1"}),
        sheet("component", {"key": "fan", "model": "rs9", "parent": "board", "name": "风扇"},
              {"key": "board", "model": "rs9", "name": "主板"}),
        sheet("model", {"key": "rs9", "family": "server", "name": "RS9"},
              {"key": "rs1", "family": "server", "name": "一"}),
        sheet("tool", {"key": "gloves", "name": "手套", "is_protective": "是"}),
    ]  # fmt: skip
    report = look(sheets=sheets, by=keeper)
    assert said(report) == []
    assert [(one.table, one.key) for one in report.added] == [
        ("model", "rs9"), ("component", "fan"), ("component", "board"), ("tool", "gloves"), ("device", "rs9/A-1"),
    ]  # fmt: skip
    (changed,) = report.changed
    assert changed.cells == {"name": ("RS1", "一")}
    assert not ProductModel.objects.filter(key="rs9").exists()
    take(sheets=sheets, by=keeper, digest=report.digest)
    device = Device.objects.get(serial="A-1")
    assert (str(device.bought_on), device.folded, len(device.code)) == ("2026-03-01", "a1", 12)
    assert Component.objects.get(key="fan").parent.key == "board"
    assert Tool.objects.get(key="gloves").is_protective
    again = look(sheets=sheets, by=keeper)
    assert (again.changes, again.same) == ([], 6)


def test_every_mistake_is_named_by_sheet_line_and_column_and_nothing_is_taken(model, keeper):
    sheets = [
        sheet("part", {"key": "Ä b", "number": "X", "name": "件"}, {"key": "fan", "number": "PSU", "name": "风扇"},
              {"key": "psu", "number": "PSU", "models": "rs1，rs7"}),
        sheet("component", {"key": "a", "model": "rs1", "parent": "b", "name": "甲"},
              {"key": "b", "model": "rs1", "parent": "a", "name": "乙"}),
        sheet("device", {"model": "rs1", "serial": "0 0123"}, {"model": "rs1", "serial": "x", "bought_on": "soon"},
              {"model": "rs1", "serial": "y"}, {"model": "rs1", "serial": "y"}),
        sheet("code", {"model": "rs5", "code": "E", "meaning": "m", "severity": "9"}),
        Sheet("tool", ["key", "name"], []), Sheet("misc", ["a", "b"], []),
    ]  # fmt: skip
    found = {(name, line, column) for name, line, column, _text in said(look(sheets=sheets, by=keeper))}
    assert found >= {
        ("part", 2, "key"), ("part", 4, "name"), ("component", 2, ""), ("device", 3, "bought_on"), ("device", 5, ""),
        ("code", 2, "severity"), ("tool", 1, ""), ("misc", 1, ""),
    }  # fmt: skip
    before = Part.objects.count()
    with pytest.raises(Refused):
        brought_in(*sheets, by=keeper)
    assert Part.objects.count() == before


def test_what_the_row_itself_objects_to_is_a_mistake_of_its_line(model, keeper):
    other = make.product(key="rs2")
    rows = [{"key": "rs2-fan", "model": other.key, "parent": "rs1-psu", "name": "风扇"}]
    assert said(look(sheets=[sheet("component", *rows)], by=keeper)) == [
        ("component", 2, "parent", "It lies inside a component of another model.")
    ]
    taken = look(sheets=[sheet("device", {"model": "rs1", "serial": "0-0123"})], by=keeper)
    assert said(taken) == [("device", 2, "serial", "There is such a device already, as 00123.")]


def test_a_code_on_a_label_stays_with_its_device(model, keeper):
    device, columns = Device.objects.get(), ["code", *BY_NAME["device"].columns]
    cells = {"model": "rs1", "serial": "00123", "bought_on": "2026-03-01"}
    right, new, other = (
        Sheet("device", columns, [(2, [({"code": code, **cells} | extra).get(column, "") for column in columns])])
        for code, extra in [
            (device.code, {"site": "B1"}), ("0123456789ab", {"serial": "9"}), (device.code, {"serial": "9"}),
        ]
    )  # fmt: skip
    assert said(look(sheets=[new], by=keeper))[0][2] == "code"
    assert "another device: RS1 · 00123" in said(look(sheets=[other], by=keeper))[0][3]
    brought_in(right, by=keeper)
    device.refresh_from_db()
    assert device.site == "B1"


def test_what_changed_since_it_was_looked_at_is_looked_at_again(model, keeper):
    rows = sheet("symptom", {"key": "dead", "name": "开不了机"})
    digest = look(sheets=[rows], by=keeper).digest
    Symptom.objects.update(name="没反应")
    with pytest.raises(Changed):
        take(sheets=[rows], by=keeper, digest=digest)
    assert Symptom.objects.get().name == "没反应"
    assert len(brought_in(rows, by=keeper).changed) == 1
    with pytest.raises(Changed):  # sent twice: there is nothing left to do
        take(sheets=[rows], by=keeper, digest=digest)


@pytest.mark.parametrize("role", [roles.AUDITOR, roles.TECHNICIAN, roles.SUPERVISOR])
def test_nobody_without_the_permission_of_the_rows_brings_any_in(model, role):
    report = look(sheets=[sheet("symptom", {"key": "x", "name": "x"})], by=make.person(role))
    assert [text for *_place, text in said(report)] == ["You may not change this table."]
    assert not report.changes


def test_columns_may_stand_in_any_order_and_a_csv_be_named_anyhow(model, keeper):
    data = "synonyms,name_en,name,key\n,,蓝屏,blue\n".encode("gb18030")
    brought_in(*read(name="新建 文本.csv", data=data, mistakes=[]), by=keeper)
    assert Symptom.objects.get(key="blue").name == "蓝屏"


def test_choices_may_be_written_as_people_see_them(keeper):
    row = {"key": "mains", "name": "触电", "level": "Danger", "text": "断电。"}
    report = brought_in(sheet("hazard", row), by=keeper)
    assert report.added[0].cells["level"] == ("", "danger")
