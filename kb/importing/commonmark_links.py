"""Pictures and links in the lines of a Markdown file. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from kb.importing import marks
from kb.importing.commonmark_html import FENCE, code_spans, is_end
from kb.importing.document import Illustration
from kb.importing.flow import Flow
from kb.importing.pictures import Album, Unsupported

# No part of these goes past the next bracket of its kind, so that they take one look at each letter.
_ADDRESS = r"\(\s*(<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_PICTURE = re.compile(rf"!\[([^\[\]]*)\](?:{_ADDRESS}|\[([^\[\]]*)\])?")
_LINK = re.compile(rf"(?<![!\\])\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)?)\](?:{_ADDRESS}|\[([^\[\]]*)\])?")
_DEFINITION = re.compile(r" {0,3}\[([^\]]+)\]:\s*(<[^>]*>|\S+)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^)]*\)))?\s*")
_LONE_TILDES = re.compile(r"(?<![~\\])~(?!~)")


@dataclass
class Links:
    """What the addresses in one file lead to."""

    flow: Flow
    find: Callable[[str], bytes | None]
    album: Album = field(default_factory=Album)
    definitions: dict[str, str] = field(default_factory=dict)

    def without_definitions(self, lines: Sequence[str]) -> list[str]:
        """Return the lines with those emptied that only say where a name leads, and remember these."""
        left, fence = [], ""
        for line in lines:
            if match := FENCE.match(line):
                if not fence:
                    fence = match[1]
                elif is_end(line, fence):
                    fence = ""
            definition = None if fence else _DEFINITION.fullmatch(line)
            if definition and not definition[1].startswith("^"):
                self.definitions.setdefault(_name(definition[1]), definition[2].strip("<>"))
            left.append("" if definition else line)
        return left

    def resolve(self, text: str) -> tuple[str, list[Illustration]]:
        """Return the line with its links led directly, and the pictures taken out of it."""
        pictures: list[Illustration] = []
        parts, done = [], 0
        for start, end in [*code_spans(text), (len(text), len(text))]:
            words = _PICTURE.sub(lambda match: self._picture(match, pictures), text[done:start])
            parts += [_LONE_TILDES.sub(r"\\~", _LINK.sub(self._link, words)), text[start:end]]
            done = end
        return "".join(parts), pictures

    def _address(self, match: re.Match[str]) -> str | None:
        """Return where it leads; None where the brackets are only brackets."""
        if match[2] is not None:
            return match[2].strip("<>")
        return self.definitions.get(_name(match[3] or match[1]))

    def _picture(self, match: re.Match[str], pictures: list[Illustration]) -> str:
        address = self._address(match)
        if address is None:
            return match[0]
        description = match[1]
        if marks.is_reachable(address) or address.startswith("//"):
            self.flow.lose("external-picture", address)
            return marks.link(description or marks.escape(address), address)
        data = self.find(unquote(address.partition("?")[0].partition("#")[0]))
        if data is None:
            self.flow.lose("missing-picture", address)
            return ""
        try:
            pictures.append(self.album.take(address, data, marks.plain(description)))
        except Unsupported:
            self.flow.lose("unsupported-picture", address)
        return ""

    def _link(self, match: re.Match[str]) -> str:
        address = self._address(match)
        if address is None:
            return match[0]
        if marks.is_reachable(address):
            return marks.link(match[1], address)
        self.flow.lose("link", address)
        return match[1]


def _name(words: str) -> str:
    return " ".join(words.split()).casefold()
