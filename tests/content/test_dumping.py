"""Dumping: what was loaded comes back, byte for byte."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from courses.models import Course, Lesson
from exams.models import Level, Question
from kb.models import ControlledPage, Edition, LoadedPiece
from people.models import OrgUnit
from tests import database, make
from tests.content.folder import REAL, SMALL, Folder, dumped, load_real

pytestmark = pytest.mark.django_db


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was before."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_what_was_loaded_comes_back_byte_for_byte(loaded: Folder):
    assert dumped() == loaded.files()


def test_what_is_not_canonical_comes_back_canonical(small: Folder):
    before = small.files()
    small.change("kb/procedures/pr-1-psu.md", "tools: meter, torch", "tools:   torch,meter")
    small.change("kb/procedures/pr-1-psu.md", "title: 换电源\nnumber: PR-1\n", "number: PR-1\ntitle: 换电源\n")
    small.change("kb/products.md", "| 0 | |", "||  |")
    small.change("courses/basics.md", "hours: 1.5", "hours: 1.50")
    small.change("exams/topics/basics.md", "3. 验电", "7) 验电")
    small.load()
    assert dumped() == before


def test_a_renamed_file_keeps_its_new_name(loaded: Folder):
    (loaded.path / "kb/faqs/faq-1.md").rename(loaded.path / "kb/faqs/warranty.md")
    (loaded.path / "kb/manuals/handbook/01-levels.md").rename(loaded.path / "kb/manuals/handbook/01-a.md")
    (loaded.path / "kb/manuals/handbook/01-levels.en.md").rename(loaded.path / "kb/manuals/handbook/01-a.en.md")
    outcome = loaded.load()
    assert (outcome.made, outcome.changed, outcome.kept) == (0, 0, [])
    assert dumped() == loaded.files()


def test_rows_and_questions_come_back_in_the_order_of_the_file(loaded: Folder):
    loaded.change("organisation.md", "| repair |", "| desk | 客服部 | | head | department |\n| repair |")
    text = loaded.text("exams/topics/basics.md")
    head, *blocks = text.split("\n## ")
    turned = [block.rstrip("\n") + "\n" for block in reversed(blocks)]
    loaded.write("exams/topics/basics.md", "\n## ".join([head, *turned]))
    loaded.load()
    assert dumped() == loaded.files()


def test_what_a_person_made_is_dumped_too(loaded: Folder):
    before = loaded.files()
    OrgUnit.objects.create(key="east", name="华东", kind="region")
    page = ControlledPage.objects.get(number="FAQ-1").specific
    copy = page.copy(update_attrs={"slug": "faq-2"}, keep_live=False)
    make.taken_over(ControlledPage.objects.get(pk=copy.pk).specific, **as_signed(page.edition))
    after = dumped()
    assert after["organisation.md"] == before["organisation.md"].replace(
        "| repair | 维修部 | Repair | head | department |\n",
        "| repair | 维修部 | Repair | head | department |\n| east | 华东 | | | region |\n",
    )
    assert after["kb/faqs/faq-002.md"] == before["kb/faqs/faq-1.md"].replace("FAQ-1", "FAQ-002")


def as_signed(edition: Edition) -> dict:
    """What is said of an edition that is not in its text."""
    return {
        "version": edition.version, "significance": edition.significance, "reason": edition.reason,
        "effective_on": edition.effective_on, "review_by": edition.review_by,
        "signatures": {act: (line.name, line.signed_on) for act, line in edition.signatures.items()},
    }  # fmt: skip


@database.once
def loaded_in_a_transaction() -> None:
    """The small content."""
    Folder(SMALL).load()


@pytest.mark.parametrize(
    ("significance", "version", "review_by"),
    [("erratum", "1.1.1", datetime.date(2099, 1, 1)), ("content", "1.2", None), ("safety", "2.0", None)],
)
def test_an_edition_signed_here_goes_round_with_its_signatures(
    small: Folder, tmp_path, significance, version, review_by
):
    again, today = Folder(tmp_path / "again"), timezone.localdate()
    with undone():
        loaded_in_a_transaction()
        team = make.team()
        draft = ControlledPage.objects.get(number="FAQ-1").specific
        draft.title = "保修期多长？"
        draft.save_revision(user=team.author)
        make.signed(draft, team, significance=significance, review_by=review_by)
        files = dumped()
        for path, text in files.items():
            small.write(path, text)
        assert small.load(overwrite=True).changed == 0
    said = files["kb/faqs/faq-1.md"]
    assert f"title: 保修期多长？\nnumber: FAQ-1\nversion: {version}\n" in said
    for act, person in [("prepared", team.author), ("reviewed", team.reviewer), ("approved", team.approver)]:
        assert f"\n{act}: {person.name} {today}\n" in said
    until = f"review_by: {review_by}\n" if review_by else ""
    assert f"\neffective: {today}\n{until}field: {team.qualification.key}\n" in said
    assert f"\nchange: {version} / {today} / {significance} / 改正\n" in said
    for path, text in files.items():
        again.write(path, text)
    with undone():
        again.load()
        assert dumped() == files


def test_drafts_and_what_was_withdrawn_are_not_dumped(loaded: Folder):
    team = make.team()
    before = dumped()
    page = ControlledPage.objects.get(number="FAQ-1").specific
    page.title = "还没有发布"
    page.save_revision()
    make.withdrawn(ControlledPage.objects.get(number="TB-1").specific, team)
    after = dumped()
    assert after == {path: text for path, text in before.items() if path != "kb/bulletins/tb-1.md"}


def test_the_state_of_a_question_is_dumped_and_loaded(loaded: Folder, tmp_path):
    Question.objects.filter(key="live").update(state=Question.State.DRAFT)
    Question.objects.filter(key="order").update(state=Question.State.RETIRED)
    files = dumped()
    assert files["exams/topics/basics.md"].count("\nstate: ") == 2
    for path, text in files.items():
        loaded.write(path, text)
    assert loaded.load().changed == 0, "a state in a file is for questions that do not exist yet"


def test_half_translated_words_come_back_as_they_are_shown(loaded: Folder):
    Course.objects.filter(key="basics").update(summary_en="")
    Lesson.objects.filter(key="why").update(text_en="")
    Level.objects.filter(key="junior").update(text_en="Can serve.")
    files = dumped()
    assert "summary: 服务基础\n" in files["courses/basics.en.md"]
    assert "## reading: Why {#why}\n\n因为" in files["courses/basics.en.md"]
    assert "## level: Junior {#junior}\n\nCan serve.\n" in files["exams/certification/service.en.md"]
    assert "title_en" not in files["exams/certification/service.md"]
    for path, text in files.items():
        loaded.write(path, text)
    loaded.load(overwrite=True)
    assert dumped() == files


def test_the_command_writes_what_differs_and_leaves_the_rest(loaded: Folder, capsys, tmp_path):
    call_command("dump_content", tmp_path / "out")
    assert "30 files, 30 of them new or changed" in capsys.readouterr().out
    assert Folder(tmp_path / "out").files() == loaded.files()
    (tmp_path / "out" / "README.md").write_text("kept")
    call_command("dump_content", tmp_path / "out")
    assert "30 files, 0 of them new or changed" in capsys.readouterr().out
    assert (tmp_path / "out" / "README.md").read_text() == "kept"


def test_the_command_says_what_could_not_be_loaded_again(loaded: Folder, capsys, tmp_path):
    page = ControlledPage.objects.get(number="FAQ-1").specific
    make.issue(page, unit=None)
    call_command("dump_content", tmp_path / "out")
    said = capsys.readouterr().err
    assert "kb/faqs/faq-1.md:1: The key “owner” is missing." in said
    assert "cannot be loaded before this is put right" in said


def test_the_real_content_goes_round_without_loss(transactional_db, shared):
    """What is loaded is dumped as it was written, so loading the dump would be loading the same files again."""
    load_real(shared)
    assert LoadedPiece.objects.exclude(name__startswith="file/").count() > 700
    assert not any(Page.find_problems())
    assert dumped() == Folder(REAL).files()
