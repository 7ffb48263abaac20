"""The kind of question: what is shown, what is kept of an answer, what the candidate sees of the hidden fault."""

import json
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.kinds import KINDS, BadResponse
from exams.simulation import build
from exams.simulation.readings import SAID
from tests.exams.simulation.guides import ENDS, power

KIND = KINDS["simulation"]
BODY = build(
    power(),
    end="end-cord",
    number="FG-100",
    edition="1.0",
    device="RS2200 一台",
    symptom="开不了机",
    readings={"mains": "217"},
)
ORDER = KIND.arrange(BODY, Random(3))
SHOWN = KIND.shown(BODY, ORDER)
IDS = {step["heading"]: step["id"] for step in SHOWN["steps"]} | {
    each["heading"]: each["id"] for each in SHOWN["causes"]
}
RIGHT = KIND.right_response(BODY, ORDER)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def done(*headings):
    verbs = {each["id"]: "act" if each["kind"] == "act" else "test" for each in SHOWN["steps"]}
    return [[verbs.get(IDS[heading], "name"), IDS[heading]] for heading in headings]


def test_full_marks_for_the_right_response_and_none_for_no_answer():
    assert KIND.share(BODY, ORDER, KIND.clean(SHOWN, RIGHT)) == 1
    assert KIND.share(BODY, ORDER, None) == 0
    assert KIND.share(BODY, ORDER, KIND.clean(SHOWN, done("电源线坏"))) == Decimal("0.5")


def test_what_is_shown_tells_nothing_of_the_hidden_fault():
    bodies = {fault: build(power(), end=fault, number="FG-100", edition="1.0") for fault in ENDS}
    order = KIND.arrange(BODY, Random(5))
    shown = [json.dumps(KIND.shown(body, order), ensure_ascii=False) for body in bodies.values()]

    assert len(set(shown)) == 1
    assert "217" not in json.dumps(SHOWN)
    assert not any(block in shown[0] for block in ("end-cord", "cord-lamp", "reading", "proofs"))


def test_ids_are_places_in_the_shuffled_order():
    assert [step["id"][1:] for step in SHOWN["steps"]] == [str(n) for n in range(1, 8)]
    assert [cause["id"] for cause in SHOWN["causes"]] == ["c1", "c2", "c3", "c4", "c5"]
    orders = {json.dumps(KIND.arrange(BODY, Random(seed))) for seed in range(9)}
    assert len(orders) > 5


def test_a_reading_is_revealed_for_what_was_done_and_for_nothing_else():
    assert KIND.reveal(BODY, ORDER, None)["seen"] == []

    revealed = KIND.reveal(BODY, ORDER, done("插座电压"))
    assert revealed["seen"] == [{"id": IDS["插座电压"], "words": "217 V"}]
    assert "亮" not in json.dumps(revealed, ensure_ascii=False)
    assert revealed["minutes"] == 5


def test_what_is_revealed_does_not_say_whether_it_was_right_or_safe():
    right, wrong = (KIND.reveal(BODY, ORDER, done("插座电压", name)) for name in ("电源线坏", "主板坏"))

    assert {name: value for name, value in right.items() if name not in ("named", "actions")} == {
        name: value for name, value in wrong.items() if name not in ("named", "actions")
    }
    safe = KIND.reveal(BODY, ORDER, [["read", IDS["插座电压"]], *done("插座电压")])
    assert set(safe) == set(right)


def test_what_was_asked_cannot_be_unasked():
    before = KIND.clean(SHOWN, done("插座电压", "换电源线"))

    for shorter in (None, [], "", done("插座电压"), done("换电源线", "插座电压"), before):
        assert KIND.clean(SHOWN, shorter, before) == before
    assert KIND.clean(SHOWN, done("灯怎样？"), before) == [*before, *done("灯怎样？")]
    assert KIND.clean(SHOWN, None) is None


def test_a_form_may_send_one_more_action_as_words():
    before = KIND.clean(SHOWN, done("换电源线"))
    more = " ".join(done("换线后灯怎样？")[0])

    assert KIND.clean(SHOWN, [more], before) == KIND.clean(SHOWN, more, before) == done("换电源线", "换线后灯怎样？")


