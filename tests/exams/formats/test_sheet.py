"""The spreadsheet of questions: a row a question, mistakes with their row, nothing lost on the way and back."""

import datetime
import io

import pytest
from openpyxl import Workbook, load_workbook

from exams import formats
from exams.formats import sheet
from exams.formats.question import Neutral, Read
from exams.formats.sheet_template import EXAMPLES
from exams.kinds import KINDS
from tests.exams.formats.test_qti import QUESTIONS

MEMBERS = ("kind", "name", "text", "body", "explanation", "points", "topic", "tags")
HEAD = ["题型 Kind", "题目 Question", "选项A Option A", "选项B", "Option C", "答案", "允差", "单位", "部分得分", "详细"]


def book(*rows: list, name: str = "题目", head: list | None = None) -> bytes:
    made = Workbook()
    page = made.active
    page.title = name
    for row in [head or HEAD, *rows]:
        page.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def read(*rows: list, **more: object) -> Read:
    return formats.read(book(*rows, **more), "q.xlsx")


def one(*cells: object) -> Neutral:
    found = read(list(cells))
    assert not found.errors, found.errors
    return found.questions[0]


def refusal(*cells: object) -> str:
    found = read(["判断", "Is it?", "", "", "", "对"], list(cells))
    (fault,) = found.errors
    assert (fault.file, fault.line) == ("q.xlsx/题目", 3)
    return fault.message


def said(question: Neutral) -> dict:
    return {name: getattr(question, name) for name in MEMBERS}


def test_the_template_has_an_example_of_every_kind_that_can_be_typed() -> None:
    assert {example.kind for example in EXAMPLES} == set(KINDS) - {"simulation"}


@pytest.mark.parametrize("name", ["q.xlsx", "q.csv"])
def test_the_template_is_read_as_it_stands(name: str) -> None:
    data = sheet.template() if name.endswith("xlsx") else sheet.template_csv()
    found = formats.read(data, name)
    assert not found.errors
    assert not found.not_represented
    assert [said(question) for question in found.questions] == [said(example) for example in EXAMPLES]


def test_what_is_written_is_read_back_as_it_was() -> None:
    data, losses = sheet.write(QUESTIONS)
    assert [loss.what for loss in losses] == ["The pictures: a spreadsheet holds only words."]
    found = formats.read(data, "q.xlsx")
    assert not found.errors
    assert [said(question) for question in found.questions] == [said(question) for question in QUESTIONS]


def test_no_cell_becomes_a_formula() -> None:
    question = Neutral("truefalse", "=1+1", "=HYPERLINK(1)", {"right": True}, "@x")
    data, _losses = sheet.write([question])
    cells = [cell for row in load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert said(formats.read(data, "q.xlsx").questions[0]) == said(question)


def test_each_kind_can_be_typed_in_columns() -> None:
    assert one("单选", "Q", "a", "b", "", "B").body["options"][1]["right"]
    assert one("single", "Q", "a", "b", "", 2).body["options"][1]["right"]
    several = one("多选", "Q", "a", "b", "c", "A、C", "", "", "是").body
    assert [option["right"] for option in several["options"]] == [True, False, True]
    assert several["credit"] == "part"
    assert one("判断题", "Q", "", "", "", True).body == {"right": True}
    assert one("数值", "Q", "", "", "", 12.5, "5%", "V").body == {
        "answer": "12.5",
        "tolerance": "5",
        "relative": True,
        "unit": "V",
    }
    assert one("short", "Q", "", "", "", "a | b").body == {"accepted": [{"text": "a"}, {"text": "b"}]}
    assert one("排序", "Q", "a", "b", "c").body == {"lines": ["a", "b", "c"]}
    pairs = one("匹配", "Q", "a → 1", "b = 2", "→ 3").body
    assert pairs == {"pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}], "distractors": ["3"]}


def test_line_breaks_in_a_cell_are_kept() -> None:
    assert one("判断", "First\n\n- a\n- b", "", "", "", "对").text == "First\n\n- a\n- b"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("猜谜", "Q"), "猜谜"),
        (("单选", "Q", "a", "b", "", "D"), "D"),
        (("单选", "Q", "a", "", "c", "A"), "empty"),
        (("判断", "Q", "", "", "", "maybe"), "maybe"),
        (("匹配", "Q", "a", "b"), "left → right"),
        (("填空", "Q {{1}}"), "Details"),
        (("单选", "Q", "a", "b", "", "A", "", "", "", "- [x] a"), "either"),
        (("单选", "Q", "", "", "", "", "", "", "", "no such line"), "no such line"),
        (("多选", "Q", "a", "b", "c", "AB", "", "", "halb"), "halb"),
        (("单选", "Q", "=1+1", "b", "", "A"), "formula"),
        (("单选", "Q", datetime.date(2026, 1, 2), "b", "", "A"), "date"),
        (("单选", "Q", 10**16, "b", "", "A"), "digits"),
        (("单选", "Q", "x" * 20_001, "b", "", "A"), "20001"),
        (("单选", "Q", "a", "b", "", ""), "right"),
        (("数值", "Q", "", "", "", "many"), "number"),
    ],
)
def test_a_mistake_says_its_row(cells: tuple, words: str) -> None:
    assert words in refusal(*cells)


def test_columns_that_are_not_known_or_stand_twice_are_mistakes() -> None:
    found = read(["判断", "Q", "对", "x"], head=["题型", "题目", "答案", "Colour"])
    assert "Colour" in found.errors[0].message
    found = read(["判断", "Q", "对", "对"], head=["题型", "题目", "答案", "Answer"])
    assert "twice" in found.errors[0].message


def test_a_sheet_of_something_else_is_named_and_an_empty_workbook_refused() -> None:
    found = read(["x"], head=["Prices"], name="Prices")
    assert "Prices" in found.not_represented[0].name
    assert found.errors


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_comma_separated_values_are_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    text = "题型;题目;答案\n判断;电容要先放电吗？;对\n"
    found = formats.read(text.encode(encoding), "q.csv")
    assert not found.errors
    assert found.questions[0].text == "电容要先放电吗？"
    assert found.questions[0].line == 2


def test_files_that_are_no_workbooks_inside_are_refused() -> None:
    data = book(["判断", "Q", "", "", "", "对"])
    for broken in (data[:200], data.replace(b"worksheets", b"worksheetz"), b"PK\x03\x04xl/workbook.xml"):
        assert sheet.read(broken, "q.xlsx").errors
