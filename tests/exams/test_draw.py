"""Drawing a paper by a blueprint and a seed."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exams.draw import Candidate, Row, TooFew, draw

TOPICS, LEVELS = st.sampled_from([1, 2]), st.sampled_from([1, 2, 3])
BANK = st.lists(st.tuples(TOPICS, LEVELS, st.booleans()), max_size=12).map(
    lambda rows: [Candidate(id_, *row) for id_, row in enumerate(rows, start=1)]
)
ROWS = st.lists(
    st.builds(
        Row, st.frozensets(TOPICS, min_size=1), st.none() | LEVELS, st.booleans(), st.integers(1, 3), st.integers(1, 5)
    ),
    max_size=4,
)


def questions(*kinds, start=1):
    return [Candidate(id_, 1, difficulty, critical) for id_, (difficulty, critical) in enumerate(kinds, start=start)]


def row(count, difficulty=None, critical=False, points=1, topic=1):
    return Row(frozenset({topic}), difficulty, critical, count, points)


def can_be_drawn(rows, bank):
    """Whether there is any paper, by Hall's theorem over the rows' single places."""
    places = [each for each in rows for _ in range(each.count)]
    return all(
        len({candidate.id for candidate in bank if any(places[at].admits(candidate) for at in chosen)}) >= len(chosen)
        for chosen in ([at for at in range(len(places)) if mask >> at & 1] for mask in range(2 ** len(places)))
    )


@given(rows=ROWS, bank=BANK, seed=st.text(max_size=3))
def test_the_same_seed_draws_the_same_paper(rows, bank, seed):
    try:
        drawn = draw(rows, bank, seed=seed)
    except TooFew:
        return

    assert draw(rows, list(reversed(bank)), seed=seed) == drawn


@given(rows=ROWS, bank=BANK, seed=st.text(max_size=3), avoid=st.sets(st.integers(1, 12)))
def test_a_paper_holds_what_the_blueprint_asks_for_and_nothing_twice(rows, bank, seed, avoid):
    try:
        drawn = draw(rows, bank, seed=seed, avoid=avoid)
    except TooFew:
        assume(False)

    assert len({each.id for each in drawn}) == len(drawn) == sum(each.count for each in rows)
    assert Counter(each.points for each in drawn) == sum(
        (Counter({each.points: each.count}) for each in rows), Counter()
    )
    by_id = {candidate.id: candidate for candidate in bank}
    assert all(any(each.admits(by_id[got.id]) and each.points == got.points for each in rows) for got in drawn)


@given(
    rows=st.lists(
        st.builds(
            Row, st.frozensets(TOPICS, min_size=1), st.none() | LEVELS, st.booleans(), st.integers(1, 2), st.just(1)
        ),
        max_size=4,
    ),
    bank=BANK,
)
def test_it_fails_only_where_there_is_no_such_paper(rows, bank):
    try:
        draw(rows, bank, seed="s")
        is_drawn = True
    except TooFew:
        is_drawn = False

    assert is_drawn is can_be_drawn(rows, bank)


def test_another_seed_draws_another_paper():
    bank = questions(*[(1, False)] * 50)

    assert len({tuple(each.id for each in draw([row(5)], bank, seed=str(seed))) for seed in range(20)}) > 15


def test_every_question_has_its_turn():
    bank = questions(*[(1, False)] * 10)
    seen = Counter(each.id for seed in range(300) for each in draw([row(3)], bank, seed=str(seed)))

    assert set(seen) == set(range(1, 11))
    assert max(seen.values()) < 2 * min(seen.values())


def test_a_row_for_anything_leaves_the_critical_ones_to_the_row_that_needs_them():
    bank = questions((1, True), (1, False))

    for seed in range(20):
        assert {
            each.id: each.points for each in draw([row(1), row(1, critical=True, points=5)], bank, seed=str(seed))
        } == {
            2: 1,
            1: 5,
        }


def test_a_row_for_critical_ones_leaves_the_easy_one_to_the_row_that_needs_it():
    bank = questions((1, True), (2, True))

    for seed in range(20):
        assert {each.id for each in draw([row(1, critical=True), row(1, difficulty=1)], bank, seed=str(seed))} == {1, 2}


@given(seed=st.text(max_size=3), seen=st.sets(st.integers(1, 10)))
def test_questions_to_avoid_come_only_where_there_are_no_others(seed, seen):
    drawn = draw([row(4)], questions(*[(1, False)] * 10), seed=seed, avoid=seen)

    assert len({each.id for each in drawn} & seen) == max(0, 4 - (10 - len(seen)))


def test_no_row_takes_a_question_to_avoid_while_another_could_make_room():
    bank = questions((1, False), (2, False), (1, False))

    for seed in range(20):
        drawn = draw([row(1, difficulty=1), row(1)], bank, seed=str(seed), avoid={3})
        assert {each.id for each in drawn} == {1, 2}


def test_too_few_are_named():
    with pytest.raises(TooFew) as caught:
        draw([row(3), row(2, topic=2)], questions((1, False), (1, False), (1, False)), seed="s")

    assert (caught.value.row.topics, caught.value.found) == ({2}, 0)


def test_an_empty_blueprint_draws_nothing():
    assert draw([], questions((1, False)), seed="s") == []
