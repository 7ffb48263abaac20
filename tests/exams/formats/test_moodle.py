"""Moodle XML, as Moodle 4.5 writes it."""

import base64
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams import formats
from exams.formats.question import Neutral, Read
from tests.exams.formats import drawn
from tests.exams.formats.cases import case

FRAME = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{}\n</quiz>'


def element(kind: str, inside: str, text: str = "Which?", name: str = "n") -> str:
    return f"""<question type="{kind}"><name><text>{name}</text></name>
<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{inside}</question>"""


def answer(fraction: str, text: str, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{more}</answer>\n'


def attached(name: str, data: bytes) -> str:
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


def explained(inside: str) -> str:
    return element("essay", f"<generalfeedback><text>x</text>\n{inside}</generalfeedback>")


def read(*elements: str) -> Read:
    return formats.read(FRAME.format("\n".join(elements)).encode(), "x.xml")


def only(*elements: str) -> Neutral:
    found = read(*elements)
    assert not found.errors
    (question,) = found.questions
    return question


def lost(found: Read) -> list[str]:
    return [loss.what for loss in found.not_represented]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("multichoice.xml", ["single"]),
        ("truefalse.xml", ["truefalse", "truefalse"]),
        ("nested_categories_with_questions.xml", ["truefalse", "essay", "truefalse", "truefalse", "truefalse"]),
        ("type-essay.xml", ["essay"]),
        ("type-match.xml", ["matching"]),
        ("type-numerical.xml", ["numeric"]),
        ("type-shortanswer.xml", ["short"]),
    ],
)
def test_moodles_own_exports_are_read_and_written_again(name: str, kinds: list[str]):
    found = formats.read(case("moodle-xml", name), name)
    assert not found.errors
    assert [question.kind for question in found.questions] == kinds
    data, lost = formats.WRITERS["moodle-xml"](found.questions)
    assert not lost
    again = formats.read(data, name)
    assert all(drawn.same(*pair) for pair in zip(found.questions, again.questions, strict=True))


def test_moodles_export_with_invalid_grades_is_refused_for_them():
    (fault,) = formats.read(case("moodle-xml", "error_invalid_grades.xml"), "error_invalid_grades.xml").errors
    assert "Invalid grades" in fault.message
    assert "33 percent" in fault.message
    assert fault.line == 38


def test_what_an_export_says_beside_the_question_is_kept_or_named():
    found = formats.read(case("moodle-xml", "type-numerical.xml"), "x.xml")
    (question,) = found.questions
    assert question.body == {"answer": "6.25", "tolerance": "0.05", "unit": ""}
    assert (question.points, question.explanation) == (Decimal(1), "The average is 6.25")
    assert lost(found) == ["<penalty>: 0.3333333", "<hint>: First hint", "<hint>: Second hint"]


def test_files_come_along_and_the_text_shows_them():
    found = formats.read(case("moodle-xml", "multichoice.xml"), "x.xml")
    (question,) = found.questions
    assert question.text.startswith("[Listen to this greeting:](bonjour.mp3)")
    assert question.body["options"][1]["text"] == "![French flag](flag-france.jpg) French"
    assert len(question.media["bonjour.mp3"]) == 12982


def test_files_of_one_name_in_two_texts_stay_two():
    image = '<img src="@@PLUGINFILE@@/my%20a.png" alt="a">'
    rows = [answer(part, image, attached("my a.png", data)) for part, data in (("100", b"1"), ("0", b"2"))]
    question = only(element("multichoice", "".join(rows)))
    assert question.media == {"my-a.png": b"1", "my-a-2.png": b"2"}
    assert [option["text"] for option in question.body["options"]] == ["![a](my-a.png)", "![a](my-a-2.png)"]


@pytest.mark.parametrize("name", ["../a.png", "a/b.png", "..\\a.png", ""])
def test_files_whose_names_lead_elsewhere_are_refused(name: str):
    found = read(explained(attached(name, b"x")))
    assert "leads out" in found.errors[0].message


