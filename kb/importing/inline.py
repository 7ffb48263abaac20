"""What stands within a line, from nodes of HTML to Markdown. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.importing import marks
from kb.importing.document import Illustration
from kb.importing.flow import Flow

BREAK = "  \n"
_BLANKS = re.compile(r"[ \t\r\n\xa0]+")
_NOTE_REFERENCES = ("footnote-ref-", "endnote-ref-")
_WRAPS = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~"}


@dataclass
class Node:
    """An element: its tag, its attributes, and elements and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    def nodes(self) -> "Iterator[Node]":
        """Yield the elements directly in it."""
        return (child for child in self.children if isinstance(child, Node))


def words_of(node: Node, *, lines: bool = False) -> str:
    """Return all words in it; `lines` keeps its lines as they are."""
    parts = []
    for child in node.children:
        if isinstance(child, Node):
            parts.append("\n" if child.tag == "br" and lines else words_of(child, lines=lines))
        else:
            parts.append(child)
    text = "".join(parts)
    return text if lines else _BLANKS.sub(" ", text)


@dataclass
class Inline:
    """Writes one stretch of text; pictures and footnotes met on the way are kept for whoever asked."""

    flow: Flow
    pictures: dict[str, Illustration]
    notes: dict[str, str]
    found_pictures: list[Illustration] = field(default_factory=list)
    found_notes: list[str] = field(default_factory=list)

    def write(self, children: Sequence[Node | str]) -> str:
        """Return the Markdown, without blanks around it or around its line breaks."""
        text = self._write(children)
        lines = [line.strip() for line in text.split("\n")]
        return BREAK.join(line for line in lines if line)

    def _write(self, children: Sequence[Node | str]) -> str:
        return "".join(
            self._node(child) if isinstance(child, Node) else marks.escape(_BLANKS.sub(" ", child))
            for child in children
        )

    def _node(self, node: Node) -> str:
        match node.tag:
            case "br":
                return "\n"
            case "img":
                return self._picture(node)
            case "a":
                return self._link(node)
            case "code" | "kbd" | "tt":
                return marks.code(words_of(node))
            case "sup" | "sub":
                return self._raised(node)
            case "input":
                return "☑" if "checked" in node.attributes else "☐"
            case tag if tag in _WRAPS:
                return self._wrapped(_WRAPS[tag], node)
        return self._write(node.children)

    def _wrapped(self, mark: str, node: Node) -> str:
        """Mark each line by itself: marks do not reach over a line break."""
        return "\n".join(marks.wrap(mark, line) for line in self._write(node.children).split("\n"))

    def _picture(self, node: Node) -> str:
        if picture := self.pictures.get(node.attributes.get("src", "")):
            self.found_pictures.append(picture)
        return ""

    def _link(self, node: Node) -> str:
        words, address = self._write(node.children), node.attributes.get("href", "")
        if not words.strip() or not address:
            return words
        if marks.is_reachable(address):
            return marks.link(words.strip(), address)
        self.flow.lose("link", marks.plain(words))
        return words

    def _raised(self, node: Node) -> str:
        for child in node.nodes():
            if child.attributes.get("id", "").startswith(_NOTE_REFERENCES):
                words = words_of(child)
                note = self.notes.get(child.attributes.get("href", "").removeprefix("#"), "")
                self.found_notes.append(f"{words} {marks.escape(note)}")
                return words
        text = words_of(node)
        found = marks.raised(text, lowered=node.tag == "sub")
        if any(before == after and not before.isspace() for before, after in zip(text, found, strict=True)):
            self.flow.lose("raised", text.strip())
            return self._write(node.children)
        return found
