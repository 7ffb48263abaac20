"""Documents on paper and as PDF."""

import http.server
import stat
import threading

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.utils import translation

from kb import paper
from kb.models import ControlledPage
from people.models import Audience
from tests import database, make
from tests.make import step, text

pytestmark = pytest.mark.django_db


def missing() -> str:
    """Say why no PDF can be made here; empty where one can."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as reason:
        return f"the extra pdf is not installed: {reason}"
    return "" if paper.has_chinese_font() else "no Chinese font"


makes_pdf = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
@database.once
def page():
    return make.procedure(number="PR-1", title="更换电源", body=[step("off", "断电并验电"), step("open")])


def test_the_paper_names_number_version_and_that_it_is_not_controlled(client, page):
    shown = client.get("/doc/PR-1/").content.decode()

    assert "打印件非受控" in shown
    assert "paper__head" in shown
    assert shown.count("/d/PR-1/1.0") >= 1


def test_a_code_is_an_image_without_styles_of_its_own():
    code = paper.code("https://benchbook.example/d/PR-1/1.0")

    assert code.startswith("<svg")
    assert "style=" not in code
    assert "<script" not in code


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/static/web/benchbook.css",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "data:text/plain,hi",
        "https://paper.invalid.example.org/static/web/benchbook.css",
        "https://paper.invalid@example.org/static/web/benchbook.css",
        "https://paper.invalid/static/../settings.py",
        "https://paper.invalid/static/%2e%2e/%2e%2e/manage.py",
        "https://paper.invalid/static//etc/passwd",
        "https://paper.invalid/media/../db.sqlite3",
        "https://paper.invalid/media/%2e%2e/%2e%2e/etc/passwd",
        "https://paper.invalid/files/1/secret.pdf",
        "https://paper.invalid/doc/PR-1/",
        "https://paper.invalid/",
        "",
    ],
)
def test_nothing_but_our_own_files_is_fetched(url):
    with pytest.raises((ValueError, OSError, SuspiciousFileOperation)):
        paper.own_file(url)


def test_our_own_files_are(page):
    assert b"@page" in paper.own_file("https://paper.invalid/static/web/benchbook.css?v=1")


@makes_pdf
def test_a_document_becomes_a_pdf(client, page):
    answer = client.get("/doc/PR-1/pdf/")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "PR-1 1.0.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.content.startswith(b"%PDF-")
    assert client.get("/doc/PR-1/").content.count(b"/doc/PR-1/pdf/") == 1


@makes_pdf
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_kind_becomes_one(client, technician, prefix):
    manual, (chapter, *_rest) = make.manual()
    client.force_login(technician)
    for made in (manual, chapter, make.guide(), make.document(), make.procedure(asks=make.qualification())):
        assert client.get(f"{prefix}/doc/{made.number}/pdf/").content.startswith(b"%PDF-")


@makes_pdf
def test_the_server_goes_nowhere_for_a_pdf(tmp_path):
    asked = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>secret</text></svg>")
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        made = paper.pdf(
            f'<link rel="stylesheet" href="{address}/a.css"><style>@import "{address}/b.css"; p {{ background: '
            f'url({address}/c.png) }}</style><p>文字<img src="{address}/d.png"><img src="{secret.as_uri()}"></p>'
            f'<link rel="attachment" href="{secret.as_uri()}"><object data="{address}/e.svg"></object>'
        )
    finally:
        server.shutdown()
        server.server_close()

    assert made.startswith(b"%PDF-")
    assert b"secret" not in made
    assert asked == []


@pytest.mark.parametrize(
    "fields", [{"audience": Audience.INTERNAL}, {"confidentiality": ControlledPage.Confidentiality.RESTRICTED}], ids=str
)
def test_what_a_person_may_not_read_is_no_pdf_for_him(client, customer, fields):
    make.document(number="A-1", **fields)
    client.force_login(customer)

    assert client.get("/doc/A-1/pdf/").status_code == 404
    assert client.get("/doc/A-1/pdf/").content != b""


@makes_pdf
def test_without_a_chinese_font_it_is_refused_in_words(client, page, monkeypatch, tmp_path):
    fonts = tmp_path / "fc-list"
    fonts.write_text("#!/bin/sh\nexit 0\n")
    fonts.chmod(fonts.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))

    answer = client.get("/en/doc/PR-1/pdf/")

    assert answer.status_code == 503
    assert "no Chinese font" in answer.content.decode()


def test_without_the_extra_there_is_no_button_and_a_sentence(client, page, monkeypatch):
    monkeypatch.setattr(paper, "find_spec", lambda name: None)  # as on a machine where it is not installed

    answer = client.get("/en/doc/PR-1/pdf/")

    assert answer.status_code == 404
    assert "does not make PDF files" in answer.content.decode()
    assert "/doc/PR-1/pdf/" not in client.get("/doc/PR-1/").content.decode()


def test_an_address_on_paper_is_that_of_the_documents_language(page, settings):
    english = make.document(number="A-1", language="en", body=[text("a")])

    with translation.override("en"):
        assert paper.address(page.edition) == f"{settings.BASE_URL}/d/PR-1/1.0"
    assert paper.address(english.edition) == f"{settings.BASE_URL}/en/d/A-1/1.0"
