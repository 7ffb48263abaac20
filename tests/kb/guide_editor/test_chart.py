"""The chart and the findings while a guide is typed: for whoever may edit it, whatever the form holds, never saved."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.models import FaultGuidePage
from people.models import User
from tests import database, make
from tests.kb.guide_editor.form import form
from tests.make import act, ask, end, measure

pytestmark = pytest.mark.django_db

SOUND = [act("do", then="done", text="", hazard=""), end("done", cause="坏")]


@pytest.fixture
@database.once
def draft() -> FaultGuidePage:
    """A guide that was never in force."""
    return make.guide(live=False)


@pytest.fixture
def editor(client: Client, author: User) -> Client:
    """An author's browser."""
    client.force_login(author)
    return client


def typed(client: Client, page: FaultGuidePage, body: list[dict], **changes: object) -> dict:
    """Return what the editor shows for these nodes."""
    answer = client.post(reverse("guide_draft_chart", args=[page.pk]), form(page, body, **changes))
    assert answer.status_code == 200
    return answer.json()


def codes(shown: dict) -> set[tuple[str, str]]:
    """Return (node, member) of every finding."""
    return {(problem["block"], problem["field"]) for problem in shown["problems"]}


def test_what_is_typed_is_drawn_and_checked_and_not_saved(editor: Client, draft: FaultGuidePage) -> None:
    before = draft.revisions.count()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = typed(editor, draft, [act("do", then="nowhere"), end("done", cause="坏")])

    assert "fc-missing" in shown["svg"]
    assert codes(shown) == {("do", "then"), ("done", "")}
    assert "#node-do" in shown["summary"]
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    draft.refresh_from_db()
    assert (draft.start, draft.revisions.count()) == ("lamp", before)


def test_a_draft_over_what_is_in_force_is_checked_as_typed(editor: Client) -> None:
    guide = make.guide()

    assert codes(typed(editor, guide, [act("do", then="nowhere")])) == {("do", "then")}
    assert FaultGuidePage.objects.get(pk=guide.pk).start == "lamp"


def test_a_sound_guide_has_no_findings(editor: Client, draft: FaultGuidePage) -> None:
    assert typed(editor, draft, SOUND)["problems"] == []


def test_half_a_form_is_half_a_guide(editor: Client, draft: FaultGuidePage) -> None:
    body = [
        ask("lamp", {"": ""}, none="", heading=""),
        measure("rail", [("1e", "-", "done"), ("NaN", "Infinity", "")], cannot="rail", unit=""),
        act("do", then="do", procedure="999999", hazards=" , 没有"),
        end("done", result=""),
    ]

    shown = typed(editor, draft, body)

    assert {("lamp", "choices"), ("lamp", "none"), ("rail", "unit"), ("do", "hazards")} <= codes(shown)
    assert typed(editor, draft, [])["svg"] == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"body-count": "many"},
        {"body-count": "3"},
        {"body-0-order": "first"},
        {"body-0-value-procedure": "first"},
    ],
)
def test_what_no_editor_sends_is_refused(editor: Client, draft: FaultGuidePage, changes: dict) -> None:
    answer = editor.post(reverse("guide_draft_chart", args=[draft.pk]), form(draft, SOUND, **changes))

    assert answer.status_code == 400


def test_a_procedure_of_a_number_too_large_to_be_one_breaks_nothing(editor: Client, draft: FaultGuidePage) -> None:
    enormous = form(draft, SOUND, **{"body-0-value-procedure": "9" * 40})
    answer = editor.post(reverse("guide_draft_chart", args=[draft.pk]), enormous)

    assert answer.status_code in {200, 400}  # SQLite cannot be asked for it, PostgreSQL knows of none


def test_an_empty_post_is_refused(editor: Client, draft: FaultGuidePage) -> None:
    assert editor.post(reverse("guide_draft_chart", args=[draft.pk])).status_code == 400
    assert editor.get(reverse("guide_draft_chart", args=[draft.pk])).status_code == 405


