"""What was read is made as drafts below a folder: all of it, by somebody who may, or nothing."""

import io
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.urls import reverse

from kb.importing import reading
from kb.importing.bring_in import bring_in, objections
from kb.importing.document import Block, Chapter, Document, Illustration, Refused
from kb.models import BulletinPage, ChapterPage, ControlledPage, Edition, FaqPage, ManualPage, Picture, ProcedurePage
from kb.models.signing import DocumentNumber
from people.models import Audience
from tests import make
from tests.kb.importing.conftest import png
from tests.kb.importing.word import docx, p, picture

pytestmark = pytest.mark.django_db

MANUAL = docx(
    p("维护手册", style="Title"), p("概述", style="1"), p("范围", style="2"), p("话", picture(1, "前面板")),
    p("安全", style="1"), p("断电", picture(2)),
    media={"a.png": png(), "b.png": png("blue")},
)  # fmt: skip


def bring(document, *, kind="faq", by, parent=None):
    return bring_in(document=document, kind=kind, parent=parent or make.folder(), by=by, at=make.NOON)


def one(*blocks, title="电源", chapters=()):
    return Document(title, list(blocks), list(chapters))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "手册.docx"
    path.write_bytes(MANUAL)
    return path


def test_a_manual_becomes_drafts_of_itself_and_its_chapters(author):
    report = bring(reading.read(name="a.docx", data=MANUAL, kind="manual"), kind="manual", by=author)

    manual = ManualPage.objects.get()
    assert [page.pk for page in report.pages] == [manual.pk, *(c.pk for c in ChapterPage.objects.child_of(manual))]
    assert [page.title for page in report.pages] == ["维护手册", "概述", "安全"]
    for page in report.pages:
        page.refresh_from_db()
        assert (page.live, page.owner, page.language) == (False, author, "zh-hans")
        assert page.latest_revision.user == author
    assert not Edition.objects.exists()
    chapter = report.pages[1].get_latest_revision_as_object()
    assert [(block.value["heading"], block.value["text"]) for block in chapter.body] == [("范围", "话")]
    assert chapter.body[0].value["picture"].title == "前面板"


def test_nobody_sees_a_draft(author, technician):
    bring(one(Block("一", "话")), by=author)

    assert not ControlledPage.objects.visible_to(technician).exists()


@pytest.mark.parametrize(
    ("kind", "model"), [("procedure", ProcedurePage), ("faq", FaqPage), ("bulletin", BulletinPage)]
)
def test_a_single_document_is_one_page_of_text_blocks(kind, model, author):
    bring(one(Block("一", "甲"), Block("二", "乙")), kind=kind, by=author)

    page = model.objects.get()
    assert [(block.block_type, block.id, block.value["heading"]) for block in page.body] == [
        ("text", "p1", "一"),
        ("text", "p2", "二"),
    ]


def test_once_it_is_signed_it_reads_like_every_document(author, client):
    page = bring(one(Block("一", "**话**", Illustration("a.png", png()))), by=author).pages[0]
    page.audience, page.confidentiality = Audience.PUBLIC, ControlledPage.Confidentiality.OPEN
    page.save_revision()
    make.taken_over(page, version="1.0", effective_on=make.TODAY)

    shown = client.get(page.get_absolute_url()).text

    assert "<strong>话</strong>" in shown
    assert "<img" in shown


def test_a_picture_is_kept_with_its_description_and_who_brought_it(author, files):
    bring(one(Block("一", "", Illustration("a.png", png(), "前面板"))), by=author)

    kept = Picture.objects.get()
    assert (kept.title, kept.description, kept.uploaded_by_user) == ("前面板", "前面板", author)
    assert (kept.width, kept.height, kept.file_size) == (8, 6, len(png()))
    assert len(files()) == 1


def test_the_same_picture_is_kept_once(author):
    block = Block("一", "", Illustration("a.png", png()))
    bring(one(block, Block("二", "", Illustration("b.png", png()))), by=author)

    assert Picture.objects.count() == 1


