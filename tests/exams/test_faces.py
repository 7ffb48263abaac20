"""A question as a candidate sees it, and what a form without scripts says of it: the partials of all kinds."""

import re
from contextlib import suppress
from random import Random

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from exams.kinds import KINDS, BadResponse
from exams.models import Item, QuestionVersion
from exams.views.paper import base_from, face, response_from
from tests import make

TEXTS = {"cloze": "接 {{1}} V，再按 {{2}}。\n\n- 型号 {{3}}"}
BODIES = make.BODIES | {
    "numeric": {"answer": "12", "tolerance": "0.6", "unit": "V", "units": [{"unit": "mV", "factor": "0.001"}]},
    "short": {"accepted": [{"text": "锁扣"}]},
    "matching": {"pairs": [{"left": "绿", "right": "正常"}, {"left": "黄", "right": "异常"}], "distractors": ["升级"]},
    "cloze": {
        "parts": [
            {"kind": "numeric", "answer": "12", "tolerance": "0", "unit": ""},
            {"kind": "short", "accepted": [{"text": "开关"}]},
            {"kind": "single", "options": [{"text": "甲", "right": True}, {"text": "乙"}]},
        ]
    },
    "essay": {"least_words": 20, "sample": "先断电。"},
}


def item(kind: str, response: object = None, text: str = "", body: dict | None = None, **fields: object) -> Item:
    """An item that is nowhere kept, as a preview makes one."""
    body = body or BODIES[kind]
    version = QuestionVersion(kind=kind, text=text or TEXTS.get(kind, "问题？"), body=body)
    order = KINDS[kind].arrange(body, Random(4))
    return Item(n=3, version=version, order=order, points=2, response=response, revision=int(response is not None))


def right(kind: str) -> object:
    """What a browser sends for all the points; any text where a person marks."""
    blank = item(kind)
    return KINDS[kind].right_response(blank.version.body, blank.order) or "先断电，再测量。"


def shown(of: Item) -> str:
    return render_to_string("exams/_question.html", {"item": face(of)})


def as_form(html: str) -> QueryDict:
    """What a browser sends of the fields as they stand."""
    sent = QueryDict(mutable=True)
    for tag in re.findall(r"<input[^>]*>", html):
        kind, value = (re.search(rf'{name}="([^"]*)"', tag) for name in ("type", "value"))
        if kind[1] in ("text", "hidden") or " checked" in tag:
            sent.appendlist(re.search(r'name="([^"]*)"', tag)[1], value[1])
    for name, options in re.findall(r'<select[^>]*? name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r"<option([^>]*) selected[^>]*>([^<]*)", options) or re.search(
            r"<option([^>]*)>([^<]*)", options
        )
        value = re.search(r'value="([^"]*)"', chosen[1])
        sent[name] = value[1] if value else chosen[2]
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        sent[name] = text
    return sent


@pytest.mark.parametrize("kind", BODIES)
def test_the_form_of_an_answered_question_says_the_answer_again(kind):
    answered = item(kind)
    answered.response = KINDS[kind].clean(KINDS[kind].shown(answered.version.body, answered.order), right(kind))
    answered.revision = 4

    sent = as_form(shown(answered))

    said = response_from(sent, face(answered))
    assert KINDS[kind].clean(face(answered)["shown"], said) == answered.response
    assert base_from(sent, face(answered)) == 4


@pytest.mark.parametrize("kind", BODIES)
def test_the_form_of_a_question_left_blank_says_nothing(kind):
    assert response_from(as_form(shown(item(kind))), face(item(kind))) is None


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("words", ["x", "9" * 5000, "１２", '"><b>', "\u2028", "-1"])
def test_a_forged_form_is_refused_with_a_sentence_or_taken_as_what_it_says(kind, words):
    blank = item(kind)
    names = ["item-3", "item-3-1", "item-3-2", "item-3-3", "item-3-4", "item-3-unit", "item-3-base"]
    sent = QueryDict(mutable=True)
    sent.update(dict.fromkeys(names, words))
    with suppress(BadResponse):
        KINDS[kind].clean(face(blank)["shown"], response_from(sent, face(blank)))
    assert base_from(sent, face(blank)) >= 0


@pytest.mark.parametrize("places", [["1", "1", "2", "3"], ["1", "2", "3", ""]], ids=str)
def test_an_order_with_a_place_missing_or_given_twice_is_told(places):
    sent = QueryDict(mutable=True)
    sent.update({f"item-3-{n}": place for n, place in enumerate(places, start=1)})

    with pytest.raises(BadResponse):
        response_from(sent, face(item("ordering")))


def test_what_was_typed_is_shown_as_text_never_as_html():
    html = shown(item("short", response='"><script>alert(1)</script>'))

    assert "<script>" not in html


def test_gaps_stand_in_their_places_even_in_a_list_and_alone_on_a_line():
    html = shown(item("cloze", text="{{2}}\n\n- 接 **{{1}}** V\n- `x` {{3}}"))

    assert re.findall(r'data-gap="(\d)"', html) == ["2", "1", "3"]
    assert "{{" not in html
    assert re.search(r'<strong><span class="cloze__gap" data-gap="1"', html)


def test_a_gap_the_text_forgot_can_still_be_filled():
    assert re.findall(r'data-gap="(\d)"', shown(item("cloze", text="只有 {{2}}"))) == ["2", "1", "3"]


def test_pictures_among_the_right_sides_are_shown_with_letters_to_choose_by():
    body = {"pairs": [{"left": "绿", "right": "![灯](/a.png)"}, {"left": "黄", "right": "异常"}]}
    html = shown(item("matching", body=body))

    assert html.count("<img") == 1
    assert re.findall(r"<option[^>]*>(\w)</option>", html) == ["A", "B", "A", "B"]


def test_an_option_that_looks_like_a_list_stays_a_line():
    body = {"options": [{"text": "1. 断电", "right": True}, {"text": "- 5 V"}, {"text": "**先**测"}]}
    html = shown(item("single", body=body))

    assert "<li>" not in html
    assert "<strong>先</strong>测" in html
    assert "1. 断电" in html
