"""Two states of a document: what a signer reads is all that changed, and little else."""

import random
import re
import time
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from kb import compare, difference
from kb.models import PersonsNeeded, ProcedurePage, Tool
from kb.wording import Span, shortened, words
from tests import make
from tests.make import ask, end, measure, step, text

PIECES = [
    "11.4",
    "12V",
    "PR-003",
    " ",
    "\n",
    "\n\n",
    "|",
    "---",
    "**",
    "。",
    "电",
    "源",
    "模块",
    "the",
    "fan",
    "- ",
    "⚠️",
    "\r\n",
]
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)).map(
    "".join
)


def marked(spans):
    """Write spans as one line: [-removed-]{+added+}."""
    forms = {"removed": "[-%s-]", "added": "{+%s+}", "same": "%s", "gap": "<%s>"}
    return "".join(forms[span.kind] % span.text for span in spans)


def without(kind, spans):
    return "".join(span.text for span in spans if span.kind != kind)


@given(before=MARKDOWN, after=MARKDOWN)
def test_spans_give_back_both_texts(before, after):
    spans = words(before, after)

    assert without("added", spans) == before
    assert without("removed", spans) == after
    assert all(span.text for span in spans)


@given(words_=MARKDOWN)
def test_equal_texts_have_no_difference(words_):
    assert [span.kind for span in words(words_, words_)] == ["same"] * bool(words_)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("测得 11.4 V 为正常", "测得 11.0 V 为正常", "测得 [-11.4-]{+11.0+} V 为正常"),
        ("接 12V 电源", "接 24V 电源", "接 [-12V-]{+24V+} 电源"),
        ("极性 +12 V", "极性 -12 V", "极性 [-+12-]{+-12+} V"),
        ("按 PR-003 更换", "按 PR-004 更换", "按 [-PR-003-]{+PR-004+} 更换"),
        ("4.75-5.25 V", "4.75-5.50 V", "4.75-[-5.25-]{+5.50+} V"),
        ("不得带电操作", "可以带电操作", "[-不得-]{+可以+}带电操作"),
        ("先断电再开盖", "先断电、放电再开盖", "先断电{+、放电+}再开盖"),
        ("重要", "**重要**", "{+**+}重要{+**+}"),
    ],
)
def test_a_number_a_word_and_a_character_change_as_wholes(before, after, shown):
    assert marked(words(before, after)) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("上电后检查", "断电前检查", "[-上电后-]{+断电前+}检查"),
        ("remove the old fan", "check a new switch", "[-remove the old fan-]{+check a new switch+}"),
        ("8~10 V", "9~11 V", "[-8~10-]{+9~11+} V"),
    ],
)
def test_small_islands_between_changes_go_under(before, after, shown):
    assert marked(words(before, after)) == shown


def test_cells_of_tables_are_read_against_themselves():
    before = "| 电压 | 下限 | 结论 |\n|---|---|---|\n| 5 V | 4.75 | 好 |\n| 12 V | 11.4 | 好 |\n"
    after = "| 电压 | 下限 | 结论 |\n|---|---|---|\n| 5 V | 4.70 | 好 |\n| 12 V | 11.0 | 坏 |\n| 3.3 V | 3.1 | 新 |\n"

    assert marked(words(before, after)) == (
        "| 电压 | 下限 | 结论 |\n|---|---|---|\n| 5 V | [-4.75-]{+4.70+} | 好 |\n"
        "| 12 V | [-11.4-]{+11.0+} | [-好-]{+坏+} |\n{+| 3.3 V | 3.1 | 新 |\n+}"
    )


def test_rows_of_a_long_table_are_read_against_themselves_too():
    before = [f"| 点 {n} | 电压 {n}.5 V | 好 |\n" for n in range(40)]
    after = [row.replace("好", "坏") for row in before]

    assert marked(words("".join(before), "".join(after))) == "".join(
        row.replace("好", "[-好-]{+坏+}") for row in before
    )


def test_a_new_paragraph_leaves_those_around_it_alone():
    before = "一、检查电源模块是否插好。\n\n二、检查风扇。\n"
    after = "请先断电并等待五分钟。\n\n一、检查电源模块是否已插好。\n\n二、检查风扇。\n"

    assert marked(words(before, after)) == (
        "{+请先断电并等待五分钟。\n\n+}一、检查电源模块是否{+已+}插好。\n\n二、检查风扇。\n"
    )


def test_what_was_added_begins_where_a_sentence_begins():
    assert marked(words("拧紧螺钉。", "拧紧螺母。拧紧螺钉。")) == "{+拧紧螺母。+}拧紧螺钉。"


