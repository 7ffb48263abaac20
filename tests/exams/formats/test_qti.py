"""QTI: what 1EdTech defines is read in both spellings; what we write is read back as it was."""

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from exams.formats import qti, sniff
from exams.formats.package import pack
from exams.formats.qti_names import QTI21, QTI30, camel, dashed
from exams.formats.question import Neutral, Read, as_json
from exams.formats.xml import parse
from exams.kinds import KINDS

CASES = Path(__file__).parents[4] / "shared" / "cases" / "qti"
PICTURE = b"\x89PNG\r\n\x1a\n0000"
NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'

CHOICE = """
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
  <correctResponse><value>B</value></correctResponse>
</responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>
  <choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">
    <prompt>Which fuse?</prompt>
    <simpleChoice identifier="A">16 A</simpleChoice>
    <simpleChoice identifier="B">10 A</simpleChoice>
  </choiceInteraction>
</itemBody>
"""
RIGHT = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def item(inside: str, more: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem {NS} identifier="i1" title="Fuses" adaptive="false"'
        f' timeDependent="false"{more}>{inside}</assessmentItem>'
    )


def read(text: str | bytes, name: str = "item.xml") -> Read:
    return qti.read(text.encode() if isinstance(text, str) else text, name)


def one(text: str) -> Neutral:
    found = read(text)
    assert not found.errors, found.errors
    (question,) = found.questions
    assert not KINDS[question.kind].mistakes(question.body), question.body
    return question


def lost(text: str) -> str:
    return " ".join(loss.what for loss in read(text).not_represented)


def response(base: str, values: str = "", more: str = "", cardinality: str = "single", name: str = "RESPONSE") -> str:
    right = f"<correctResponse>{''.join(f'<value>{each}</value>' for each in values.split('|'))}</correctResponse>"
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"{right if values else ''}{more}</responseDeclaration>"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
    )


def mapped(values: dict[str, str], more: str = "") -> str:
    rows = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in values.items())
    return f'<mapping defaultValue="0"{more}>{rows}</mapping>'


def typed(declaration: str, processing: str = "", words: str = "<p>Volts: {}</p>") -> str:
    field = '<textEntryInteraction responseIdentifier="RESPONSE"/>'
    return item(f"{declaration}<itemBody>{words.format(field)}</itemBody>{processing}")


def rule(test: str, points: str = "1") -> str:
    score = f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{points}</baseValue></setOutcomeValue>'
    return f"<responseIf>{test}{score}</responseIf>"


def conditions(branches: str) -> str:
    return f"<responseProcessing><responseCondition>{branches}</responseCondition></responseProcessing>"


VARIABLE, CORRECT = '<variable identifier="RESPONSE"/>', '<correct identifier="RESPONSE"/>'

# The cases given


def cases() -> list[Path]:
    return sorted(CASES.glob("*/*.xml"))


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not in this checkout")
def test_every_given_item_is_read_as_its_kind() -> None:
    kinds = {
        "choice": "single",
        "choice_multiple": "multiple",
        "match": "matching",
        "order": "ordering",
        "text_entry": "short",
    }
    for path in cases():
        found = qti.read(path.read_bytes(), path.name)
        assert not found.errors
        assert [question.kind for question in found.questions] == [kinds[path.stem]], path


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not in this checkout")
def test_both_versions_of_a_given_item_say_the_same() -> None:
    for name in ("order.xml", "text_entry.xml"):
        first, second = (
            qti.read((CASES / version / name).read_bytes(), name).questions[0] for version in ("2.1", "3.0")
        )
        assert (first.text, first.body) == (second.text, second.body)


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not in this checkout")
def test_a_given_mapping_becomes_the_weights_of_the_options() -> None:
    (question,) = qti.read((CASES / "3.0" / "choice_multiple.xml").read_bytes(), "x.xml").questions
    options = {option["text"]: option["fraction"] for option in as_json(question)["options"]}
    assert options["Hydrogen"] == options["Oxygen"] == 50
    assert options["Chlorine"] == -50
    assert options["Helium"] == -100


# Spelling, namespaces, encodings


def test_names_are_spelled_either_way() -> None:
    for name in ("assessmentItem", "mapEntry", "simpleAssociableChoice", "textEntryInteraction"):
        assert camel(dashed(name)) == name


def test_an_item_is_read_with_and_without_prefixes_and_without_a_namespace() -> None:
    bare = item(CHOICE + RIGHT).replace(NS, "")
    prefixed = re.sub(r"<(/?)(\w)", r"<\1q:\2", bare).replace("<?q:xml", "<?xml")
    prefixed = prefixed.replace("<q:assessmentItem", f"<q:assessmentItem {NS.replace('xmlns', 'xmlns:q')}", 1)
    bodies = [one(text).body for text in (item(CHOICE + RIGHT), bare, prefixed)]
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize("name", ["GB18030", "UTF-16", "UTF-8", "GB2312"])
def test_the_encoding_is_the_one_the_file_names(name: str) -> None:
    text = item(CHOICE.replace("Which fuse?", "选用哪种熔断器？") + RIGHT).replace("UTF-8", name)
    (question,) = read(text.encode(name)).questions
    assert question.text == "选用哪种熔断器？"


