"""The best passage of a text for a query, cut into matched and unmatched segments."""

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from .analysis import Span, spans, words

_ELLIPSIS = "…"
#: A passage prefers to begin after one of these, when one stands shortly before the first match.
_BREAKS = "。！？；\n.!?;"
_LEAD = 24


def passage(text: str, query: str, length: int = 160) -> list[tuple[str, bool]]:
    """Return the passage of ``text`` that answers ``query`` best as segments (text, whether it matched).

    The segments hold plain text, in order; an ellipsis at either end says that the text goes on. At most
    ``length`` characters come from the text, white space as it stands. Without a match it is the beginning.

    >>> passage("电机过热保护动作后，等待十分钟。", "过热保护", 12)
    [('电机', False), ('过热保护', True), ('动作后，等待', False), ('…', False)]
    """
    found = _matches(text, query)
    start = _start(text, found, length)
    end = min(len(text), start + length)
    segments = _segments(text, _merged(found, start, end), start, end)
    before = [(_ELLIPSIS, False)] if start > 0 else []
    after = [(_ELLIPSIS, False)] if end < len(text) else []
    return [*before, *segments, *after]


def _matches(text: str, query: str) -> list[Span]:
    wanted = {term for word in words(query) for term in word.terms}
    single = any(len(term) == 1 for term in wanted)
    return sorted((span for span in spans(text, single=single) if span[0] in wanted), key=itemgetter(1))


def _start(text: str, found: Sequence[Span], length: int) -> int:
    if not found or len(text) <= length:
        return 0
    best = max((begin for _, begin, _ in found), key=lambda begin: (_worth(found, begin, begin + length), -begin))
    start = max(0, best - _LEAD)
    cuts = [at + 1 for at in range(start, best) if text[at] in _BREAKS]
    return max(0, min(cuts[-1] if cuts else start, len(text) - length))


def _worth(found: Sequence[Span], start: int, end: int) -> int:
    """Return how much of the query stands in the window: the characters of its distinct terms."""
    return sum(map(len, {term for term, begin, stop in found if start <= begin and stop <= end}))


def _merged(found: Sequence[Span], start: int, end: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for _, begin, stop in found:
        if begin < start or stop > end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((begin, stop))
    return merged


def _segments(text: str, matches: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[str, bool]]:
    edges = [start, *(edge for match in matches for edge in match), end]
    flagged = ((text[a:b], bool(at % 2)) for at, (a, b) in enumerate(pairwise(edges)))
    return [(segment, matched) for segment, matched in flagged if segment]