def _chance():
    return random.Random(20)


def _prose(length, alphabet=3000):
    chance = _chance()
    return "".join(chr(0x4E00 + int(alphabet * chance.random() ** 4)) for _ in range(length))


def _lines(long_text, width=60):
    return "\n".join(long_text[at : at + width] for at in range(0, len(long_text), width))


def _changed(long_text, every):
    return "".join("新" if at % every == 0 else each for at, each in enumerate(long_text))


LONG = _prose(20_000)
WORST = {
    "a line without end": (LONG, _changed(LONG, 50)),
    "every line changed": (_lines(LONG), _changed(_lines(LONG), 37)),
    "short lines, all changed": (_lines(LONG, 10), _changed(_lines(LONG, 10), 7)),
    "all of it rewritten": (_lines(LONG), _lines(LONG[::-1])),
    "two characters only": (_lines(_prose(20_000, 2)), _lines(_prose(20_000, 2)[::-1])),
    "one character": ("的" * 20_000, "的" * 19_000),
    "blank lines": ("\n" * 20_000, "\n" * 19_000 + "x"),
    "equal rows": ("| a | b |\n" * 2_000, "| a | c |\n" * 2_000),
    "hyphens": ("1-" * 10_000 + "1.5", "1-" * 10_000 + "1.6"),
}


@pytest.mark.parametrize(("before", "after"), WORST.values(), ids=WORST)
def test_long_texts_take_no_time_that_anybody_notices(before, after):
    begun = time.process_time()
    spans = words(before, after)
    taken = time.process_time() - begun

    assert taken < 2  # about 0.3 on a quiet machine; worst cases of difflib take minutes
    assert (without("added", spans), without("removed", spans)) == (before, after)


def test_long_unchanged_runs_are_left_out_but_for_a_little_context():
    one, two, three = LONG[:200], LONG[200:500], LONG[500:700]

    spans = words(f"{one}1{two}2{three}", f"{one}3{two}4{three}")

    assert marked(shortened(spans, context=5)) == (
        f"<…>{one[-5:]}[-1-]{{+3+}}{two[:5]}<…>{two[-5:]}[-2-]{{+4+}}{three[:5]}<…>"
    )


def test_what_is_left_out_takes_whole_lines_with_it_and_cuts_no_number():
    spans = [Span("added", "新"), Span("same", "一二三四\n" * 50 + "11.456")]

    assert marked(shortened([*spans, Span("removed", "旧")], context=3)) == "{+新+}一二三<\n…\n>11.456[-旧-]"


def test_short_unchanged_runs_stay():
    spans = words("测得 11.4 V 为正常", "测得 11.0 V 为正常")

    assert shortened(spans) == spans


def test_blanks_that_changed_can_be_seen():
    spans = words("先断电  再开盖", "先断电 再开盖")

    assert [span.shown for span in spans if span.kind != "same"] == ["␣␣", "␣"]


def raw(*blocks):
    return [(block["id"], block["type"], block["value"]) for block in blocks]


def became(before, after):
    return [(change.block_id, change.what) for change in difference.blocks(raw(*before), raw(*after))]


def test_an_inserted_block_moves_none():
    a, b, c = (text(id_, heading=id_) for id_ in "abc")

    assert became([a, b, c], [text("new"), a, b, c]) == [("new", "added"), ("a", "same"), ("b", "same"), ("c", "same")]


def test_only_the_block_that_moved_relative_to_the_others_has_moved():
    a, b, c, d = (text(id_) for id_ in "abcd")

    assert became([a, b, c, d], [d, a, b, c]) == [("d", "moved"), ("a", "same"), ("b", "same"), ("c", "same")]


def test_a_removed_block_stands_where_it_stood():
    a, b, c, d = (text(id_) for id_ in "abcd")

    assert became([a, b, c, d], [a, d]) == [("a", "same"), ("b", "removed"), ("c", "removed"), ("d", "same")]


def test_a_block_that_moved_and_changed_says_both():
    a, b, c = (text(id_) for id_ in "abc")

    (first, *_) = difference.blocks(raw(a, b, c), raw(text("c", "别的"), a, b))

    assert (first.what, first.is_moved, first.position_before, first.position_after) == ("changed", True, 3, 1)


def test_a_block_of_another_kind_says_so():
    (change,) = difference.blocks(
        [("a", "text", {"heading": "题"})], [("a", "hazard", {"heading": "题", "level": "danger"})]
    )

    assert [(each.key, each.before, each.after) for each in change.members] == [
        ("kind", "text", "hazard"),
        ("level", "", "danger"),
    ]


