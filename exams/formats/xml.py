"""Reading XML from strangers: no DOCTYPE, no entities of its own, bounded depth and size, every node knows its line.

On expat, the parser of the standard library; two more readers of the bank's formats stand on it (moodle, qti).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _

DEEPEST = 100
MOST_NODES = 400_000


class BadXML(ValueError):
    """A file that is not XML, or not XML that we read: `line` says where."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Node:
    """An element. `tag` and `attributes` without namespace prefixes; `children` holds nodes and strings in order."""

    tag: str
    attributes: dict[str, str]
    line: int
    namespace: str = ""
    children: list["Node | str"] = field(default_factory=list)

    @property
    def nodes(self) -> list["Node"]:
        """The elements directly below."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self) -> str:
        """The text directly below, without that of elements below."""
        return "".join(child for child in self.children if isinstance(child, str))

    @property
    def words(self) -> str:
        """All text below."""
        return "".join(child if isinstance(child, str) else child.words for child in self.children)

    def find(self, *path: str) -> "Node | None":
        """Return the first node on this path of tags."""
        found: Node | None = self
        for tag in path:
            found = next((node for node in found.nodes if node.tag == tag), None)
            if found is None:
                return None
        return found

    def all(self, tag: str) -> list["Node"]:
        """Return the nodes of this tag directly below."""
        return [node for node in self.nodes if node.tag == tag]

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below, in the order of the file."""
        yield self
        for node in self.nodes:
            yield from node.walk()

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)


def parse(data: bytes | str) -> Node:
    """Return the root. Bytes say their encoding themselves; text is taken as it is. Raises BadXML with the line."""
    return _Builder().build(data)


class _Builder:
    def __init__(self) -> None:
        self.open: list[Node] = []
        self.root: Node | None = None
        self.count = 0

    def build(self, data: bytes | str) -> Node:
        # The separator cannot occur in a name or a namespace, so a name splits in one way only.
        parser = self.parser = expat.ParserCreate("utf-8" if isinstance(data, str) else None, "\n")
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = parser.UnparsedEntityDeclHandler = self._refuse
        try:
            parser.Parse(data.encode() if isinstance(data, str) else data, True)
        except expat.ExpatError as error:
            raise BadXML(_("This is not XML: %s.") % expat.ErrorString(error.code), error.lineno) from None
        except (ValueError, LookupError) as error:
            if isinstance(error, BadXML):
                raise
            raise BadXML(_("The encoding that this file names is not known here.")) from None
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_NODES:
            raise BadXML(_("The elements are too many or too deep."), self.parser.CurrentLineNumber)
        namespace, _newline, tag = name.rpartition("\n")
        own = {each.rpartition("\n")[2]: value for each, value in attributes.items()}
        node = Node(tag, own, self.parser.CurrentLineNumber, namespace)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        if self.open:
            self.open[-1].children.append(text)

    def _refuse(self, *_declared: object) -> None:
        raise BadXML(_("A DOCTYPE or an entity of its own is not read: take it out."), self.parser.CurrentLineNumber)
