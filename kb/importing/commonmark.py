"""Markdown files (CommonMark, with tables) read into a stream; lists are written as kb.prose reads them. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kb.importing import marks
from kb.importing.commonmark_html import BREAK, FENCE, is_end, without_html
from kb.importing.commonmark_links import Links
from kb.importing.document import Illustration, Refused
from kb.importing.flow import Flow, Heading, Passage
from kb.importing.losses import Loss

_FRONT = re.compile(r"[\w-]+:(?:\s|$)|\s|- |$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=\s|$)(.*)")
_CLOSING = re.compile(r"(?:^|\s)#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_ITEM = re.compile(r"( *)([-+*]|\d{1,9}[.)])( +|$)(.*)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ue000\ue001]")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}")
_DASHES = re.compile(r"\|? *:?-+:? *(?:\| *:?-+:? *)*\|?")
MAX_TEXT = 5_000_000

type Find = Callable[[str], bytes | None]


def read(text: str, find: Find) -> Flow:
    """Return what a Markdown file says; `find` gives the bytes of a picture by its path, None where it is missing.

    Raises Refused for a damaged picture or too long a text.
    """
    flow = Flow()
    if len(text) > MAX_TEXT:
        raise Refused(_("The text is longer than %d million characters.") % (MAX_TEXT // 1_000_000))
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    text = without_html(_without_front(_CONTROL.sub("", text), flow), flow)
    _Reader(flow, Links(flow, find)).read(text)
    return flow


def _without_front(text: str, flow: Flow) -> str:
    """Return the text without the `key: value` lines between two rules that some programs put first."""
    lines = text.split("\n")
    end = next((place for place, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), 0)
    inside = lines[1:end]
    if lines[0].rstrip() != "---" or not any(inside) or not all(map(_FRONT.match, inside)):
        return text
    flow.losses.append(Loss("front-matter", line=1, detail=" ".join(" ".join(inside).split())[:200]))
    return "\n".join([""] * (end + 1) + lines[end + 1 :])


def _is_dashes(line: str) -> bool:
    """Tell whether a line is the rule under the head of a table."""
    line = line.strip()
    return "|" in line and "-" in line and set(line) <= set("|:- ") and bool(_DASHES.fullmatch(line))


@dataclass
class _Reader:
    """Goes through the lines; what is not a heading or a picture is gathered into passages."""

    flow: Flow
    links: Links
    lines: list[str] = field(default_factory=list)  # of the passage being gathered
    waiting: list[Illustration] = field(default_factory=list)  # pictures to follow it
    offsets: list[int] = field(default_factory=list)  # where the text of each open list item begins
    fence: str = ""
    tables: int = 0
    kinds: dict[int, str] = field(default_factory=dict)  # of the last item at each depth: "1" or "-"
    is_loose: bool = False  # whether the list has paragraphs in its items
    is_text: bool = False  # whether the lines since the last empty one began as text,
    is_code: bool = False  # and as code

    def read(self, text: str) -> None:
        """Read it all."""
        source = self.links.without_definitions(text.split("\n"))
        for number, line in enumerate(source, start=1):
            self.flow.line = number
            after = source[number] if number < len(source) else ""
            if self.fence:
                self._code(line)
            elif not self._heading(line) and not self._underline(line):
                self._line(line, after)
        self._flush()

    def _heading(self, line: str) -> bool:
        match = _HEADING.fullmatch(line)
        if not match or (self.offsets and line.startswith(" ")):
            return False
        self._flush()
        self.offsets.clear()
        self.kinds.clear()
        self._add_heading(len(match[1]), _CLOSING.sub("", match[2].strip()))
        return True

    def _underline(self, line: str) -> bool:
        """Take the one line of a paragraph above as a heading if this line underlines it."""
        match = _UNDERLINE.fullmatch(line)
        alone = len(self.lines) == 1 or (len(self.lines) > 1 and not self.lines[-2].strip())
        if not match or self.offsets or not alone or not self.lines[-1].strip():
            return False
        if self.lines[-1].lstrip().startswith((">", "|")):
            return False
        words = self.lines.pop()
        self._flush()
        self._add_heading(1 if match[1].startswith("=") else 2, words)
        return True

    def _add_heading(self, level: int, markdown: str) -> None:
        markdown, pictures = self.links.resolve(markdown.replace(BREAK, " ").strip())
        words = marks.plain(markdown)
        if words:
            self.flow.heading = words[:80]
            self.flow.items.append(Heading(level, words, markdown))
        self.flow.items += pictures

    def _code(self, line: str) -> None:
        offset = self.offsets[-1] if self.offsets else 0
        indent = len(line) - len(line.lstrip(" "))
        line = line[min(offset, indent) :]
        self._put(line)
        if is_end(line, self.fence):
            self.fence = ""
            if self.offsets:  # else the next item of the list would be read as part of the code
                self.lines.append("")

    def _put(self, line: str) -> None:
        self.lines.append(f"{'    ' * len(self.offsets)}{line}".rstrip() + ("  " if line.endswith("  ") else ""))

    def _line(self, line: str, after: str) -> None:
        """Take a line that is neither heading nor code: empty, an item of a list, or text."""
        if not line.strip():
            self.lines += [""] if self.lines and self.lines[-1].strip() else []
            return
        is_first = not self.lines or not self.lines[-1].strip()
        item = None if _RULE.fullmatch(line) else _ITEM.fullmatch(line)
        indent = len(line) - len(line.lstrip(" "))
        if self.waiting and indent == 0 and (is_first or item):
            self._flush()
            is_first = True
        in_item = bool(self.offsets)
        while self.offsets and indent < self.offsets[-1] and (is_first or item):
            self.offsets.pop()
        if item and self._begins_item(item, is_first=is_first or in_item):
            self._item(item, is_first=is_first, is_inside=in_item)
            return
        line = line[min(indent, self.offsets[-1] if self.offsets else 0) :]
        if is_first:
            self.is_text, self.is_code = True, line.startswith("    ")
        elif _is_dashes(after) and "|" in line:
            self.lines.append("")
        self._text(line)

    def _begins_item(self, item: re.Match[str], *, is_first: bool) -> bool:
        """Tell whether the mark begins an item: within a paragraph only a bullet or 1 does, four blanks make code."""
        inside = self.offsets[-1] if self.offsets else 0
        return len(item[1]) - inside < 4 and (is_first or item[2] in {"-", "+", "*", "1.", "1)"})

    def _item(self, item: re.Match[str], *, is_first: bool, is_inside: bool) -> None:
        """Begin an item; after text, or a list of the other kind, only an empty line makes it one for kb.prose."""
        kind, depth = "1" if item[2][0].isdigit() else "-", len(self.offsets)
        self.is_loose = is_inside and (self.is_loose or self.is_text)
        if not is_first and (self.is_loose or self.is_text or self.kinds.get(depth, kind) != kind):
            self.lines.append("")
        self.kinds = {each: found for each, found in self.kinds.items() if each < depth} | {depth: kind}
        self.is_text = self.is_code = False
        mark = f"{item[2][:-1]}." if kind == "1" else "-"
        text, pictures = self._resolved(item[4])
        self._put(f"{mark} {text}" if text else mark)
        blanks = len(item[3]) if item[3] and len(item[3]) < 5 else 1
        self.offsets.append(len(item[1]) + len(item[2]) + blanks)
        self.waiting += pictures

    def _text(self, line: str) -> None:
        if match := FENCE.match(line):
            self.fence = match[1]
            self._put(line)
            return
        self.tables += _is_dashes(line)
        text, pictures = self._resolved(line)
        self.waiting += pictures
        if text.strip():
            self._put(text.lstrip() if pictures else text)

    def _resolved(self, text: str) -> tuple[str, list[Illustration]]:
        """Resolve what stands outside code; a line of code is left as it is."""
        if self.is_code:
            return text, []
        return self.links.resolve(f"{text[:-1]}  " if text.endswith("\\") else text)

    def _flush(self) -> None:
        """End the passage; its pictures follow."""
        text = "\n".join(self.lines).strip("\n").replace(f"{BREAK}\n", "  \n").replace(BREAK, "  \n")
        if text.strip():
            self.flow.items.append(Passage(text, tables=self.tables))
        self.flow.items += self.waiting
        self.lines, self.waiting, self.tables = [], [], 0