def test_a_doctype_is_refused_with_its_line() -> None:
    text = item(CHOICE).replace(
        "<assessmentItem", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<assessmentItem'
    )
    found = read(text)
    assert not found.questions
    assert found.errors[0].line == 2


def test_broken_xml_is_refused_with_file_and_line() -> None:
    found = read("<assessmentItem>\n<p>\n</assessmentItem>", "bad.xml")
    assert [(fault.file, fault.line) for fault in found.errors] == [("bad.xml", 3)]


def test_what_is_no_qti_is_refused_and_old_qti_named() -> None:
    assert "html" in read("<html/>").errors[0].message
    assert "QTI 1" in read("<questestinterop/>").errors[0].message


# Choice


def test_a_choice_says_right_shuffle_and_prompt() -> None:
    question = one(item(CHOICE + RIGHT))
    assert (question.kind, question.name, question.ident) == ("single", "Fuses", "i1")
    assert question.text == "Which fuse?"
    assert question.body == {"options": [{"text": "16 A", "right": False}, {"text": "10 A", "right": True}]}


def test_a_choice_without_response_processing_goes_by_its_declared_answer() -> None:
    assert one(item(CHOICE)).body["options"][1]["right"]


def test_a_choice_without_shuffle_keeps_its_order_and_a_fixed_option_too() -> None:
    assert one(item(CHOICE.replace('shuffle="true"', 'shuffle="false"'))).body["shuffle"] is False
    fixed = item(CHOICE.replace('identifier="B">', 'identifier="B" fixed="true">'))
    assert one(fixed).body["shuffle"] is False
    assert "fixed place" in lost(fixed)


def test_a_mapping_of_one_choice_gives_parts_of_the_points() -> None:
    text = CHOICE.replace("</correctResponse>", "</correctResponse>" + mapped({"B": "2", "A": "-1"}))
    question = one(item(text + MAP))
    assert question.body["options"][0] == {"text": "16 A", "right": False, "fraction": "-50"}
    assert question.points == 2


def test_a_mapping_counts_only_where_the_processing_maps() -> None:
    text = CHOICE.replace("</correctResponse>", "</correctResponse>" + mapped({"A": "1"}))
    assert one(item(text + RIGHT)).body["options"][1]["right"]


def test_two_options_that_say_true_and_false_are_true_or_false() -> None:
    for true, false in (("True", "False"), ("正确", "错误"), ("对", "错")):
        text = CHOICE.replace("16 A", true).replace("10 A", false)
        question = one(item(text))
        assert (question.kind, question.body) == ("truefalse", {"right": False})


def several(declaration: str, most: str = "0") -> str:
    options = "".join(f'<simpleChoice identifier="{each}">{each}</simpleChoice>' for each in "ABC")
    choice = f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}">{options}'
    return declaration + f"<itemBody><p>Which?</p>{choice}</choiceInteraction></itemBody>"


def test_of_several_all_must_be_chosen_where_the_response_is_matched() -> None:
    question = one(item(several(response("identifier", "A|C", cardinality="multiple")) + RIGHT))
    assert question.kind == "multiple"
    assert [option["right"] for option in question.body["options"]] == [True, False, True]
    assert question.body.get("credit", "whole") == "whole"


def test_of_several_each_adds_what_the_mapping_says_up_to_its_bound() -> None:
    mapping = mapped({"A": "1", "C": "1", "B": "-1"}, ' lowerBound="0" upperBound="2"')
    question = one(item(several(response("identifier", "A|C", mapping, "multiple")) + MAP))
    assert question.body["credit"] == "part"
    assert all("fraction" not in option for option in question.body["options"]), "it is what credit in parts means"
    assert question.points == 2


def test_one_right_option_of_several_is_right_only_alone() -> None:
    question = one(item(several(response("identifier", "A", cardinality="multiple")) + RIGHT))
    kind = KINDS["multiple"]
    assert kind.share(question.body, [], ["1"]) == 1
    assert kind.share(question.body, [], ["1", "2"]) == 0


def test_a_limit_of_choices_is_named() -> None:
    text = item(several(response("identifier", "A|C", cardinality="multiple"), "2") + RIGHT)
    assert "At most 2" in lost(text)


def test_a_choice_without_any_key_is_refused_with_its_line() -> None:
    text = item(CHOICE.replace("<correctResponse><value>B</value></correctResponse>", ""))
    found = read(text)
    assert not found.questions
    assert "No right answer" in found.errors[0].message
    assert found.errors[0].line == 3


def test_a_key_that_names_no_option_is_refused() -> None:
    found = read(item(CHOICE.replace("<value>B</value>", "<value>X</value>")))
    assert "X" in found.errors[0].message


