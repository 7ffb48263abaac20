"""The text of a file: heads, blocks, tables."""

import pytest

from kb.content.sources import Entry, parse, parse_tables, show, show_row, show_tables

FILE = """title: 标题
models:

## step: 断电 {#power-off}
minutes: 5
critical: yes

第一段。

### 小标题

## text: 没有正文 {#empty}
"""


def read(text):
    mistakes = []
    return parse("x.md", text, mistakes), [str(mistake) for mistake in mistakes]


def test_a_file_is_a_head_and_blocks_and_knows_its_lines():
    source, mistakes = read(FILE)
    assert mistakes == []
    assert source.entries == [Entry("title", "标题", 1), Entry("models", "", 2)]
    step, empty = source.blocks
    assert (step.kind, step.title, step.id, step.line, step.text_line) == ("step", "断电", "power-off", 4, 8)
    assert step.entries == [Entry("minutes", "5", 5), Entry("critical", "yes", 6)]
    assert step.text == "第一段。\n\n### 小标题"
    assert (empty.text, empty.entries) == ("", [])


def test_a_canonical_file_is_written_as_it_was_read():
    assert show(read(FILE)[0]) == FILE


@pytest.mark.parametrize(
    "other",
    [
        "\ufeff" + FILE,
        FILE.replace("\n", "\r\n"),
        FILE.replace("断电 {#", "断电   {#"),
        FILE.replace("minutes: 5", "minutes:    5  "),
        FILE + "\n\n",
        FILE.replace("\n## ", "\n\n\n## "),
    ],
    ids=["mark of the byte order", "line ends", "blanks in the heading", "blanks round a value", "end", "empty lines"],
)
def test_what_does_not_matter_falls_away(other):
    source, mistakes = read(other)
    assert mistakes == []
    assert show(source) == FILE


def test_a_heading_inside_a_text_is_escaped():
    text = "title: x\n\n## text: t {#t}\n\n~~~\n\\## no block\n\\\\## one stroke more\n~~~\n"
    source, mistakes = read(text)
    assert mistakes == []
    assert source.blocks[0].text == "~~~\n## no block\n\\## one stroke more\n~~~"
    assert show(source) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title: x\nno entry\n", 2),
        ("title: x\n\nstray text\n\n## text: t {#t}\n", 3),
        ("title: x\n\n## text: no id\n", 3),
        ("title: x\n\n## text: t {#t}\ntext without an empty line\n", 4),
        ("title: x\n\n## text: t {#Upper}\n", 3),
        ("title: x\n\n## text: t {#t}\n\n## text: u {#t}\n", 5),
        ("title: x\n\n## text: t {#t}\n\n## A heading of the text\n", 5),
    ],
    ids=["entry", "stray text", "no id", "no empty line", "bad id", "id twice", "heading"],
)
def test_a_mistake_of_form_is_found_in_its_line(text, line):
    _source, mistakes = read(text)
    assert [mistake.split(" ")[0] for mistake in mistakes] == [f"x.md:{line}:"]


def test_every_mistake_is_found():
    _source, mistakes = read("bad\nworse\n\n## no heading\n\n## text: t {#T}\n")
    assert [mistake.split(":")[1] for mistake in mistakes] == ["1", "2", "4", "6"]


TABLES = """## unit

| key | name | parent |
|---|---|---|
| a | 甲 \\| 乙 | |
| b | 丙 | a |

## tool

| key |
|---|
| x |
"""


def test_tables_are_read_and_written():
    mistakes = []
    unit, tool = parse_tables("x.md", TABLES, mistakes)
    assert mistakes == []
    assert [(row.cells, row.line) for row in unit.rows] == [
        ({"key": "a", "name": "甲 | 乙", "parent": ""}, 5),
        ({"key": "b", "name": "丙", "parent": "a"}, 6),
    ]
    assert (unit.line, tool.line) == (1, 8)
    assert show_tables([unit, tool]) == TABLES


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("| b | 丙 | a |", "| b | 丙 |", 6),
        ("| b | 丙 | a |", "b, 丙", 6),
        ("## tool", "## Tool", 8),
        ("|---|\n", "", 8),
    ],
    ids=["cells", "no row", "heading", "no dashes"],
)
def test_a_mistake_in_a_table_is_found_in_its_line(old, new, line):
    mistakes = []
    parse_tables("x.md", new.join(TABLES.rsplit(old, 1)), mistakes)
    assert [(mistake.path, mistake.line) for mistake in mistakes] == [("x.md", line)]


def test_a_row_stays_on_one_line():
    assert show_row(["a", "", "b\nc | d"]) == "| a | | b c \\| d |"
