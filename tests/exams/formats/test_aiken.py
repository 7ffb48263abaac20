"""Aiken, by Moodle's documentation of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams import formats
from exams.formats.question import Neutral, Read
from tests.exams.formats import drawn
from tests.exams.formats.cases import case


def read(text: str) -> Read:
    return formats.read(text.encode(), "x.txt", "aiken")


def options(found: Read) -> list[list[tuple[str, float]]]:
    return [
        [(option["text"], option["fraction"]) for option in formats.as_json(question)["options"]]
        for question in found.questions
    ]


def test_moodles_own_questions_are_read():
    found = formats.read(case("aiken", "questions.aiken.txt"), "questions.aiken.txt")
    assert not found.errors
    assert found.format == "aiken"
    assert [formats.as_json(question)["text"] for question in found.questions] == [
        "The Moodle project was started by:",
        'Moodle\'s abilities include handling user input that includes <html class="cool"> & images:',
    ]
    assert options(found) == [
        [("Petr Skoda", 0), ("Martin Dougiamas", 100), ("Eloy Lafuente", 0), ("Tim Hunt", 0)],
        [("True", 100), ("False", 0)],
    ]


def test_letters_may_be_small_or_large_with_a_dot_or_a_bracket():
    found = read("Which?\na. one\nb) two\nANSWER: b\n\nOr?\nA) one\nB. two\nanswer:A")
    assert not found.errors
    assert options(found) == [[("one", 0), ("two", 100)], [("one", 100), ("two", 0)]]


def test_a_question_and_an_answer_may_have_several_lines():
    found = read("Which of these\nis right?\n\nA) one\nand a half\n\nB) two\nANSWER: A")
    assert formats.as_json(found.questions[0])["text"] == "Which of these\nis right?"
    assert options(found) == [[("one\nand a half", 100), ("two", 0)]]


def test_what_looks_like_markup_is_shown_as_it_is():
    assert read("Is 2*3 <b>6</b>?\nA) yes\nB) no\nANSWER: A").questions[0].text == "Is 2\\*3 &lt;b>6&lt;/b>?"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Which?\nA) one\nB) two\n", 1),
        ("Which?\nA) one\nB) two\n\nAnd?\nA) one\nB) two\nANSWER: A", 1),
        ("Which?\nA) one\nB) two\nANSWER: C", 4),
        ("Which?\nA) one\nB) two\nANSWER: A, B", 4),
        ("Which?\nA) one\nB) two\nANSWER:", 4),
        ("Which?\nA) one\nANSWER: A", 3),
        ("Which?\nANSWER: A", 2),
        ("Which?\nA) one\nC) two\nANSWER: A", 3),
        ("Which?\nA) one\nB)\nANSWER: A", 3),
        ("\nA) one\nB) two\nANSWER: A", 2),
        ("ANSWER: A", 1),
        ("Which?\nA) one\nB) one\nANSWER: A", 1),
        ("", 1),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text: str, line: int):
    assert [fault.line for fault in read(text).errors] == [line]


@st.composite
def plain_choices(draw: st.DrawFn) -> Neutral:
    plain = st.text("abc 电源,12;é?", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
    found = draw(st.lists(plain, min_size=2, max_size=5, unique=True))
    right = draw(st.integers(0, len(found) - 1))
    body = {"options": [{"text": text, "right": place == right} for place, text in enumerate(found)]}
    return Neutral("single", "", f"Q {draw(plain)}", body)


@settings(max_examples=15, deadline=None)
@given(st.lists(plain_choices(), min_size=1, max_size=3))
def test_what_is_written_reads_the_same(questions: list[Neutral]):
    data, lost = formats.WRITERS["aiken"](questions)
    assert not lost
    found = formats.READERS["aiken"](data, "x.txt")
    assert not found.errors
    assert all(drawn.same(*pair) for pair in zip(questions, found.questions, strict=True)), data.decode()


def test_what_aiken_cannot_say_is_named():
    body = {"options": [{"text": "**a**", "right": True, "feedback": "Yes"}, {"text": "b", "right": False}]}
    questions = [
        Neutral("single", "Named", "Which?", body, "Because", topic=("Power",), tags=["x"]),
        Neutral("essay", "Long", "Tell", {}),
    ]
    data, lost = formats.WRITERS["aiken"](questions)
    assert {loss.what for loss in lost} >= {"The explanation.", "Tags.", "Feedback of options."}
    assert lost[-1].name == "Long"
    assert data.decode() == "Which?\nA) a\nB) b\nANSWER: A\n"