# Processing written out


def test_the_templates_written_out_say_what_the_templates_say() -> None:
    score = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>'
    out = f"<match>{VARIABLE}{CORRECT}</match>"
    written = conditions(f"{rule(out)}<responseElse>{score}</responseElse>")
    assert one(item(CHOICE + written)).body == one(item(CHOICE + RIGHT)).body
    mapping = f"""<responseProcessing><responseCondition><responseIf><isNull>{VARIABLE}</isNull>{score}</responseIf>
    <responseElse><setOutcomeValue identifier="SCORE"><mapResponse identifier="RESPONSE"/></setOutcomeValue>
    </responseElse>
    </responseCondition></responseProcessing>"""
    text = CHOICE.replace("</correctResponse>", "</correctResponse>" + mapped({"B": "2", "A": "1"}))
    assert one(item(text + mapping)).body == one(item(text + MAP)).body


def test_conditions_may_be_turned_round_and_nested() -> None:
    def score(points: str) -> str:
        return f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{points}</baseValue></setOutcomeValue>'

    right, empty = f"<match>{VARIABLE}{CORRECT}</match>", f"<isNull>{VARIABLE}</isNull>"
    other = f"<responseElse>{score('0')}</responseElse>"
    shapes = [
        f"<responseIf><not>{right}</not>{score('0')}</responseIf><responseElse>{score('1')}</responseElse>",
        f"<responseIf><not>{empty}</not><responseCondition>{rule(right)}{other}</responseCondition></responseIf>{other}",
        f"<responseIf>{empty}{score('0')}</responseIf><responseElseIf>{right}{score('1')}</responseElseIf>{other}",
        rule(f"<and><not>{empty}</not>{right}</and>") + other,
    ]
    for shape in shapes:
        text = item(CHOICE + conditions(shape))
        assert one(text).body == one(item(CHOICE + RIGHT)).body
        assert not lost(text)


def test_points_for_single_values_become_weights() -> None:
    value = '<baseValue baseType="identifier">{}</baseValue>'
    branches = rule(f"<match>{VARIABLE}{value.format('B')}</match>", "2") + rule(
        f"<match>{VARIABLE}{value.format('A')}</match>", "1"
    ).replace("responseIf", "responseElseIf")
    text = item(f"{CHOICE}<responseProcessing><responseCondition>{branches}</responseCondition></responseProcessing>")
    assert one(text).body["options"] == [
        {"text": "16 A", "right": False, "fraction": "50"},
        {"text": "10 A", "right": True},
    ]


def test_processing_that_is_not_understood_is_named_and_the_declared_key_holds() -> None:
    custom = conditions(rule("<customOperator/>"))
    assert one(item(CHOICE + custom)).body["options"][1]["right"]
    assert "customOperator" in lost(item(CHOICE + custom))
    without = CHOICE.replace("<correctResponse><value>B</value></correctResponse>", "")
    assert read(item(without + custom)).errors


def test_a_template_that_is_not_known_is_named() -> None:
    text = item(CHOICE + RIGHT.replace("match_correct", "map_response_point"))
    assert "map_response_point" in lost(text)


# What is typed


def test_a_string_goes_by_its_mapping_and_keeps_its_place_in_the_sentence() -> None:
    question = one(typed(response("string", "LOTO", mapped({"LOTO": "1", "tagging": "0.5"})), MAP))
    assert (question.kind, question.text) == ("short", "Volts: _____")
    assert question.body == {"accepted": [{"text": "LOTO"}, {"text": "tagging", "fraction": "50"}]}


def test_capitals_count_where_the_file_says_so() -> None:
    entry = '<mapping><mapEntry mapKey="LOTO" mappedValue="1" caseSensitive="true"/></mapping>'
    assert one(typed(response("string", "LOTO", entry), MAP)).body["case"] is True


def test_a_star_in_an_answer_stands_for_itself() -> None:
    assert one(typed(response("string", "2*3"))).body["accepted"] == [{"text": r"2\*3"}]


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ('toleranceMode="exact"', {"answer": "12", "tolerance": "0"}),
        ('toleranceMode="absolute" tolerance="0.5 0.5"', {"answer": "12", "tolerance": "0.5"}),
        ('toleranceMode="absolute" tolerance="0.5"', {"answer": "12", "tolerance": "0.5"}),
        ('toleranceMode="relative" tolerance="5 5"', {"answer": "12", "tolerance": "5", "relative": True}),
        ('toleranceMode="absolute" tolerance="1 2"', {"answer": "12.5", "tolerance": "1.5"}),
    ],
)
def test_a_number_has_the_tolerance_of_its_comparison(attributes: str, wanted: dict) -> None:
    rules = rule(f"<equal {attributes}>{VARIABLE}{CORRECT}</equal>")
    processing = conditions(rules)
    question = one(typed(response("float", "12"), processing))
    assert (question.kind, question.body) == ("numeric", wanted)


