"""The text of a content file: a head of `key: value` lines and blocks, or tables. Pure; knows no meaning."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

_ENTRY = re.compile(r"([a-z_]+):(?:\s+(.*?))?\s*")
_HEADING = re.compile(r"## ([a-z]+): (.*\S)\s+\{#([^{}\s]*)\}\s*")
_TABLE = re.compile(r"## ([a-z]+)\s*")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ESCAPED = re.compile(r"\\+## ")
_TO_ESCAPE = re.compile(r"\\*## ")
_BLANK_START = re.compile(r"\A(?:[^\S\n]*\n)+")
_DASHES = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong in a file, and in which line."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Entry:
    """A `key: value` line; the value has no blanks around it."""

    key: str
    value: str
    line: int = 0


@dataclass(frozen=True)
class Block:
    """A `## kind: title {#id}` heading, the entries directly under it, and its text."""

    kind: str
    title: str
    id: str
    entries: Sequence[Entry] = ()
    text: str = ""
    line: int = 0
    text_line: int = 0


@dataclass(frozen=True)
class Source:
    """A parsed file."""

    path: str
    entries: Sequence[Entry] = ()
    blocks: Sequence[Block] = ()


@dataclass(frozen=True)
class Row:
    """A row of a table: its cells by column."""

    cells: dict[str, str]
    line: int = 0


@dataclass(frozen=True)
class Table:
    """A `## name` heading and the table below it."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row] = ()
    line: int = 0


@dataclass
class _Lines:
    """The lines of a text that are not yet read; `number` counts the lines of the file from 1."""

    path: str
    lines: list[str]
    mistakes: list[Mistake]
    number: int = 1

    @property
    def now(self) -> str | None:
        return self.lines[self.number - 1] if self.number <= len(self.lines) else None

    def skip_blank(self) -> None:
        while self.now is not None and not self.now.strip():
            self.number += 1

    def wrong(self, text: str, line: int | None = None) -> None:
        self.mistakes.append(Mistake(self.path, line or self.number, text))


def parse(path: str, text: str, mistakes: list[Mistake]) -> Source:
    """Read a file of head and blocks; what is wrong with its form is added to `mistakes`."""
    lines = _Lines(path, unix(text).split("\n"), mistakes)
    head = _entries(lines)
    blocks = []
    while _seek_heading(lines):
        block = _block(lines)
        if block:
            blocks.append(block)
    _check_ids(path, blocks, mistakes)
    return Source(path, head, blocks)


