"""An edition that takes effect keeps the digests of its blocks, and what rests on them notices."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.models import Lesson
from exams.models import QuestionVersion
from kb.control import effect
from kb.models import Block, FaqPage, FaultGuidePage, NotSigned, ProcedurePage
from tests import make
from tests.make import act, ask, end, measure, step, text

pytestmark = pytest.mark.django_db


def digests(page):
    return dict(Block.objects.filter(page=page).values_list("block_id", "digest"))


def rewrite(page, *body, significance="content"):
    """Issue the next edition with this body, and return the digests of what is live then."""
    make.issue(page, significance=significance, body=list(body))
    page.refresh_from_db()
    return digests(page)


def draft(page, *body):
    """Save a draft with this body, and return the digests of what is live then."""
    page.body = page._meta.get_field("body").stream_block.to_python(list(body))
    page.save_revision()
    return digests(page)


def test_an_edition_writes_a_row_for_each_block_in_order():
    page = make.document(body=[text("a", "甲", heading="题"), text("b", "乙")])

    rows = Block.objects.filter(page=page).values_list("block_id", "kind", "position", "heading", "text")
    assert list(rows) == [("a", "text", 1, "题", "甲"), ("b", "text", 2, "标题", "乙")]


def test_a_draft_has_none():
    assert digests(make.document(live=False)) == {}


def test_another_edition_of_the_same_text_changes_no_row():
    page = make.guide()
    before = list(Block.objects.filter(page=page).values())

    make.issue(page)

    assert list(Block.objects.filter(page=page).values()) == before


def test_changed_words_change_one_digest():
    page = make.document(body=[text("a"), text("b")])
    before = digests(page)

    after = rewrite(page, text("a"), text("b", "别的"))

    assert after["a"] == before["a"]
    assert after["b"] != before["b"]


def test_moving_blocks_changes_their_places_alone():
    page = make.document(body=[text("a", "甲"), text("b", "乙"), text("c", "丙")])
    before = digests(page)

    after = rewrite(page, text("c", "丙"), text("a", "甲"), text("b", "乙"))

    assert after == before
    assert list(page.blocks.values_list("block_id", flat=True)) == ["c", "a", "b"]


def test_a_renamed_block_is_gone_and_the_new_one_has_its_digest():
    page = make.document(body=[text("a", "甲"), text("b", "乙")])
    before = digests(page)

    after = rewrite(page, text("z", "甲"), text("b", "乙"))

    assert after == {"z": before["a"], "b": before["b"]}


def test_a_removed_block_is_gone():
    page = make.document(body=[text("a"), text("b")])

    assert rewrite(page, text("b")).keys() == {"b"}


def test_a_draft_of_a_live_document_changes_nothing():
    page = make.document(body=[text("a")])
    before = digests(page)

    assert draft(page, text("a", "草稿"), text("b")) == before


def test_another_title_or_version_changes_no_digest():
    page = make.document(body=[text("a")])
    before = digests(page)

    make.issue(page, title="新题", version="2.0")

    assert digests(page) == before


def test_the_same_body_set_anew_from_a_file_changes_no_digest():
    body = [
        ask("lamp", {"不亮": "rail"}, none="over"),
        measure("rail", [(None, "12", "swap"), ("12", None, "over")], cannot="over"),
        act("swap", then="over"),
        end("over", result="unresolved", escalate="专业服务中心"),
    ]
    page = make.guide(body)
    before = digests(page)

    assert rewrite(page, *body) == before
    assert digests(make.guide(body)) == before


def test_the_words_of_an_earlier_edition_bring_its_digests_back():
    page = make.document(body=[text("a")])
    before = digests(page)
    rewrite(page, text("a", "别的"))

    assert rewrite(page, text("a")) == before


def test_an_earlier_revision_is_not_published_again_and_changes_no_row():
    page = make.document(body=[text("a")])
    first = page.latest_revision
    after = rewrite(page, text("a", "别的"))

    with pytest.raises(NotSigned):
        first.publish()

    assert digests(page) == after


def test_each_language_has_its_own_rows():
    chinese = make.document(number="A-1", body=[text("a", "甲")])
    english = make.document(number="A-1", language="en", body=[text("a", "A")])

    rewrite(english, text("a", "B"))

    assert Block.objects.get(page=chinese).text == "甲"
    assert Block.objects.get(page=english).text == "B"


@pytest.mark.parametrize(
    ("model", "block"), [(FaqPage, text("a")), (ProcedurePage, step("a")), (FaultGuidePage, end("a"))]
)
def test_every_kind_of_document_keeps_them(model, block):
    start = {"start": "a"} if model is FaultGuidePage else {}

    assert digests(make.document(model, body=[block], **start)).keys() == {"a"}


def lesson_on(page, block_id):
    digest = page.blocks.get(block_id=block_id).digest if block_id else ""
    return Lesson.objects.create(
        course=make.course(lessons=0), key="l", title="课", kind="page", page=page, block_id=block_id, digest=digest
    )


def stale():
    return {type(row) for model in (Lesson, QuestionVersion) for row in model.objects.stale()}


def cited():
    page = make.document(body=[text("a", "甲"), text("b", "乙")])
    lesson_on(page, "a")
    make.question(cites=(page, "a"))
    return page


def test_what_was_checked_against_the_present_words_is_not_stale():
    cited()

    assert stale() == set()


def test_what_rests_on_changed_words_is_stale():
    rewrite(cited(), text("a", "别的"), text("b", "乙"))

    assert stale() == {Lesson, QuestionVersion}


def test_what_rests_on_a_block_that_is_gone_is_stale():
    rewrite(cited(), text("b", "乙"))

    assert stale() == {Lesson, QuestionVersion}


@pytest.mark.parametrize(
    "body", [[text("a", "甲"), text("b", "别的")], [text("b", "乙"), text("a", "甲")]], ids=["else", "moved"]
)
def test_what_changes_elsewhere_in_the_document_makes_nothing_stale(body):
    rewrite(cited(), *body)

    assert stale() == set()


def test_a_draft_makes_nothing_stale():
    draft(cited(), text("a", "别的"))

    assert stale() == set()


def test_going_back_to_the_words_checked_makes_it_fresh_again():
    page = cited()
    rewrite(page, text("a", "别的"), text("b", "乙"))

    rewrite(page, text("a", "甲"), text("b", "乙"))

    assert stale() == set()


def test_who_cites_the_whole_document_or_none_is_never_stale():
    page = make.document(body=[text("a")])
    lesson_on(page, "")
    make.question()
    rewrite(page, text("a", "别的"))

    assert stale() == set()


def test_what_rests_on_a_document_that_is_no_longer_live_is_stale():
    page = make.document(body=[text("a")])
    make.question(cites=(page, "a"))
    assert not QuestionVersion.objects.stale().exists()

    make.withdrawn(page)

    assert QuestionVersion.objects.stale().count() == 1


def test_an_erratum_makes_nothing_stale_though_the_words_differ():
    page = cited()
    before = digests(page)

    after = rewrite(page, text("a", "曱"), text("b", "乙"), significance="erratum")

    assert after["a"] != before["a"]
    assert stale() == set()


def test_one_erratum_after_another_makes_nothing_stale():
    page = cited()
    for words in ("曱", "甴", "甲。"):
        rewrite(page, text("a", words), text("b", "乙"), significance="erratum")

    assert stale() == set()


@pytest.mark.parametrize("significance", ["content", "safety"])
def test_what_changes_after_an_erratum_makes_it_stale(significance):
    page = cited()
    rewrite(page, text("a", "曱"), text("b", "乙"), significance="erratum")

    rewrite(page, text("a", "别的"), text("b", "乙"), significance=significance)

    assert stale() == {Lesson, QuestionVersion}


def test_an_erratum_does_not_make_fresh_what_was_stale_before_it():
    page = cited()
    rewrite(page, text("a", "别的"), text("b", "乙"))

    rewrite(page, text("a", "别的。"), text("b", "乙"), significance="erratum")

    assert stale() == {Lesson, QuestionVersion}


def test_a_block_taken_away_is_missed_even_where_that_was_called_an_erratum():
    rewrite(cited(), text("b", "乙"), significance="erratum")

    assert stale() == {Lesson, QuestionVersion}


def test_an_edition_after_an_erratum_that_changes_another_block_makes_nothing_stale():
    page = cited()
    rewrite(page, text("a", "曱"), text("b", "乙"), significance="erratum")

    rewrite(page, text("a", "曱"), text("b", "别的"))

    assert stale() == set()


def test_an_erratum_of_the_same_day_does_not_hide_the_change_before_it():
    page = cited()
    team, at = make.team(), timezone.now()
    day = timezone.localdate(at) + datetime.timedelta(days=1)
    for words, significance in (("别的", "content"), ("别的。", "erratum")):
        coming = page.get_latest_revision_as_object()
        coming.body = coming.body.stream_block.to_python([text("a", words), text("b", "乙")])
        coming.save_revision(user=team.author)
        make.signed(coming, team, significance=significance, effective_on=day, at=at)
        page.refresh_from_db()

    with time_machine.travel(at + datetime.timedelta(days=1)):
        effect.bring_all(at=timezone.now())

    assert stale() == {Lesson, QuestionVersion}


def rail(low):
    """A procedure's check of the 12 V rail, and what stands around it."""
    return [
        step("off", "断电。"),
        {"type": "check", "id": "rail", "value": {"heading": "12 V", "text": "读数。", "limit": f"{low} V – 12.6 V"}},
        step("close", "合盖。"),
    ]