def test_a_range_is_its_middle_with_a_tolerance() -> None:
    low, high = '<baseValue baseType="float">11</baseValue>', '<baseValue baseType="float">13</baseValue>'
    test = f"<and><gte>{VARIABLE}{low}</gte><lte>{VARIABLE}{high}</lte></and>"
    processing = conditions(rule(test))
    assert one(typed(response("float"), processing)).body == {"answer": "12", "tolerance": "1"}
    swapped = f"<and><gte>{high}{VARIABLE}</gte><lte>{low}{VARIABLE}</lte></and>"
    processing = conditions(rule(swapped))
    assert one(typed(response("float"), processing)).body == {"answer": "12", "tolerance": "1"}


def test_a_rounded_comparison_is_a_tolerance_of_half_a_place() -> None:
    test = f'<equalRounded roundingMode="decimalPlaces" figures="1">{VARIABLE}{CORRECT}</equalRounded>'
    processing = conditions(rule(test))
    assert one(typed(response("float", "3.1"), processing)).body == {"answer": "3.1", "tolerance": "0.05"}


def test_a_number_mapped_to_points_has_further_answers() -> None:
    question = one(typed(response("integer", "12", mapped({"12": "2", "13": "1"})), MAP))
    assert question.body["answer"] == "12"
    assert question.body["more"] == [{"answer": "13", "tolerance": "0", "fraction": "50"}]


def test_a_simple_pattern_is_an_accepted_form_and_another_is_refused() -> None:
    def text(pattern: str) -> str:
        test = f'<patternMatch pattern="{pattern}">{VARIABLE}</patternMatch>'
        return typed(
            response("string"),
            conditions(rule(test)),
        )

    assert one(text("fuse.*|breaker")).body["accepted"] == [{"text": "fuse*"}, {"text": "breaker"}]
    assert "not understood" in read(text("[0-9]{3}")).errors[0].message


def test_what_stands_in_attributes_that_are_no_numbers_is_an_error_not_a_crash() -> None:
    text = typed(response("string", "x", mapped({"x": "much"})), MAP)
    assert "much" in read(text).errors[0].message


# Order, match, gaps, essays


def order(values: str) -> str:
    lines = "".join(f'<simpleChoice identifier="{each}">Line {each}</simpleChoice>' for each in "ABC")
    inside = f'<orderInteraction responseIdentifier="RESPONSE" shuffle="true">{lines}</orderInteraction>'
    return item(response("identifier", values, cardinality="ordered") + f"<itemBody>{inside}</itemBody>" + RIGHT)


def test_lines_stand_in_the_declared_order() -> None:
    assert one(order("C|A|B")).body == {"lines": ["Line C", "Line A", "Line B"]}


def test_an_order_of_some_of_the_lines_is_left_out_and_named() -> None:
    found = read(order("C|A"))
    assert not found.questions
    assert "Left out" in found.not_represented[0].what
    assert found.errors, "a file of which nothing can be kept is refused"


def match(values: str, lefts: str = "AB", rights: str = "XYZ", processing: str = RIGHT, more: str = "") -> str:
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{each}" matchMax="1">{each}</simpleAssociableChoice>' for each in side
        )
        + "</simpleMatchSet>"
        for side in (lefts, rights)
    )
    inside = (
        f'<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2">{sets}</matchInteraction>'
    )
    return item(
        response("directedPair", values, more, "multiple") + f"<itemBody><p>Match</p>{inside}</itemBody>{processing}"
    )


def test_a_match_has_pairs_and_what_belongs_to_nothing() -> None:
    question = one(match("A X|B Y"))
    assert question.body == {
        "pairs": [{"left": "A", "right": "X"}, {"left": "B", "right": "Y"}],
        "distractors": ["Z"],
    }


def test_a_mapped_match_gives_parts() -> None:
    mapping = mapped({"A X": "1", "B Y": "1"})
    assert one(match("A X|B Y", processing=MAP, more=mapping)).body["credit"] == "part"


def test_a_match_that_gives_the_left_several_is_turned_round_or_left_out() -> None:
    question = one(match("A X|A Y|B Z"))
    assert [pair["left"] for pair in question.body["pairs"]] == ["X", "Y", "Z"]
    assert not read(match("A X|A Y|B X", rights="XY")).questions


def test_inline_choices_and_fields_are_a_text_with_gaps() -> None:
    options = '<inlineChoice identifier="A">open</inlineChoice><inlineChoice identifier="B">closed</inlineChoice>'
    inside = f"""{response("identifier", "B", name="R1")}{response("float", "12", name="R2")}
    <itemBody><p>The switch is <inlineChoiceInteraction responseIdentifier="R1" shuffle="false">{options}
    </inlineChoiceInteraction> at <textEntryInteraction responseIdentifier="R2"/> V.</p></itemBody>"""
    question = one(item(inside))
    assert question.kind == "cloze"
    assert question.text == "The switch is {{1}} at {{2}} V."
    assert [part["kind"] for part in question.body["parts"]] == ["single", "numeric"]
    assert question.body["credit"] == "part"


