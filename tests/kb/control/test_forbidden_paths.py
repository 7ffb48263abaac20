"""No screen of Wagtail's admin leads past the sign-off: everybody tries each, on documents and on their folders."""

import json
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from kb.models import ControlledPage
from tests.kb.control.estate import PEOPLE, Estate, estate, form, standing, then_undone

pytestmark = pytest.mark.django_db
__all__ = ["estate"]

type Attempt = Callable[[Client, Estate], HttpResponse]
ATTEMPTS: dict[str, Attempt] = {}


def attempt(does: Attempt) -> Attempt:
    """List a way to try."""
    ATTEMPTS[does.__name__.replace("_", " ")] = does
    return does


def url(name: str, *args: object) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def edit(client: Client, page: ControlledPage, **extra: object) -> HttpResponse:
    return client.post(url("edit", page.pk), form(page, **extra))


def task_of(page: ControlledPage) -> int:
    return page.current_workflow_task_state.pk


def bulk(client: Client, action: str, *pages: Page, **data: object) -> HttpResponse:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    chosen = "".join(f"&id={page.pk}" for page in pages)
    root = reverse("wagtailadmin_explore_root")
    return client.post(f"{address}?next={root}{chosen}", {"confirm_site_name": "Benchbook"} | data)


def admin_api(client: Client, page: Page, action: str, **data: object) -> HttpResponse:
    address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
    return client.post(address, json.dumps(data), content_type="application/json")


# Create and edit


@attempt
def create_and_publish_in_one_go(client: Client, estate: Estate) -> HttpResponse:
    address = url("add", "kb", "faqpage", estate.folder.pk)
    return client.post(address, form(estate.live, number="", slug="new") | {"action-publish": "1"})


@attempt
def create_a_chapter_of_a_manual_in_force_and_publish_it(client: Client, estate: Estate) -> HttpResponse:
    address = url("add", "kb", "chapterpage", estate.manual.pk)
    return client.post(address, form(estate.live, number="", slug="new") | {"action-publish": "1"})


@attempt
def create_and_submit_to_wagtails_workflow(client: Client, estate: Estate) -> HttpResponse:
    address = url("add", "kb", "faqpage", estate.folder.pk)
    return client.post(address, form(estate.live, number="", slug="new") | {"action-submit": "1"})


@attempt
def edit_and_publish(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.live, **{"action-publish": "1"})


@attempt
def edit_and_publish_what_was_never_submitted(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.fresh, **{"action-publish": "1"})


@attempt
def edit_and_publish_what_is_signed_for_later(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.scheduled, **{"action-publish": "1"})


@attempt
def edit_and_publish_what_was_withdrawn(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.withdrawn, **{"action-publish": "1"})


@attempt
def submit_to_wagtails_workflow(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.live, **{"action-submit": "1"})


@attempt
def schedule_it_by_dates_in_the_form(client: Client, estate: Estate) -> HttpResponse:
    dates = {"go_live_at": "2020-01-01 00:00", "expire_at": "2020-01-02 00:00"}
    return edit(client, estate.live, **dates, **{"action-publish": "1"})


@attempt
def send_fields_the_form_does_not_have(client: Client, estate: Estate) -> HttpResponse:
    fields = {"live": "on", "slug": "moved", "owner": str(estate.superuser.pk), "number": "XX-1", "locked": ""}
    return edit(client, estate.live, **fields, live_revision=str(estate.live.latest_revision_id))


# While it waits for signatures


@attempt
def save_a_draft_in_review(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.waiting)


@attempt
def save_a_first_draft_in_review(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.beginning)


@attempt
def autosave_in_review(client: Client, estate: Estate) -> HttpResponse:
    data = form(estate.waiting, loaded_revision_id=estate.again("waiting").latest_revision_id)
    return client.post(url("edit", estate.waiting.pk), data, headers={"accept": "application/json"})


@attempt
def write_over_the_revision_in_review(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.waiting, overwrite_revision_id=estate.again("waiting").latest_revision_id)


@attempt
def write_over_the_revision_that_was_signed(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.scheduled, overwrite_revision_id=estate.again("scheduled").latest_revision_id)


@attempt
def publish_in_review(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.waiting, **{"action-publish": "1"})


@attempt
def restart_the_workflow(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.waiting, **{"action-restart-workflow": "1"})


@attempt
def cancel_the_workflow(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.waiting, **{"action-cancel-workflow": "1"})


