"""Rules of a walk that need no database."""

import datetime
import uuid
from decimal import Decimal
from itertools import pairwise

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import diagnosis
from kb.walking import address as addresses
from kb.walking import walks
from tests.make import NOON, ask, end, measure

BOUNDS = st.lists(st.decimals(-10_000, 10_000, places=2), unique=True, max_size=6).map(sorted)
READINGS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=None)
WIDE = str.maketrans("0123456789.-+", "０１２３４５６７８９．－＋")


def tree(*nodes):
    return diagnosis.graph(start=nodes[0]["id"], blocks=[(node["id"], node["type"], node["value"]) for node in nodes])


def measuring(bounds):
    edges = [None, *map(str, bounds), None]
    ranges = [(low, high, f"n{place}") for place, (low, high) in enumerate(pairwise(edges))]
    return tree(measure("m", ranges, cannot="n0"), *(end(to) for _low, _high, to in ranges))


def spellings(number):
    plain = format(number, "f")
    yield from (plain, f" {plain} ", plain.translate(WIDE))
    if "." in plain and len(plain.rpartition(".")[2]) != 3:
        yield plain.replace(".", ",")
        yield plain.replace(".", "。")
    if not plain.startswith("-"):
        yield f"+{plain}"


@settings(max_examples=150, deadline=None)
@given(BOUNDS, READINGS)
def test_every_reading_in_every_spelling_lands_in_exactly_one_branch(bounds, number):
    graph = measuring(bounds)
    node = graph.nodes["m"]
    holding = [each.to for each in node.ranges if each.holds(number)]
    assert len(holding) == 1

    for typed in spellings(number):
        if len(typed) <= 40:
            answer = walks.reading(node, typed)
            place, wrong = walks.stand(graph, [answer], None)
            assert (wrong, place.node.id) == (None, holding[0])
            assert walks.is_same(node, answer, typed.strip())


@pytest.mark.parametrize("answer", ["cannot", "done", "none", "", "0\t1", "1 0"])
def test_what_is_typed_is_a_number_or_nothing(answer):
    with pytest.raises(diagnosis.WrongTurn):
        walks.reading(measuring([Decimal(1)]).nodes["m"], answer)


def test_a_reading_is_taken_where_something_is_measured_only():
    with pytest.raises(diagnosis.WrongTurn):
        walks.reading(tree(ask("q", {"是": "e"}, none="e"), end("e")).nodes["q"], "0")


def test_an_address_reads_back_as_it_was_written():
    written = addresses.Address(
        uuid.uuid4(), (3, 1), ("0", "", "12.5"), 1, ("a/b", "c"), int(NOON.timestamp()), "dev", "CS-1"
    )
    assert addresses.read(QueryDict(written.query)) == written
    assert addresses.read(QueryDict("")) == addresses.Address()


@given(st.dictionaries(st.sampled_from(["w", "e", "a", "at", "seen", "t", "device", "case"]), st.text(max_size=60)))
@settings(max_examples=100, deadline=None)
def test_no_address_is_too_strange_to_be_read(members):
    query = QueryDict(mutable=True)
    query.update(members)
    found = addresses.read(query)
    assert addresses.read(QueryDict(found.query)).answers == found.answers


@pytest.mark.parametrize("started", [0, 1, 10**11 - 1])
def test_no_moment_is_too_strange_to_be_told(started):
    begun = addresses.moment(started, NOON)
    assert begun is None or begun <= NOON


def test_a_walk_begins_now_or_before():
    now = int(NOON.timestamp())
    assert addresses.moment(now, NOON) == NOON
    assert addresses.moment(now + 3600, NOON) is None
    assert NOON - addresses.moment(now - 60, NOON) == datetime.timedelta(minutes=1)
