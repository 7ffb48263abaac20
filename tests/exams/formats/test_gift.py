"""GIFT, by Moodle's documentation of it and by the parses that another project states."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams import formats
from exams.formats.question import Neutral, Read
from tests.exams.formats import drawn
from tests.exams.formats.cases import case, names


def read(text: str) -> Read:
    return formats.read(text.encode(), "x.gift")


def only(text: str) -> dict[str, Any]:
    """Return the one question of a text as the command says it."""
    found = read(text)
    assert not found.errors
    (question,) = found.questions
    return formats.as_json(question)


def line_of_error(text: str) -> int:
    (fault,) = read(text).errors
    return fault.line


KINDS = {"MC": {"single", "multiple"}, "Short": {"short"}, "Numerical": {"numeric"}, "TF": {"truefalse"}}
KINDS |= {"Matching": {"matching"}, "Essay": {"essay"}}


@pytest.mark.parametrize("name", names("gift", ".gift"))
def test_the_parse_that_another_project_states_is_ours(name: str):
    wanted = json.loads(case("gift", name.replace(".gift", ".json")))
    found = formats.read(case("gift", name), name)
    assert not found.errors
    asked = [each for each in wanted if each["type"] in KINDS]
    assert len(found.questions) == len(asked)
    assert len(found.not_represented) == len(wanted) - len(asked)
    for question, each in zip(found.questions, asked, strict=True):
        agrees(formats.as_json(question), each)


def agrees(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert found["kind"] in KINDS[wanted["type"]]
    assert (found["name"] or None) == wanted["title"]
    assert {"text": found["text"], "format": found["format"]} == wanted["stem"]
    assert (found["tags"] or None, found["id"]) == (wanted["tags"], wanted["id"])
    assert found["explanation"] == (wanted["globalFeedback"] or {"text": ""})["text"]
    match wanted["type"]:
        case "MC" | "Short":
            assert [shown(option) for option in found["options"]] == [
                stated(choice, is_short=wanted["type"] == "Short") for choice in wanted["choices"]
            ]
        case "Numerical":
            numbers_agree(found["options"], wanted["choices"])
        case "Matching":
            pairs = [(pair["subquestion"]["text"], pair["subanswer"]) for pair in wanted["matchPairs"]]
            assert [(pair["left"], pair["right"]) for pair in found["pairs"]] == pairs
        case "TF":
            true, false = found["options"]
            assert (true["fraction"] == 100) is wanted["isTrue"]
            for option, said in ((true, wanted["trueFeedback"]), (false, wanted["falseFeedback"])):
                assert option["feedback"] == (said or {"text": ""})["text"]


def shown(option: dict[str, Any]) -> tuple[str, float, str]:
    return option["text"], option["fraction"], option["feedback"]


def stated(choice: dict[str, Any], *, is_short: bool = False) -> tuple[str, float, str]:
    fraction = choice["weight"] if choice["weight"] is not None else 100 * choice["isCorrect"]
    return choice["text"]["text"], fraction, (choice["feedback"] or {"text": ""})["text"]


def numbers_agree(found: list[dict[str, Any]], wanted: dict[str, Any] | list) -> None:
    choices = wanted if isinstance(wanted, list) else [{"text": wanted, "weight": None, "feedback": None}]
    for option, choice in zip(found, choices, strict=True):
        number = choice["text"]
        if number["type"] == "high-low":
            assert (option["low"], option["high"]) == (number["numberLow"], number["numberHigh"])
        else:
            assert (float(option["text"]), option["tolerance"]) == (number["number"], number.get("range", 0))
        assert option["fraction"] == (100 if choice["weight"] is None else choice["weight"])
        assert option["feedback"] == (choice["feedback"] or {"text": ""})["text"]


def test_true_and_false_have_feedback_for_who_is_wrong_and_for_who_is_right():
    found = only("::Q1:: 42 is the answer.{\nFALSE#42 is the answer.#You gave the right answer.####Read it.}")
    assert [shown(option) for option in found["options"]] == [
        ("True", 0, "42 is the answer."),
        ("False", 100, "You gave the right answer."),
    ]
    assert (found["name"], found["explanation"]) == ("Q1", "Read it.")


@pytest.mark.parametrize("mark", ["T", "TRUE", "true", "F", "False"])
def test_true_and_false_are_written_in_some_ways(mark: str):
    found = only(f"A statement. {{{mark}}}")
    assert found["kind"] == "truefalse"
    assert found["options"][0]["fraction"] == (100 if mark[0] in "Tt" else 0)


def test_a_wrong_number_has_feedback_of_its_own():
    found = only("// math range question\n::Q5:: What is a number from 1 to 5? {#3:2~#Completely wrong}")
    assert [(option["text"], option["fraction"], option["feedback"]) for option in found["options"]] == [
        ("3", 100, ""),
        ("*", 0, "Completely wrong"),
    ]


@pytest.mark.parametrize(
    ("answer", "number", "tolerance"),
    [("#1.5:0.1", "1.5", 0.1), ("#1..5", "3", 2), ("# -5 .. 5 ", "0", 5), ("#=.5", "0.5", 0), ("#2e3:10", "2000", 10)],
)
def test_a_number_has_a_tolerance_or_a_range(answer: str, number: str, tolerance: float):
    (option,) = only(f"How much? {{{answer}}}")["options"]
    assert (option["text"], option["tolerance"]) == (number, tolerance)


def test_comments_carry_an_id_and_tags():
    found = only("// a note [id:Q-7\\]x] [tag:power] and\n// [tag:电源 模块]\n\nIs it on? {T}")
    assert (found["id"], found["tags"]) == ("Q-7]x", ["power", "电源 模块"])
    assert found["line"] == 4


def test_an_id_that_no_question_follows_is_named():
    assert [loss.line for loss in read("a {T}\n\n// [id:x]").not_represented] == [3]


def test_a_comment_within_a_question_is_no_part_of_it():
    found = only("Is it\n  // really\non? {\n=yes\n// perhaps\n=sure}")
    assert found["text"] == "Is it on?"
    assert [option["text"] for option in found["options"]] == ["yes", "sure"]


def test_a_slash_in_an_address_is_no_comment():
    assert only("See http\\://example.org/x {=a}")["text"] == "See http://example.org/x"


def test_a_category_holds_until_the_next_one():
    found = read("$CATEGORY: $course$/top/Power/AC//DC\n\na {T}\n\nb {F}\n\n$CATEGORY: Fans\nc {T}")
    assert [question.topic for question in found.questions] == [("Power", "AC/DC"), ("Power", "AC/DC"), ("Fans",)]
    assert not found.not_represented


def test_a_matching_question_may_have_rights_without_a_left():
    found = only("Match. {=a -> 1 =b -> 2 =[html]<b>c</b> -> 3 = -> 4}")
    assert found["distractors"] == ["4"]
    assert found["pairs"][2] == {"left": "<b>c</b>", "right": "3"}


def test_answers_in_a_sentence_become_a_blank():
    assert only("Grant is {~buried =entombed} there.")["text"] == "Grant is _____ there."


def test_formats_are_told_and_turned_into_markdown():
    found = read("[html]<p>Is <b>this</b> on?</p>{=<i>yes</i> ~no}\n\n[plain]2*3 {=6}\n\n[markdown]a **b**\\n\\nc {T}")
    assert [question.text for question in found.questions] == ["Is **this** on?", "2\\*3", "a **b**\n\nc"]
    assert [question.format for question in found.questions] == ["html", "plain", "markdown"]
    assert found.questions[0].body["options"][0]["text"] == "*yes*"


def test_an_unknown_marker_belongs_to_the_text():
    assert only("[12 V] rail? {T}")["text"] == "[12 V] rail?"


def test_windows_line_ends_and_blanks_on_empty_lines_make_no_difference():
    found = formats.read(b"\xef\xbb\xbfa {T}\r\n \t\r\nb\r\n{\r\n=c\r\n}\r\n", "x.gift")
    assert [question.text for question in found.questions] == ["a", "b"]
    assert [question.line for question in found.questions] == [1, 3]


def test_two_answers_of_full_marks_are_a_choice_of_one():
    found = read("Which? {=a =b ~c}")
    assert found.questions[0].kind == "single"
    assert not found.errors


@pytest.mark.parametrize(
    ("answers", "kind", "fractions"),
    [
        ("~%100%a ~%-50%b ~%-50%c", "multiple", [100, -50, -50]),
        ("=%50%a =%50%b ~c", "multiple", [50, 50, 0]),
        ("=a ~%50%b ~c", "single", [100, 50, 0]),
        ("=%100%a ~%-33.333%b ~c", "single", [100, -33.333, 0]),
    ],
)
def test_without_an_equal_sign_several_answers_are_to_be_chosen(answers: str, kind: str, fractions: list[float]):
    found = only(f"Which? {{{answers}}}")
    assert found["kind"] == kind
    assert [option["fraction"] for option in found["options"]] == fractions


def test_a_description_is_named():
    (loss,) = read("::Note:: Read the manual first.\n\na {T}").not_represented
    assert (loss.name, loss.line) == ("Note", 1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("fine {T}\n\nWhat?\n{\n~a\n=b\n\nnext {T}", 4),
        ("What? =a }", 1),
        ("What? {=a} or {=b}", 1),
        ("What?\n{=a {nested} =b}", 2),
        ("::no end of the title\nWhat? {T}", 1),
        ("How much?\n{#=1\n=two}", 3),
        ("How much? {#}", 1),
        ("How much? {#1:-2}", 1),
        ("How much? {#5..1}", 1),
        ("Match\n{=a -> 1\n=b}", 3),
        ("Match {=a -> 1}", 1),
        ("Match\n{=a -> 1\n=b ->\n}", 3),
        ("One {~a}", 1),
        ("None is right {~a ~b}", 1),
        ("Half {~%50%a\n~b}", 1),
        ("Odd\n{~%33%a\n~%67%b}", 2),
        ("Odd {~%50,5%a =b}", 1),
        ("No sign {a}", 1),
        ("Words before\n{ a\n=b ~c}", 2),
        ("Nothing {=\n~a}", 1),
        ("{T}", 1),
        ("Twice the same {=a ~a}", 1),
        ("Short {=%50%a}", 1),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text: str, line: int):
    assert line_of_error(text) == line


def test_an_empty_file_is_refused():
    assert [fault.message for fault in read("\n// nothing\n").errors] == ["There is no question in this file."]


@settings(max_examples=25, deadline=None)
@given(st.lists(drawn.questions(**{kind: body() for kind, body in drawn.BODIES.items()}), min_size=1, max_size=3))
def test_what_is_written_reads_the_same(questions: list[Neutral]):
    data, lost = formats.WRITERS["gift"](questions)
    assert not lost
    found = formats.READERS["gift"](data, "x.gift")
    assert not found.errors
    for before, after in zip(questions, found.questions, strict=True):
        assert drawn.same(before, after), (before, after, data.decode())


@given(st.text(st.sampled_from("{}=~#%:-> \n\\T1a/[]$."), max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_the_reader_fail(text: str):
    formats.read(text.encode(), "x.gift")


def test_what_gift_cannot_say_is_named():
    questions = [
        Neutral("ordering", "Order", "Put in order", {"lines": ["a", "b", "c"]}),
        Neutral("multiple", "Several", "Which?", {"options": [{"text": t, "right": t < "c"} for t in "abc"]}),
        Neutral("numeric", "Number", "How much?", {"answer": "12", "tolerance": "5", "relative": True, "unit": "V"}),
    ]
    data, lost = formats.WRITERS["gift"](questions)
    assert [loss.name for loss in lost] == ["Order", "Several", "Number", "Number"]
    assert "=12:0.6" in data.decode()
