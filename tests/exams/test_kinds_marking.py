"""What responses are worth, kind by kind."""

import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.kinds import KINDS, BadResponse
from tests.exams.bodies import BODIES
from tests.exams.test_kinds import SEEDS, options, paper
from tests.exams.test_kinds_mistakes import percent


def worth(kind, body, response, seed="s"):
    shown, order = paper(kind, body, seed)
    return KINDS[kind].share(body, order, KINDS[kind].clean(shown, response))


def ids(kind, body, *texts, seed="s"):
    """The ids of the options that read so."""
    return [option["id"] for option in paper(kind, body, seed)[0]["options"] if option["text"] in texts]


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", "9"),
        ("single", ["1", "2"]),
        ("single", {"id": "1"}),
        ("single", ""),
        ("single", 1),
        ("multiple", "1"),
        ("multiple", ["1", "9"]),
        ("multiple", [["1"]]),
        ("multiple", {}),
        ("truefalse", "yes"),
        ("truefalse", []),
        ("truefalse", 2),
        ("numeric", "about 12"),
        ("numeric", "nan"),
        ("numeric", "-Infinity"),
        ("numeric", "1e999"),
        ("numeric", True),
        ("numeric", ["12"]),
        ("short", 12),
        ("short", ["热插拔"]),
        ("short", "长" * 501),
        ("ordering", ["1", "2", "3"]),
        ("ordering", ["1", "2", "3", "3"]),
        ("ordering", ["1", "2", "3", "5"]),
        ("ordering", ["1", "2", "3", ["4"]]),
        ("ordering", "1234"),
        ("matching", ["1"]),
        ("matching", {"1": "9"}),
        ("matching", {"9": "1"}),
        ("matching", {"1": ["1"]}),
        ("cloze", ["1"]),
        ("cloze", {"4": "x"}),
        ("cloze", {"1": "9"}),
        ("cloze", {"3": "five"}),
        ("essay", {"text": "甲"}),
        ("essay", "长" * 20_001),
    ],
    ids=str,
)
def test_an_answer_a_question_cannot_have_is_refused(kind, response):
    with pytest.raises(BadResponse):
        KINDS[kind].clean(paper(kind, BODIES[kind])[0], response)


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("multiple", []),
        ("numeric", "  "),
        ("short", " \x00\n"),
        ("matching", {}),
        ("matching", {"1": "", "2": None}),
        ("cloze", {"1": None, "2": " ", "3": ""}),
        ("essay", ""),
    ],
    ids=str,
)
def test_what_says_nothing_is_no_answer(kind, response):
    assert KINDS[kind].clean(paper(kind, BODIES[kind])[0], response) is None


def test_options_are_stored_in_the_order_of_the_paper_and_once():
    assert KINDS["multiple"].clean(paper("multiple", BODIES["multiple"])[0], ["3", "1", "3"]) == ["1", "3"]


# Choice


@pytest.mark.parametrize(("chosen", "share"), [("对", "1"), ("错", "0"), ("都不是", "0")])
def test_of_options_one_is_right(chosen, share):
    assert worth("single", BODIES["single"], ids("single", BODIES["single"], chosen)[0]) == Decimal(share)


@pytest.mark.parametrize(("chosen", "share"), [("0", "1"), ("1", "0.5"), ("2", "0"), ("3", "0")])
def test_one_option_may_be_worth_a_part(chosen, share):
    body = percent("100", "50", "0", "-25")

    assert worth("single", body, ids("single", body, chosen)[0]) == Decimal(share)


@pytest.mark.parametrize(("chosen", "share"), [("甲乙", 1), ("甲", 0), ("甲乙丙", 0), ("丙", 0)])
def test_several_are_right_only_all_together_and_alone(chosen, share):
    assert worth("multiple", BODIES["multiple"], ids("multiple", BODIES["multiple"], *chosen)) == share


