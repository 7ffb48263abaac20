"""The screen shows what a file would become, and imports it once it is told to, once."""

import datetime
import os
import threading

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from kb.importing import staging
from kb.models import ControlledPage, FaqPage, ManualPage, Picture
from tests import make
from tests.kb.importing.conftest import png
from tests.kb.importing.word import docx, p, picture, table

pytestmark = pytest.mark.django_db

SCREEN = "/import/"
MANUAL = docx(
    p("维护手册", style="Title"), p("概述", style="1"), p("范围", style="2"), p("话", picture(1)), table(["A"], ["1"]),
    p("安全", style="1"), p("断电", "<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>"),
    media={"a.png": png()},
)  # fmt: skip


@pytest.fixture
def page(client, author):
    """The author's browser."""
    client.force_login(author)
    return client


@pytest.fixture
def shelf(db):
    return make.folder()


def upload(client, shelf, data=MANUAL, name="手册.docx", kind="manual"):
    file = SimpleUploadedFile(name, data)
    return client.post(SCREEN, {"file": file, "kind": kind, "folder": shelf.pk}, follow=True)


def confirm(client, token=None):
    token = token or client.session["import_waiting"]["token"]
    return client.post(SCREEN, {"action": "import", "token": token}, follow=True)


def waiting_files():
    folders, _files = storages["files"].listdir("") if storages["files"].exists("") else ([], [])
    return storages["files"].listdir("imports")[1] if "imports" in folders else []


def test_the_form_offers_the_folders_one_may_add_to(page, shelf):
    shown = page.get(SCREEN)

    assert shown.status_code == 200
    assert shelf.title in shown.text
    assert 'enctype="multipart/form-data"' in shown.text


def test_first_the_outline_is_shown_and_nothing_made(page, shelf):
    shown = upload(page, shelf)

    assert shown.status_code == 200
    for words in ("维护手册", "概述", "范围", "安全", "E=mc"):
        assert words in shown.text
    assert shown.context["document"].table_count == 1
    assert not ControlledPage.objects.exists()
    assert not Picture.objects.exists()
    assert len(waiting_files()) == 1


def test_then_it_is_imported_and_the_drafts_are_linked(page, shelf):
    upload(page, shelf)

    shown = confirm(page)

    manual = ManualPage.objects.get()
    assert f"/admin/pages/{manual.pk}/edit/" in shown.text
    assert "E=mc" in shown.text
    assert manual.get_children().count() == 2
    assert waiting_files() == []
    assert page.get(f"/admin/pages/{manual.pk}/edit/").status_code == 200


def test_posted_twice_it_is_imported_once(page, shelf):
    upload(page, shelf)
    token = page.session["import_waiting"]["token"]

    confirm(page, token)
    again = confirm(page, token)

    assert ManualPage.objects.count() == 1
    assert f"/admin/pages/{ManualPage.objects.get().pk}/edit/" in again.text  # a double click sees what the first did


def test_of_two_who_take_the_file_one_gets_it(author):
    token = staging.keep(b"x")

    assert [staging.take(token, by=author), staging.take(token, by=author)] == [b"x", None]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="threads share no database in memory")
def test_of_many_at_the_same_time_one_gets_it(author):
    token, taken = staging.keep(b"x"), []

    def take():
        taken.append(staging.take(token, by=author))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(taken, key=bool) == [None] * 4 + [b"x"]


def test_a_token_of_somebody_else_or_of_nobody_imports_nothing(page, shelf, administrator):
    other = Client()
    other.force_login(administrator)
    upload(other, shelf)
    token = other.session["import_waiting"]["token"]

    for wrong in (token, "../../db.sqlite3", ""):
        page.post(SCREEN, {"action": "import", "token": wrong})

    assert not ControlledPage.objects.exists()
    assert waiting_files() == [token]


def test_not_to_import_deletes_the_file(page, shelf):
    upload(page, shelf)

    page.post(SCREEN, {"action": "discard"})

    assert (waiting_files(), ControlledPage.objects.exists()) == ([], False)


def test_another_file_takes_the_place_of_the_first(page, shelf):
    upload(page, shelf)
    upload(page, shelf, "# 问\n\n答".encode(), "a.md", "faq")

    assert len(waiting_files()) == 1
    confirm(page)
    assert FaqPage.objects.get().title == "问"
    assert not ManualPage.objects.exists()


@pytest.mark.parametrize(("name", "data"), [("a.docx", b"x"), ("a.pdf", b"%PDF"), ("a.md", b""), ("a.md", b" ")])
def test_what_cannot_be_read_is_refused_at_the_form(page, shelf, name, data):
    shown = upload(page, shelf, data, name)

    assert shown.status_code == 422
    assert shown.context["form"].errors["file"]
    assert waiting_files() == []


def test_a_file_too_large_is_refused_before_it_is_read(page, shelf, monkeypatch):
    monkeypatch.setattr("kb.importing.archive.MAX_SIZE", 1024**2)

    assert upload(page, shelf, b"x" * (1024**2 + 1), "a.md").status_code == 422


def test_a_stranger_is_asked_to_sign_in_and_who_may_not_is_told(client, technician, shelf):
    assert client.get(SCREEN).status_code == 302

    client.force_login(technician)
    assert client.get(SCREEN).status_code == 403
    assert upload(client, shelf).status_code == 403
    assert waiting_files() == []


def test_who_may_no_longer_when_it_comes_to_it_imports_nothing(page, shelf, author):
    upload(page, shelf)
    author.groups.clear()

    assert confirm(page).status_code == 403
    assert not ControlledPage.objects.exists()


def test_a_folder_one_may_not_add_to_is_no_choice(page, shelf):
    shown = page.post(
        SCREEN, {"file": SimpleUploadedFile("a.md", b"# x"), "kind": "faq", "folder": shelf.get_parent().pk}
    )

    assert shown.status_code == 422


def test_what_nobody_came_back_for_is_swept_away_after_a_day(page, shelf):
    upload(page, shelf)
    [token] = waiting_files()
    old = (timezone.now() - datetime.timedelta(days=1, minutes=1)).timestamp()
    os.utime(storages["files"].path(f"imports/{token}"), (old, old))

    assert staging.sweep(at=timezone.now()) == 1
    shown = page.get(f"{SCREEN}?step=review", follow=True)
    assert shown.context["form"]
    assert [str(message) for message in shown.context["messages"]]


def test_a_file_that_waits_is_kept_for_a_day(page, shelf):
    upload(page, shelf)

    assert staging.sweep(at=timezone.now()) == 0
    assert page.get(f"{SCREEN}?step=review").status_code == 200


def test_what_a_file_says_is_shown_as_words(page, shelf):
    shown = upload(
        page, shelf, "# <script>alert(1)</script>甲\n\n[x](javascript:alert(1)) <b onclick=x>y</b>".encode(), "a.md"
    )

    assert "<script>alert" not in shown.text
    assert "onclick" not in shown.text


def test_the_screen_speaks_english_too(page, shelf):
    assert "Import a document" in page.get(f"/en{SCREEN}").text
