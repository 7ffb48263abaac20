"""Spreadsheets that strangers made: what is read of them, and what is refused."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook

from kb.catalogue.read import MAX_ROWS, Mistake, Sheet, read
from kb.control import sheets
from kb.importing.document import Refused as Unreadable
from people.refusal import Refused


def book(*rows, name="symptom", **cells) -> bytes:
    """A workbook of one sheet; further cells by address."""
    made = Workbook()
    sheet = made.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for address, value in cells.items():
        sheet[address] = value
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def the_sheet(data: bytes, name: str = "x.xlsx", mistakes: list | None = None) -> Sheet:
    """The one sheet of a file."""
    (found,) = read(name=name, data=data, mistakes=[] if mistakes is None else mistakes)
    return found


def test_cells_are_read_as_they_are_typed_and_empty_lines_are_nothing():
    day, time = datetime.datetime(2026, 3, 1), datetime.time(8, 30)
    found = the_sheet(book([], ["key", "name"], [], [12, 36.0], [2.5, True], [day, time], ["  a \n b ", None]))
    assert (found.name, found.columns) == ("symptom", ["key", "name"])
    assert [line for line, _cells in found.rows] == [4, 5, 6, 7]
    assert [cells for _line, cells in found.rows] == [
        ["12", "36"], ["2.5", "yes"], ["2026-03-01", "08:30:00"], ["a b", ""],
    ]  # fmt: skip


def test_a_formula_is_the_text_it_is_written_as():
    found = the_sheet(book(["key", "name"], ["a", "=1+1"], ["b", '=HYPERLINK("http://x")']))
    assert [cells[1] for _line, cells in found.rows] == ["=1+1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize(
    ("rows", "mistake"),
    [
        ([["a", 12345678901234567]], Mistake("symptom", 2, "name", "A spreadsheet does not keep so many digits")),
        ([["a", "#REF!"]], Mistake("symptom", 2, "name", "This cell holds an error of the spreadsheet: #REF!")),
        ([["a", "b", "c"]], Mistake("symptom", 2, "", "This row has cells beyond the last column.")),
        ([["a", "x" * 2001]], Mistake("symptom", 2, "name", "This has 2001 characters; 2000 are allowed.")),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_cell_that_cannot_be_kept_is_a_mistake(rows, mistake):
    found = []
    the_sheet(book(["key", "name"], *rows), mistakes=found)
    assert [(one.sheet, one.line, one.column) for one in found] == [(mistake.sheet, mistake.line, mistake.column)]
    assert found[0].text.startswith(mistake.text)


@pytest.mark.parametrize(
    "data",
    [
        "key,name\na,名\n".encode(), "\ufeffkey,name\r\na,名\r\n".encode(), "key,name\na,名\n".encode("gb18030"),
        "key\tname\na\t名\n".encode("utf-16"), "key;name\na;名\n".encode(), b'key,name\n"a","\xe5\x90\x8d"\n\n\n',
    ],
)  # fmt: skip
def test_comma_separated_values_are_read_in_every_usual_spelling(data):
    assert the_sheet(data, "symptom.csv") == Sheet("symptom", ["key", "name"], [(2, ["a", "名"])])


def test_lines_are_counted_as_an_editor_counts_them():
    found = the_sheet(b'key,name\n"a\nb",x\n\nc,d\n', "x.csv")
    assert found.rows == [(2, ["a b", "x"]), (5, ["c", "d"])]


@pytest.mark.parametrize("words", ["=1+1", "-5 °C", "'=x", "''", " @a", "＝1", "+86 10", "it's", "'", "a=b"])
def test_what_was_escaped_on_the_way_out_comes_back(words):
    data = sheets.comma_separated(columns=[("key", 9), ("name", 9)], rows=[["k", words]])
    assert not data.decode("utf-8-sig").split(",")[-1].lstrip('"').startswith(("=", "+", "-", "@"))
    assert the_sheet(data, "x.csv").rows[0][1][1] == words.strip()
    made = sheets.workbook([sheets.Page("t", [("key", 9), ("name", 9)], [["k", words]], "x", is_form=True)])
    assert the_sheet(made).rows[0][1][1] == words.strip()
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def bomb() -> bytes:
    """A workbook whose sheet unpacks to a hundred megabytes."""
    held = io.BytesIO(book(["key"]))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/zero", bytes(101 * 1024 * 1024))
    return held.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    """A workbook with that part instead of its own."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["key"]))) as old, zipfile.ZipFile(held, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, data if info.filename == name else old.read(info))
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", lambda: b"MZ"), ("a.xlsx", lambda: b"key,name\n"), ("a.csv", lambda: book(["key"])),
        ("a.xlsx", lambda: book(["key"])[:-200]), ("a.xlsx", lambda: b"PK\x03\x04"), ("a.xlsx", bomb),
        ("a.csv", lambda: b"\xff\xff\xff\xfe\xfd" * 9), ("a.csv", lambda: b"x" * (5 * 1024 * 1024 + 1)),
        ("a.csv", lambda: b"key\n" + b"a\n" * (MAX_ROWS + 1)), ("a.csv", lambda: b"key\n" + b"a" * 200_000),
        ("a.xlsx", lambda: with_part("xl/workbook.xml", b"<workbook/>")),
        ("a.xlsx", lambda: with_part("xl/worksheets/sheet1.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")),
        ("a.xlsx", lambda: with_part("xl/worksheets/sheet1.xml", (
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="9999999"><c r="A9999999"><v>1</v></c></row></sheetData></worksheet>'
        ))),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(name, data):
    with pytest.raises((Refused, Unreadable)) as refusal:
        read(name=name, data=data(), mistakes=[])
    assert str(refusal.value)


def test_a_file_that_lies_about_its_size_is_read_as_it_is():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>key</t></is></c></row></sheetData></worksheet>'
    )
    assert the_sheet(with_part("xl/worksheets/sheet1.xml", sheet)).columns == ["key"]


def test_numbers_keep_their_digits():
    assert the_sheet(book(["key"], [Decimal("11.4")], [0.1])).rows == [(2, ["11.4"]), (3, ["0.1"])]