def test_the_same_title_twice_makes_two_documents(author):
    slugs = [bring(one(Block("一", "话"), title=title), by=author).pages[0].slug for title in ("电源", "电源", "？！")]

    assert slugs == ["电源", "电源-2", "faq"]


def nothing_is_left(files):
    rows = [model for model in (ControlledPage, Picture, DocumentNumber) if model.objects.exists()]
    return not rows and files() == []


def test_a_damaged_second_picture_leaves_nothing(author, files):
    broken = Illustration("b.png", png()[:20])
    chapters = [
        Chapter("一", [Block("a", "话", Illustration("a.png", png()))]),
        Chapter("二", [Block("b", "", broken)]),
    ]

    with pytest.raises(OSError, match="Truncated"):
        bring(one(chapters=chapters), kind="manual", by=author)

    assert nothing_is_left(files)


def test_a_disk_that_fills_up_leaves_nothing(author, files, monkeypatch):
    saved = FileSystemStorage._save

    def save_until_full(storage, name, content):
        if files():
            Path(storage.path(name)).write_bytes(content.read()[:10])  # what a full disk leaves
            raise OSError(28, "No space left on device")
        return saved(storage, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", save_until_full)
    with pytest.raises(OSError, match="No space"):
        bring(reading.read(name="a.docx", data=MANUAL, kind="manual"), kind="manual", by=author)

    assert nothing_is_left(files)


def test_a_page_that_cannot_be_made_leaves_nothing(author, files):
    chapters = [Chapter("一", [Block("a", "话", Illustration("a.png", png()))]), Chapter("", [])]

    with pytest.raises(ValidationError):
        bring(one(chapters=chapters), kind="manual", by=author)

    assert nothing_is_left(files)


@pytest.mark.parametrize("who", ["technician", "dealer", "manager", "approver"])
def test_who_may_not_add_documents_may_not_import(who, request, files):
    person, folder = request.getfixturevalue(who), make.folder()

    assert objections(kind="faq", parent=folder, by=person)
    with pytest.raises(Refused):
        bring(one(Block("一", "话")), by=person)
    assert nothing_is_left(files)


def test_only_kinds_of_documents_that_have_words_can_be_imported(author):
    with pytest.raises(Refused):
        bring(one(Block("一", "话")), kind="guide", by=author)


def command(file, *options, user="author"):
    said = io.StringIO()
    call_command(
        "import_document", str(file), "--kind", "manual", "--folder", "kb", "--user", user, *options, stdout=said
    )
    return said.getvalue()


def test_the_command_imports_and_says_what_came_of_it(author, file):
    make.folder()

    said = command(file)

    manual = ManualPage.objects.get()
    assert "维护手册" in said
    assert reverse("wagtailadmin_pages:edit", args=[manual.pk]) in said


def test_the_command_says_the_same_for_a_program(author, file):
    make.folder()

    said = json.loads(command(file, "--json"))

    assert (said["title"], said["chapters"], said["blocks"], said["pictures"]) == ("维护手册", 2, 2, 2)
    assert [page["kind"] for page in said["pages"]] == ["manual", "chapter", "chapter"]


def test_a_dry_run_makes_nothing(author, file, places):
    make.folder()

    said = json.loads(command(file, "--dry-run", "--json"))

    assert (said["chapters"], said.get("pages")) == (2, None)
    assert not ControlledPage.objects.exists()
    assert not (places / "media").exists()


@pytest.mark.parametrize(
    ("options", "user"),
    [(["--folder", "nowhere"], "author"), (["--language", "en"], "author"), ([], "nobody"), ([], "technician")],
)
def test_the_command_refuses_with_a_sentence(options, user, author, technician, file):
    make.folder()

    with pytest.raises(CommandError):
        command(file, *options, user=user)

    assert not ControlledPage.objects.exists()


def test_the_command_refuses_a_file_that_cannot_be_read(author, tmp_path):
    make.folder()
    (tmp_path / "a.docx").write_bytes(b"x")

    for name in ("a.docx", "missing.docx"):
        with pytest.raises(CommandError):
            command(tmp_path / name)
