"""Publishing keeps the digests of a document's blocks, and what rests on them notices."""

import pytest

from courses.models import Lesson
from exams.models import QuestionVersion
from kb.models import Block, FaqPage, FaultGuidePage, ProcedurePage
from tests import make
from tests.make import act, ask, end, measure, step, text

pytestmark = pytest.mark.django_db


def digests(page):
    return dict(Block.objects.filter(page=page).values_list("block_id", "digest"))


def rewrite(page, *body, publish=True):
    page.body = page._meta.get_field("body").stream_block.to_python(list(body))
    revision = page.save_revision()
    if publish:
        revision.publish()
    page.refresh_from_db()
    return digests(page)


def test_publishing_writes_a_row_for_each_block_in_order():
    page = make.document(body=[text("a", "甲", heading="题"), text("b", "乙")])

    rows = Block.objects.filter(page=page).values_list("block_id", "kind", "position", "heading", "text")
    assert list(rows) == [("a", "text", 1, "题", "甲"), ("b", "text", 2, "标题", "乙")]


def test_a_draft_has_none():
    assert digests(make.document(live=False)) == {}


def test_publishing_again_changes_no_row():
    page = make.guide()
    before = list(Block.objects.filter(page=page).values())

    page.save_revision().publish()

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

    assert rewrite(page, text("a", "草稿"), text("b"), publish=False) == before


def test_another_title_or_version_changes_no_digest():
    page = make.document(body=[text("a")])
    before = digests(page)
    page.title, page.version = "新题", "2.0"
    page.save_revision().publish()

    assert digests(page) == before


def test_the_same_body_set_anew_from_a_file_changes_no_digest():
    body = [
        ask("lamp", {"不亮": "rail"}, none="over"),
        measure("rail", [(None, "12", "swap"), ("12", None, "over")], cannot="over"),
        act("swap", then="over"),
        end("over", result="unresolved"),
    ]
    page = make.guide(body)
    before = digests(page)

    assert rewrite(page, *body) == before
    assert digests(make.guide(body)) == before


def test_publishing_an_earlier_revision_brings_its_digests_back():
    page = make.document(body=[text("a")])
    first, before = page.latest_revision, digests(page)
    rewrite(page, text("a", "别的"))

    first.publish()

    assert digests(page) == before


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
    rewrite(cited(), text("a", "别的"), publish=False)

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

    page.unpublish()

    assert QuestionVersion.objects.stale().count() == 1