def test_gaps_that_count_only_together_are_whole() -> None:
    inside = f"""{response("string", "a", name="R1")}{response("string", "b", name="R2")}
    <itemBody><p><textEntryInteraction responseIdentifier="R1"/> and <textEntryInteraction responseIdentifier="R2"/></p>
    </itemBody>"""
    tests = "".join(
        f'<match><variable identifier="{each}"/><correct identifier="{each}"/></match>' for each in ("R1", "R2")
    )
    processing = conditions(rule(f"<and>{tests}</and>"))
    assert "credit" not in one(item(inside + processing)).body


def test_scores_of_parts_that_are_summed_weigh_the_gaps() -> None:
    def part(name: str, points: str) -> str:
        test = f'<match><variable identifier="{name}"/><correct identifier="{name}"/></match>'
        return f"<responseCondition>{rule(test, points).replace('SCORE', f'SCORE_{name}')}</responseCondition>"

    parts = '<variable identifier="SCORE_R1"/><variable identifier="SCORE_R2"/>'
    total = f'<setOutcomeValue identifier="SCORE"><sum>{parts}</sum></setOutcomeValue>'
    inside = f"""{response("string", "a", name="R1")}{response("string", "b", name="R2")}
    <outcomeDeclaration identifier="SCORE_R1" cardinality="single" baseType="float"/>
    <outcomeDeclaration identifier="SCORE_R2" cardinality="single" baseType="float"/>
    <itemBody><p><textEntryInteraction responseIdentifier="R1"/> and <textEntryInteraction responseIdentifier="R2"/></p>
    </itemBody><responseProcessing>{part("R1", "1")}{part("R2", "3")}{total}</responseProcessing>"""
    question = one(item(inside))
    assert [part["points"] for part in question.body["parts"]] == ["1", "3"]
    assert question.points == 4


def test_words_drawn_into_gaps_become_lists() -> None:
    inside = f"""{response("directedPair", "W G1|S G2", cardinality="multiple")}<itemBody>
    <gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Fill</prompt>
    <gapText identifier="W" matchMax="1">winter</gapText><gapText identifier="S" matchMax="1">summer</gapText>
    <p>From <gap identifier="G1"/> to <gap identifier="G2"/>.</p></gapMatchInteraction></itemBody>{RIGHT}"""
    question = one(item(inside))
    assert question.text == "Fill\n\nFrom {{1}} to {{2}}."
    assert [option["right"] for option in question.body["parts"][1]["options"]] == [False, True]
    assert "list to choose from" in lost(item(inside))


def test_an_extended_text_is_an_essay_with_the_rubric_of_its_scorers() -> None:
    inside = """<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>
    <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="5"/>
    <itemBody><rubricBlock view="scorer"><p>Names the cause.</p></rubricBlock>
    <rubricBlock view="candidate"><p>Write in full sentences.</p></rubricBlock>
    <extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Why?</prompt></extendedTextInteraction></itemBody>"""
    question = one(item(inside))
    assert question.text == "Write in full sentences.\n\nWhy?"
    assert question.body["rubric"] == [{"criterion": "Names the cause.", "points": "5"}]
    assert question.points == 5


@pytest.mark.parametrize(
    "tag", ["hotspotInteraction", "uploadInteraction", "drawingInteraction", "hottextInteraction", "customInteraction"]
)
def test_an_interaction_that_is_not_kept_is_named(tag: str) -> None:
    found = read(item(f'<itemBody><{tag} responseIdentifier="RESPONSE"/></itemBody>'))
    assert not found.questions
    assert tag in found.not_represented[0].what


def test_values_drawn_by_chance_are_named() -> None:
    text = item(f"<templateProcessing><setTemplateValue identifier='x'/></templateProcessing>{CHOICE}")
    assert "by chance" in read(text).not_represented[0].what


# Feedback


FEEDBACK = """<responseProcessing><responseCondition><responseIf>
<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
<setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">good</baseValue></setOutcomeValue>
</responseIf><responseElse>
<setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">bad</baseValue></setOutcomeValue>
</responseElse></responseCondition></responseProcessing>
<modalFeedback outcomeIdentifier="FEEDBACK" identifier="good" showHide="show"><p>Well done</p></modalFeedback>
<modalFeedback outcomeIdentifier="FEEDBACK" identifier="bad" showHide="show">Look it up</modalFeedback>"""


def test_feedback_for_right_and_wrong_goes_to_the_options() -> None:
    options = one(item(CHOICE + FEEDBACK)).body["options"]
    assert [option["feedback"] for option in options] == ["Look it up", "Well done"]


def test_feedback_inside_an_option_is_its_own() -> None:
    own = '10 A<feedbackInline outcomeIdentifier="FEEDBACK" identifier="B" showHide="show">Yes</feedbackInline>'
    assert one(item(CHOICE.replace("10 A", own))).body["options"][1] == {
        "text": "10 A",
        "right": True,
        "feedback": "Yes",
    }


