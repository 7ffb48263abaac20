"""What changed between two texts, word by word, so that people can read it. Pure."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from operator import itemgetter
from typing import Literal

# A run of letters and digits; Chinese, Japanese and other wide scripts without spaces are read a character at a time.
_RUN = r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_TOKEN = re.compile(
    rf"(?>{_RUN}+(?:-{_RUN}+){{1,4}})(?![.,]\d)"  # PR-003, 2026-11-02, but not 11.4-12.6
    rf"|(?:(?<!{_RUN})[-+−±](?=\d))?{_RUN}+(?:(?<=\d)[.,](?=\d){_RUN}+)*(?:[%‰℃℉]|°[CF]?)?"  # 11.4, -12V, V2.1.3, 50%
    r"|\n|[^\S\n]+"
    r"|([^\w\s])\1*[\u0300-\u036f\ufe00-\ufe0f]*"  # **, ---, ⚠ with what belongs to it
    r"|.",
    re.DOTALL,
)
_WORD = re.compile(r"\w")
_SENTENCE_ENDS = "。！？；.!?;"
_VISIBLE = str.maketrans({" ": "␣", "\u3000": "␣", "\t": "⇥", "\n": "↵\n"})

_LARGEST_ISLAND = 3  # characters; what is longer stays visible as unchanged
_ALIKE = 0.4  # the part of their words that two lines share at least if one is the other, changed
_MOST_PAIRS = 600  # of lines that are weighed against each other
_DEEPEST = 16  # levels of splitting at unique tokens, so that no text takes quadratic time


@dataclass(frozen=True)
class Span:
    """A run of text; a "gap" stands for unchanged text that `shortened` left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str

    @property
    def shown(self) -> str:
        """Its text; where nothing but blanks or line ends changed, with signs for them."""
        is_blank = self.kind in ("added", "removed") and not self.text.strip()
        return self.text.translate(_VISIBLE) if is_blank else self.text


@dataclass
class _Stretch:
    """Tokens in a row that are either the same in both texts or a change."""

    is_same: bool
    before: list[str]
    after: list[str]

    @property
    def size(self) -> int:
        return max(sum(map(len, self.before)), sum(map(len, self.after)))


def words(before: str, after: str) -> list[Span]:
    """Return the readable difference of two Markdown texts, what was removed before what was added in its place.

    Spans "same" and "removed" give the text before, "same" and "added" the text after, to the character.
    """
    spans: list[Span] = []
    for lines in _lines(before, after):
        if lines.is_same:
            _append(spans, "same", lines.after)
            continue
        tokens = [_tokens("".join(side)) for side in (lines.before, lines.after)]
        for stretch in _slid(_merged(_stretches(*tokens, _pairs(*tokens)))):
            if stretch.is_same:
                _append(spans, "same", stretch.after)
            else:
                _append(spans, "removed", stretch.before)
                _append(spans, "added", stretch.after)
    return spans


def shortened(spans: Sequence[Span], context: int = 60) -> list[Span]:
    """Return the spans with long unchanged runs cut to about `context` characters beside each change and a gap."""
    if all(span.kind == "same" for span in spans):
        return list(spans)
    short: list[Span] = []
    for place, span in enumerate(spans):
        sides = (place > 0) + (place < len(spans) - 1)
        if span.kind != "same" or len(span.text) <= sides * context + context // 2:
            short.append(span)
            continue
        tokens = _tokens(span.text)
        head = _first(tokens, context) if place else 0
        tail = len(tokens) - (_first(tokens[::-1], context) if place < len(spans) - 1 else 0)
        _append(short, "same", tokens[:head])
        short.append(Span("gap", "\n…\n" if "\n" in tokens[head:tail] else "…"))
        _append(short, "same", tokens[tail:])
    return short


def _append(spans: list[Span], kind: Literal["same", "added", "removed"], tokens: Sequence[str]) -> None:
    text = "".join(tokens)
    if text and spans and spans[-1].kind == kind:
        text = spans.pop().text + text
    if text:
        spans.append(Span(kind, text))