def test_another_limit_touches_exactly_what_cites_it():
    page = make.procedure(body=rail("11.4"))
    questions = {block: make.question(cites=(page, block)) for block in ("off", "rail", "close")}
    lessons = {block: lesson_on(page, block) for block in ("off", "rail", "close")}

    make.issue(page, significance="safety", body=rail("11.0"))

    assert [version.question for version in QuestionVersion.objects.stale()] == [questions["rail"]]
    assert list(Lesson.objects.stale()) == [lessons["rail"]]


def test_another_number_of_a_step_or_another_place_touches_nothing():
    page = make.procedure(body=rail("11.4"))
    for block in ("off", "rail", "close"):
        make.question(cites=(page, block))
    off, check, close = rail("11.4")

    make.issue(page, body=[step("new", "先看一看。"), close, check, off])

    assert [block.position for block in page.blocks.filter(block_id__in=("close", "rail", "off"))] == [2, 3, 4]
    assert not QuestionVersion.objects.stale().exists()


def test_a_change_of_the_range_of_a_measurement_touches_what_cites_it_and_no_other_node():
    page = make.guide()
    for node in ("lamp", "rail", "bad", "over"):
        make.question(cites=(page, node))
    lamp, _rail, bad, over = (block for block in page.body.raw_data)

    spans = [(None, "11.0", "bad"), ("11.0", "12.6", "over"), ("12.6", None, "bad")]
    make.issue(page, significance="safety", body=[lamp, measure("rail", spans, cannot="over"), bad, over])

    assert [version.block_id for version in QuestionVersion.objects.stale()] == ["rail"]