@pytest.mark.parametrize(
    ("chosen", "share"),
    [("甲乙丙", "1"), ("甲乙", "0.6667"), ("甲", "0.3333"), ("甲乙丁", "0.3333"), ("丁", "0"), ("甲丁", "0")],
)
def test_where_part_marks_are_given_a_wrong_option_takes_away_what_a_right_one_gives(chosen, share):
    body = options(*"甲乙丙丁", right=[0, 1, 2]) | {"credit": "part"}

    assert worth("multiple", body, ids("multiple", body, *chosen)) == Decimal(share)


@pytest.mark.parametrize(("chosen", "share"), [("012", "1"), ("01", "0.6667"), ("0123", "0.5"), ("3", "0")])
def test_written_fractions_count_as_they_are_written(chosen, share):
    body = percent("33.33333", "33.33333", "33.33333", "-50", credit="part")

    assert worth("multiple", body, ids("multiple", body, *chosen)) == Decimal(share)


@given(chosen=st.sets(st.sampled_from("01234")), fractions=st.lists(st.integers(-100, 100), min_size=5, max_size=5))
def test_shares_never_leave_their_bounds(chosen, fractions):
    body = percent(*map(str, fractions), credit="part")

    assert 0 <= worth("multiple", body, ids("multiple", body, *chosen)) <= 1


def test_what_guessing_is_worth():
    part = options(*"甲乙", right=[0]) | {"credit": "part"}

    assert KINDS["single"].guess(percent("100", "50", "0", "-50")) == pytest.approx(1.5 / 4)
    assert KINDS["multiple"].guess(BODIES["multiple"]) == pytest.approx(1 / 7)
    assert KINDS["multiple"].guess(part) == pytest.approx(1 / 3)
    assert KINDS["multiple"].guess(options(*"甲乙丙丁戊己庚辛壬癸子丑寅", right=[0, 1])) == 0
    assert KINDS["truefalse"].guess({"right": True}) == 0.5
    assert KINDS["ordering"].guess(BODIES["ordering"]) == pytest.approx(1 / 24)
    assert KINDS["matching"].guess(BODIES["matching"]) == pytest.approx(1 / 27)
    assert KINDS["matching"].guess(BODIES["matching"] | {"credit": "part"}) == pytest.approx(1 / 3)
    assert KINDS["cloze"].guess(BODIES["cloze"]) == 0
    assert KINDS["cloze"].guess(BODIES["cloze"] | {"credit": "part"}) == pytest.approx(1 / 3 / 4)


def test_what_can_be_chosen_and_what_it_is_worth():
    part = options(*"甲乙丙", right=[0]) | {"credit": "part"}

    assert KINDS["multiple"].choices(BODIES["multiple"]) == [("1", "甲", 0.5), ("2", "乙", 0.5), ("3", "丙", 0)]
    assert KINDS["multiple"].choices(part) == [("1", "甲", 1), ("2", "乙", -1), ("3", "丙", -1)]
    assert KINDS["short"].choices(BODIES["short"])[2] == ("3", "带电更换", 0.5)
    assert KINDS["matching"].choices(BODIES["matching"])[1] == ("1-2", "PSU1 → 右侧", 0)
    assert KINDS["cloze"].choices(BODIES["cloze"])[-1] == ("3.1", "[3] 5 分钟", 0.5)


def test_who_chose_an_option_is_told_what_its_author_says():
    body = percent("100", "0")
    body["options"][1]["feedback"] = "那是待机"
    _shown, order = paper("single", body)

    assert KINDS["single"].feedback(body, order, ids("single", body, "1")) == ["那是待机"]
    assert KINDS["single"].feedback(body, order, ids("single", body, "0")) == []
    assert KINDS["truefalse"].feedback({"right": True, "feedback": {"false": "再读一遍"}}, [], False) == ["再读一遍"]


# True or false


@pytest.mark.parametrize(("response", "share"), [("true", 1), (True, 1), ("false", 0), (False, 0)])
def test_a_statement_is_marked(response, share):
    assert worth("truefalse", {"right": True}, response) == share
    assert worth("truefalse", {"right": False}, response) == 1 - share


# Numbers


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        *(("12", 1), ("12.6", 1), ("11.4", 1), ("12.61", 0), ("11.39", 0), ("12,6", 1), ("１２．６", 1)),
        *(("１２。６", 1), ("-12", 0), ("1.2e1", 1), (12, 1), (12.6, 1), ("−12", 0)),
    ],
)
def test_numbers_count_within_their_tolerance_both_ends_included(typed, share):
    assert worth("numeric", BODIES["numeric"], typed) == share