def unix(text: str) -> str:
    """Return the text with plain line ends and without the mark some editors put first."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def tidy(text: str) -> str:
    """Return a text as files hold it: plain line ends, no empty lines around it."""
    return _BLANK_START.sub("", unix(text)).rstrip()


def _entries(lines: _Lines) -> list[Entry]:
    """Read `key: value` lines up to an empty line or a heading."""
    found = []
    while (line := lines.now) is not None and line.strip() and not line.startswith("## "):
        if match := _ENTRY.fullmatch(line):
            found.append(Entry(match[1], match[2] or "", lines.number))
        else:
            lines.wrong(_("This is not a “key: value” line. Leave an empty line before the text."))
        lines.number += 1
    return found


def _seek_heading(lines: _Lines) -> bool:
    """Go on to the next heading; text on the way there belongs to nothing."""
    lines.skip_blank()
    if lines.now is not None and not lines.now.startswith("## "):
        lines.wrong(_("This text belongs to no block: blocks begin with “## kind: title {#id}”."))
    while lines.now is not None and not lines.now.startswith("## "):
        lines.number += 1
    return lines.now is not None


def _block(lines: _Lines) -> Block | None:
    start = lines.number
    match = _HEADING.fullmatch(lines.now or "")
    if not match:
        lines.wrong(_("A block begins with “## kind: title {#id}”; inside a text use ### or \\##."))
    lines.number += 1
    entries = _entries(lines) if match else []
    lines.skip_blank()
    text_line, text = lines.number, []
    while lines.now is not None and not lines.now.startswith("## "):
        text.append(lines.now[1:] if _ESCAPED.match(lines.now) else lines.now)
        lines.number += 1
    if not match:
        return None
    kind, title, id_ = match.groups()
    return Block(kind, " ".join(title.split()), id_, entries, tidy("\n".join(text)), start, text_line)


def _check_ids(path: str, blocks: Iterable[Block], mistakes: list[Mistake]) -> None:
    seen: dict[str, int] = {}
    for block in blocks:
        if not _ID.fullmatch(block.id):
            sentence = _("The id “%s” must be lower-case letters, digits and hyphens, 64 at most.")
            mistakes.append(Mistake(path, block.line, sentence % block.id))
        if block.id in seen:
            sentence = _("The id “%(id)s” is already used in line %(line)d.")
            mistakes.append(Mistake(path, block.line, sentence % {"id": block.id, "line": seen[block.id]}))
        seen.setdefault(block.id, block.line)


def show(source: Source) -> str:
    """Write a file of head and blocks in its canonical form."""
    parts = ["".join(_line(entry) for entry in source.entries)]
    for block in source.blocks:
        heading = f"## {block.kind}: {block.title} {{#{block.id}}}\n"
        parts.append(heading + "".join(_line(entry) for entry in block.entries))
        if block.text:
            parts.append("\n".join(_escape(line) for line in block.text.split("\n")) + "\n")
    return "\n".join(parts)


def _line(entry: Entry) -> str:
    return f"{entry.key}: {entry.value}\n" if entry.value else f"{entry.key}:\n"


def _escape(line: str) -> str:
    return f"\\{line}" if _TO_ESCAPE.match(line) else line


def parse_tables(path: str, text: str, mistakes: list[Mistake]) -> list[Table]:
    """Read a file of `## name` headings with one table each; what is wrong with its form is added to `mistakes`."""
    lines = _Lines(path, unix(text).split("\n"), mistakes)
    tables = []
    while _seek_heading(lines):
        match = _TABLE.fullmatch(lines.now or "")
        if not match:
            lines.wrong(_("A table begins with “## name”."))
        start = lines.number
        lines.number += 1
        lines.skip_blank()
        table = _table(lines, match[1] if match else "", start)
        if match:
            tables.append(table)
    return tables


def _table(lines: _Lines, name: str, start: int) -> Table:
    read = []
    while (line := lines.now) is not None and line.strip() and not line.startswith("## "):
        if line.startswith("|") and line.rstrip().endswith("|") and len(line) > 1:
            read.append((lines.number, _cells(line)))
        else:
            lines.wrong(_("A row of a table begins and ends with “|”."))
        lines.number += 1
    if len(read) < 2 or not all(_DASHES.fullmatch(cell) for cell in read[1][1]):
        lines.wrong(_("A table has a row of column names and a row of dashes below it."), start)
        return Table(name, [], [], start)
    columns, rows = read[0][1], []
    for number, cells in read[2:]:
        if len(cells) != len(columns):
            sentence = _("This row has %(found)d cells; the table has %(wanted)d columns.")
            lines.wrong(sentence % {"found": len(cells), "wanted": len(columns)}, number)
        else:
            rows.append(Row(dict(zip(columns, cells, strict=True)), number))
    return Table(name, columns, rows, start)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(line.rstrip())[1:-1]]


def show_tables(tables: Iterable[Table]) -> str:
    """Write a file of tables in its canonical form."""
    parts = []
    for table in tables:
        rows = [show_row(table.columns), "|" + "---|" * len(table.columns)]
        rows += [show_row(row.cells[column] for column in table.columns) for row in table.rows]
        parts.append(f"## {table.name}\n\n" + "".join(f"{row}\n" for row in rows))
    return "\n".join(parts)


def show_row(cells: Iterable[str]) -> str:
    """Write a row of a table."""
    shown = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in shown)
