"""What editors know about words and the engine cannot: synonyms, words that say nothing, words that are one word."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Lexicon:
    """The words of a house, as they are written; applied to queries alone, so that a change needs no rebuild.

    ``synonyms``: groups of words or phrases that mean the same. ``stop_words``: passed over in queries.
    ``words``: never taken apart.
    """

    synonyms: Sequence[Sequence[str]] = field(default_factory=tuple)
    stop_words: Sequence[str] = field(default_factory=tuple)
    words: Sequence[str] = field(default_factory=tuple)


EMPTY = Lexicon()