@pytest.mark.parametrize(
    ("answer", "typed", "share"),
    [
        *(("12", "12.6", 1), ("12", "11.4", 1), ("12", "12.600001", 0), ("12", "11.399999", 0)),
        *(("-12", "-12.6", 1), ("-12", "-11.4", 1), ("-12", "12", 0), ("0", "0", 1), ("0", "0.0001", 0)),
        *(("0.3", "0.315", 1), ("0.3", "0.3150000001", 0)),
    ],
)
def test_a_relative_tolerance_is_percent_of_the_answer(answer, typed, share):
    assert worth("numeric", {"answer": answer, "tolerance": "5", "relative": True}, typed) == share


@given(answer=st.decimals(-1000, 1000, places=3), percent_=st.integers(0, 100))
def test_the_borders_of_a_relative_tolerance_belong_to_it(answer, percent_):
    body = {"answer": str(answer), "tolerance": str(percent_), "relative": True}
    width = abs(answer) * percent_ / 100

    assert worth("numeric", body, str(answer + width)) == 1
    assert worth("numeric", body, str(answer - width)) == 1
    assert worth("numeric", body, str(answer + width + Decimal("0.00001"))) == 0


def test_without_a_tolerance_only_the_number_itself_is_right():
    assert worth("numeric", {"answer": "0.3"}, "0.30") == 1
    assert worth("numeric", {"answer": "0.3"}, "0.3000001") == 0


VOLTS = {
    "answer": "230",
    "tolerance": "10",
    "relative": True,
    "unit": "V",
    "units": [{"unit": "mV", "factor": "0.001"}, {"unit": "kV", "factor": "1000"}],
}


@pytest.mark.parametrize(
    ("typed", "unit", "share"),
    [
        ("230", "V", 1),
        ("0.23", "kV", 1),
        ("２５３０００", "mV", 1),
        ("0.2531", "kV", 0),
        ("230", "kV", 0),
        ("230", "mV", 0),
    ],
)
def test_a_number_counts_in_the_unit_that_was_chosen(typed, unit, share):
    assert worth("numeric", VOLTS, {"number": typed, "unit": unit}) == share


def test_a_unit_must_be_chosen_and_its_factor_is_not_shown():
    shown, order = paper("numeric", VOLTS)

    assert shown == {"unit": "V", "units": ["V", "mV", "kV"]}
    assert KINDS["numeric"].words(shown, {"number": "0.23", "unit": "kV"}) == ["0.23 kV"]
    assert KINDS["numeric"].key_words(shown, KINDS["numeric"].key(VOLTS, order)) == ["230 V ± 10 %"]
    assert KINDS["numeric"].clean(shown, {"number": " ", "unit": "kV"}) is None
    for wrong in ("230", {"number": "230"}, {"number": "230", "unit": "A"}, {"number": "x", "unit": "V"}):
        with pytest.raises(BadResponse):
            KINDS["numeric"].clean(shown, wrong)


def test_further_numbers_may_be_worth_a_part():
    body = {
        "answer": "11.4",
        "more": [
            {"answer": "12", "tolerance": "0.6", "fraction": "50", "feedback": "那是标称值"},
            {"answer": "*", "fraction": "0", "feedback": "再量"},
        ],
    }

    assert worth("numeric", body, "11.4") == 1
    assert worth("numeric", body, "12.6") == Decimal("0.5")
    assert worth("numeric", body, "99") == 0
    assert [KINDS["numeric"].feedback(body, [], typed) for typed in ("11.4", "12", "99")] == [
        [],
        ["那是标称值"],
        ["再量"],
    ]
    assert [KINDS["numeric"].chosen(body, [], typed) for typed in ("11.4", "12", "99")] == [["1"], ["2"], ["3"]]


# Short text


