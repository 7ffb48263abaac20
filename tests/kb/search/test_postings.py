"""The inverted file gives back what was put in, also after segments were put together, and knows when it is damaged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.backend.postings import Damaged, Inverted, Inverter
from kb.search.backend.schema import POSTING

#: One document: term -> what a posting packs.
documents = st.lists(
    st.dictionaries(st.text("ab电机é\U0002a6a5", max_size=4), st.binary(min_size=5, max_size=5), max_size=6), max_size=8
)


def written(folder: Path, given_documents: list[dict[str, bytes]]) -> Inverted:
    inverter = Inverter()
    for number, terms in enumerate(given_documents):
        inverter.add(number, "t", terms)
    inverter.write(folder / "x.inv")
    return Inverted(folder / "x.inv")


def read(inverted: Inverted, term: str) -> dict[int, bytes]:
    found = inverted.postings("t" + term)
    packed = np.zeros(len(found.documents), POSTING)
    packed["frequency"], packed["slots"] = found.frequency, found.slots
    return dict(zip(found.documents.tolist(), (bytes(each) for each in packed), strict=True))


def expected(given_documents: list[dict[str, bytes]]) -> dict[str, dict[int, bytes]]:
    terms = {term for document in given_documents for term in document}
    return {term: {number: doc[term] for number, doc in enumerate(given_documents) if term in doc} for term in terms}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inverted")


@given(documents)
def test_every_posting_comes_back(place: Path, given_documents: list[dict[str, bytes]]) -> None:
    inverted, wanted = written(place, given_documents), expected(given_documents)
    assert {term: read(inverted, term) for term in wanted} == wanted
    assert list(inverted.keys("t")) == sorted(("t" + term for term in wanted), key=str.encode)
    assert inverted.documents("t") == {"t" + term: len(found) for term, found in wanted.items()}
    assert read(inverted, "nowhere") == {}


@given(documents, documents, st.sets(st.integers(0, 7)))
def test_two_files_become_one_without_the_deleted(
    place: Path, one: list[dict[str, bytes]], two: list[dict[str, bytes]], gone: set[int]
) -> None:
    kept = [document for number, document in enumerate(one) if number not in gone]
    becomes = np.full(len(one), -1, np.int32)
    becomes[[number for number in range(len(one)) if number not in gone]] = np.arange(len(kept))
    inverter = Inverter()
    inverter.add_all(written(place, one), becomes)
    inverter.add_all(written(place, two), np.arange(len(two), dtype=np.int32) + len(kept))
    inverter.write(place / "both.inv")
    both, wanted = Inverted(place / "both.inv"), expected([*kept, *two])
    assert {term: read(both, term) for term in wanted} == wanted
    assert len(both) == len(wanted)


def test_a_file_of_many_values_takes_wider_codes(place: Path) -> None:
    each = [{"x": number.to_bytes(5, "little"), "y": bytes([1, 2, 3, 4, 5])} for number in range(300)] * 220
    each = [document | {"x": number.to_bytes(5, "little")} for number, document in enumerate(each[:65_536])]
    inverted = written(place, each)
    assert list(read(inverted, "x").values())[::9999] == [document["x"] for document in each][::9999]


@pytest.mark.parametrize("size", [0, 10, 40, 60, -1])
def test_a_file_that_was_cut_is_not_read(place: Path, size: int) -> None:
    written(place, [{"电机": b"12345", "过热": b"abcde"}] * 3)
    whole = (place / "x.inv").read_bytes()
    (place / "x.inv").write_bytes(whole[:size])
    with pytest.raises(Damaged):
        Inverted(place / "x.inv")


def test_another_file_is_not_read(place: Path) -> None:
    (place / "x.inv").write_bytes(b"something else entirely, and long enough to have a head")
    with pytest.raises(Damaged):
        Inverted(place / "x.inv")