def test_a_file_that_is_not_base64_is_refused():
    found = read(explained('<file name="a.png" encoding="base64">###</file>'))
    assert found.errors[0].line == 5


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>',
        '<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>',
        '<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd"><quiz/>',
        f"<quiz>{'<a>' * 200}{'</a>' * 200}</quiz>",
        "<quiz><question></quiz>",
        "<html/>",
    ],
)
def test_xml_that_could_do_harm_or_is_broken_is_refused(text: str):
    found = formats.read(text.encode(), "x.xml", "moodle-xml")
    assert found.errors
    assert not found.questions


def test_a_choice_of_several_gives_a_part_for_a_part():
    rows = "".join(answer(*each) for each in (("50", "a"), ("50", "b"), ("-100", "c"), ("0", "d")))
    question = only(element("multichoice", f"<single>false</single><shuffleanswers>0</shuffleanswers>{rows}"))
    assert question.kind == "multiple"
    assert question.body["credit"] == "part"
    assert question.body["shuffle"] is False
    assert [option["fraction"] for option in question.body["options"]] == ["50", "50", "-100", "0"]


@pytest.mark.parametrize(
    ("single", "fractions", "cause"),
    [
        ("true", ("50", "50"), "no answer is worth 100"),
        ("false", ("50", "25"), "come to 75"),
        ("false", ("60", "60"), "come to 120"),
        ("true", ("100", "33"), "33 percent"),
        ("true", ("100", "x"), "no number"),
        ("true", ("0", "0"), "no answer is worth 100"),
    ],
)
def test_weights_that_do_not_fit_are_refused_with_the_cause(single: str, fractions: tuple[str, ...], cause: str):
    rows = "".join(answer(fraction, f"text {place}") for place, fraction in enumerate(fractions))
    (fault,) = read(element("multichoice", f"<single>{single}</single>{rows}", name="Q 7")).errors
    assert cause in fault.message
    assert "Q 7" in fault.message


def test_a_short_answer_has_wildcards_and_may_count_capitals():
    question = only(element("shortanswer", "<usecase>1</usecase>" + answer("100", "AC*") + answer("50", "DC \\*")))
    assert question.body == {"accepted": [{"text": "AC*"}, {"text": "DC \\*", "fraction": "50"}], "case": True}


def unit(name: str, multiplier: str) -> str:
    return f"<unit><multiplier>{multiplier}</multiplier><unit_name>{name}</unit_name></unit>"


def test_a_number_has_units_and_several_tolerances():
    more = "<tolerance>0.5</tolerance>"
    rows = answer("50", "11", more) + answer("100", "12", more) + answer("0", "*")
    units = f"<units>{unit('mV', '1000')}{unit('V', '1')}</units><showunits>1</showunits>"
    question = only(element("numerical", rows + units))
    assert question.body == {
        "answer": "12",
        "tolerance": "0.5",
        "unit": "V",
        "units": [{"unit": "V", "factor": "1"}, {"unit": "mV", "factor": "0.001"}],
        "more": [
            {"answer": "11", "tolerance": "0.5", "fraction": "50"},
            {"answer": "*", "tolerance": "0", "fraction": "0"},
        ],
    }
    assert [option["text"] for option in formats.as_json(question)["options"]] == ["11", "12", "*"]


def test_a_unit_that_costs_points_is_named():
    units = f"<units>{unit('V', '1')}</units><unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>"
    assert "That a wrong unit costs a part of the points." in lost(
        read(element("numerical", answer("100", "12") + units))
    )


def test_a_right_without_a_left_is_a_distractor():
    pairs = [("frog", "amphibian"), ("cat", "mammal"), ("", "insect"), ("", "mammal")]
    rows = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in pairs
    )
    question = only(element("matching", rows))
    assert question.body["distractors"] == ["insect"]
    assert len(question.body["pairs"]) == 2


def test_lines_are_put_in_order():
    rows = "".join(answer(str(place), text) for place, text in enumerate(("first", "second", "third"), start=1))
    question = only(element("ordering", f"<gradingtype>ALL_OR_NOTHING</gradingtype>{rows}"))
    assert (question.kind, question.body) == ("ordering", {"lines": ["first", "second", "third"]})