def test_feedback_by_the_chosen_option_goes_to_it() -> None:
    echo = """<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/>
    <correct identifier="RESPONSE"/></match>
    <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
    </responseIf></responseCondition>
    <setOutcomeValue identifier="FEEDBACK"><variable identifier="RESPONSE"/></setOutcomeValue></responseProcessing>
    <modalFeedback outcomeIdentifier="FEEDBACK" identifier="A" showHide="show">Too large</modalFeedback>"""
    assert one(item(CHOICE + echo)).body["options"][0]["feedback"] == "Too large"


def test_a_solution_in_the_body_is_never_part_of_the_question() -> None:
    block = '<feedbackBlock outcomeIdentifier="SHOW" identifier="yes" showHide="show"><p>It is B</p></feedbackBlock>'
    question = one(item(CHOICE.replace("</itemBody>", f"{block}</itemBody>")))
    assert "It is B" not in question.text
    assert question.explanation == "It is B"


# Text


def test_formatted_words_become_markdown() -> None:
    body = """<p>Press <strong>OK</strong> &amp; wait 2 * 3 s;<br/>then <em>read</em> U<sub>1</sub>.</p>
    <ul><li>one</li><li><p>two</p></li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
    <pre>x  &lt; 1</pre>"""
    text = one(item(CHOICE.replace("<itemBody>", f"<itemBody>{body}"))).text
    assert "Press **OK** & wait 2 \\* 3 s;  \nthen *read* U<sub>1</sub>." in text
    assert "- one\n- two" in text
    assert "| a | b |\n| --- | --- |\n| 1 | 2 |" in text
    assert "```\nx  < 1\n```" in text


def test_formulas_in_mathml_are_typed_out_and_named() -> None:
    math = (
        '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mfrac><m:mi>U</m:mi><m:mi>R</m:mi></m:mfrac></m:math>'
    )
    text = item(CHOICE.replace("Which fuse?", f"I = {math}"))
    assert one(text).text == "I = (U)/(R)"
    assert "MathML" in lost(text)


def test_style_sheets_and_catalogues_are_named() -> None:
    text = item('<stylesheet href="a.css" type="text/css"/>' + CHOICE)
    assert "style sheet" in lost(text)


# Tests and packages


def test_a_section_with_items_in_it_is_read() -> None:
    inner = item(CHOICE + RIGHT).split("?>", 1)[1]
    found = read(f'<assessmentSection {NS} identifier="s" title="S" visible="true">{inner}{inner}</assessmentSection>')
    assert len(found.questions) == 2


def test_a_test_alone_that_refers_to_items_asks_for_its_package() -> None:
    found = read(f'<assessmentTest {NS} title="T"><assessmentItemRef identifier="a" href="a.xml"/></assessmentTest>')
    assert "package" in found.errors[0].message


def manifest(resources: str) -> bytes:
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/>'
        f"<resources>{resources}</resources></manifest>"
    ).encode()


def resource(path: str, inside: str = "") -> str:
    return f'<resource identifier="r" type="imsqti_item_xmlv2p1" href="{path}">{inside}<file href="{path}"/></resource>'


def test_a_package_brings_items_pictures_categories_and_keywords() -> None:
    about = """<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><keyword><string>safety</string></keyword>
    </general><classification><taxonPath><taxon><entry><string>Power</string></entry></taxon>
    <taxon><entry><string>Fuses</string></entry></taxon></taxonPath></classification></lom></metadata>"""
    picture = CHOICE.replace("Which fuse?", 'Which <img src="../img/a%20b.png" alt="fuse"/>?')
    data = pack(
        {
            "imsmanifest.xml": manifest(resource("items/1.xml", about)),
            "items/1.xml": item(picture).encode(),
            "img/a b.png": PICTURE,
        }
    )
    found = qti.read(data, "p.zip")
    assert not found.errors
    (question,) = found.questions
    assert (question.topic, question.tags) == (("Power", "Fuses"), ["safety"])
    assert question.text == "Which ![fuse](a-b.png)?"
    assert question.media == {"a-b.png": PICTURE}
    assert question.file == "p.zip/items/1.xml"


def test_a_picture_that_is_not_there_is_named() -> None:
    assert "picture" in lost(item(CHOICE.replace("Which fuse?", '<img src="a.png" alt="fuse"/>')))


def test_a_shared_text_of_a_package_stands_before_the_question() -> None:
    reference = '<assessmentStimulusRef identifier="s" href="s.xml"/>'
    data = pack(
        {
            "imsmanifest.xml": manifest(resource("1.xml")),
            "1.xml": item(CHOICE.replace("<itemBody>", f"{reference}<itemBody>")).encode(),
            "s.xml": b"<assessmentStimulus><stimulusBody><p>Read this.</p></stimulusBody></assessmentStimulus>",
        }
    )
    assert qti.read(data, "p.zip").questions[0].text == "Read this.\n\nWhich fuse?"


