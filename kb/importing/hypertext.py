"""HTML as a tree of nodes, and the tree written as the stream of a document. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from kb.importing import marks, tabulation
from kb.importing.document import Illustration
from kb.importing.flow import Flow, Heading, Item, Passage, follows, joined
from kb.importing.inline import Inline, Node, words_of

_VOID = {"img", "br", "hr", "input"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_IN_BLOCKS = {*_HEADINGS, "p", "ul", "ol", "li", "table", "pre", "blockquote", "div", "section", "dl", "dt", "dd"}
_NOTES = ("footnote-", "endnote-")


class _TreeBuilder(HTMLParser):
    """Builds nodes; what is closed without having been opened is passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def tree(html: str) -> Node:
    """Return the root of the tree."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.root


@dataclass
class Writer:
    """Writes a tree into a stream; pictures are found by the `src` that the HTML gives them."""

    flow: Flow
    pictures: dict[str, Illustration] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def write(self, root: Node) -> None:
        """Write it all, footnotes first: they are needed where they are referred to."""
        self._take_notes(root)
        for item in self._items(root.children):
            if isinstance(item, Heading) and self._is_title(item):
                continue
            if isinstance(item, Passage) and not item.is_item:
                item = replace(item, text=tabulation.without_marks(item.text))
            self.flow.items.append(item)

    def _is_title(self, heading: Heading) -> bool:
        """Keep a heading of level 0 as the title; later ones are headings of the first level."""
        if heading.level == 0 and not self.flow.title:
            self.flow.title = heading.words
            return True
        return False

    def _take_notes(self, root: Node) -> None:
        for last in [node for node in root.children if isinstance(node, Node) and node.tag == "ol"]:
            notes = [node for node in last.nodes() if node.attributes.get("id", "").startswith(_NOTES)]
            if notes and len(notes) == len(list(last.nodes())):
                root.children.remove(last)
                for note in notes:
                    self.notes[note.attributes["id"]] = words_of(note).removesuffix("↑").strip()

    def _inline(self) -> Inline:
        return Inline(self.flow, self.pictures, self.notes)

    def _items(self, children: Sequence[Node | str]) -> Iterator[Item]:
        """Yield what the children say, stretches between blocks as paragraphs."""
        for group in _grouped(children):
            if isinstance(group, Node):
                yield from self._block(group)
            else:
                yield from self._paragraph(group)

    def _block(self, node: Node) -> Iterator[Item]:
        match node.tag:
            case "p":
                yield from self._paragraph(node.children)
            case "ul" | "ol":
                yield from self._list(node)
            case "table":
                yield from self._table(node)
            case "pre":
                yield Passage(marks.fenced(words_of(node, lines=True)))
            case "blockquote":
                yield from self._quotation(node.children)
            case tag if tag in _HEADINGS:
                yield from self._heading(node)
            case _:
                yield from self._items(node.children)

    def _paragraph(self, children: Sequence[Node | str]) -> Iterator[Item]:
        inline = self._inline()
        text = marks.guard(inline.write(children))
        if text:
            yield Passage(text, notes=tuple(inline.found_notes))
        yield from inline.found_pictures

    def _heading(self, node: Node) -> Iterator[Item]:
        inline = self._inline()
        markdown = " ".join(inline.write(node.children).split())
        level = 0 if node.attributes.get("class") == "title" else _HEADINGS[node.tag]
        if words := marks.plain(markdown):
            yield Heading(level if level or not self.flow.title else 1, words, markdown)
            self.flow.heading = words
        yield from (Passage(note) for note in inline.found_notes)
        yield from inline.found_pictures

    def _quotation(self, children: Sequence[Node | str]) -> Iterator[Item]:
        items = list(self._items(children))
        if passages := self.passages(items):
            yield Passage(marks.quotation(joined(passages)), notes=_notes(passages))
        yield from (item for item in items if isinstance(item, Illustration))

    def _list(self, node: Node) -> Iterator[Item]:
        """Yield a passage for each item, its number written; pictures of an item follow it and interrupt the list."""
        number = 0
        for each in node.nodes():
            items = list(self._items(each.children))
            passages = self.passages(items)
            text, said = tabulation.numbered(_tight(passages))
            if node.tag == "ol":
                if said and number and said != number + 1:
                    self.flow.lose("list-joined")
                number = said or number + 1
            mark = f"{number}." if node.tag == "ol" else "-"
            if text or node.tag == "ol":
                first, _newline, rest = text.partition("\n")
                body = f"{mark} {first}" + (f"\n{marks.indent(rest)}" if rest else "")
                yield Passage(body.rstrip(), True, sum(each.tables for each in passages), _notes(passages))
            yield from (item for item in items if isinstance(item, Illustration))

    def _table(self, node: Node) -> Iterator[Item]:
        rows = tabulation.rows_of(node)
        if len(rows) == 1 and len(rows[0]) == 1:  # a frame around some words, not a table
            yield from self._quotation(rows[0][0].children)
            return
        pictures: list[Illustration] = []
        notes: list[str] = []

        def cell(node: Node) -> str:
            items = list(self._items(node.children))
            passages = self.passages(items)
            pictures.extend(item for item in items if isinstance(item, Illustration))
            notes.extend(_notes(passages))
            if len(passages) > 1 or any(passage.is_item for passage in passages):
                self.flow.lose("cell-paragraphs")
            return tabulation.one_line(passages)

        text = tabulation.table(tabulation.grid(rows, cell))
        if text:
            yield Passage(text, tables=1, notes=tuple(notes))
        if pictures:
            self.flow.lose("table-picture")
        yield from pictures

    def passages(self, items: Sequence[Item]) -> list[Passage]:
        """Return the words among the items; a heading in a list or a cell is a bold paragraph there."""
        found = []
        for item in items:
            if isinstance(item, Heading):
                found.append(Passage(marks.wrap("**", item.markdown)))
            elif isinstance(item, Passage):
                found.append(item)
        return found


def _grouped(children: Sequence[Node | str]) -> Iterator[Node | list[Node | str]]:
    """Yield blocks one by one, and what stands between them together."""
    loose: list[Node | str] = []
    for child in children:
        if isinstance(child, Node) and child.tag in _IN_BLOCKS:
            if loose:
                yield loose
            loose = []
            yield child
        else:
            loose.append(child)
    if loose:
        yield loose


def _notes(passages: Sequence[Passage]) -> tuple[str, ...]:
    return tuple(note for passage in passages for note in passage.notes)


def _tight(passages: list[Passage]) -> str:
    """Return what stands in an item of a list: a list in it follows without an empty line."""
    text = ""
    for place, passage in enumerate(passages):
        if place:
            before = passages[place - 1]
            is_tight = passage.is_item and (follows(before.text, passage.text) if before.is_item else place == 1)
            text += "\n" if is_tight else "\n\n"
        text += passage.text
    return text