def gaps(text: str) -> dict[str, Any]:
    return formats.as_json(only(element("cloze", "", text)))


def test_gaps_are_choices_short_texts_and_numbers():
    found = gaps(
        "<p>The {1:MULTICHOICE:=rail#Yes~%50%wire~bolt#No \\} \\# \\~ &amp; so} has {2:NUMERICAL:=12:0.5~%50%12:1} V "
        "and is {:SAC:=On~=ON} or {1:MCS:a &lt; b~=c}.</p>"
    )
    assert found["text"] == "<p>The {{1}} has {{2}} V and is {{3}} or {{4}}.</p>"
    kinds = [
        (part["kind"], [(option["text"], option["fraction"]) for option in part["options"]]) for part in found["parts"]
    ]
    assert kinds == [
        ("single", [("rail", 100), ("wire", 50), ("bolt", 0)]),
        ("numeric", [("12", 100), ("12", 50)]),
        ("short", [("On", 100), ("ON", 100)]),
        ("single", [("a < b", 0), ("c", 100)]),
    ]
    assert found["parts"][0]["options"][2]["feedback"] == "No } # ~ & so"


def test_a_gap_of_several_answers_is_named():
    found = read(element("cloze", "", "Both: {1:MULTIRESPONSE:=a~=b~c}", name="Gap"))
    assert not found.questions
    assert not found.errors
    assert found.not_represented[0].name == "Gap"


@pytest.mark.parametrize("text", ["no gap", "{1:SHORTANSWER:=a", "{1:NUMERICAL:=x}", "{1:MC:a~b}"])
def test_a_broken_gap_is_refused_with_its_line(text: str):
    (fault,) = read(element("cloze", "", f"first line\n{text}")).errors
    assert fault.line == (4 if text == "no gap" else 5)


TYPES = ["calculated", "calculatedmulti", "calculatedsimple", "ddwtos", "gapselect", "ddmarker", "ddimageortext"]


@pytest.mark.parametrize("kind", [*TYPES, "random", "randomsamatch", "description", "coderunner", ""])
def test_a_type_that_has_no_kind_here_is_named(kind: str):
    found = read(element(kind, "", name="Odd"), element("essay", ""))
    assert not found.errors
    assert len(found.questions) == 1
    (loss,) = found.not_represented
    assert (loss.name, loss.line) == ("Odd", 3)


def test_everything_else_that_a_question_says_is_named():
    found = read(
        element(
            "multichoice",
            f"""<answernumbering>ABCD</answernumbering>
            <correctfeedback format="html"><text>Fine</text></correctfeedback>
            <hint format="html"><text>Think</text><shownumcorrect/></hint><hidden>1</hidden><penalty>0.5</penalty>
            <idnumber>Q-1</idnumber><tags><tag><text>power</text></tag></tags><defaultgrade>2.50</defaultgrade>
            {answer("100", "a")}{answer("0", "b")}""",
        )
    )
    (question,) = found.questions
    assert (question.ident, question.tags, question.points) == ("Q-1", ["power"], Decimal("2.5"))
    assert lost(found) == [
        "<answernumbering>: ABCD",
        "<correctfeedback>: Fine",
        "<hint>: Think",
        "<hidden>: 1",
        "<penalty>: 0.5",
    ]


def test_html_is_cleaned_and_what_is_taken_out_is_named():
    found = read(
        element("essay", "", '<p onclick="x()">Tell <script>alert(1)</script><a href="javascript:x()">me</a>.</p>')
    )
    assert found.questions[0].text == "Tell me."
    assert len(found.not_represented) == 2


def test_html_that_is_nested_too_deep_is_refused():
    (fault,) = read(element("essay", "", "<div>" * 5000)).errors
    assert "deep" in fault.message


@st.composite
def choices_with_order(draw: st.DrawFn) -> dict[str, Any]:
    return draw(drawn.single()) | draw(st.sampled_from([{}, {"shuffle": False}]))