@attempt
def cancel_the_workflow_and_save(client: Client, estate: Estate) -> HttpResponse:
    edit(client, estate.beginning, **{"action-cancel-workflow": "1"})
    return edit(client, estate.beginning)


@attempt
def cancel_the_workflow_and_submit_to_wagtails(client: Client, estate: Estate) -> HttpResponse:
    edit(client, estate.beginning, **{"action-cancel-workflow": "1"})
    return edit(client, estate.beginning, **{"action-submit": "1"})


@attempt
def approve_while_editing(client: Client, estate: Estate) -> HttpResponse:
    return edit(client, estate.waiting, **{"action-workflow-action": "1", "workflow-action-name": "approve"})


@attempt
def approve_on_wagtails_screen(client: Client, estate: Estate) -> HttpResponse:
    page = estate.again("waiting")
    return client.post(url("workflow_action", page.pk, "approve", task_of(page)), {"comment": "好"})


@attempt
def reject_on_wagtails_screen(client: Client, estate: Estate) -> HttpResponse:
    page = estate.again("waiting")
    return client.post(url("workflow_action", page.pk, "reject", task_of(page)), {"comment": "不"})


@attempt
def collect_words_for_an_approval(client: Client, estate: Estate) -> HttpResponse:
    page = estate.again("waiting")
    return client.post(url("collect_workflow_action_data", page.pk, "approve", task_of(page)), {"comment": "好"})


@attempt
def look_at_wagtails_preview_of_a_task(client: Client, estate: Estate) -> HttpResponse:
    page = estate.again("waiting")
    return client.get(url("workflow_preview", page.pk, page.current_workflow_task.pk))


@attempt
def confirm_a_cancellation(client: Client, estate: Estate) -> HttpResponse:
    return client.post(url("confirm_workflow_cancellation", estate.waiting.pk))


@attempt
def unlock_it_and_save(client: Client, estate: Estate) -> HttpResponse:
    client.post(url("unlock", estate.waiting.pk))
    return edit(client, estate.waiting)


@attempt
def lock_it_for_oneself_and_save(client: Client, estate: Estate) -> HttpResponse:
    client.post(url("lock", estate.waiting.pk))
    return edit(client, estate.waiting)


# History


@attempt
def go_back_to_an_earlier_text_and_publish(client: Client, estate: Estate) -> HttpResponse:
    data = form(estate.live, revision=estate.live.live_revision_id) | {"action-publish": "1"}
    client.get(url("revisions_revert", estate.live.pk, estate.live.live_revision_id))
    return client.post(url("revisions_revert", estate.live.pk, estate.live.live_revision_id), data)


@attempt
def go_back_to_an_earlier_text_in_review(client: Client, estate: Estate) -> HttpResponse:
    return client.post(
        url("revisions_revert", estate.waiting.pk, estate.waiting.live_revision_id), form(estate.waiting)
    )


@attempt
def cancel_a_schedule(client: Client, estate: Estate) -> HttpResponse:
    return client.post(url("revisions_unschedule", estate.scheduled.pk, estate.scheduled.latest_revision_id))


# Unpublish and delete


def ending(name: str) -> None:
    """List the ways to make an end of what has this name, or to take it elsewhere."""

    def page(estate: Estate) -> Page:
        return getattr(estate, name)

    def listed(way: str, does: Attempt) -> None:
        ATTEMPTS[f"{way} {name}"] = does

    said = {"include_descendants": "on", "confirm_site_name": "Benchbook"}
    listed("unpublish", lambda c, e: c.post(url("unpublish", page(e).pk), said))
    listed("delete", lambda c, e: c.post(url("delete", page(e).pk), said))
    listed("publish among many", lambda c, e: bulk(c, "publish", page(e), e.fresh, **said))
    listed("unpublish among many", lambda c, e: bulk(c, "unpublish", page(e), e.fresh, **said))
    listed("delete among many", lambda c, e: bulk(c, "delete", page(e), e.withdrawn, **said))
    listed("move among many", lambda c, e: bulk(c, "move", page(e), chooser=e.elsewhere.pk))
    listed("move", lambda c, e: c.post(url("move_confirm", page(e).pk, e.elsewhere.pk)))
    listed("make private", lambda c, e: c.post(url("set_privacy", page(e).pk), {"restriction_type": "login"}))
    listed("publish by the admin's API", lambda c, e: admin_api(c, page(e), "publish"))
    listed("unpublish by the admin's API", lambda c, e: admin_api(c, page(e), "unpublish", recursive=True))
    listed("delete by the admin's API", lambda c, e: admin_api(c, page(e), "delete"))
    to = {"position": "last-child"}
    listed(
        "move by the admin's API",
        lambda c, e: admin_api(c, page(e), "move", destination_page_id=e.elsewhere.pk, **to),
    )


