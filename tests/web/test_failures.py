"""What is shown when something fails, and the headers every answer has."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kb.models import File
from tests import make
from web import views

pytestmark = pytest.mark.django_db


def in_our_dress(answer):
    shown = answer.content.decode()
    return "benchbook.css" in shown and "Benchbook" in shown and "Traceback" not in shown


@pytest.mark.parametrize("path", ["/nowhere/", "/en/nowhere/", "/nowhere", "/doc/", "/exams/x/y/z/"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_404(client, technician, path, signed_in):
    if signed_in:
        client.force_login(technician)

    answer = client.get(path, follow=True)

    assert answer.status_code == 404
    assert in_our_dress(answer)


def test_404_speaks_the_language_of_its_address(client):
    assert client.get("/en/nowhere/").headers["Content-Language"] == "en"
    assert client.get("/nowhere/").headers["Content-Language"] == "zh-hans"


def test_403(client, technician):
    client.force_login(technician)

    answer = client.get(reverse("decisions"))

    assert answer.status_code == 403
    assert in_our_dress(answer)


def test_a_form_without_its_token_is_403_in_our_dress_too(technician):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(technician)

    answer = strict.post(reverse("check_in", args=[make.exam().key]))

    assert answer.status_code == 403
    assert in_our_dress(answer)


def test_400(rf, technician):
    request = rf.get("/")
    request.user = technician

    answer = views.bad_request(request, SuspiciousOperation())

    assert answer.status_code == 400
    assert in_our_dress(answer)


def test_too_large_a_request_is_400_in_our_dress(client):
    answer = client.post(reverse("account_login"), {"login": "x" * 3_000_000})

    assert answer.status_code == 400
    assert in_our_dress(answer)


def test_an_unknown_host_is_400(client):
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400


def test_500_touches_neither_database_nor_session(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = views.broken(rf.get("/"))

    assert answer.status_code == 500
    assert in_our_dress(answer)


STRICT = "script-src 'self' 'nonce-"


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/search/?q=x", "/verify/", "/accounts/login/", "/nowhere/", "/administration/"]
)
def test_public_pages_have_the_strict_policy(client, path):
    answer = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert " style=" not in answer.content.decode()
    assert " onclick=" not in answer.content.decode()


def test_the_policy_is_relaxed_below_admin_alone(client, administrator):
    client.force_login(administrator)

    assert "'unsafe-inline'" in client.get("/admin/").headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/me/").headers["Content-Security-Policy"]


def test_inline_scripts_carry_the_nonce_of_their_page(client):
    first, second = client.get("/"), client.get("/")

    for answer in (first, second):
        for script in answer.content.decode().split("<script")[1:]:
            assert "src=" in script.split(">")[0] or "nonce=" in script.split(">")[0] or "application/" in script


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_other_headers(client, name, value):
    assert client.get("/").headers[name] == value


@pytest.mark.parametrize(
    ("name", "is_kept"), [("notes.txt", True), ("virus.exe", False), ("page.html", False), ("image.svg", False)]
)
def test_only_harmless_files_are_taken(client, administrator, name, is_kept):
    client.force_login(administrator)

    form = {"title": "文件", "file": SimpleUploadedFile(name, b"text"), "collection": 1, "audience": 2}
    client.post(reverse("wagtaildocs:add"), form)

    assert File.objects.exists() is is_kept


def test_too_large_a_file_is_refused_in_words(client, administrator, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    client.force_login(administrator)

    form = {"title": "文件", "file": SimpleUploadedFile("big.txt", b"x" * 11), "collection": 1, "audience": 2}
    answer = client.post(reverse("wagtaildocs:add"), form)

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not File.objects.exists()
