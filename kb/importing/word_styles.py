"""What the styles and the numbering of a Word file mean for its paragraphs. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])")
_CODE = re.compile(r"code|preformatted|代码|macro text")
_TITLES = {"title", "标题", "文档标题"}
_CONTENTS = re.compile(r"toc (?:\d+|heading)|目录\s*\d*|table of figures")
_QUOTES = {"quote", "intense quote", "block text", "引用", "明显引用"}
# Styles of Word's own, and of those who write its files, that are plain text here.
_PLAIN = re.compile(
    r"normal.*|正文.*|default|body.*|list.*|列表.*|列出段落.*|caption|题注|subtitle|副标题|no spacing|无间隔"
    r"|header|footer|table.*|表格.*|plain text|纯文本|(?:foot|end)note.*|annotation.*|balloon text|date|signature"
    r"|salutation|text body|first paragraph|compact|standard"
)
_DEEPEST = 32


def local(element: Element) -> str:
    """Return the name of an element without its namespace, which differs between editions of the standard."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute by its name without namespace; "" without one."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first child of that name, of that its child, and so on."""
    for name in names:
        element = next((each for each in element if local(each) == name), None) if element is not None else None
    return element


def words(element: Element) -> str:
    """Return the words in an element: of text and of equations, without what was deleted."""
    return "".join(each.text or "" for each in element.iter() if local(each) == "t")


@dataclass
class Style:
    """A style of paragraphs, with what it inherits."""

    id: str
    name: str = ""
    based_on: str = ""
    level: int = 0  # of a heading, from 1; 0: none
    number: tuple[str, str] = ("", "")  # numId, ilvl


@dataclass
class Styles:
    """The styles of a file by their id."""

    by_id: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Element | None) -> "Styles":
        """Read styles.xml."""
        found = (each for each in (root if root is not None else ()) if local(each) == "style")
        return cls({style.id: style for style in map(_style, found) if style})

    def _chain(self, style_id: str) -> Iterator[Style]:
        """Yield a style and those it is based on."""
        for _step in range(_DEEPEST):
            style = self.by_id.get(style_id)
            if style is None:
                return
            yield style
            style_id = style.based_on

    def name(self, style_id: str) -> str:
        """Return its name; of a style that is not there its id."""
        style = self.by_id.get(style_id)
        return style.name if style and style.name else style_id

    def role(self, style_id: str) -> str:
        """Return what its paragraphs are: h1…h9, title, contents, code, quote, plain; "" for a style not known here."""
        name = self.name(style_id).strip().lower()
        if not style_id or _PLAIN.fullmatch(name):
            return "plain"
        if _CONTENTS.fullmatch(name):
            return "contents"
        if name in _TITLES:
            return "title"
        if match := _HEADING.fullmatch(name):
            return f"h{match[1]}"
        if level := next((style.level for style in self._chain(style_id) if style.level), 0):
            return f"h{level}" if level < 10 else "plain"
        if name in _QUOTES:
            return "quote"
        return "code" if _CODE.search(name) else ""

    def number(self, style_id: str) -> tuple[str, str]:
        """Return (numId, ilvl) that the style gives its paragraphs; empty ones for none."""
        return next((style.number for style in self._chain(style_id) if style.number[0]), ("", ""))


def _style(element: Element) -> Style | None:
    if attribute(element, "type") not in {"paragraph", ""}:
        return None
    properties = child(element, "pPr")
    level = attribute(child(properties, "outlineLvl"), "val")
    return Style(
        attribute(element, "styleId"),
        attribute(child(element, "name"), "val"),
        attribute(child(element, "basedOn"), "val"),
        int(level) + 1 if level.isdigit() else 0,
        (
            attribute(child(properties, "numPr", "numId"), "val"),
            attribute(child(properties, "numPr", "ilvl"), "val") or "0",
        ),
    )


@dataclass
class Level:
    """How one level of a list counts."""

    form: str = "decimal"
    start: int = 1

    @property
    def is_counted(self) -> bool:
        """Whether its items have numbers; otherwise bullets or nothing."""
        return self.form not in {"bullet", "none"}


@dataclass
class Numbering:
    """The lists of a file, and how far each has counted."""

    levels: dict[str, dict[str, Level]] = field(default_factory=dict)  # abstract list -> ilvl -> level
    lists: dict[str, str] = field(default_factory=dict)  # numId -> abstract list
    restarts: dict[tuple[str, str], int] = field(default_factory=dict)  # (numId, ilvl) -> number to begin with
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def read(cls, root: Element | None) -> "Numbering":
        """Read numbering.xml."""
        made = cls()
        for each in root if root is not None else ():
            if local(each) == "abstractNum":
                levels = (level for level in each if local(level) == "lvl")
                made.levels[attribute(each, "abstractNumId")] = {
                    attribute(level, "ilvl"): _level(level) for level in levels
                }
            elif local(each) == "num":
                made._add(each)
        return made

    def _add(self, element: Element) -> None:
        number = attribute(element, "numId")
        self.lists[number] = attribute(child(element, "abstractNumId"), "val")
        for override in (each for each in element if local(each) == "lvlOverride"):
            start = attribute(child(override, "startOverride"), "val")
            if start.isdigit():
                self.restarts[number, attribute(override, "ilvl")] = int(start)

    def level(self, number: str, depth: str) -> Level | None:
        """Return how that level of that list counts; None for a list that is not there."""
        return self.levels.get(self.lists.get(number, ""), {}).get(depth)

    def count(self, number: str, depth: str) -> int:
        """Return the number of the next item of that list at that level; deeper levels begin again."""
        level = self.level(number, depth) or Level()
        counts, place = self.counts.setdefault(self.lists.get(number, ""), {}), int(depth)
        if (number, depth) in self.restarts and (number, depth) not in self.begun:
            counts[place] = self.restarts[number, depth] - 1
        self.begun.add((number, depth))
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [each for each in counts if each > place]:
            del counts[deeper]
        return counts[place]


def _level(element: Element) -> Level:
    start = attribute(child(element, "start"), "val")
    return Level(attribute(child(element, "numFmt"), "val") or "decimal", int(start) if start.isdigit() else 1)