@pytest.mark.parametrize(
    ("form", "typed", "share"),
    [
        *(("热插拔", "热插拔", 1), ("热插拔", " 热 插拔\t", 1), ("热插拔", "热插", 0), ("热插拔", "热插拔模块", 0)),
        *(("更换 PSU2", "更换psu2", 1), ("更换PSU2", "更换　ＰＳＵ２", 1), ("hot swap", "Hot  Swap", 1)),
        *(("hot swap", "hotswap", 0), ("hot*swap", "hotswap", 1), ("hot*swap", "HOT-SWAP", 1), ("*电*", "先断电。", 1)),
        *(
            ("*电*", "先断", 0),
            ("PR-*", "ｐｒ－００１", 1),
            ("*", "随便", 1),
            ("a*b*c", "abbc", 1),
            ("a*b*c", "acb", 0),
        ),
        *(("ab*ba", "aba", 0), (r"2\*3", "2*3", 1), (r"2\*3", "2x3", 0), ("straße", "STRASSE", 1), ("5%", "５％", 1)),
    ],
)
def test_width_blanks_and_capitals_do_not_count_and_a_star_is_anything(form, typed, share):
    assert worth("short", {"accepted": [{"text": form}]}, typed) == share


def test_capitals_count_where_the_author_says_so():
    body = {"accepted": [{"text": "BMC"}], "case": True}

    assert worth("short", body, "ＢＭＣ") == 1
    assert worth("short", body, "bmc") == 0


def test_forms_are_told_in_words_and_plain_ones_rather_than_patterns():
    told = [KINDS["short"].key_words({}, {"accepted": forms}) for forms in (["断*", "断电"], ["*断*"], [r"2\*3"])]

    assert told == [["断电"], ["…断…"], ["2*3"]]


def test_the_form_worth_most_counts():
    body = {
        "accepted": [
            {"text": "*", "fraction": "0", "feedback": "不对"},
            {"text": "断*", "fraction": "50"},
            {"text": "断电"},
        ]
    }

    assert [worth("short", body, typed) for typed in ("断电", "断开", "上电")] == [1, Decimal("0.5"), 0]
    assert KINDS["short"].chosen(body, [], "断开") == ["2"]
    assert KINDS["short"].feedback(body, [], "上电") == ["不对"]


@given(form=st.text("ab*甲 \\", min_size=1, max_size=8).filter(lambda form: form.strip()), seed=SEEDS)
def test_the_sample_of_a_form_is_of_that_form(form, seed):
    body = {"accepted": [{"text": form}]}
    right = KINDS["short"].right_response(body, [])

    assert worth("short", body, right, seed) == 1


def test_a_form_of_many_stars_is_still_quickly_marked():
    began = time.perf_counter()

    assert worth("short", {"accepted": [{"text": "*a" * 50 + "*b"}]}, "a" * 500) == 0
    assert time.perf_counter() - began < 1


def test_what_no_database_keeps_is_left_out_of_a_text():
    assert KINDS["short"].clean({}, "断\x00电\ud800\x07") == "断电"
    assert KINDS["essay"].clean({}, "一\r\n二\t三\x00") == "一\n二\t三"


# Order


@given(seed=SEEDS, order=st.permutations(["1", "2", "3", "4"]))
def test_an_order_is_right_only_as_a_whole(seed, order):
    _shown, places = paper("ordering", BODIES["ordering"], seed)
    key = KINDS["ordering"].key(BODIES["ordering"], places)

    assert worth("ordering", BODIES["ordering"], order, seed) == (order == key["order"])


@given(seed=SEEDS, response=st.permutations(["1", "2", "3", "4"]))
def test_where_part_marks_are_given_each_pair_of_neighbours_counts(seed, response):
    body = BODIES["ordering"] | {"credit": "part"}
    _shown, places = paper("ordering", body, seed)
    right = KINDS["ordering"].key(body, places)["order"]
    kept = sum(response.index(first) < response.index(second) for first, second in pairwise(right))

    assert worth("ordering", body, response, seed) == round(Decimal(kept) / 3, 4)


