"""Files that a question brings along in its XML, in base64, and the addresses that mean them. Pure."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from exams.formats.xml import BadXML, Node

_PLACE = "@@PLUGINFILE@@"
_ADDRESS = re.compile(r"@@PLUGINFILE@@(/[^\s\"'<>)]*)")
_STRANGE = re.compile(r"[^\w.-]+")


@dataclass
class Files:
    """The files of one question by names that are unique in it: `media` of the neutral question."""

    media: dict[str, bytes] = field(default_factory=dict)

    def taken(self, text: str, nodes: list[Node]) -> str:
        """Take the files that stand beside a text; return it with addresses by the names they have now.

        Raises BadXML for a file that is not base64 or whose name leads elsewhere.
        """
        names = {_path(node): self._add(node) for node in nodes}
        return _ADDRESS.sub(lambda match: _renamed(match, names), text)

    def find(self, address: str) -> str | None:
        """Return the name of the file that an address means."""
        name = unquote(address.removeprefix(f"{_PLACE}/").partition("?")[0])
        return name if address.startswith(_PLACE) and name in self.media else None

    def _add(self, node: Node) -> str:
        data = _decoded(node)
        stem, dot, ending = (_STRANGE.sub("-", node.get("name")).strip(".-") or "file").rpartition(".")
        name, number = f"{stem}{dot}{ending}", 1
        while self.media.get(name, data) != data:
            number += 1
            name = f"{stem or 'file'}-{number}{dot}{ending}"
        self.media[name] = data
        return name


def place_of(name: str) -> str:
    """Return the address that means a file of the question."""
    return f"{_PLACE}/{quote(name)}"


def _path(node: Node) -> str:
    name, folder = node.get("name"), node.get("path", "/")
    if not name.strip() or "/" in name or "\\" in name or ".." in folder.split("/"):
        raise BadXML(_("A file whose name leads out of the question: “%s”.") % f"{folder}{name}"[:100], node.line)
    return f"/{folder.strip('/')}/{name}".replace("//", "/")


def _renamed(match: re.Match[str], names: dict[str, str]) -> str:
    name = names.get(unquote(match[1].partition("?")[0]))
    return f"{_PLACE}/{quote(name)}" if name else match[0]


def _decoded(node: Node) -> bytes:
    if node.get("encoding", "base64") != "base64":
        raise BadXML(_("A file that is not in base64: “%s”.") % node.get("name")[:100], node.line)
    try:
        return base64.b64decode("".join(node.words.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadXML(_("A file that is not in base64: “%s”.") % node.get("name")[:100], node.line) from None
