"""The XHTML inside QTI -> our Markdown. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from exams.formats.xml import Node
from kb.importing import marks

GAP = "_____"  # where an answer stands inside a sentence
_BLANKS = re.compile(r"[ \t\r\n\xa0]+")
_PIPE = re.compile(r"(?<!\\)\|")
_PLACE = re.compile("\ue000(.*?)\ue001", re.DOTALL)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_TAGS = """
p div section article aside header footer main nav figure figcaption address details summary blockquote ul ol
li dl dt dd table caption pre hr prompt simpleMatchSet feedbackBlock templateBlock rubricBlock modalFeedback
stimulusBody choiceInteraction orderInteraction associateInteraction matchInteraction gapMatchInteraction
hottextInteraction extendedTextInteraction uploadInteraction drawingInteraction sliderInteraction
customInteraction mediaInteraction hotspotInteraction selectPointInteraction graphicOrderInteraction
graphicAssociateInteraction graphicGapMatchInteraction positionObjectStage portableCustomInteraction
"""
_BLOCKS = frozenset(_HEADINGS) | frozenset(_BLOCK_TAGS.split())
_WRAPS = {"strong": "**", "b": "**", "em": "*", "i": "*", "s": "~~", "del": "~~", "strike": "~~", "mark": "=="}
_AS_THEY_ARE = ("sub", "sup", "u", "kbd", "ruby", "rb", "rt", "rp")  # shown so: our Markdown has no sign for them
_SPANS = {"del": "~~", "mark": "=="}  # as we write what QTI 2.1 has no element for
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif")
_OF_OURS = ("doc:", "course:")

type Children = Sequence[Node | str]


def _keep_nothing(_node: Node) -> str | None:
    return None


@dataclass
class Text:
    """Writes elements as Markdown.

    `slot` says what stands for an element that is not plain text (None: it is plain); `lose` is told what is lost;
    `picture` keeps the picture of an address and returns its name.
    """

    lose: Callable[[Node, str], None]
    picture: Callable[[Node, str], str]
    slot: Callable[[Node], str | None] = _keep_nothing

    def markdown(self, children: Children) -> str:
        """Return the Markdown of some blocks."""
        return "\n\n".join(self.blocks(children))

    def line(self, children: Children) -> str:
        """Return the Markdown on one line."""
        parts = [" ".join(block.replace("  \n", " ").split()) for block in self.blocks(children)]
        return " ".join(parts)

    def blocks(self, children: Children) -> list[str]:
        """Return the blocks; words between them are paragraphs."""
        found: list[str] = []
        for group in _grouped(children):
            if isinstance(group, Node):
                found += self._block(group)
            elif text := self._paragraph(group):
                found.append(text)
        return found

    def _block(self, node: Node) -> list[str]:
        if (text := self.slot(node)) is not None:
            return [text] if text else []
        if node.tag in _HEADINGS:
            words = self.line(node.children)
            return [f"{'#' * _HEADINGS[node.tag]} {words}"] if words else []
        match node.tag:
            case "ul" | "ol":
                return self._list(node)
            case "table":
                return self._table(node)
            case "pre":
                return [marks.fenced(_lines(node))] if node.words.strip() else []
            case "blockquote":
                inner = self.markdown(node.children)
                return ["\n".join(f"> {line}" if line else ">" for line in inner.split("\n"))] if inner else []
            case "dt":
                words = self.line(node.children)
                return [marks.wrap("**", words)] if words else []
            case "hr":
                return ["---"]
        return self.blocks(node.children)

    def _list(self, node: Node) -> list[str]:
        rows = []
        items = [each for each in node.nodes if each.tag == "li"]
        for number, item in enumerate(items, start=1):
            first, *rest = self.blocks(item.children) or [""]
            mark = f"{number}." if node.tag == "ol" else "-"
            tight = "\n" if len(rest) == 1 and rest[0][:1] in "-1" and not rest[0].startswith("---") else "\n\n"
            rows.append(tight.join([f"{mark} {first}", *map(marks.indent, rest)]))
        loose = any("\n\n" in row for row in rows)
        return [("\n\n" if loose else "\n").join(rows)] if rows else []

    def _table(self, node: Node) -> list[str]:
        rows = [
            [self._cell(cell) for cell in row.nodes if cell.tag in ("td", "th")]
            for row in node.walk()
            if row.tag == "tr"
        ]
        rows = [row for row in rows if row]
        caption = node.find("caption")
        found = [self.line(caption.children)] if caption else []
        if not rows:
            return found
        width = max(map(len, rows))
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        return [*found, "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])]

    def _cell(self, cell: Node) -> str:
        if cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1":
            self.lose(cell, "merged-cells")
        return _PIPE.sub(r"\\|", self.line(cell.children))

    def _paragraph(self, children: Children) -> str:
        lines = [_BLANKS.sub(" ", line).strip() for line in self._inline(children).split("\n")]
        text = marks.guard("  \n".join(line for line in lines if line))
        return _PLACE.sub(r"\1", text)

    def _inline(self, children: Children) -> str:
        return "".join(
            self._span(child) if isinstance(child, Node) else marks.escape(_BLANKS.sub(" ", child))
            for child in children
        )

    def _span(self, node: Node) -> str:
        if (text := self.slot(node)) is not None:
            return f"\ue000{text}\ue001" if text else ""
        match node.tag:
            case "br":
                return "\n"
            case "img" | "image":
                return self._picture(node, node.get("src"), node.get("alt"))
            case "object" | "embed":
                return self._object(node)
            case "audio" | "video" | "iframe" | "picture" | "canvas":
                self.lose(node, node.tag)
                return ""
            case "a":
                return self._link(node)
            case "code" | "tt" | "samp":
                return marks.code(_BLANKS.sub(" ", node.words))
            case "q":
                return f"“{self._inline(node.children)}”"
            case "math":
                self.lose(node, "math")
                return marks.escape(node.get("alttext") or formula(node))
            case "wbr":
                return ""
        return self._marked(node)

    def _marked(self, node: Node) -> str:
        inner = self._inline(node.children)
        mark = _WRAPS.get(node.tag) or _SPANS.get(node.get("class") if node.tag == "span" else "")
        if mark:
            return "\n".join(marks.wrap(mark, line) for line in inner.split("\n"))
        if node.tag in _AS_THEY_ARE and inner.strip():
            return f"<{node.tag}>{inner}</{node.tag}>"
        return inner

    def _object(self, node: Node) -> str:
        address = node.get("data") or node.get("src")
        if node.get("type").startswith("image/") or address.lower().endswith(_PICTURES):
            return self._picture(node, address, " ".join(node.words.split()))
        self.lose(node, "object")
        return self._inline(node.children)

    def _picture(self, node: Node, address: str, alt: str) -> str:
        name = self.picture(node, address)
        return f"![{marks.escape(' '.join(alt.split()))}]({quote(name, safe='/:._-~%@?=&')})" if name else ""

    def _link(self, node: Node) -> str:
        words, address = self._inline(node.children), node.get("href")
        if not words.strip() or not address:
            return words
        if marks.is_reachable(address) or address.startswith(_OF_OURS):
            return marks.link(words.strip(), address)
        self.lose(node, "link")
        return words


def _grouped(children: Children) -> Iterator[Node | list[Node | str]]:
    """Yield blocks one by one, and what stands between them together."""
    loose: list[Node | str] = []
    for child in children:
        if isinstance(child, Node) and (child.tag in _BLOCKS or (child.tag not in _INLINE and _holds_blocks(child))):
            if loose:
                yield loose
            loose = []
            yield child
        else:
            loose.append(child)
    if loose:
        yield loose


_INLINE = frozenset({"a", "math", "object", "inlineChoiceInteraction", "audio", "video"})


def _holds_blocks(node: Node) -> bool:
    return any(each.tag in _BLOCKS for each in node.walk())


def _lines(node: Node) -> str:
    """Return the words of preformatted text, its lines as they are."""
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _lines(child) for child in node.children
    )


def formula(node: Node) -> str:
    """Return MathML as it would be typed on one line."""
    parts = [formula(child) if isinstance(child, Node) else " ".join(child.split()) for child in node.children]
    inner = [part for part in parts if part]
    match node.tag, len(inner):
        case "annotation" | "annotation-xml", _:
            return ""
        case "mfrac", 2:
            return f"({inner[0]})/({inner[1]})"
        case "msup", 2:
            return f"{inner[0]}^{_together(inner[1])}"
        case "msub", 2:
            return f"{inner[0]}_{_together(inner[1])}"
        case "msubsup", 3:
            return f"{inner[0]}_{_together(inner[1])}^{_together(inner[2])}"
        case "msqrt", _:
            return f"√({''.join(inner)})"
        case "mroot", 2:
            return f"({inner[0]})^(1/{_together(inner[1])})"
        case "mfenced", _:
            return f"({', '.join(inner)})"
    return "".join(inner)


def _together(text: str) -> str:
    return text if len(text) == 1 or text.isalnum() else f"({text})"
