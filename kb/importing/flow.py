"""The stream of headings, passages and pictures that every format is read into. Pure."""

from dataclasses import dataclass, field

from kb.importing.document import Illustration
from kb.importing.losses import Loss


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1, its words, and the same as Markdown."""

    level: int
    words: str
    markdown: str


@dataclass(frozen=True)
class Passage:
    """Some Markdown: a paragraph, a table, an item of a list; and the notes that belong to its block's end."""

    text: str
    is_item: bool = False
    tables: int = 0
    notes: tuple[str, ...] = ()


type Item = Heading | Passage | Illustration


@dataclass
class Flow:
    """What is read of a file so far; `title` only where the file says which words are its title.

    `heading` and `line` are where the reader is, for what is lost there.
    """

    title: str = ""
    items: list[Item] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heading: str = ""
    line: int = 0

    def lose(self, what: str, detail: str = "") -> None:
        """Note that something was lost here; the same thing is noted once."""
        loss = Loss(what, self.heading, line=self.line, detail=detail[:200])
        if loss not in self.losses:
            self.losses.append(loss)


def joined(passages: list[Passage]) -> str:
    """Return the passages as one text: an empty line between them, none between the items of a plain list."""
    text = ""
    for place, passage in enumerate(passages):
        if place:
            before = passages[place - 1]
            is_tight = before.is_item and passage.is_item and follows(before.text, passage.text)
            text += "\n" if is_tight else "\n\n"
        text += passage.text
    return text


def follows(before: str, item: str) -> bool:
    """Tell whether an item may stand right under another: Markdown would take it for a part of what has paragraphs."""
    return "\n\n" not in before and before[:1].isdigit() == item[:1].isdigit()
