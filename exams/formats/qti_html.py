"""Our Markdown -> the XHTML of QTI, and trees of XML -> text. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import markdown
import nh3

from exams.formats.qti_names import HTML, Version
from exams.formats.xml import Node
from kb.importing import hypertext, inline

_EXTENSIONS = ["tables", "sane_lists", "fenced_code", "pymdownx.tilde", "pymdownx.mark"]
_SCHEMES = {"http", "https", "mailto", "tel", "doc", "course"}
# Elements that QTI 2.1 has no name for, as spans of that class.
_SPANS = {"del": "del", "s": "del", "mark": "mark", "u": "u"}
_KEPT = {"img": {"src", "alt"}, "a": {"href"}}
_SHOWN = nh3.ALLOWED_TAGS | {"mark", "kbd"}
_BLOCKS = frozenset({"p", "div", "ul", "ol", "dl", "table", "pre", "blockquote", "hr", *(f"h{n}" for n in range(1, 7))})
_NOT_IN_2_1 = {"ruby", "rb", "rt", "rp", "rtc"}
# What holds elements only, so that it may be set on lines of its own.
_STRUCTURE = frozenset(
    {"assessmentItem", "itemBody", "responseProcessing", "manifest", "resources", "resource", "metadata"}
)
_SIMPLE = re.compile(r"(?![-+ ]|\d+[.)])[^\\`*_\[\]<>&#~=|!:\n\t]+(?<! )")  # words that are no Markdown
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

type Child = Node | str


def element(tag: str, *children: Child, **attributes: str) -> Node:
    """Return an element; attributes without a value are left out, a name that Python keeps ends with _."""
    own = {name.rstrip("_"): value for name, value in attributes.items() if value != ""}
    return Node(tag, own, 1, "", list(children))


def blocks(text: str, address: Callable[[str], str]) -> list[Node]:
    """Return the blocks of a text; `address` tells where a picture lies."""
    if _SIMPLE.fullmatch(text):
        return [element("p", text)]
    html = markdown.markdown(text, extensions=_EXTENSIONS, output_format="html")
    clean = nh3.clean(html, tags=_SHOWN, attributes=_KEPT, url_schemes=_SCHEMES, link_rel=None)
    found: list[Node] = []
    for child in hypertext.tree(clean).children:
        if isinstance(child, str):
            found += [element("p", child)] if child.strip() else []
        else:
            found += [each if isinstance(each, Node) else element("p", each) for each in _turned(child, address)]
    return [each if each.tag in _BLOCKS else element("p", each) for each in found]


def line(text: str, address: Callable[[str], str]) -> list[Child]:
    """Return a text as what stands within a line, or as its blocks where it is not a single paragraph."""
    found = blocks(text, address)
    return found[0].children if len(found) == 1 and found[0].tag == "p" else list(found)


def _turned(node: inline.Node, address: Callable[[str], str]) -> Iterator[Child]:
    children = [
        each for child in node.children for each in ([child] if isinstance(child, str) else _turned(child, address))
    ]
    if node.tag in ("ul", "ol", "table", "thead", "tbody", "tr", "blockquote"):
        children = [child for child in children if isinstance(child, Node) or child.strip()]
    if node.tag in _SPANS:
        yield element("span", *children, class_=_SPANS[node.tag])
    elif node.tag in _NOT_IN_2_1 or node.tag not in HTML:
        yield from children
    else:
        made = element(node.tag, *children)
        made.attributes = {name: node.attributes.get(name, "") for name in sorted(_KEPT.get(node.tag, ()))}
        if node.tag == "img":
            made.attributes["src"] = address(made.attributes["src"])
        yield made


def placed(nodes: Sequence[Child], mark: re.Pattern[str], put: Callable[[str], Child]) -> list[Child]:
    """Return the nodes with what `put` gives for every mark in their words."""
    found: list[Child] = []
    for node in nodes:
        if isinstance(node, Node):
            node.children = placed(node.children, mark, put)
            found.append(node)
            continue
        for place, part in enumerate(mark.split(node)):
            found += [put(part)] if place % 2 else [part] if part else []
    return found


def written(root: Node, version: Version, attributes: dict[str, str]) -> bytes:
    """Return a document in that version's spelling; `attributes` are those of its root as they are written."""
    root = Node(root.tag, root.attributes, 1, "", root.children)
    said = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{_text(root, version, 0, said)}\n'
    return text.encode()


def _text(node: Node, version: Version, depth: int, more: str = "") -> str:
    tag = version.tag(node.tag)
    names = ((version.attribute(node.tag, name), value) for name, value in node.attributes.items())
    start = tag + "".join(f" {name}={quoteattr(_fit(value))}" for name, value in names) + more
    if not node.children:
        return f"<{start}/>"
    parts = [escape(_fit(each)) if isinstance(each, str) else _text(each, version, depth + 1) for each in node.children]
    if node.tag in _STRUCTURE:
        indent = "\n" + "  " * (depth + 1)
        return f"<{start}>{indent}{indent.join(parts)}\n{'  ' * depth}</{tag}>"
    return f"<{start}>{''.join(parts)}</{tag}>"


def _fit(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _UNFIT.sub("", text)
