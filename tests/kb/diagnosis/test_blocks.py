"""Nodes as blocks of a page: what is new about them left old digests alone, and a page refuses errors."""

import json

import pytest
from django.utils import translation
from wagtail.blocks import StreamBlock

from kb.blocks import NODES
from kb.digest import content_digest, digest
from kb.models import FaultGuidePage
from people.models import Audience, OrgUnit
from tests import make

RANGES = [{"low": None, "high": "11.4", "to": "bad"}, {"low": "11.4", "high": None, "to": "over"}]
# Blocks as they were before nodes knew live work, hazards by name, minutes and pictures; and their digests of then.
BEFORE = {
    "ask": (
        {
            "heading": "灯亮吗？", "text": "看前面板。", "picture": None, "choices": [{"words": "亮", "to": "rail"}],
            "none": "over",
        },
        "f2ef155d72f53aa09ca7c531906cc02748230c0ccb002c56ada92d676d78f1de",
    ),
    "measure": (
        {
            "heading": "12 V 是多少？", "point": "TP1", "instrument": "万用表", "setup": "", "unit": "V",
            "tolerance": "0.1", "hazard": "danger", "text": "先断电。", "ranges": RANGES, "cannot": "over",
        },
        "aec299c772bbac2ab79e5398fdc82c8d17dba37637413bdf9930e019312ea72e",
    ),
    "act": (
        {
            "heading": "换电源", "procedure": None, "step": "off", "qualification": "server/1", "hazard": "warning",
            "text": "按作业。", "then": "over",
        },
        "0e3e4352f85ebe262ac7f869b1ed93172d7f5047975f8e96badf9725f86a7ad2",
    ),
    "end": (
        {"heading": "电源损坏", "result": "resolved", "cause": "无输出", "minutes": 45},
        "a6d383da1467a461b3ed9d4ba4be855c05d10ef4a136dda6798b484605b5abb1",
    ),
}  # fmt: skip
DOCUMENT_BEFORE = "0a5cc53dfcd0485637dbb5e1f2ecef991665dd04b0f5ee5d447dbb5675f6d5b3"


def saved(kind: str, value: dict) -> dict:
    """The value as a page that is saved today holds it."""
    block = StreamBlock(NODES).child_blocks[kind]
    return block.get_prep_value(block.to_python(value))


def test_blocks_of_before_keep_their_digests():
    for kind, (value, known) in BEFORE.items():
        assert digest(kind, saved(kind, value)) == known
    body = [{"type": kind, "id": kind, "value": saved(kind, value)} for kind, (value, _known) in BEFORE.items()]
    assert content_digest({"title": "x", "body": json.dumps(body, default=str)}) == DOCUMENT_BEFORE


@pytest.mark.parametrize(
    ("kind", "member"), [("measure", "live"), ("act", "live"), ("act", "hazards"), ("ask", "minutes")]
)
def test_what_is_new_changes_a_digest_where_it_is_said(kind, member):
    value, known = BEFORE[kind]

    assert (
        digest(kind, saved(kind, value | {member: {"live": True, "hazards": "mains", "minutes": 0}[member]})) != known
    )


def include(id_: str, guide: int | None, unresolved: str) -> dict:
    return {"type": "include", "id": id_, "value": {"heading": "另查", "guide": guide, "unresolved": unresolved}}


def with_inner(pk: int | None) -> list[dict]:
    return [include("in", pk, "over"), make.end("over", result="unresolved", escalate="专业服务中心")]


def changed(page: FaultGuidePage, body: list[dict]) -> FaultGuidePage:
    """The page in memory with other nodes."""
    page = FaultGuidePage.objects.get(pk=page.pk)
    page.body, page.start = json.dumps(body), body[0]["id"]
    return page


def refusal(page: FaultGuidePage) -> str:
    page.full_clean()  # a draft may be wrong
    with translation.override("en"):
        return " ".join(page.flaws())


@pytest.mark.django_db
def test_a_page_refuses_errors_but_not_warnings():
    page = make.guide(live=False)
    assert page.flaws() == []  # its unresolved end does not say what to gather

    assert [problem.code for problem in page.problems()] == ["no-collect"]
    assert "a → a" in refusal(changed(page, [make.act("a", then="a")]))


@pytest.mark.django_db
def test_a_page_knows_what_is_walked_inside_it():
    inner = make.guide(audience=Audience.INTERNAL)
    middle = make.guide(with_inner(inner.pk))
    outer = make.guide(with_inner(middle.pk))
    staff, dealer = make.person(), make.person(kind=OrgUnit.Kind.DEALER)

    assert outer.included_graphs().keys() == {inner.pk, middle.pk}
    assert "in/in/lamp" in outer.expanded_for(staff).nodes
    assert set(outer.expanded_for(dealer).nodes) == {"in/in", "over"}
    assert outer.problems()[0].code == "no-collect"


@pytest.mark.django_db
def test_a_page_refuses_what_cannot_be_walked_inside_it():
    inner = make.guide()
    outer = make.guide(with_inner(inner.pk))
    draft = make.guide(live=False)

    assert "leads back into this one" in refusal(changed(inner, with_inner(outer.pk)))
    assert "not in force" in refusal(changed(outer, with_inner(draft.pk)))
