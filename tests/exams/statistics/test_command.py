"""`manage.py item_statistics`: marks from anywhere, and every way such a file can be wrong."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from exams.management.commands.item_statistics import ITEM, TEST

from . import cases

GOOD = "person,Q1,Q2\n张三,1,0\n李四,0.5,1\n王五,0,0\n赵六,1,2\nmax,1,2\n"


def told(tmp_path: Path, content: str | bytes, *, name: str = "marks.csv") -> dict:
    out = io.StringIO()
    call_command("item_statistics", written(tmp_path, content, name), json=True, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def written(tmp_path: Path, content: str | bytes, name: str = "marks.csv") -> str:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_the_answer_has_exactly_the_keys_promised_and_a_reason_beside_each_null(tmp_path: Path) -> None:
    said = told(tmp_path, GOOD)
    assert list(said) == ["people", "test", "items"]
    assert said["people"] == 4
    assert [name for name in said["test"] if not name.endswith("_reason")] == list(TEST)
    assert [name for name in said["items"][0] if not name.endswith("_reason")] == ["name", *ITEM]
    assert said["test"]["kr20"] is None
    assert said["test"]["kr20_reason"]
    assert (said["items"][0]["name"], said["items"][0]["facility"], said["items"][1]["facility"]) == ("Q1", 62.5, 37.5)


def test_moodles_marks_give_moodles_figures(tmp_path: Path) -> None:
    rows = [",".join(row[f"slots.{n}.mark"] for n in range(1, 8)) for row in cases.rows("results00.csv")]
    said = told(tmp_path, "\n".join(["a,b,c,d,e,f,g", *rows]))
    stated = [row for row in cases.rows("qstats00.csv") if not row["subqname"] and not row["variant"]]
    for item, row in zip(said["items"], stated, strict=True):
        assert item["facility"] == pytest.approx(100 * float(row["facility"]), abs=1e-5)
        assert item["discriminative_efficiency"] == pytest.approx(float(row["discriminativeefficiency"]), abs=1e-5)
    assert said["test"]["cic"] == pytest.approx(-87.2230935542, abs=1e-5)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"), GOOD.encode("gb18030"), GOOD.encode("utf-16"), GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace(".", "，").replace(",", ";").replace("，", ",").encode(), GOOD.replace(",", "\t").encode(),
        b"sep=;\r\n" + GOOD.replace(",", ";").encode(), GOOD.replace("0.5", '"0,5"').encode(),
        GOOD.replace("max", " max ").replace("person", "Person").encode(), (GOOD + "\n,,\n").encode(),
        GOOD.replace("\n", ",,\n").encode(), GOOD.replace("0.5", "5e-1").encode(),
    ],
)  # fmt: skip
def test_the_same_marks_in_other_dress_say_the_same(tmp_path: Path, content: bytes) -> None:
    assert told(tmp_path, content) == told(tmp_path, GOOD)


def test_a_spreadsheet_says_the_same(tmp_path: Path) -> None:
    book = Workbook()
    for line in GOOD.splitlines():
        first, *marks = line.split(",")
        book.active.append([first, *(float(mark) if mark[0].isdigit() else mark for mark in marks)])
    file = io.BytesIO()
    book.save(file)
    assert told(tmp_path, file.getvalue(), name="marks.xlsx") == told(tmp_path, GOOD)


def test_one_person_and_one_item_are_told_with_reasons(tmp_path: Path) -> None:
    said = told(tmp_path, "Q1\n1\n")
    assert (said["people"], said["test"]["mean"], said["test"]["cic"]) == (1, 1.0, None)
    assert said["items"][0]["discrimination_index_reason"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("Q1,Q2\n1,x\n", "2"),
        ("Q1,Q2\n1,0\n\n1,nan\n", "4"),
        ("Q1,Q2\n1,0\n1,inf\n", "3"),
        ("Q1,Q2\n1,0\n1,1_0\n", "3"),
        ("Q1,Q2\n1,0\n1,\n", "3"),
        ("Q1,Q2\n1,0\n1\n", "3"),
        ("Q1,Q2\n1,0,1\n", "2"),
        ("Q1,Q2\n1,\0\n", "2"),
        ("Q1,Q2\n1,1e999\n", "2"),
        ("Q1,Q1\n1,0\n", "1"),
        ("Q1,,Q3\n1,0,1\n", "1"),
        ("person\na\n", "1"),
        ("person,Q1\na,1\nmax,0\n", "3"),
        ("person,Q1\nmax,1\na,1\nmax,1\n", "4"),
        ("Q1\n1.000,5\n", "2"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, content: str, line: str) -> None:
    with pytest.raises(CommandError, match=rf"\b{line}\b"):
        told(tmp_path, content)


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"Q1,Q2\n", b"person,Q1\nmax,1\n", b"PK\x03\x04broken", b"\xff\xfe\x00"]
)
def test_what_holds_no_marks_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CommandError, match=r"\w"):
        told(tmp_path, content)


def test_somebody_called_max_is_a_person(tmp_path: Path) -> None:
    assert told(tmp_path, "person,Q1,Q2\nMax,1,0\nmax,1,1\nMoritz,0,1\n")["people"] == 2


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="marks"):
        call_command("item_statistics", str(tmp_path / "marks.csv"))


def test_marks_above_the_maximum_are_pointed_out(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("item_statistics", written(tmp_path, "Q1,Q2\n1,3\n0,1\n"), stdout=out, stderr=err)
    assert "Q2" in err.getvalue()
    assert "facility: 200.0000" in out.getvalue()