for _name in ("live", "waiting", "beginning", "scheduled", "withdrawn", "manual", "folder", "home"):
    ending(_name)


# Places


@attempt
def move_a_chapter_to_another_manual(client: Client, estate: Estate) -> HttpResponse:
    return client.post(url("move_confirm", estate.chapters[0].pk, estate.other_manual.pk))


@attempt
def put_the_chapters_of_a_manual_in_another_order(client: Client, estate: Estate) -> HttpResponse:
    return client.post(url("set_page_position", estate.chapters[0].pk) + "?position=2")


@attempt
def put_the_documents_of_a_folder_in_another_order(client: Client, estate: Estate) -> HttpResponse:
    return client.post(url("set_page_position", estate.live.pk) + "?position=2")


# Copies, aliases, translations


def copying(name: str, to: Callable[[Estate], Page]) -> None:
    def copy(client: Client, estate: Estate, **data: object) -> HttpResponse:
        said = {"new_title": "副本", "new_slug": "a-copy", "new_parent_page": to(estate).pk, "copy_subpages": "on"}
        return client.post(url("copy", getattr(estate, name).pk), said | data)

    def by_api(client: Client, estate: Estate, action: str, **data: object) -> HttpResponse:
        said = {"destination_page_id": to(estate).pk, "recursive": True}
        return admin_api(client, getattr(estate, name), action, **said | data)

    ATTEMPTS[f"copy {name} and publish the copies"] = lambda c, e: copy(c, e, publish_copies="on")
    ATTEMPTS[f"copy {name} as an alias"] = lambda c, e: copy(c, e, alias="on")
    ATTEMPTS[f"copy {name} live by the admin's API"] = lambda c, e: by_api(c, e, "copy", keep_live=True, slug="copied")
    ATTEMPTS[f"make an alias of {name} by the admin's API"] = lambda c, e: by_api(
        c, e, "create_alias", update_slug="copied"
    )
    ATTEMPTS[f"make {name} an ordinary page"] = lambda c, e: c.post(url("convert_alias", getattr(e, name).pk))
    for alias in (False, True):
        for parents in (False, True):
            ATTEMPTS[f"translate {name} by the admin's API, alias={alias}, parents={parents}"] = (
                lambda c, e, alias=alias, parents=parents: admin_api(
                    c, getattr(e, name), "copy_for_translation",
                    locale="en", alias=alias, copy_parents=parents, recursive=True,
                )
            )  # fmt: skip


copying("live", lambda estate: estate.elsewhere)
copying("waiting", lambda estate: estate.elsewhere)
copying("manual", lambda estate: estate.elsewhere)
copying("folder", lambda estate: estate.elsewhere)
copying("home", lambda estate: Page.get_first_root_node())


@attempt
def copy_a_chapter_into_another_manual_and_publish_it(client: Client, estate: Estate) -> HttpResponse:
    said = {
        "new_title": "副本",
        "new_slug": "a-copy",
        "new_parent_page": estate.other_manual.pk,
        "publish_copies": "on",
    }
    return client.post(url("copy", estate.chapters[0].pk), said)


@attempt
def translate_a_whole_tree(client: Client, estate: Estate) -> HttpResponse:
    said = {"locales": [Locale.objects.get(language_code="en").pk], "include_subtree": "on"}
    return client.post(reverse("simple_translation:submit_page_translation", args=[estate.home.pk]), said)


@attempt
def go_back_to_an_earlier_text_by_the_admins_api(client: Client, estate: Estate) -> HttpResponse:
    return admin_api(client, estate.waiting, "revert_to_page_revision", revision_id=estate.waiting.live_revision_id)


@pytest.mark.parametrize("way", ATTEMPTS)
def test_no_screen_leads_past_the_sign_off(estate: Estate, way: str) -> None:
    before = standing()
    for name in PEOPLE:
        with then_undone():
            client = Client()
            client.force_login(estate.person(name))

            answer = ATTEMPTS[way](client, estate)

            assert standing() == before, name
            assert answer.status_code in {200, 201, 302, 400, 403, 404, 405}, name
            assert answer.status_code != 302 or list(get_messages(answer.wsgi_request)), name