def test_only_who_may_edit_the_guide_is_answered(client: Client, draft: FaultGuidePage, technician: User) -> None:
    address = reverse("guide_draft_chart", args=[draft.pk])
    quiet = {"headers": {"X-Requested-With": "XMLHttpRequest"}}

    assert client.post(address, form(draft, SOUND), **quiet).status_code in (302, 403)
    client.force_login(technician)
    assert client.post(address, form(draft, SOUND), **quiet).status_code in (302, 403)
    assert client.post(reverse("new_guide_chart", args=[make.folder().pk]), **quiet).status_code in (302, 403)


def test_a_page_that_is_no_guide_has_none(editor: Client, draft: FaultGuidePage) -> None:
    folder = make.folder()
    assert editor.post(reverse("guide_draft_chart", args=[folder.pk])).status_code == 404
    assert editor.post(reverse("new_guide_chart", args=[10**6])).status_code == 404
    home = editor.post(reverse("new_guide_chart", args=[folder.get_parent().pk]), form(draft, SOUND))
    assert home.status_code == 302  # as everywhere in the admin: sent away with a message


def test_a_guide_that_is_not_saved_yet_is_drawn_too(editor: Client, draft: FaultGuidePage) -> None:
    answer = editor.post(reverse("new_guide_chart", args=[make.folder().pk]), form(draft, SOUND))

    assert answer.json()["problems"] == []
    assert FaultGuidePage.objects.count() == 1


def test_ids_that_nobody_can_read_are_told_by_heading(editor: Client, draft: FaultGuidePage) -> None:
    one, two = "0b9c7a8e-5b1c-4f3e-9d55-0a1b2c3d4e5f", "1b9c7a8e-5b1c-4f3e-9d55-0a1b2c3d4e5f"
    body = [act(one, then=two) | {}, act(two, then=one)]
    body[0]["value"]["heading"], body[1]["value"]["heading"] = "拔下", "插上"

    texts = " ".join(problem["text"] for problem in typed(editor, draft, body)["problems"])

    assert "拔下 → 插上 → 拔下" in texts
    assert one not in texts


def test_names_that_do_not_exist_are_found(editor: Client, draft: FaultGuidePage) -> None:
    private = make.procedure(audience=2, confidentiality="internal")
    unfinished = make.procedure(live=False)
    body = [
        act("do", then="more", qualification="no/1", hazards="no", procedure=unfinished.pk),
        act("more", then="done", procedure=private.pk),
        end("done", cause="坏", component="no", parts="no, "),
    ]

    shown = typed(editor, draft, body)

    told = {(problem["block"], problem["field"], problem["is_error"]) for problem in shown["problems"]}
    assert told == {
        ("do", "qualification", True), ("do", "hazards", True), ("do", "procedure", False),
        ("more", "procedure", False), ("done", "component", True), ("done", "parts", True),
    }  # fmt: skip


def test_markup_in_a_node_stays_text(editor: Client, draft: FaultGuidePage) -> None:
    body = [act("do", then="x<b>"), end("done", cause="坏")]
    body[0]["value"]["heading"] = "<script>alert(1)</script>"

    shown = typed(editor, draft, body)

    assert "<script" not in shown["svg"] + shown["summary"]


def test_the_editor_itself_shows_chart_and_findings_at_once(editor: Client, draft: FaultGuidePage) -> None:
    draft.start = "nix"
    draft.save_revision(clean=False)

    shown = editor.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).text

    assert all(piece in shown for piece in ('class="fc"', "kb-guide-found", "kb/guide.js"))
    folder = make.folder()
    assert editor.get(reverse("wagtailadmin_pages:add", args=["kb", "faultguidepage", folder.pk])).status_code == 200


def test_150_nodes_take_a_moment_and_few_queries(editor: Client, draft: FaultGuidePage) -> None:
    def chain(count: int) -> list[dict]:
        steps = [act(f"n{n}", then=f"n{n + 1}") for n in range(count)]
        return [*steps, end(f"n{count}", cause="坏")]

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert typed(editor, draft, chain(count))["problems"] == []
        return len(asked)

    few = queries(2)
    begun = time.perf_counter()
    assert queries(149) == few
    assert time.perf_counter() - begun < 5