def test_a_test_in_a_package_is_named_and_its_items_are_read_once() -> None:
    reference = '<assessmentItemRef identifier="a" href="1.xml"/>'
    test = f'<assessmentTest {NS} identifier="t" title="Quiz">{reference}</assessmentTest>'
    data = pack(
        {
            "imsmanifest.xml": manifest(resource("t.xml") + resource("1.xml")),
            "1.xml": item(CHOICE).encode(),
            "t.xml": test.encode(),
        }
    )
    found = qti.read(data, "p.zip")
    assert len(found.questions) == 1
    assert found.not_represented[0].name == "Quiz"


def test_what_restrains_a_field_is_named() -> None:
    text = typed(response("string", "LOTO")).replace(
        "<textEntryInteraction", '<textEntryInteraction patternMask="[A-Z]+"'
    )
    assert "pattern" in lost(text)


def test_old_items_in_a_package_are_refused() -> None:
    data = pack({"imsmanifest.xml": manifest(resource("1.xml")), "1.xml": b"<questestinterop/>"})
    assert "QTI 1" in qti.read(data, "p.zip").errors[0].message


# What we write

QUESTIONS = [
    Neutral(
        "single",
        "A fuse",
        "Which **one**? a < b & c\n\n- x\n- y\n\n![pic](p.png)",
        {
            "options": [
                {"text": "one *two*", "right": True, "feedback": "yes"},
                {"text": "`c`", "right": False, "fraction": "-33.33333"},
                {"text": "d", "right": False, "fraction": "50"},
            ]
        },
        "Because [of this](doc:PR-003).",
        topic=("Power", "Fuses"),
        tags=["safety", "two words"],
        media={"p.png": PICTURE},
    ),
    Neutral(
        "single", "B", "Q", {"options": [{"text": "1", "right": True}, {"text": "2", "right": False}], "shuffle": False}
    ),
    Neutral(
        "single",
        "",
        "没有名称的题",
        {
            "options": [
                {"text": "1", "right": True, "fraction": "100"},
                {"text": "2", "right": True, "fraction": "100"},
                {"text": "3", "right": False, "fraction": "0"},
            ]
        },
    ),
    Neutral(
        "multiple",
        "C",
        "Q",
        {"options": [{"text": "1", "right": True}, {"text": "2", "right": True}, {"text": "3", "right": False}]},
    ),
    Neutral(
        "multiple",
        "D",
        "Q",
        {
            "options": [
                {"text": "1", "right": True, "feedback": "f"},
                {"text": "2", "right": True},
                {"text": "3", "right": False},
            ],
            "credit": "part",
        },
    ),
    Neutral(
        "multiple",
        "E",
        "Q",
        {
            "options": [
                {"text": "1", "right": True, "fraction": "66.66667"},
                {"text": "2", "right": True, "fraction": "33.33333"},
                {"text": "3", "right": False, "fraction": "0"},
            ],
            "credit": "part",
        },
        points=Decimal(3),
    ),
    Neutral("truefalse", "F", "地是圆的", {"right": True, "feedback": {"true": "对", "false": "不对"}}, "解析"),
    Neutral("truefalse", "G", "The earth is flat", {"right": False}),
    Neutral("numeric", "H", "Voltage?", {"answer": "12", "tolerance": "0.6", "unit": "V"}),
    Neutral(
        "numeric",
        "I",
        "The voltage is _____, is it not?",
        {
            "answer": "12",
            "tolerance": "5",
            "relative": True,
            "feedback": "good",
            "more": [
                {"answer": "13", "tolerance": "1", "fraction": "50", "feedback": "near"},
                {"answer": "*", "fraction": "0", "feedback": "no"},
            ],
        },
    ),
    Neutral(
        "short",
        "J",
        "Capital of _____?",
        {"accepted": [{"text": "Paris"}, {"text": r"paris\*", "fraction": "50"}], "case": True},
    ),
    Neutral(
        "short",
        "K",
        "Name it",
        {
            "accepted": [
                {"text": "保险丝*"},
                {"text": "Fuse *x.", "fraction": "50", "feedback": "hm"},
                {"text": "*", "fraction": "0", "feedback": "no"},
            ]
        },
        "why",
    ),
    Neutral("ordering", "L", "Order", {"lines": ["a", "b", "c"]}, points=Decimal(2)),
    Neutral(
        "matching",
        "M",
        "M",
        {
            "pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}, {"left": "c", "right": "1"}],
            "distractors": ["3"],
        },
    ),
    Neutral(
        "matching",
        "N",
        "M",
        {"pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2*2"}], "credit": "part"},
    ),
    Neutral(
        "essay",
        "O",
        "Write",
        {
            "rubric": [
                {
                    "criterion": "Clarity",
                    "points": "3",
                    "levels": [{"text": "good", "points": "3"}, {"text": "bad", "points": "0"}],
                },
                {"criterion": "Safety", "points": "2"},
            ],
            "sample": "A\n\nB",
            "least_words": 20,
            "most_words": 100,
        },
    ),
    Neutral("essay", "P", "Write", {}),
    Neutral(
        "cloze",
        "Q",
        "The {{1}} is {{2}} and\n\n{{3}}, at least.",
        {
            "parts": [
                {"kind": "single", "options": [{"text": "x_1", "right": True}, {"text": "y", "right": False}]},
                {"kind": "short", "accepted": [{"text": "a"}, {"text": "b", "fraction": "50"}]},
                {"kind": "numeric", "answer": "3", "tolerance": "0.1", "unit": "kV"},
            ],
            "credit": "part",
        },
    ),
    Neutral(
        "cloze",
        "R",
        "The {{1}} is {{2}}",
        {
            "parts": [
                {"kind": "short", "points": "3", "accepted": [{"text": "a*"}, {"text": "b", "fraction": "50"}]},
                {"kind": "numeric", "points": "1", "answer": "3", "tolerance": "0.1"},
            ],
            "credit": "part",
        },
        points=Decimal(4),
    ),
    Neutral(
        "cloze",
        "S",
        "The {{1}} is {{2}} and {{3}}",
        {
            "parts": [
                {"kind": "single", "options": [{"text": "x", "right": True}, {"text": "y", "right": False}]},
                {"kind": "short", "accepted": [{"text": "a"}, {"text": "b"}], "case": True},
                {"kind": "numeric", "answer": "3", "tolerance": "0.1"},
            ]
        },
    ),
]
WRITERS = [qti.write21, qti.write30]
MEMBERS = ("kind", "name", "text", "body", "explanation", "points", "topic", "tags", "media")


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_written_is_read_back_as_it_was(write: object) -> None:
    data, losses = write(QUESTIONS)
    assert not losses
    found = qti.read(data, "p.zip")
    assert not found.errors
    assert not found.not_represented
    for before, after in zip(QUESTIONS, found.questions, strict=True):
        assert {name: getattr(after, name) for name in MEMBERS} == {name: getattr(before, name) for name in MEMBERS}


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_questions_make_the_same_file(write: object) -> None:
    assert write(QUESTIONS)[0] == write(QUESTIONS)[0]


