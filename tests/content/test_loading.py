"""Loading: what comes of it, and that twice is once."""

import datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex, Revision, Site
from wagtail.search.backends import get_search_backend

from courses.models import Course, Lesson, Plan
from exams.models import BlueprintRow, Exam, Level, Question, QuestionVersion, Requirement
from kb.control import effect, log
from kb.models import (
    Block,
    Change,
    ChapterPage,
    ControlledPage,
    DocumentNumber,
    Edition,
    FaultGuidePage,
    HomePage,
    LoadedPiece,
    ManualPage,
    Part,
    PolicyPage,
    ProcedurePage,
    SignOff,
    Submission,
)
from tests.content.folder import SMALL, Folder

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TABLES = (
    Revision, Page, Block, Change, LoadedPiece, Question, QuestionVersion, Lesson, Plan, BlueprintRow, Requirement,
    ReferenceIndex, DocumentNumber, Submission, Edition, SignOff,
)  # fmt: skip


def rows():
    return {model: sorted(map(str, model.objects.values_list())) for model in TABLES}


def page(number: str, language: str = "zh-hans") -> ControlledPage:
    return ControlledPage.objects.get(number=number, language=language).specific


def test_loading_twice_changes_nothing(loaded: Folder):
    before = rows()
    outcome = loaded.load()
    assert (outcome.made, outcome.changed, outcome.kept) == (0, 0, [])
    assert rows() == before


def test_reading_every_file_again_changes_nothing(loaded: Folder):
    loaded.write("kb/faqs/faq-1.md", loaded.text("kb/faqs/faq-1.md") + "\n\n")  # other bytes, the same words
    before = rows() | {LoadedPiece: None}
    outcome = loaded.load()
    assert (outcome.made, outcome.changed, outcome.kept) == (0, 0, [])
    assert rows() | {LoadedPiece: None} == before


def test_overwriting_what_nobody_changed_changes_nothing(loaded: Folder):
    before = rows()
    outcome = loaded.load(overwrite=True)
    assert (outcome.made, outcome.changed, outcome.kept) == (0, 0, [])
    assert rows() == before


def test_the_tree_has_a_home_for_each_language_and_nothing_else(loaded: Folder):
    home, english = HomePage.objects.order_by("path")
    assert (home.title, home.slug, home.locale.language_code) == ("首页", "zh", "zh-hans")
    assert (english.slug, english.locale.language_code) == ("en", "en")
    assert english.translation_key == home.translation_key
    assert Site.objects.get().root_page.specific == home
    assert Page.objects.filter(depth=2).count() == 2
    assert list(home.get_children().values_list("slug", flat=True)) == [
        "manuals", "procedures", "faults", "faqs", "bulletins", "policies",
    ]  # fmt: skip
    assert not any(Page.find_problems())


def test_an_english_page_is_the_translation_of_the_chinese_one(loaded: Folder):
    chinese, english = page("PR-1"), page("PR-1", "en")
    assert english.translation_key == chinese.translation_key
    assert english.locale.language_code == "en"
    assert english.get_parent().specific.translation_key == chinese.get_parent().specific.translation_key
    assert (english.title, english.interval) == ("Replacing the power supply", "once a year")
    assert (english.minutes, english.keywords) == (30, "")
    assert [block.id for block in english.body] == [block.id for block in chinese.body]
    assert english.body[2].value["level"] == "caution"
    assert english.changes.get(version="1.1").note == "Waiting time added"


def test_a_page_is_published_with_its_head_and_its_blocks(loaded: Folder):
    found = page("PR-1")
    assert isinstance(found, ProcedurePage)
    assert (found.live, found.has_unpublished_changes) == (True, False)
    assert found.live_revision == found.latest_revision
    assert found.unit.key == "repair"
    assert [(need.qualification.key, need.count) for need in found.persons.all()] == [("server/1", 1), ("server/2", 2)]
    assert {tool.key for tool in found.tools.all()} == {"meter", "torch"}
    step = found.body[3]
    assert (step.id, step.value["heading"], step.value["critical"], step.value["minutes"]) == ("off", "断电", True, 0)
    assert Block.objects.get(page=found, block_id="off").heading == "断电"
    assert found.revisions.count() == 1


def test_a_file_is_taken_over_as_the_edition_it_says_it_is(loaded: Folder):
    found = page("PR-1")
    edition = found.edition
    assert (edition.number, edition.version, edition.title, edition.sequence) == ("PR-1", "1.1", "换电源", 1)
    assert (str(edition.effective_on), str(edition.review_by)) == ("2026-02-01", "2027-02-01")
    assert (edition.significance, edition.reason, edition.digest) == ("safety", "补充静置时间", found.content_digest())
    assert [(line.act, line.name, str(line.signed_on), line.person) for line in edition.submission.signatures] == [
        ("prepared", "甲一", "2026-01-05", None),
        ("reviewed", "乙二", "2026-01-06", None),
        ("approved", "丙三", "2026-01-07", None),
    ]
    assert [(row.version, str(row.changed_on)) for row in found.revision_table()] == [
        ("1.0", "2025-06-01"),
        ("1.1", "2026-01-07"),
    ]
    assert log.broken_line()[0] is None
    assert set(DocumentNumber.objects.values_list("number", flat=True)) >= {"PR-1", "HB-1.1", "PO-1"}


