"""Digests of blocks: what a reader would not notice changes nothing, everything else does."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.digest import digest

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    TEXT | st.booleans() | st.none() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(value=st.dictionaries(TEXT, VALUES, max_size=4))
def test_it_is_sha_256_and_the_same_each_time(value):
    first = digest("text", value)

    assert len(bytes.fromhex(first)) == 32
    assert digest("text", dict(reversed(value.items()))) == first
    assert digest("step", value) != first


@given(words=TEXT)
def test_another_editor_changes_nothing(words):
    saved_again = "\r\n".join(line + " \t" for line in unicodedata.normalize("NFD", words).splitlines()) + "\n\n"

    assert digest("text", {"text": saved_again}) == digest("text", {"text": words})


@given(value=st.dictionaries(TEXT, VALUES, max_size=4), empty=st.sampled_from([None, "", [], {}, False, " \n"]))
def test_a_new_optional_member_left_empty_changes_nothing(value, empty):
    assert digest("step", value | {"new member": empty}) == digest(
        "step", {key: member for key, member in value.items() if key != "new member"}
    )


@given(items=st.lists(st.dictionaries(TEXT, VALUES, max_size=2), max_size=3), ids=st.lists(st.uuids(), min_size=3))
def test_ids_of_the_items_of_a_list_do_not_count(items, ids):
    wrapped = [{"type": "item", "id": str(id_), "value": item} for id_, item in zip(ids, items, strict=False)]

    assert digest("ask", {"choices": wrapped}) == digest("ask", {"choices": items})


@given(first=TEXT, second=TEXT)
def test_other_words_have_another_digest(first, second):
    read = [
        [line.rstrip() for line in unicodedata.normalize("NFC", words).strip().splitlines()]
        for words in (first, second)
    ]

    same = digest("text", {"text": first}) == digest("text", {"text": second})

    assert same is (read[0] == read[1])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"text": "拧紧到 8 N·m"}, {"text": "拧紧到 9 N·m"}),
        ({"text": "先断电  再开盖"}, {"text": "先断电 再开盖"}),
        ({"text": "一\n二"}, {"text": "一\n\n二"}),
        ({"critical": True}, {"critical": False}),
        ({"minutes": 0}, {"minutes": None}),
        ({"low": Decimal("11.4")}, {"low": Decimal("11.5")}),
        ({"low": Decimal(0)}, {"low": None}),
        ({"ranges": [{"to": "a"}, {"to": "b"}]}, {"ranges": [{"to": "b"}, {"to": "a"}]}),
        ({"hazard": "warning"}, {"hazard": "danger"}),
        ({"none": "over"}, {"none": "rail"}),
    ],
    ids=str,
)
def test_what_a_reader_would_notice_changes_it(first, second):
    assert digest("step", first) != digest("step", second)