def test_a_written_package_is_told_from_its_content() -> None:
    assert sniff(qti.write21(QUESTIONS[:1])[0], "x.zip") == "qti21"
    assert sniff(qti.write30(QUESTIONS[:1])[0], "x.zip") == "qti30"


ORDER = [
    "responseDeclaration",
    "outcomeDeclaration",
    "itemBody",
    "responseProcessing",
    "modalFeedback",
]


@pytest.mark.parametrize(("write", "version"), [(qti.write21, QTI21), (qti.write30, QTI30)])
def test_the_elements_of_an_item_stand_in_the_order_of_the_schema(write: object, version: object) -> None:
    with zipfile.ZipFile(io.BytesIO(write(QUESTIONS)[0])) as packed:
        items = [parse(packed.read(name)) for name in packed.namelist() if name.startswith("items/ITEM")]
    assert len(items) == len(QUESTIONS)
    order = [version.tag(tag) for tag in ORDER]
    for root in items:
        assert root.namespace == version.namespace
        assert root.tag == version.tag("assessmentItem")
        places = [order.index(node.tag) for node in root.nodes]
        assert places == sorted(places)
        names = {
            version.attribute("assessmentItem", name) for name in ("identifier", "title", "adaptive", "timeDependent")
        }
        assert names <= set(root.attributes)
        idents = [node.get("identifier") for node in root.nodes if node.tag == version.tag("responseDeclaration")]
        asked = [
            node.get(version.attribute("choiceInteraction", "responseIdentifier"))
            for node in root.walk()
            if node.tag.lower().endswith("interaction")
        ]
        assert sorted(asked) == sorted(idents)


def test_what_qti_cannot_say_is_named() -> None:
    part = Neutral("ordering", "X", "Order", {"lines": ["a", "b", "c"], "credit": "part"})
    units = Neutral(
        "numeric",
        "Y",
        "U?",
        {"answer": "1", "unit": "V", "units": [{"unit": "V", "factor": "1"}, {"unit": "kV", "factor": "1000"}]},
    )
    game = Neutral("simulation", "Z", "Find it", {"guide": "FG-001", "fault": "x"})
    data, losses = qti.write21([part, units, game])
    assert [loss.name for loss in losses] == ["X", "Y", "Z"]
    assert len(qti.read(data, "p.zip").questions) == 2


def test_characters_that_xml_cannot_hold_do_no_harm() -> None:
    data, _losses = qti.write21([Neutral("truefalse", "a\x01b", "x\x0by ]]> <z>", {"right": True})])
    (question,) = qti.read(data, "p.zip").questions
    assert question.name == "ab"