@pytest.mark.parametrize(("wrong", "share"), [((0, 2, 1, 3), "0.6667"), ((1, 2, 3, 0), "0.6667"), ((3, 2, 1, 0), "0")])
def test_lines_out_of_place_cost_the_pairs_they_break(wrong, share):
    body = BODIES["ordering"] | {"credit": "part"}
    right = KINDS["ordering"].key(body, paper("ordering", body)[1])["order"]

    assert worth("ordering", body, [right[place] for place in wrong]) == Decimal(share)


# Matching


def pairs(body, **chosen):
    """The response that puts these left sides to these right ones."""
    shown, _order = paper("matching", body)
    lefts, rights = ({each["text"]: each["id"] for each in shown[side]} for side in ("lefts", "rights"))
    return {lefts[left]: rights[right] for left, right in chosen.items()}


def test_equal_right_sides_are_shown_once_and_distractors_among_them():
    shown, _order = paper("matching", BODIES["matching"])

    assert sorted(each["text"] for each in shown["rights"]) == ["上层", "右侧", "左侧"]
    assert [each["text"] for each in shown["lefts"]] == ["PSU1", "PSU2", "BMC"]


@pytest.mark.parametrize(
    ("chosen", "whole", "part"),
    [
        ({"PSU1": "左侧", "PSU2": "右侧", "BMC": "右侧"}, 1, "1"),
        ({"PSU1": "左侧", "PSU2": "右侧", "BMC": "上层"}, 0, "0.6667"),
        ({"PSU1": "左侧"}, 0, "0.3333"),
        ({"PSU1": "右侧"}, 0, "0"),
    ],
)
def test_pairs_count_together_or_each(chosen, whole, part):
    body = BODIES["matching"]

    assert worth("matching", body, pairs(body, **chosen)) == whole
    assert worth("matching", body | {"credit": "part"}, pairs(body, **chosen)) == Decimal(part)


def test_the_pairs_chosen_in_words_and_in_codes():
    body = BODIES["matching"]
    shown, order = paper("matching", body)
    response = KINDS["matching"].clean(shown, pairs(body, PSU2="左侧", PSU1="上层"))

    assert KINDS["matching"].words(shown, response) == ["PSU1 → 上层", "PSU2 → 左侧"]
    assert KINDS["matching"].chosen(body, order, response) == ["1-3", "2-1"]


# Gaps


def gaps(one, two, three):
    shown, _order = paper("cloze", BODIES["cloze"])
    words = {option["text"]: option["id"] for option in shown["parts"][0]["options"]}
    return {"1": words.get(one), "2": two, "3": three}


@pytest.mark.parametrize(
    ("given_", "whole", "part"),
    [
        (("对", "断 电", "5.0"), 1, "1"),
        (("对", "断电", "6"), 0, "0.5"),
        (("错", "断电", "5"), 0, "0.75"),
        ((None, "", "5"), 0, "0.5"),
        (("对", "", ""), 0, "0.25"),
    ],
)
def test_gaps_count_together_or_each_by_its_points(given_, whole, part):
    body = BODIES["cloze"]

    assert worth("cloze", body, gaps(*given_)) == whole
    assert worth("cloze", body | {"credit": "part"}, gaps(*given_)) == Decimal(part)


def test_the_gaps_filled_in_words_and_a_refusal_that_names_its_gap():
    shown, order = paper("cloze", BODIES["cloze"])
    stored = KINDS["cloze"].clean(shown, gaps("错", "断电", ""))

    assert KINDS["cloze"].words(shown, stored) == ["[1] 错", "[2] 断电"]
    assert KINDS["cloze"].chosen(BODIES["cloze"], order, stored) == ["1.2", "2.1"]
    with pytest.raises(BadResponse, match="3"):
        KINDS["cloze"].clean(shown, {"3": "five"})


# Essay


def test_an_essay_waits_for_a_person_and_shows_its_limits_only():
    body = BODIES["essay"] | {"sample": "先断电", "least_words": 20, "most_words": 200}

    assert paper("essay", body)[0] == {"least_words": 20, "most_words": 200}
    assert KINDS["essay"].is_marked_by_hand
    assert KINDS["essay"].share(body, [], "我会先断电") is None
    assert KINDS["essay"].key_words({}, KINDS["essay"].key(body, [])) == ["先断电"]