@st.composite
def numbers_with_units(draw: st.DrawFn) -> dict[str, Any]:
    units = [{"unit": "V", "factor": "1"}, {"unit": "kV", "factor": "1000"}]
    return draw(drawn.numeric()) | draw(st.sampled_from([{}, {"unit": "Ω"}, {"unit": "V", "units": units}]))


@st.composite
def cased(draw: st.DrawFn) -> dict[str, Any]:
    return draw(drawn.short()) | draw(st.sampled_from([{}, {"case": True}]))


BODIES = {kind: body() for kind, body in drawn.BODIES.items()} | {
    "single": choices_with_order(),
    "numeric": numbers_with_units(),
    "short": cased(),
    "ordering": drawn.texts(3, 6).map(lambda lines: {"lines": lines}),
    "essay": st.sampled_from([{}, {"sample": "So *it* is"}, {"least_words": 20, "most_words": 300}]),
}


@settings(max_examples=25, deadline=None)
@given(st.lists(drawn.questions(**BODIES), min_size=1, max_size=3), st.sampled_from([None, Decimal(2), Decimal("0.5")]))
def test_what_is_written_reads_the_same(questions: list[Neutral], points: Decimal | None):
    for question in questions:
        question.points = points
    data, lost = formats.WRITERS["moodle-xml"](questions)
    assert not lost
    found = formats.READERS["moodle-xml"](data, "x.xml")
    assert not found.errors
    assert not found.not_represented
    for before, after in zip(questions, found.questions, strict=True):
        assert drawn.same(before, after), (before, after, data.decode())


@st.composite
def clozes(draw: st.DrawFn) -> Neutral:
    parts = []
    for kind in draw(st.lists(st.sampled_from(["single", "short", "numeric"]), min_size=1, max_size=3)):
        part = draw({"single": choices_with_order(), "short": cased(), "numeric": drawn.numeric()}[kind])
        parts.append({"kind": kind} | part | draw(st.sampled_from([{}, {"points": "2"}])))
    text = " ".join(
        f"{draw(st.sampled_from(['Then', '*it* is', '电源']))} {{{{{n}}}}}" for n in range(1, len(parts) + 1)
    )
    return Neutral("cloze", "Gaps", text, {"parts": parts, "credit": "part"})


@settings(max_examples=20, deadline=None)
@given(clozes())
def test_gaps_that_are_written_read_the_same(question: Neutral):
    data, lost = formats.WRITERS["moodle-xml"]([question])
    assert not lost
    (after,) = formats.READERS["moodle-xml"](data, "x.xml").questions
    assert drawn.same(question, after), (question, after, data.decode())


def test_files_are_written_beside_the_text_that_shows_them():
    media = {"图 1.png": b"1", "b.png": b"2", "unused.pdf": b"3"}
    body = {"options": [{"text": "![b](b.png)", "right": True}, {"text": "c", "right": False}]}
    question = Neutral("single", "n", "![a](%E5%9B%BE%201.png)", body, media=media)
    data, lost = formats.WRITERS["moodle-xml"]([question])
    assert [loss.what for loss in lost] == ["Files that no text shows."]
    (after,) = formats.read(data, "x.xml").questions
    assert after.media == {"图-1.png": b"1", "b.png": b"2"}
    assert after.text == "![a](%E5%9B%BE-1.png)"


def test_what_moodle_cannot_say_is_named():
    questions = [
        Neutral("multiple", "Whole", "Which?", {"options": [{"text": t, "right": t < "c"} for t in "abc"]}),
        Neutral("numeric", "Relative", "How much?", {"answer": "12", "tolerance": "5", "relative": True}),
        Neutral("simulation", "Fault", "Find it", {}),
    ]
    data, lost = formats.WRITERS["moodle-xml"](questions)
    assert [loss.name for loss in lost] == ["Whole", "Relative", "Fault"]
    assert [question.name for question in formats.read(data, "x.xml").questions] == ["Whole", "Relative"]
