"""How well and how fast an engine answered, as figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .cases import Asked

#: How far down the list people look.
DEPTH = 10


def speed(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return the percentiles of the time of a query, each the time of a query that was asked."""
    ordered = sorted(milliseconds)
    return {f"p{share}_ms": round(_percentile(ordered, share), 3) for share in (50, 95, 99)}


def ranking(answers: Iterable[tuple[Asked, Sequence[str]]]) -> dict[str, dict[str, float]]:
    """Return the figures of all queries, then of each kind; the answers are keys, best first."""
    of_kind: dict[str, list[tuple[Asked, Sequence[str]]]] = defaultdict(list)
    for asked, keys in answers:
        for kind in ("all", asked.kind):
            of_kind[kind].append((asked, keys))
    return {kind: _figures(cases) for kind, cases in of_kind.items()}


def first_right(asked: Asked, keys: Sequence[str]) -> float:
    """Return 1 when the first answer is right, else 0."""
    return float(bool(keys) and keys[0] in asked.wanted)


def recall(asked: Asked, keys: Sequence[str]) -> float:
    """Return how many of the documents that could be among the first ten are there."""
    return len(asked.wanted.intersection(keys[:DEPTH])) / min(DEPTH, len(asked.wanted))


def reciprocal_rank(asked: Asked, keys: Sequence[str]) -> float:
    """Return 1 / the place of the first right answer, 0 when none is among the first ten."""
    return next((1 / place for place, key in enumerate(keys[:DEPTH], 1) if key in asked.wanted), 0.0)


def _figures(cases: Sequence[tuple[Asked, Sequence[str]]]) -> dict[str, float]:
    """Return the means over ``cases``; a query that no document answers counts only where nothing is found."""
    judged = [(asked, keys) for asked, keys in cases if asked.wanted]
    means = {
        name: round(sum(measure(*case) for case in judged) / max(1, len(judged)), 4)
        for name, measure in (("first", first_right), ("recall_10", recall), ("mrr", reciprocal_rank))
    }
    return {"queries": len(cases), **means, "zero_results": sum(not keys for _, keys in cases)}


def _percentile(ordered: Sequence[float], share: int) -> float:
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else 0.0
