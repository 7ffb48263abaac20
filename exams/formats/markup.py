"""Texts of other formats as our Markdown; what is lost on the way is named. On the reader of HTML that kb has."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from django.utils.translation import gettext as _

from kb.importing import hypertext, inline, marks
from kb.importing.document import Refused
from kb.importing.flow import Flow, Heading, Passage, joined
from kb.importing.inline import Node, words_of

type Find = Callable[[str], str | None]
type Lose = Callable[[str], None]

DEEPEST = 100
_LONGEST = 500_000  # characters of one text
_ADDRESS = re.compile(r"@@PLUGINFILE@@/[^\s)\"]+")
_DECLARATION = re.compile(r"<!(?!--)")
_DOCTYPE = re.compile(r"<!doctype[^<>]*>", re.IGNORECASE)
_TAGS = (
    "a|abbr|audio|b|blockquote|br|code|div|em|h[1-6]|hr|i|img|kbd|li|ol|p|pre|s|script|span|strong|su[bp]|t[dhr]|u|ul"
)
_IS_HTML = re.compile(
    rf"</?(?:{_TAGS}|table|tbody|thead|font|center|iframe|video|object|math|svg)(?:\s[^<>]*)?/?>|&#?\w+;", re.I
)
_OUT = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "svg",
    "math",
    "audio",
    "video",
    "applet",
    "canvas",
    "hr",
}
_HASH = re.compile(r"^#", re.MULTILINE)
_BLANKS = re.compile(r"[ \t\n\xa0]+")
_FORMULA = re.compile(r"\$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]", re.S)
_HARMLESS = re.compile(r"\s*(?:text-align:\s*(?:left|start)|background-color:\s*transparent)?\s*;?\s*", re.I)
_UNDERSCORES = re.compile(r"\\?_(?:\\?_)+")
_GAP = re.compile(r"(?:\\_){3,}")


class TooComplex(ValueError):
    """HTML that is nested too deep or has too large a table; the text says so."""


def _nothing(_source: str) -> str | None:
    return None


def _silent(_sentence: str) -> None:
    return None


def markdown(text: str, form: str, *, find: Find = _nothing, lose: Lose = _silent) -> str:
    """Return a text of one of question.FORMATS as Markdown. `find` tells the name among the question's media that an
    address of the file stands for; `lose` is told, in a sentence, what is lost. Raises TooComplex.
    """
    if form == "markdown":
        return _ADDRESS.sub(lambda match: quote(find(match[0]) or match[0], safe="@/%"), text).strip()
    if form == "html":
        return from_html(text, find=find, lose=lose)
    if form == "moodle" and _IS_HTML.search(text):
        return from_html(text.strip().replace("\n", "<br>\n"), find=find, lose=lose)
    return from_plain(text)


def from_plain(text: str) -> str:
    """Return words as Markdown that shows exactly them, each line on a line of its own."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return _readable(
        "\n\n".join(
            marks.guard(_headless(inline.BREAK.join(_escaped(line.strip()) for line in paragraph.split("\n"))))
            for paragraph in paragraphs
        )
    )


def from_html(html: str, *, find: Find = _nothing, lose: Lose = _silent) -> str:
    """Return HTML as Markdown: what could do harm is taken out. Raises TooComplex."""
    root = _tree(html)
    flow = Flow()
    try:
        _take_out(root, lose)
        writer = _Writer(flow, find=find)
        items = list(writer._items(root.children))
    except Refused as refusal:
        raise TooComplex(str(refusal)) from None
    passages = [_passage(item) for item in items if isinstance(item, Heading | Passage)]
    for loss in flow.losses:
        lose(f"{loss} ({loss.detail})" if loss.detail else str(loss))
    if _FORMULA.search(words_of(root)):
        lose(_("A formula in TeX: it is shown as it is written."))
    return _readable(joined(passages).strip())


def words_of_html(html: str) -> str:
    """Return the words of HTML on one line. Raises TooComplex."""
    return words_of(_tree(html)).strip()


def _tree(html: str) -> Node:
    """Return HTML as a tree of bounded depth; what only looks like a declaration is words."""
    if len(html) > _LONGEST:
        raise TooComplex(_("A text of more than %d characters.") % _LONGEST)
    root = hypertext.tree(_DECLARATION.sub("&lt;!", _DOCTYPE.sub("", html)))
    level = [root]
    for _depth in range(DEEPEST):
        level = [node for each in level for node in each.nodes()]
        if not level:
            return root
    raise TooComplex(_("HTML that is nested too deep."))


def _passage(item: Heading | Passage) -> Passage:
    return Passage(f"{'#' * item.level} {item.markdown}") if isinstance(item, Heading) else item


def _escaped(words: str) -> str:
    """Return words within a line as Markdown; of several underscores each is kept from being a mark."""
    return _UNDERSCORES.sub(lambda found: r"\_" * found[0].count("_"), marks.escape(words))


def _headless(markdown: str) -> str:
    """Keep lines that begin with # from being headings: #9 is one too."""
    return _HASH.sub(r"\#", markdown)


def _readable(markdown: str) -> str:
    """Return Markdown with its gap plain where there is but one, within a line: nothing can take that for a mark."""
    gaps = list(_GAP.finditer(markdown))
    if len(gaps) != 1 or "_" in _GAP.sub("", markdown):
        return markdown
    line = markdown[: gaps[0].start()].rpartition("\n")[2] + markdown[gaps[0].end() :].partition("\n")[0]
    return markdown.replace("\\_", "_") if line.strip() else markdown


def _take_out(node: Node, lose: Lose) -> None:
    """Take out of the tree what is not shown here, and name it."""
    kept: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node):
            if child.tag in _OUT:
                lose(_("HTML element <%s>: it was left out.") % child.tag)
                kept.append(Node("div") if child.tag == "hr" else "")
                continue
            if not _HARMLESS.fullmatch(child.attributes.get("style", "")):
                lose(_("Colours, alignment and other styles of the text."))
            _take_out(child, lose)
        kept.append(child)
    node.children = kept


@dataclass
class _Inline(inline.Inline):
    """Writes pictures and links to files of the question where they stand."""

    find: Find = _nothing

    def write(self, children: Sequence[Node | str]) -> str:
        """Return the Markdown."""
        return _headless(super().write(children))

    def _write(self, children: Sequence[Node | str]) -> str:
        return "".join(
            self._node(child) if isinstance(child, Node) else _escaped(_BLANKS.sub(" ", child)) for child in children
        )

    def _picture(self, node: Node) -> str:
        source, words = node.attributes.get("src", ""), marks.escape(node.attributes.get("alt", "")).replace("]", r"\]")
        if name := self.find(source):
            return marks.link(words, name).join(("!", ""))
        if marks.is_reachable(source):
            self.flow.lose("external-picture", source)
            return marks.link(words or marks.escape(source), source)
        self.flow.lose("missing-picture", source[:80])
        return words

    def _link(self, node: Node) -> str:
        name = self.find(node.attributes.get("href", ""))
        if not name:
            return super()._link(node)
        words = self._write(node.children).strip()
        return marks.link(words, name) if words else ""


@dataclass
class _Writer(hypertext.Writer):
    find: Find = field(default=_nothing)

    def _inline(self) -> inline.Inline:
        return _Inline(self.flow, self.pictures, self.notes, find=self.find)
