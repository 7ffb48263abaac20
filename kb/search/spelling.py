"""What a query should perhaps have been: the words of titles, met by how they sound and how they are spelt.

Only what occurs in no document is ever doubted. A Chinese word is met by its sound, or by all but one of its
characters; an English one by leaving out letters on both sides. Codes are left alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .analysis import _CHUNK, LONGEST_QUERY, _joined, _segmenter, bigrams
from .characters import normalise
from .pinyin import sound, sounds, syllables
from .stemming import stem

#: Says whether a term of :mod:`.analysis` occurs in any document.
Known = Callable[[str], bool]

#: How many ideographs a word of the vocabulary has.
_LENGTHS = range(2, 7)
_LATIN = re.compile("(?<![a-z])[a-z]{4,24}(?![a-z])")
#: Letters that are words, not a code: no digit and no joiner but the hyphen.
_PLAIN = re.compile("[a-z]+(?:-[a-z]+)*")
#: English words from so many letters on may hold slips as grave as this, see :func:`_slip`.
_FORGIVEN = ((8, 2.0), (5, 1.0), (4, 0.8))
#: Characters that are seldom mistyped and often stand between words that never met.
_PARTICLES = frozenset("的了是不在与和及或为被把从到给就也都还再时")
#: A text with more doubtful characters and words than this is about something else, not mistyped.
_DOUBTS = 12


class _Memory(dict[str, bool]):
    """What was asked of ``known`` in one query; lighter to make than functools.cache."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, term: str) -> bool:
        self[term] = found = self._known(term)
        return found


class _Doubt(NamedTuple):
    """A run of ideographs or an English word of a query, where it starts, and the places in it that may be wrong."""

    text: str
    start: int
    places: frozenset[int]


class _Way(NamedTuple):
    """A key of a word that may belong at ``start`` of a run; ``by_sound`` if all of it sounds like what is there."""

    key: str
    start: int
    by_sound: bool


