"""What editors know about words and the engine cannot: synonyms, words that say nothing, words that are one word."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .characters import normalise
from .regional import PAIRS

_BEFORE, _AFTER = re.compile("[0-9a-z][-_./:+#@&]?$"), re.compile("[-_./:+#@&]?[0-9a-z]")


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


class Phrases:
    """A set of phrases that is looked for in a text: the longest that begins at a place, from left to right."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Take ``phrases``, normalised."""
        self._starts: dict[str, list[str]] = {}
        for phrase in sorted({*phrases} - {""}, key=len, reverse=True):
            self._starts.setdefault(phrase[0], []).append(phrase)

    def __iter__(self) -> Iterator[str]:
        return (phrase for phrases in self._starts.values() for phrase in phrases)

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the phrases stand in the normalised ``text``, none inside a Latin word."""
        upto = 0
        for at, character in enumerate(text) if self._starts else ():
            if character in self._starts and at >= upto:
                phrase = next((each for each in self._starts[character] if _stands(text, each, at)), "")
                if phrase:
                    upto = at + len(phrase)
                    yield at, upto


class Compiled:
    """A lexicon as queries need it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._groups = _groups(lexicon.synonyms)
        self._synonyms = Phrases(self._groups)
        self._stop_words = Phrases(map(folded, lexicon.stop_words))
        self._words = Phrases(word for word in map(folded, lexicon.words) if len(word) > 1)

    def equivalents(self, text: str, *, is_traditional: bool) -> Iterator[tuple[int, int, Sequence[str]]]:
        """Yield the phrases of ``text`` that can be said otherwise: start, end, and the other wordings.

        A text in the traditional script is read in the words of its region too.
        """
        phrases, groups = self._with_regional if is_traditional else (self._synonyms, self._groups)
        for start, end in phrases.found(text):
            yield start, end, [other for other in groups[text[start:end]] if other != text[start:end]]

    def without_stop_words(self, text: str) -> str:
        """Return ``text`` with a blank for each stop word."""
        for start, end in reversed(list(self._stop_words.found(text))):
            text = f"{text[:start]} {text[end:]}"
        return text

    def cut(self, run: str) -> Iterator[tuple[str, bool]]:
        """Yield the pieces of ``run`` in order, each with whether it is a word of the dictionary."""
        at = 0
        for start, end in self._words.found(run):
            if at < start:
                yield run[at:start], False
            yield run[start:end], True
            at = end
        if at < len(run):
            yield run[at:], False

    @cached_property
    def _with_regional(self) -> tuple[Phrases, Mapping[str, Sequence[str]]]:
        groups = dict(self._groups)
        for region, mainland in PAIRS:
            others = groups.get(region, [region])
            groups[region] = list(dict.fromkeys([*others, mainland, *groups.get(mainland, [])]))
        return Phrases(groups), groups


def folded(phrase: str) -> str:
    """Return ``phrase`` as it is looked for: normalised, single blanks."""
    return " ".join(normalise(phrase).split())


_kept: tuple[Lexicon, Compiled] | None = None


def compiled(lexicon: Lexicon) -> Compiled:
    """Return ``lexicon`` as queries need it; the last one is kept."""
    global _kept
    if _kept is None or _kept[0] is not lexicon:
        _kept = lexicon, Compiled(lexicon)
    return _kept[1]


def _groups(synonyms: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """Return phrase -> all that mean the same; groups that share a phrase are not joined, it is in both."""
    groups: dict[str, list[str]] = {}
    for members in synonyms:
        group = list(dict.fromkeys(filter(None, map(folded, members))))
        for phrase in group:
            groups[phrase] = list(dict.fromkeys([*groups.get(phrase, []), *group]))
    return groups


def _stands(text: str, phrase: str, at: int) -> bool:
    """Return whether ``phrase`` stands at ``at``, not as a piece of a Latin word or a code."""
    end = at + len(phrase)
    return (
        text.startswith(phrase, at)
        and not (_is_latin(phrase[0]) and _BEFORE.search(text, 0, at))
        and not (_is_latin(phrase[-1]) and _AFTER.match(text, end))
    )


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
