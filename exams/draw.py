"""Drawing a paper's questions from the bank by a blueprint and a seed. Pure: the same input draws the same paper."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn."""

    id: int
    topic: Hashable
    difficulty: int
    is_critical: bool


@dataclass(frozen=True)
class Row:
    """A row of a blueprint: so many of these topics; None for any difficulty."""

    topics: frozenset[Hashable]
    difficulty: int | None
    is_critical: bool
    count: int
    points: int

    def admits(self, candidate: Candidate) -> bool:
        """Say whether the question answers to this row."""
        return (
            candidate.topic in self.topics
            and self.difficulty in (None, candidate.difficulty)
            and (candidate.is_critical or not self.is_critical)
        )


@dataclass(frozen=True)
class Drawn:
    """A question that was drawn and what it is worth."""

    id: int
    points: int


class TooFew(Exception):
    """The bank has fewer questions than a row asks for: `row`, and how many are left for it."""

    def __init__(self, row: Row, found: int) -> None:
        super().__init__(f"{found} of {row.count} questions")
        self.row, self.found = row, found


def draw(
    rows: Sequence[Row], bank: Sequence[Candidate], *, seed: str, avoid: Collection[int] = frozenset()
) -> list[Drawn]:
    """Draw each row's questions, none twice, in shuffled order; those to avoid only where there are no others.

    Several rows may admit a question: where one finds none left, another gives up one that it can replace, so a paper
    is drawn whenever there is any. Raises TooFew.
    """
    chance = Random(seed)  # noqa: S311 (a paper must be drawn again from its seed; nobody gains by guessing it)
    pools = _pools(rows, bank)
    for pool in pools:
        chance.shuffle(pool)
    fresh = [[id_ for id_ in pool if id_ not in avoid] for pool in pools]
    owners: dict[int, int] = {}
    wanting = [place for place, row in enumerate(rows) for _ in range(row.count)]
    for offered in (fresh, pools):
        wanting = [place for place in wanting if not _assign(place, offered, owners, set())]
    if wanting:
        raise TooFew(rows[wanting[0]], rows[wanting[0]].count - wanting.count(wanting[0]))
    drawn = [Drawn(id_, rows[place].points) for id_, place in owners.items()]
    chance.shuffle(drawn)
    return drawn


def _pools(rows: Sequence[Row], bank: Sequence[Candidate]) -> list[list[int]]:
    """Return the ids of the questions that each row admits, in order of id, whatever order the bank came in."""
    ordered = sorted(bank, key=lambda each: each.id)
    return [[each.id for each in ordered if row.admits(each)] for row in rows]


def _assign(place: int, pools: Sequence[Sequence[int]], owners: dict[int, int], tried: set[int]) -> bool:
    """Give the row at that place one more question of its pool, if need be one that its owner can replace."""
    for id_ in pools[place]:
        if id_ not in tried:
            tried.add(id_)
            if id_ not in owners or _assign(owners[id_], pools, owners, tried):
                owners[id_] = place
                return True
    return False