def _tokens(text: str) -> list[str]:
    return [match.group() for match in _TOKEN.finditer(text)]


def _first(tokens: Sequence[str], length: int) -> int:
    """Return how many tokens make up that many characters; a number is never cut in two."""
    seen = 0
    for place, token in enumerate(tokens):
        if seen >= length:
            return place
        seen += len(token)
    return len(tokens)


def _lines(before: str, after: str) -> Iterator[_Stretch]:
    """Align whole lines, then those that are alike: an item of a list or row of a table is read against itself.

    Lines without a word are no hold: paragraphs would be paired by the blanks between them.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for stretch in _stretches(old, new, [(i, j) for i, j in _pairs(old, new) if _WORD.search(old[i])]):
        if stretch.is_same:
            yield stretch
            continue
        i = j = 0
        for old_place, new_place in _alike(stretch.before, stretch.after):
            yield _Stretch(False, stretch.before[i:old_place], stretch.after[j:new_place])
            yield _Stretch(False, [stretch.before[old_place]], [stretch.after[new_place]])
            i, j = old_place + 1, new_place + 1
        yield _Stretch(False, stretch.before[i:], stretch.after[j:])


def _alike(before: list[str], after: list[str]) -> list[tuple[int, int]]:
    """Return the places of lines that share most words, rising in both.

    Too many to be weighed against each other are weighed in pairs if they are equally many.
    """
    if len(before) * len(after) < 2:
        return []
    old, new = ([Counter(filter(_WORD.search, _tokens(line))) for line in side] for side in (before, after))
    if len(old) * len(new) > _MOST_PAIRS:
        pairs = zip(old, new, strict=True) if len(old) == len(new) else ()
        return [(place, place) for place, pair in enumerate(pairs) if _likeness(*pair) >= _ALIKE]
    best = [[(0.0, ())] * (len(new) + 1) for _ in range(len(old) + 1)]  # (likeness, chain of pairs) of the beginnings
    for i, ours in enumerate(old):
        for j, theirs in enumerate(new):
            likeness = _likeness(ours, theirs)
            total, chain = best[i][j]
            paired = (total + likeness, (chain, (i, j))) if likeness >= _ALIKE else (0.0, ())
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], paired, key=itemgetter(0))
    pairs, chain = [], best[-1][-1][1]
    while chain:
        chain, pair = chain
        pairs.append(pair)
    return pairs[::-1]


def _likeness(ours: Counter[str], theirs: Counter[str]) -> float:
    """Return which part of their words two lines share, from 0 to 1."""
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total() or 1)


def _stretches(before: list[str], after: list[str], pairs: Sequence[tuple[int, int]]) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    i = j = 0
    for old, new in [*pairs, (len(before), len(after))]:
        if i < old or j < new:
            stretches.append(_Stretch(False, before[i:old], after[j:new]))
        if old < len(before):
            if not stretches or not stretches[-1].is_same:
                stretches.append(_Stretch(True, [], []))
            stretches[-1].before.append(before[old])
            stretches[-1].after.append(after[new])
        i, j = old + 1, new + 1
    return stretches


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places (before, after) of what stands in both, rising in both.

    Stretches whose tokens seldom repeat go to difflib; others are first split at tokens that are unique in both
    (patience difference). What cannot be split shares nothing worth showing.
    """
    pairs = []
    todo = [(0, len(before), 0, len(after), 0)]
    while todo:
        i, i_end, j, j_end, depth = todo.pop()
        while i < i_end and j < j_end and before[i] == after[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and before[i_end - 1] == after[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            pairs.append((i_end, j_end))
        old, new = before[i:i_end], after[j:j_end]
        counts, others = Counter(old), Counter(new)
        effort = sum(count * others[token] for token, count in counts.items() if not token.isspace())
        if effort <= 8 * (len(old) + len(new)):
            found = SequenceMatcher(str.isspace, old, new, autojunk=False).get_matching_blocks() if effort else []
            pairs += [(i + match.a + n, j + match.b + n) for match in found for n in range(match.size)]
        elif depth < _DEEPEST:
            unique = {token: place for place, token in enumerate(new) if others[token] == counts[token] == 1}
            shared = [(place, unique[token]) for place, token in enumerate(old) if token in unique]
            holds = [(i + shared[n][0], j + shared[n][1]) for n in rising([place for _, place in shared])]
            pairs += holds
            starts = [(i, j), *((old_place + 1, new_place + 1) for old_place, new_place in holds)]
            ends = [*holds, (i_end, j_end)]
            if holds:
                todo += [(*pair, depth + 1) for pair in _gaps(starts, ends)]
    return sorted(pairs)


def _gaps(starts: list[tuple[int, int]], ends: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    for (i, j), (i_end, j_end) in zip(starts, ends, strict=True):
        if i < i_end and j < j_end:
            yield i, i_end, j, j_end


def rising(numbers: Sequence[int]) -> list[int]:
    """Return the places of a longest subsequence that rises."""
    ends: list[int] = []  # place of the smallest number that ends a rising subsequence of each length
    values: list[int] = []
    previous: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(values, number)
        previous.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [place]
        values[length : length + 1] = [number]
    chain = []
    place = ends[-1] if ends else None
    while place is not None:
        chain.append(place)
        place = previous[place]
    return chain[::-1]


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    """Swallow small islands between changes: words are read, not letters that happen to be equal."""
    for _ in range(_DEEPEST):
        merged: list[_Stretch] = []
        for place, stretch in enumerate(stretches):
            following = stretches[place + 1] if place + 1 < len(stretches) else None
            if merged and not merged[-1].is_same:
                is_change_or_island = not stretch.is_same or (following and _is_small(stretch, merged[-1], following))
                if is_change_or_island:
                    merged[-1].before += stretch.before
                    merged[-1].after += stretch.after
                    continue
            merged.append(_Stretch(stretch.is_same, [*stretch.before], [*stretch.after]))
        if len(merged) == len(stretches):
            return merged
        stretches = merged
    return stretches


def _is_small(island: _Stretch, left: _Stretch, right: _Stretch) -> bool:
    """Say whether an island goes under between these changes.

    Lines and cells of tables stay apart; so do two additions or two removals, which read well around a word.
    """
    text = "".join(island.after)
    if "\n" in text or "|" in text or not (left.before or right.before) or not (left.after or right.after):
        return False
    return len("".join(text.split())) <= min(_LARGEST_ISLAND, left.size, right.size)


def _slid(stretches: list[_Stretch]) -> list[_Stretch]:
    """Move what was only added or only removed to where a line or a sentence begins, if it reads the same there."""
    for place in range(1, len(stretches) - 1):
        left, change, right = stretches[place - 1 : place + 2]
        if change.is_same or (change.before and change.after):
            continue
        moving = change.before or change.after
        tokens = [*left.after, *moving, *right.after]
        start, size = len(left.after), len(moving)
        first = 0 if place == 1 else 1  # between two changes a token stays
        last = len(tokens) - size - (0 if place == len(stretches) - 2 else 1)
        best = max(_starts(tokens, start, size, first, last), key=partial(_hold, tokens))
        if best != start:
            left.before[:] = left.after[:] = tokens[:best]
            moving[:] = tokens[best : best + size]
            right.before[:] = right.after[:] = tokens[best + size :]
    return stretches


def _starts(tokens: list[str], start: int, size: int, first: int, last: int) -> list[int]:
    """Return every place from `first` to `last` where a change of this size may begin and read the same."""
    starts, at = [start], start
    while at > first and tokens[at - 1] == tokens[at + size - 1]:
        at -= 1
        starts.append(at)
    at = start
    while at < last and tokens[at] == tokens[at + size]:
        at += 1
        starts.append(at)
    return starts


def _hold(tokens: list[str], at: int) -> int:
    """Return how good a place is to begin: after a line, a sentence, another sign or blank, within words."""
    before = tokens[at - 1] if at else "\n"
    if before == "\n":
        return 3
    if before[-1] in _SENTENCE_ENDS:
        return 2
    return 0 if _WORD.search(before) else 1
