"""What a file says once it has been read: a title, chapters, blocks and pictures, and what was lost. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.importing.losses import Loss


class Refused(ValueError):
    """The file cannot be imported; the text says why, for the person."""


@dataclass(frozen=True)
class Illustration:
    """A picture: its file name, its bytes in a format that browsers show, and its description."""

    name: str
    data: bytes = field(repr=False)
    description: str = ""


@dataclass
class Block:
    """A clause: heading in plain words, text in Markdown, at most one picture, which is shown above the text."""

    heading: str
    text: str = ""
    picture: Illustration | None = None
    tables: int = 0


@dataclass
class Chapter:
    """A chapter of a manual."""

    title: str
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Document:
    """A whole document. A single document has blocks only; those of a manual are its foreword."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    losses: Sequence[Loss] = ()
    notes: Sequence[str] = ()

    def all_blocks(self) -> Iterator[Block]:
        """Yield its blocks in order, those of chapters included."""
        yield from self.blocks
        for chapter in self.chapters:
            yield from chapter.blocks

    @property
    def block_count(self) -> int:
        """How many blocks."""
        return sum(1 for _block in self.all_blocks())

    @property
    def table_count(self) -> int:
        """How many tables."""
        return sum(block.tables for block in self.all_blocks())

    @property
    def picture_count(self) -> int:
        """How many pictures."""
        return sum(1 for block in self.all_blocks() if block.picture)