def test_what_the_digest_ignores_is_no_change():
    before = [("a", "text", {"heading": "题", "text": "一 \r\n二"})]
    after = [("a", "text", {"heading": "题", "text": "一\n二\n", "picture": None})]

    assert [change.what for change in difference.blocks(before, after)] == ["same"]


def test_blocks_without_an_id_of_their_own_are_all_shown():
    before = [("a", "text", {"text": "一"}), (None, "text", {"text": "二"})]
    after = [("a", "text", {"text": "一"}), ("a", "text", {"text": "三"})]

    assert [(change.what, change.position_after) for change in difference.blocks(before, after)] == [
        ("same", 1),
        ("removed", None),
        ("added", 2),
    ]


def test_ranges_and_answers_are_lines_of_words():
    before = measure("m", [(None, "11.4", "bad"), (Decimal("11.4"), "12.6", "over")], cannot="over")
    after = measure("m", [(None, "11.0", "bad"), (Decimal("11.0"), "12.6", "over")], cannot="over")
    question = ask("q", {"亮": "over"}, none="over")

    (change,) = difference.blocks(raw(before), raw(after))
    (asked,) = difference.blocks(raw(question), raw(ask("q", {"亮": "bad"}, none="over")))

    assert [marked(member.spans) for member in change.members] == [
        "… [-11.4-]{+11.0+} → bad\n[-11.4-]{+11.0+} … 12.6 → over"
    ]
    assert [marked(member.spans) for member in asked.members] == ["亮 → [-over-]{+bad+}"]


def test_pictures_are_named_by_id_unless_they_have_a_name():
    before, after = raw(step("a", picture=3)), raw(step("a", picture=4))

    (change,) = difference.blocks(before, after)
    (named,) = difference.blocks(before, after, name=lambda kind, member, value: {3: "旧图", 4: "新图"}.get(value, ""))
    (alike,) = difference.blocks(before, after, name=lambda kind, member, value: "图" if member == "picture" else "")

    assert change.members[0].after.endswith(" 4")
    assert (named.members[0].before, named.members[0].after) == ("旧图", "新图")
    assert alike.members[0].before != alike.members[0].after


def in_memory(page):
    """Return a copy of the page as a revision of it gives one."""
    return page.with_content_json(page.serializable_data())


@pytest.fixture
def states(db):
    """A procedure twice in memory, the second to be changed by a test."""
    page = make.procedure(title="更换电源", minutes=30, body=[step("off", "断电"), step("open", "开盖")])
    return in_memory(page), in_memory(page)


def set_body(page, *body):
    page.body = page._meta.get_field("body").stream_block.to_python(list(body))


def changed_fields(before, after):
    return {each.key: (each.before, each.after) for each in compare.document(before, after).fields}


def test_the_same_twice_is_empty(states):
    assert compare.document(*states).is_empty


def test_a_field_of_the_page_and_of_its_kind_is_shown_with_its_label(states):
    before, after = states
    after.title, after.minutes, after.confidentiality = "更换电源模块", 45, "restricted"

    comparison = compare.document(before, after)

    shown = {each.key: each for each in comparison.fields}
    assert set(shown) == {"title", "minutes", "confidentiality"}
    assert marked(shown["title"].spans) == "更换电源{+模块+}"
    assert marked(shown["minutes"].spans) == "[-30-]{+45+}"
    assert shown["confidentiality"].after == after.get_confidentiality_display()
    assert shown["minutes"].label.casefold() == str(ProcedurePage._meta.get_field("minutes").verbose_name).casefold()
    assert not comparison.is_empty
    assert comparison.changed_blocks == set()


def test_tools_models_and_persons_are_lines_though_nothing_is_saved(states):
    before, after = states
    tools = [Tool.objects.create(key=key, name=name) for key, name in (("b", "乙"), ("a", "甲"))]
    qualification, model = make.qualification(), make.product(name="RS2200")
    after.tools.set(tools)
    after.product_models.set([model])
    after.persons.add(PersonsNeeded(qualification=qualification, count=2))

    assert changed_fields(before, after) == {
        "product_models": ("", "RS2200"),
        "tools": ("", "\n".join(sorted(["甲", "乙"]))),
        "persons": ("", f"{qualification} × 2"),
    }
    assert changed_fields(after, before)["product_models"] == ("RS2200", "")