def test_after_the_cause_was_named_a_replay_stands_and_more_is_refused():
    before = KIND.clean(SHOWN, RIGHT)

    assert KIND.clean(SHOWN, RIGHT[:2], before) == before
    with pytest.raises(BadResponse, match="nothing more"):
        KIND.clean(SHOWN, done("主板坏"), before)


def test_what_an_act_brings_about_is_not_asked_before_it():
    with pytest.raises(BadResponse, match="Not yet"):
        KIND.clean(SHOWN, done("换线后灯怎样？"))


@pytest.mark.parametrize(
    "response",
    [7, {"test": "t1"}, [["test"]], [["test", "t99"]], [["act", 1]], [[["test"], "t1"]], ["name"], "x" * 99,
     [["read", "c1"]],
     [["test", "t1\0"]], [["name", "end-cord"]], [["read", "t1"]] * 5000],
)  # fmt: skip
def test_what_is_no_action_is_refused(response):
    with pytest.raises(BadResponse):
        KIND.clean(SHOWN, response)


@given(response=JSON, before=st.none() | st.just(done("插座电压")))
def test_no_response_breaks_anything(response, before):
    try:
        kept = KIND.clean(SHOWN, response, before)
    except BadResponse:
        kept = response
    assert 0 <= KIND.share(BODY, ORDER, kept) <= 1
    KIND.reveal(BODY, ORDER, kept)
    KIND.feedback(BODY, ORDER, kept)
    KIND.words(SHOWN, kept)


@given(body=JSON | st.fixed_dictionaries({}, optional={name: JSON | st.just(value) for name, value in BODY.items()}))
def test_mistakes_are_told_of_any_json(body):
    if KIND.mistakes(body) == []:
        KIND.share(body, KIND.arrange(body, Random(1)), None)


@pytest.mark.parametrize("name", ["guide", "fault", "steps", "causes", "cause", "way", "proofs", "models"])
def test_a_body_of_which_a_part_is_missing_is_not_whole(name):
    assert KIND.mistakes(BODY) == []
    assert KIND.mistakes({key: value for key, value in BODY.items() if key != name})


def test_a_recipe_alone_is_not_whole_yet():
    assert KIND.mistakes({"guide": "FG-100", "fault": "end-cord"}) == ["The guide has not been looked up yet."]


def test_the_play_and_the_key_are_told_in_words():
    assert KIND.words(SHOWN, done("插座电压", "电源线坏")) == ["Tested: 插座电压", "Cause named: 电源线坏"]
    assert KIND.key_words(SHOWN, KIND.key(BODY, ORDER)) == [
        "Cause: 电源线坏 · 电源线断",
        "Best way, 18 min: 灯怎样？ → 插座电压 → 换电源线 → 换线后灯怎样？",
    ]


def test_afterwards_he_is_told_what_went_wrong():
    told = KIND.feedback(BODY, ORDER, KIND.clean(SHOWN, done("插座电压", "换电源", "主板坏")))

    assert told == [
        "Done without reading its hazards first: 插座电压",
        "Done without reading its hazards first: 换电源",
        "Dangerous work, done before what the guide asks for: 换电源",
        "The cause named is not the fault.",
        "25 minutes spent; the best way takes 18.",
    ]
    assert KIND.feedback(BODY, ORDER, RIGHT) == ["18 minutes spent; the best way takes 18."]


def test_the_causes_are_what_can_be_chosen():
    assert KIND.choices(BODY)[1] == ("end-cord", "电源线坏 · 电源线断", 1.0)
    assert KIND.chosen(BODY, ORDER, RIGHT) == ["end-cord"]
    assert KIND.chosen(BODY, ORDER, done("插座电压")) == []
    assert KIND.guess(BODY) == pytest.approx(0.1)


def test_what_is_not_conspicuous_is_said_in_the_language_of_the_moment():
    assert set(SAID) == {"none", "cannot", "unchanged", "done"}
    assert KIND.reveal(BODY, ORDER, done("换电源线"))["seen"][0]["words"] == "Done."