class _Part:
    """Words and their counts, met by keys of which a word has any number; a key is kept as its hash, in 8 bytes."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts

    @cached_property
    def _words(self) -> list[str]:
        return list(self.counts)

    @cached_property
    def _index(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        pairs = ((hash(key), number) for number, word in enumerate(self._words) for key in _keys(word))
        index = np.fromiter(pairs, dtype=[("key", "i8"), ("word", "i4")])
        order = np.argsort(index["key"])
        return index["key"][order], index["word"][order]

    def find(self, keys: list[str]) -> Iterator[tuple[int, str]]:
        """Yield every word that has one of ``keys``, after the place of the key."""
        hashes, numbers = self._index
        wanted = np.fromiter(map(hash, keys), dtype="i8", count=len(keys))
        first, end = np.searchsorted(hashes, wanted), np.searchsorted(hashes, wanted, side="right")
        for place in np.flatnonzero(end > first).tolist():
            for number in numbers[first[place] : end[place]].tolist():
                yield place, self._words[number]


class Vocabulary:
    """The words of titles and headings, with the number of documents each stands in.

    Nothing is computed before the first correction is asked for.
    """

    def __init__(self, *counts: Mapping[str, int]) -> None:
        """Take words as :func:`words_of` gives them, with their document counts, in one mapping or several."""
        self._parts = [_Part(part) for part in counts]

    @classmethod
    def joined(cls, vocabularies: Iterable["Vocabulary"]) -> "Vocabulary":
        """Return all ``vocabularies`` as one; what each has computed is not computed again."""
        whole = cls()
        whole._parts = [part for vocabulary in vocabularies for part in vocabulary._parts]
        return whole

    def correction(self, text: str, known: Known) -> str:
        """Return ``text`` as it should perhaps have been, "" when nothing can be put right.

        What is put in occurs in some document; all the rest stays as it was typed.
        """
        known = _Memory(known).__getitem__
        doubts = list(_doubts(normalise(text), known)) if len(text) <= LONGEST_QUERY else []
        if sum(len(doubt.places) for doubt in doubts) > _DOUBTS:
            return ""
        better, at = "", 0
        for doubt in doubts:
            end = doubt.start + len(doubt.text)
            mended = self._mended_word(doubt.text, known) if doubt.text.isascii() else self._mended_run(doubt, known)
            better, at = better + text[at : doubt.start] + _as_typed(text[doubt.start : end], mended), end
        better += text[at:]
        return "" if better == text else better

    def _find(self, keys: list[str]) -> Iterator[tuple[int, str]]:
        return chain.from_iterable(part.find(keys) for part in self._parts)

    def _count(self, word: str) -> int:
        return sum(part.counts.get(word, 0) for part in self._parts)

    def _mended_word(self, typed: str, known: Known) -> str:
        forgiven = next(grave for length, grave in _FORGIVEN if len(typed) >= length)
        keys = list(_shortened(typed, 2 if forgiven > 1 else 1))
        words = {word for _, word in self._find(keys)}
        slips = ((min(_slip(typed, word), _slip(typed, stem(word))), -self._count(word), word) for word in words)
        return min((slip for slip in slips if slip[0] <= forgiven and known(stem(slip[-1]))), default=(typed,))[-1]

    def _mended_run(self, doubt: _Doubt, known: Known) -> str:
        run, places = doubt.text, doubt.places
        while repair := min(self._repairs(run, places, known), default=None):
            *_, run = repair
            places = _doubtful(run, known)
        return run

    def _repairs(self, run: str, places: frozenset[int], known: Known) -> Iterator[tuple[int, int, int, int, int, str]]:
        """Yield ``run`` with a word put in, after what ranks it: the smallest is the likeliest."""
        ways = list(_ways_to_meet(run, places))
        for at, word in self._find([way.key for way in ways]):
            _, start, by_sound = ways[at]
            better = run[:start] + word + run[start + len(word) :]
            changed = [place for place in range(start, start + len(word)) if run[place] != better[place]]
            if changed and places.issuperset(changed) and (gain := _gain(run, better, changed, word, known)) > 0:
                yield not by_sound, -gain, len(changed), -len(word), -self._count(word), better


def words_of(text: str) -> list[str]:
    """Return the words of a title or heading that belong to a vocabulary, as they are compared.

    >>> words_of("电机过热 E04: Motor-overheating")
    ['电机', '过热', 'motor', 'overheating']
    """
    found: list[str] = []
    for match in _CHUNK.finditer(normalise(text)):
        if match[1]:
            found += [word for word in _segmenter().cut(match[1]) if len(word) in _LENGTHS]
        elif _PLAIN.fullmatch(match[0]):
            found += _LATIN.findall(match[0])
    return found


def _keys(word: str) -> Iterator[str]:
    """Yield what ``word`` is met by."""
    if word.isascii():
        yield from _shortened(word, 1) | _shortened(stem(word), 1)
    else:
        yield sound(word)
        yield from (_gapped(word, at) for at in range(1, len(word) - 1))


def _ways_to_meet(run: str, places: frozenset[int]) -> Iterator[_Way]:
    """Yield the ways to meet the words that may belong round the doubtful ``places`` of ``run``."""
    windows = {(at - back, at - back + length) for at in places for length in _LENGTHS for back in range(length)}
    for start, end in windows:
        if start >= 0 and end <= len(run):
            window = run[start:end]
            yield from (_Way(key, start, True) for key in sounds(window))
            yield from (_Way(_gapped(window, at - start), start, False) for at in places if start < at < end - 1)


def _gapped(word: str, at: int) -> str:
    return f"{word[:at]}?{word[at + 1 :]}"


def _shortened(word: str, most: int) -> set[str]:
    """Return ``word`` and what is left of it without up to ``most`` letters."""
    return {"".join(kept) for left_out in range(most + 1) for kept in combinations(word, len(word) - left_out)}


def _slip(typed: str, word: str) -> float:
    """Return how grave a slip ``typed`` is for ``word``: twice one letter wrong is 2, a wrong first letter 1 more."""
    one, other = _differing(typed, word)
    swapped = len(one) == 2 and one == other[::-1]
    grave = 0.5 if swapped else 0.8 if len(one) + len(other) == 1 else 1.0 if len(one) == len(other) == 1 else 2.0
    return grave + (typed[0] != word[0])


def _differing(one: str, other: str) -> tuple[str, str]:
    """Return what is left of two words without what they begin and end with alike."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def _doubts(normal: str, known: Known) -> Iterator[_Doubt]:
    """Yield the runs of ideographs and the English words that hold what occurs nowhere."""
    codes = [range(start, end) for code, start, end in _joined(normal) if known(code)]
    for match in _CHUNK.finditer(normal):
        if match[1]:
            if places := _doubtful(match[1], known):
                yield _Doubt(match[1], match.start(), places)
        elif _PLAIN.fullmatch(match[0]) and not any(match.start() in code for code in codes):
            for word in _LATIN.finditer(normal, *match.span()):
                if not known(stem(word[0])) and not known(word[0]):
                    yield _Doubt(word[0], word.start(), frozenset([0]))


def _doubtful(run: str, known: Known) -> frozenset[int]:
    """Return the places in ``run`` whose character may be wrong.

    It makes a pair with a neighbour that occurs nowhere, and belongs to no word of the dictionary that does.
    """
    unknown = [not known(pair) for pair in bigrams(run)]
    doubtful = {place for at, is_unknown in enumerate(unknown) if is_unknown for place in (at, at + 1)}
    for _word, start, end in _segmenter().tokenize(run, "search", False) if doubtful else ():
        if end - start > 1 and not any(unknown[start : end - 1]):
            doubtful.difference_update(range(start, end))
    return frozenset(doubtful)


def _gain(run: str, better: str, changed: list[int], word: str, known: Known) -> int:
    """Return how many fewer pairs of neighbours occur nowhere round the ``changed`` places, 0 if that is too bold."""
    around = slice(max(changed[0] - 1, 0), changed[-1] + 2)
    before, after = (sum(not known(pair) for pair in bigrams(text[around])) for text in (run, better))
    if len(changed) == len(word) == 2:
        alone = after or len(run) == 2
        return 0 if alone or syllables(run[changed[0] : changed[1] + 1]) != syllables(word) else before
    is_particle = not _PARTICLES.isdisjoint(run[at] for at in changed)
    return 0 if after and is_particle else before - after


def _as_typed(typed: str, mended: str) -> str:
    """Return ``mended`` with the characters of ``typed`` where they are the same word's, and in its case."""
    normal = normalise(typed)
    if mended == normal:
        return typed
    if normal.isascii():
        return mended.upper() if typed.isupper() else mended.capitalize() if typed.istitle() else mended
    return "".join(was if old == new else new for was, old, new in zip(typed, normal, mended, strict=True))