def test_a_file_says_who_signs_its_next_edition_and_who_must_read_it(loaded: Folder):
    for language in ("zh-hans", "en"):
        found = page("PR-1", language)
        assert (found.qualification.key, found.software) == ("server/2", "2.4 – 3.1")
        assert {unit.key for unit in found.readers.all()} == {"head", "repair"}
    assert page("FAQ-1").qualification is None


def test_policies_have_a_folder_of_their_own(loaded: Folder):
    found = page("PO-1")
    assert isinstance(found, PolicyPage)
    assert (found.live, found.get_parent().slug) == (True, "policies")


def test_what_takes_effect_later_is_loaded_once_and_shown_on_its_day(small: Folder):
    now = timezone.now()
    small.change("kb/faqs/faq-1.md", "effective: 2026-02-01", f"effective: {timezone.localdate(now) + DAY}")
    small.change("kb/faqs/faq-1.md", "review_by: 2027-02-01", "review_by: 2099-01-01")
    small.load()
    assert not page("FAQ-1").live
    before = rows()
    for overwrite in (False, True):
        outcome = small.load(overwrite=overwrite)
        assert (outcome.made, outcome.changed, outcome.kept) == (0, 0, [])
    assert rows() == before
    with time_machine.travel(now + DAY):
        effect.bring_all(at=timezone.now())
        assert page("FAQ-1").live
        assert small.load(overwrite=True).changed == 0


def test_a_guide_leads_to_the_procedure_in_its_language(loaded: Folder):
    for language in ("zh-hans", "en"):
        guide = page("FG-1", language)
        assert isinstance(guide, FaultGuidePage)
        act = next(block for block in guide.body if block.id == "swap")
        assert act.value["procedure"].pk == page("PR-1", language).pk
        assert act.value["step"] == "off"
        guide.full_clean()


def test_chapters_stand_in_the_order_of_their_files(loaded: Folder):
    manual = ManualPage.objects.get(language="zh-hans")
    assert [chapter.number for chapter in ChapterPage.objects.child_of(manual)] == ["HB-1.1", "HB-1.2"]
    loaded.write(
        "kb/manuals/handbook/01b-between.md",
        loaded.text("kb/manuals/handbook/02-records.md").replace("HB-1.2", "HB-1.3"),
    )
    loaded.load()
    assert [chapter.number for chapter in ChapterPage.objects.child_of(manual)] == ["HB-1.1", "HB-1.3", "HB-1.2"]
    assert not any(Page.find_problems())


def test_rows_are_found_by_their_keys(loaded: Folder):
    assert {model.key for model in Part.objects.get(key="psu").product_models.all()} == {"rs1", "rs2"}
    assert str(Course.objects.get(key="basics").covers.key) == "server/1"
    assert [item.course.key for item in Plan.objects.get(key="new").items.all()] == ["basics"]
    assert [row.count for row in Exam.objects.get(key="junior").blueprint.all()] == [1, 2]
    senior = Level.objects.get(scheme__key="service", key="senior")
    assert senior.requirements.get().held.key == "junior"


def test_citations_hold_the_digest_of_the_chinese_block(loaded: Folder):
    block = Block.objects.get(page=page("HB-1.1"), block_id="levels")
    version = QuestionVersion.objects.get(question__key="level-1")
    assert (version.page_id, version.block_id, version.digest) == (block.page_id, "levels", block.digest)
    lesson = Lesson.objects.get(key="levels")
    assert (lesson.page_id, lesson.digest) == (block.page_id, block.digest)
    whole = Lesson.objects.get(key="handbook")
    assert (whole.page_id, whole.block_id, whole.digest) == (page("HB-1").pk, "", "")
    assert not QuestionVersion.objects.stale().exists()


def test_questions_are_active_and_hold_their_parts(loaded: Folder):
    assert set(Question.objects.filter(topic__key="basics").values_list("state", flat=True)) == {"active"}
    several = QuestionVersion.objects.get(question__key="after-off")
    assert several.text == "断电之后做什么？\n\n单选不够。"
    assert several.explanation == "第一行。\n\n第二行。"
    assert [option["right"] for option in several.body["options"]] == [True, True, False]
    number = QuestionVersion.objects.get(question__key="limit")
    assert number.body == {"answer": "12.6", "tolerance": "0.1", "unit": "V"}


def test_a_file_may_refer_to_what_only_the_database_has(loaded: Folder, tmp_path):
    more = Folder(tmp_path / "more")
    more.write("kb/faqs/faq-2.md", (SMALL / "kb/faqs/faq-1.md").read_text().replace("FAQ-1", "FAQ-2"))
    assert more.load().made == 1
    more.change("kb/faqs/faq-2.md", "course:basics", "doc:PR-1#gone")
    assert [mistake.split(" ")[0] for mistake in more.mistakes()] == ["kb/faqs/faq-2.md:20:"]


def test_the_command_says_what_it_does(small: Folder, capsys):
    call_command("load_content", small.path)
    said = capsys.readouterr().out
    assert "Loaded: 84 new, 0 changed, 0 unchanged, 0 kept." in said
    call_command("load_content", small.path)
    assert "Nothing to load" in capsys.readouterr().out
    line = small.change("kb/faqs/faq-1.md", "owner: repair", "owner: nobody")
    with pytest.raises(CommandError, match=rf"1 mistake.*\nkb/faqs/faq-1.md:{line}: "):
        call_command("load_content", small.path)


@pytest.mark.django_db
def test_what_is_loaded_is_found(small: Folder):
    small.load()
    get_search_backend().get_index_for_model(Page).refresh()
    found = ControlledPage.objects.live().search("开不了机")
    assert "FG-1" in {page.number for page in found}
