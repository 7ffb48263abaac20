"""Wagtail's API is not part of the site; were it mounted, nobody's token would lead past the sign-off."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django import Settings
from wagtail.models import APIToken, Page

from kb.models import ControlledPage
from tests import make
from tests.kb.control.estate import PEOPLE, Estate, estate, standing, then_undone

pytest.importorskip("ninja", reason="Wagtail's API needs django-ninja")
pytestmark = pytest.mark.django_db
__all__ = ["estate"]

READS = {"GET"}
# Everything that it can write, as it says itself; a new one in a later Wagtail must be looked at here.
WRITES = {
    ("POST", "/api/v3/pages/"),
    ("PATCH", "/api/v3/pages/{page_id}/"),
    ("DELETE", "/api/v3/pages/{page_id}/"),
    ("DELETE", "/api/v3/pages/{page_id}/actions/delete/"),
    *(
        ("POST", f"/api/v3/pages/{{page_id}}/actions/{action}/")
        for action in (
            *("publish", "unpublish", "copy", "move", "revert"),
            *("convert_alias", "create_alias", "copy_for_translation"),
        )
    ),
}
NAMES = ("live", "waiting", "beginning", "scheduled", "withdrawn", "manual", "folder", "home")


@pytest.fixture(autouse=True)
def mounted(settings: Settings) -> None:
    """Mount it."""
    settings.ROOT_URLCONF = "tests.kb.control.api_urls"


def request(client: Client, token: str, method: str, path: str, data: object = None) -> HttpResponse:
    """Send a request with a token."""
    return client.generic(
        method, path, json.dumps(data or {}), "application/json", headers={"authorization": f"Bearer {token}"}
    )


def attempts(estate: Estate, name: str) -> list[tuple[str, str, object]]:
    """Return (method, address, what is sent) for everything that can be tried on what has this name."""
    page = estate.home if name == "home" else getattr(estate, name)
    base, kind = f"/api/v3/pages/{page.pk}/", page.specific_class._meta.label
    elsewhere = Page.get_first_root_node().pk if name == "home" else estate.elsewhere.pk
    words = {"title": "没有人签署的标题"} | ({} if name in {"folder", "home"} else {"slug": "moved"})
    to = {"destination_id": elsewhere, "recursive": True, "slug": "copied"}
    revision = (page.live_revision or page.latest_revision or estate.live.latest_revision).pk
    return [
        ("PATCH", base, {"meta": {"action": "publish"}} | words),
        ("PATCH", base, {"meta": {"type": kind, "action": "publish"}} | words),
        ("DELETE", base, None),
        ("DELETE", f"{base}actions/delete/", None),
        ("POST", f"{base}actions/publish/", None),
        ("POST", f"{base}actions/unpublish/", {"recursive": True}),
        ("POST", f"{base}actions/copy/", to | {"keep_live": True}),
        ("POST", f"{base}actions/move/", {"destination_id": elsewhere, "position": "last-child"}),
        ("POST", f"{base}actions/revert/", {"revision_id": revision}),
        ("POST", f"{base}actions/convert_alias/", None),
        ("POST", f"{base}actions/create_alias/", to),
        ("POST", f"{base}actions/copy_for_translation/", {"locale": "en", "alias": True, "recursive": True}),
        (
            "POST",
            f"{base}actions/copy_for_translation/",
            {"locale": "en", "copy_parents": True, "recursive": True},
        ),
    ]


def test_the_site_has_no_such_api(settings: Settings) -> None:
    settings.ROOT_URLCONF = "web.urls"
    for path in ("/api/v3/pages/", "/api/v2/pages/", "/api/v3/schema/"):
        with pytest.raises(Resolver404):
            resolve(path)


def test_these_are_all_its_writes(client: Client) -> None:
    said = client.get("/api/v3/openapi.json").json()["paths"]

    found = {(method.upper(), path) for path, methods in said.items() for method in methods}
    writes = {(method, path) for method, path in found if method not in READS}
    assert {(method, path) for method, path in writes if path.startswith("/api/v3/pages/")} == WRITES
    others = {path.split("/")[3] for _method, path in writes - WRITES}
    assert others <= {"documents", "images", "locales", "sites", "snippets"}  # of which none holds a text to sign


@pytest.mark.parametrize("name", NAMES)
def test_no_token_leads_past_the_sign_off(estate: Estate, name: str) -> None:
    before = standing()
    for person in PEOPLE:
        _row, token = APIToken.create_token(user=estate.person(person), name="t")
        for method, path, data in attempts(estate, name):
            with then_undone():
                answer = request(Client(), token, method, path, data)

                assert standing() == before, (person, method, path)
                assert answer.status_code in {200, 201, 204, 400, 401, 403, 404, 405, 422}, (person, method, path)
                assert "json" in answer.headers.get("content-type", "json")


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("action", ["publish", "draft"])
def test_a_token_makes_drafts_at_most(estate: Estate, client: Client, person: str, action: str) -> None:
    before = standing()
    _row, token = APIToken.create_token(user=estate.person(person), name="t")
    for parent, kind in ((estate.folder, "kb.FaqPage"), (estate.manual, "kb.ChapterPage")):
        data = {"title": "新", "meta": {"type": kind, "parent_id": parent.pk, "action": action}, "live": True}

        answer = request(client, token, "POST", "/api/v3/pages/", data | {"number": "XX-1", "body": []})

        assert answer.status_code in {201, 400, 403, 422}
        assert standing() == before


def test_a_token_of_a_person_without_access_opens_nothing(estate: Estate, client: Client) -> None:
    person = make.person(is_active=False)
    _row, token = APIToken.create_token(user=person, name="t")

    assert request(client, token, "DELETE", f"/api/v3/pages/{estate.fresh.pk}/").status_code == 401
    assert ControlledPage.objects.filter(pk=estate.fresh.pk).exists()