def test_another_thing_of_the_same_name_is_a_change(states):
    before, after = states
    one, other = make.product(name="RS2200"), make.product(name="RS2200")
    before.product_models.set([one])
    after.product_models.set([other])

    assert changed_fields(before, after) == {"product_models": (f"RS2200 (#{one.pk})", f"RS2200 (#{other.pk})")}


def test_the_unit_that_owns_it_is_shown_by_name(states):
    before, after = states
    after.unit = make.unit(name="技术部")

    assert changed_fields(before, after) == {"unit": ("", str(after.unit))}


def test_lines_of_the_revision_table_are_no_difference(states):
    before, after = states
    after.changes.add(after.changes.model(version="2.0", changed_on=make.TODAY, note="新版"))

    assert compare.document(before, after).is_empty


def test_blocks_are_shown_with_labels_and_choices_in_words(states):
    before, after = states
    set_body(after, step("off", "断电并挂牌", hazard="danger", critical=True), step("open", "开盖"))

    comparison = compare.document(before, after)

    assert comparison.changed_blocks == {"off"}
    (change,) = comparison.differing
    shown = {member.key: member for member in change.members}
    kind = after.body.stream_block.child_blocks["step"]
    assert (change.label, shown["text"].label) == (kind.label, kind.child_blocks["text"].label)
    assert marked(shown["text"].spans) == "断电{+并挂牌+}"
    assert shown["hazard"].after == str(dict(kind.child_blocks["hazard"].field.choices)["danger"])
    assert shown["critical"].after


def test_a_moved_block_is_none_that_changed(states):
    before, after = states
    set_body(after, step("open", "开盖"), step("off", "断电"))

    comparison = compare.document(before, after)

    assert [change.what for change in comparison.differing] == ["moved"]
    assert comparison.changed_blocks == set()
    assert not comparison.is_empty


def test_of_a_first_edition_everything_is_new(states):
    comparison = compare.document(None, states[1])

    assert comparison.is_first
    assert {change.what for change in comparison.blocks} == {"added"}
    assert comparison.changed_blocks == {"off", "open"}
    everything = [*comparison.fields, *(member for change in comparison.blocks for member in change.members)]
    assert {span.kind for each in everything for span in each.spans} == {"added"}
    assert "title" in {each.key for each in comparison.fields}


@pytest.mark.django_db
def test_nodes_of_a_guide_are_named_by_heading_and_procedures_by_number():
    page = make.guide()
    procedure = make.procedure()
    before, after = in_memory(page), in_memory(page)
    after.start = "rail"
    set_body(
        after,
        ask("lamp", {"不亮": "bad", "亮": "over"}, none="over"),
        measure("rail", [(None, "11.4", "bad"), ("11.4", "12.6", "over"), ("12.6", None, "bad")], cannot="over"),
        end("bad", cause="电源模块损坏", remedy=procedure.pk),
        end("over", result="unresolved", escalate="专业服务中心"),
    )

    comparison = compare.document(before, after)

    shown = {(change.block_id, each.key): each for change in comparison.blocks for each in change.members}
    assert shown["lamp", "choices"].after == "不亮 → 结论 (bad)\n亮 → 结论 (over)"
    assert shown["bad", "remedy"].after == procedure.number
    assert set(shown) == {("lamp", "choices"), ("bad", "remedy")}
    assert [(each.key, each.after) for each in comparison.fields] == [("start", "测量 12 V (rail)")]


def rendered(comparison):
    return " ".join(render_to_string("kb/_compared.html", {"comparison": comparison}).split())


def test_the_screen_marks_what_changed_with_elements_and_words(states):
    before, after = states
    after.title = "更换电源<模块>"
    set_body(after, step("new", "挂牌"), step("off", "断电 15 s"))

    shown = rendered(compare.document(before, after))

    assert "<ins>" in shown
    assert "&lt;模块&gt;" in shown
    assert "15 s" in shown
    assert shown.count("compared__block--added") == shown.count("compared__block--removed") == 1
    assert shown.count("compared__block--changed") == 1
    assert re.findall(r'<(ins|del)><span class="unseen">', shown) == ["ins", "ins"]  # tags say so of whole blocks
    assert "style=" not in shown


def test_the_screen_says_that_nothing_changed(states):
    assert 'class="empty"' in rendered(compare.document(*states))


def test_the_screen_shows_a_moved_block_without_its_text(states):
    before, after = states
    set_body(after, step("open", "开盖"), step("off", "断电"))

    shown = rendered(compare.document(before, after))

    assert "compared__block--moved" in shown
    assert "开盖" not in shown
    assert "断电" not in shown
