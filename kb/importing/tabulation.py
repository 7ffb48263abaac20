"""Tables of HTML as pipe tables, and the numbers of list items. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _

from kb.importing.document import Refused
from kb.importing.flow import Passage
from kb.importing.inline import Node

WIDEST = 63  # columns; Word has no more
_NUMBER = re.compile("\ue000(\\d+)\ue001")
_ITEM = re.compile(r"^(?:-|(\d+)\.) ")
_PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_RULE = re.compile(r"(?:\|-+)+\||`{3,}")


def number_mark(number: int) -> str:
    """Return the sign that says, in the text of an item, which number it has; no document may hold it otherwise."""
    return f"\ue000{number}\ue001"


def without_marks(text: str) -> str:
    """Return words without the two letters that such signs are made of."""
    return text.replace("\ue000", "").replace("\ue001", "")


def numbered(text: str) -> tuple[str, int]:
    """Return the text of an item without its sign, and its number; 0 where it has none."""
    match = _NUMBER.match(text)
    return _NUMBER.sub("", text).strip(), int(match[1]) if match else 0


def rows_of(table: Node) -> list[list[Node]]:
    """Return the cells of each row."""
    return [
        row for row in ([cell for cell in each.nodes() if cell.tag in {"td", "th"}] for each in _rows(table)) if row
    ]


def _rows(table: Node) -> Iterator[Node]:
    for child in table.nodes():
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(child)


def grid(rows: Sequence[Sequence[Node]], written: Callable[[Node], str]) -> list[list[str]]:
    """Return a regular table: a cell that spans rows stands in each of them, one that spans columns in the first.

    So every row can be read by itself, as it is on a phone and by who searches. Raises Refused.
    """
    filled: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> (rows still to fill, words)
    for cells in rows:
        row: list[str] = []
        for cell in cells:
            _fill(row, hanging)
            text, height = written(cell), _span(cell, "rowspan")
            for said in [text] + [""] * (_span(cell, "colspan") - 1):
                if height > 1:
                    hanging[len(row)] = (height - 1, said)
                row.append(said)
            if len(row) > WIDEST:
                raise Refused(_("A table has more than %d columns.") % WIDEST)
        _fill(row, hanging)
        filled.append(row)
    width = max(map(len, filled), default=0)
    return [row + [""] * (width - len(row)) for row in filled if any(row)]


def _fill(row: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Put in what hangs down from rows above, as far as it stands next."""
    while len(row) in hanging:
        column = len(row)
        left, text = hanging[column]
        row.append(text)
        if left > 1:
            hanging[column] = (left - 1, text)
        else:
            del hanging[column]


def _span(cell: Node, name: str) -> int:
    try:
        return max(1, min(int(cell.attributes.get(name, "1")), 10_000 if name == "rowspan" else WIDEST))
    except ValueError:
        return 1


def one_line(passages: Sequence[Passage]) -> str:
    """Return what stands in a cell on one line, its parts parted by strokes; so are the cells of a table in it."""
    lines: list[str] = []
    for passage in passages:
        for line in numbered(passage.text)[0].replace("  \n", "\n").split("\n"):
            if passage.tables and not _RULE.fullmatch(line):
                line = line.strip("| ").replace(" | ", " / ")
            words = _ITEM.sub(lambda match: f"{match[1]}) " if match[1] else "• ", line.strip())
            if words and not _RULE.fullmatch(words):
                lines.append(words)
    return _PIPE.sub(r"\1\\|", " / ".join(lines))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a pipe table whose first row is its head; "" for one without words."""
    if not any(any(row) for row in rows):
        return ""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)
