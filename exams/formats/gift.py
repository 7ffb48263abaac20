r"""Reading GIFT, as Moodle documents it (docs.moodle.org, "GIFT format") and as its importer takes it.

A block of lines between empty lines is a question: `// comment` lines with [id:…] and [tag:…], `::title::`,
`[format]`, the text, and one pair of braces with the answers. `\` escapes : # = { } ~ and makes a line end of n.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from exams.formats import gift_answers, markup, weights
from exams.formats.gift_text import COMMENT, Broken, cut, escaped, marked, one_line
from exams.formats.question import Fault, Loss, Neutral, Read, settled
from exams.formats.topics import path_of

_ID = re.compile(r"\[id:((?:\\\]|[^\]\x00-\x1f])+)\]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`\x00-\x1f])+)\]")
_CATEGORY = re.compile(r"\$CATEGORY:(.*)", re.IGNORECASE)


@dataclass
class Block:
    """Lines without an empty one among them; that of a comment is only COMMENT, so that lines can still be counted."""

    line: int
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether comments are all there is."""
        return all(line == COMMENT for line in self.lines)


def read(text: str, filename: str) -> Read:
    """Return what a file of GIFT says."""
    return _Reader(filename).read(text)


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a file."""
    block = Block(0)
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            block.line = block.line or number
            is_comment = line.lstrip().startswith("//")
            block.lines.append(COMMENT if is_comment else line)
            block.comments += [line.strip()] if is_comment else []
        elif block.lines:
            yield block
            block = Block(0)


class _Reader:
    """Goes through the blocks: a category holds for all that follow, comments for the question they stand above."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.found = Read()
        self.topic: tuple[str, ...] = ()
        self.comments: list[str] = []
        self.unused: tuple[int, str] | None = None  # a category that no question has followed yet

    def read(self, text: str) -> Read:
        for block in blocks(text):
            self.comments += block.comments
            self._take_categories(block)
            if not block.is_empty:
                self._take_question(block)
                self.comments = []
        self._drop_category()
        if any(_ID.search(comment) or _TAG.search(comment) for comment in self.comments):
            self._lose(text.count("\n") + 1, self.comments[-1], _("An id or tags that no question follows."))
        return self.found

    def _take_categories(self, block: Block) -> None:
        """Take the lines that set the category off the beginning of a block, and comments before them."""
        while block.lines:
            category = _CATEGORY.match(block.lines[0].strip())
            if category:
                self._drop_category()
                self.topic, self.unused = path_of(category[1]), (block.line, category[1].strip())
            elif block.lines[0] != COMMENT:
                return
            del block.lines[0]
            block.line += 1

    def _drop_category(self) -> None:
        if self.unused:
            self._lose(*self.unused, _("A category without questions: it was left out."))
        self.unused = None

    def _take_question(self, block: Block) -> None:
        losses: list[str] = []
        try:
            question = self._question(block, losses)
        except Broken as broken:
            self.found.errors.append(Fault(self.filename, block.line + broken.lines, str(broken)))
            return
        except markup.TooComplex as error:
            self.found.errors.append(Fault(self.filename, block.line, str(error)))
            return
        if question:
            self.unused = None
            self.found.questions.append(question)
            for what in dict.fromkeys(losses):
                self._lose(question.line, question.name or question.text[:60], what)

    def _question(self, block: Block, losses: list[str]) -> Neutral | None:
        """Return the question of a block, or None for a description. Raises Broken."""
        raw = parsed(escaped("\n".join(block.lines)))
        raw.line, raw.topic = block.line, self.topic
        comments = "\n".join(self.comments)
        raw.tags = [_unbracketed(tag) for tag in _TAG.findall(comments)]
        raw.ident = next((_unbracketed(each) for each in _ID.findall(comments)), "")
        if raw.kind == "description":
            self._lose(raw.line, raw.name or str(raw.text)[:60], _("A description: it asks nothing and was left out."))
            return None
        question = settled(raw, lambda text, form: markup.markdown(text, form, lose=losses.append))
        if question.kind in ("single", "multiple"):
            question.body = weights.without_defaults(question.kind, question.body)
        return question

    def _lose(self, line: int, name: str, what: str) -> None:
        self.found.not_represented.append(Loss(self.filename, line, " ".join(name.split()), what))


def parsed(text: str) -> Neutral:
    """Return the question that an escaped block says, in the file's own formats; a description is of that kind."""
    name, start = _name(text)
    braces = _braces(text, start)
    if braces is None:
        stem = marked(text[start:])
        return Neutral("description", name, stem, {}, line=0)
    opened, closed = braces
    before, after = text[start:opened], text[closed + 1 :]
    stem = marked(f"{before.strip()} _____ {after.strip()}" if after.strip() else before)
    inside, general = cut(text, opened + 1, closed, "####")
    kind, body, said = gift_answers.read(inside, stem.format)
    explanation = marked(general.text, stem.format) if general else ""
    return Neutral(kind, name, stem, body, explanation, line=0, said=said)


def _name(text: str) -> tuple[str, int]:
    """Return the title and where it ends."""
    start = len(text) - len(text.lstrip())
    if not text.startswith("::", start):
        return "", start
    end = text.find("::", start + 2)
    if end < 0:
        raise Broken(_("The title that “::” begins is not closed by “::”."), text, start)
    return one_line(text[start + 2 : end]), end + 2


def _braces(text: str, start: int) -> tuple[int, int] | None:
    """Return where the braces of the answers stand. Raises Broken where they are not one pair."""
    places = [match.start() for match in re.finditer(r"[{}]", text[start:])]
    if not places:
        return None
    signs = "".join(text[start + place] for place in places)
    opened, *rest = [start + place for place in places]
    if signs == "{}":
        return opened, rest[0]
    if signs[0] == "}":
        raise Broken(_("A brace “}” that none opens; one that belongs to the text is written \\}."), text, opened)
    if signs == "{":
        message = _("The brace “{” is not closed before the next empty line.")
        raise Broken(message, text, opened)
    message = _("A second brace in a question; one that belongs to the text is written \\{ or \\}.")
    raise Broken(message, text, rest[0] if signs[1] == "{" else rest[1])


def _unbracketed(text: str) -> str:
    return text.replace("\\]", "]").strip()
