"""No call of Wagtail's leads past the sign-off either: models, actions, commands, settings."""

import contextlib
import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    Page,
    Revision,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from kb.control import sign, submit, verify
from kb.models import (
    ControlledPage,
    Edition,
    FaqPage,
    KnowledgeIndexPage,
    ProcedurePage,
    SignOffTask,
    Submission,
    Tool,
)
from people.models import User
from tests import make
from tests.kb.control.estate import PEOPLE, Estate, estate, form, rewritten, standing, then_undone

pytestmark = pytest.mark.django_db
__all__ = ["estate"]

REFUSALS = (PermissionDenied, ValidationError, models.ProtectedError, IntegrityError)

type Call = Callable[[Estate, User | None], object]
CALLS: dict[str, Call] = {}


def call(does: Call) -> Call:
    """List a call to try."""
    CALLS[does.__name__.replace("_", " ")] = does
    return does


def draft(estate: Estate, name: str = "live") -> ControlledPage:
    """Return a document with words that nobody signed."""
    page = estate.again(name)
    page.title = "没有人签署的标题"
    return page


@call
def publish_a_draft(estate, user):
    estate.live.get_latest_revision().publish(user=user)


@call
def publish_a_draft_and_skip_the_question(estate, user):
    estate.live.get_latest_revision().publish(user=user, skip_permission_checks=True)


@call
def publish_past_the_page(estate, user):
    PublishPageRevisionAction(estate.live.get_latest_revision(), user=user).execute(skip_permission_checks=True)


@call
def publish_the_text_before(estate, user):
    first = Edition.objects.get(page=estate.renewed, sequence=1)
    first.revision.publish(user=user, skip_permission_checks=True)


@call
def publish_what_waits(estate, user):
    estate.again("beginning").get_latest_revision().publish(user=user, skip_permission_checks=True)


@call
def publish_before_the_day(estate, user):
    estate.again("scheduled").get_latest_revision().publish(user=user, skip_permission_checks=True)


@call
def publish_again_what_was_withdrawn(estate, user):
    estate.again("withdrawn").get_latest_revision().publish(user=user, skip_permission_checks=True)


@call
def save_other_words_on_what_is_live(estate, user):
    draft(estate).save(user=user)


@call
def save_other_words_without_a_check(estate, user):
    draft(estate).save(user=user, clean=False)


@call
def save_one_field_of_what_is_live(estate, user):
    draft(estate).save(update_fields=["title"])


@call
def hide_it_in_memory_and_save_one_field(estate, user):
    page = draft(estate)
    page.live = False
    page.save(update_fields=["title"])


@call
def point_what_is_live_at_a_draft(estate, user):
    page = estate.again("live")
    page.live_revision = page.latest_revision
    page.save(update_fields=["live_revision"], clean=False)


@call
def save_as_live(estate, user):
    page = estate.again("fresh")
    page.live = True
    page.save()


@call
def save_as_live_what_waits(estate, user):
    page = estate.again("beginning")
    page.live, page.live_revision = True, page.latest_revision
    page.save()


@call
def save_as_hidden(estate, user):
    page = estate.again("live")
    page.live = False
    page.save()


@call
def save_without_the_kind(estate, user):
    page = ControlledPage.objects.get(pk=estate.live.pk)
    page.title = "没有人签署的标题"
    page.save()


@call
def save_the_row_of_what_waits(estate, user):
    draft(estate, "beginning").save()


@call
def save_a_draft_of_what_waits(estate, user):
    draft(estate, "waiting").save_revision(user=user)


@call
def write_over_what_waits(estate, user):
    page = draft(estate, "waiting")
    page.save_revision(user=estate.team.author, overwrite_revision=page.get_latest_revision())


@call
def make_it_live_in_the_tree(estate, user):
    estate.folder.add_child(instance=FaqPage(title="新", slug="brand-new", locale=estate.folder.locale, live=True))


@call
def unpublish_it(estate, user):
    estate.again("live").unpublish(user=user)


@call
def unpublish_it_as_expired(estate, user):
    estate.again("live").unpublish(user=user, set_expired=True)


@call
def delete_it(estate, user):
    estate.again("live").delete(user=user)


@call
def delete_it_without_its_kind(estate, user):
    Page.objects.get(pk=estate.live.pk).delete(user=user)


@call
def delete_what_waits(estate, user):
    Page.objects.get(pk=estate.beginning.pk).delete(user=user)


@call
def delete_it_as_one_of_many(estate, user):
    Page.objects.filter(pk__in=[estate.live.pk, estate.fresh.pk]).delete()


@call
def delete_its_folder(estate, user):
    Page.objects.get(pk=estate.folder.pk).delete(user=user)


@call
def delete_the_home(estate, user):
    Page.objects.get(pk=estate.home.pk).delete()


@call
def delete_its_manual(estate, user):
    Page.objects.get(pk=estate.manual.pk).delete(user=user)


@call
def delete_the_revision_that_was_signed(estate, user):
    estate.live.live_revision.delete()


@call
def delete_all_revisions(estate, user):
    Revision.objects.filter(object_id=str(estate.live.pk)).delete()


@call
def delete_who_signed(estate, user):
    estate.team.approver.delete()


@call
def copy_it_live(estate, user):
    estate.again("live").copy(to=estate.elsewhere, keep_live=True, user=user, update_attrs={"slug": "a-copy"})


@call
def copy_its_folder_live(estate, user):
    KnowledgeIndexPage.objects.get(pk=estate.folder.pk).copy(
        to=estate.elsewhere, recursive=True, keep_live=True, user=user
    )


@call
def copy_the_home_live(estate, user):
    estate.home.copy(recursive=True, keep_live=True, user=user, update_attrs={"slug": "second-home"})


@call
def make_an_alias(estate, user):
    estate.again("live").create_alias(parent=estate.elsewhere, user=user)


@call
def make_an_alias_of_a_draft(estate, user):
    estate.again("fresh").create_alias(parent=estate.elsewhere, user=user)


@call
def make_an_alias_of_its_folder(estate, user):
    estate.folder.create_alias(parent=estate.elsewhere, recursive=True, user=user)


@call
def make_an_alias_in_another_language(estate, user):
    english = Locale.objects.get(language_code="en")
    estate.again("live").copy_for_translation(english, alias=True, copy_parents=True)


@call
def make_an_alias_of_a_draft_in_another_language(estate, user):
    english = make.folder("en").locale
    estate.again("fresh").copy_for_translation(english, alias=True, copy_parents=True)


@call
def restart_the_workflow_and_finish_it(estate, user):
    estate.again("waiting").current_workflow_state.finish(user=user)


@call
def approve_the_state_of_the_task(estate, user):
    state = estate.again("waiting").current_workflow_task_state
    state.approve(user=user)
    state.workflow_state.refresh_from_db()
    state.workflow_state.current_task_state.approve(user=user)


@call
def approve_through_the_task(estate, user):
    page = estate.again("waiting")
    page.current_workflow_task.on_action(page.current_workflow_task_state, user, "approve")


@call
def reject_through_the_task(estate, user):
    page = estate.again("waiting")
    page.current_workflow_task.on_action(page.current_workflow_task_state, user, "reject")


@call
def start_the_workflow_without_a_submission(estate, user):
    page = estate.again("live")
    page.get_workflow().start(page, user)


@pytest.mark.parametrize("what", CALLS)
def test_no_call_leads_past_the_sign_off(estate: Estate, what: str) -> None:
    before = standing()
    for name in (*PEOPLE, None):
        with then_undone():
            with pytest.raises(REFUSALS) as refused, transaction.atomic():
                CALLS[what](estate, name and estate.person(name))
            assert str(refused.value), name
            assert standing() == before, name


# What is not forbidden is harmless.


def test_copies_are_drafts_with_numbers_of_their_own(estate: Estate) -> None:
    before = set(ControlledPage.objects.values_list("pk", flat=True))

    KnowledgeIndexPage.objects.get(pk=estate.folder.pk).copy(to=estate.elsewhere, recursive=True, keep_live=False)

    copies = ControlledPage.objects.exclude(pk__in=before)
    assert len(copies) == len(before)
    assert not copies.filter(live=True).exists()
    assert not copies.filter(number__in=ControlledPage.objects.filter(pk__in=before).values("number")).exists()
    assert not Submission.objects.filter(page__in=copies).exists()


def test_a_translation_is_a_draft_and_the_number_is_that_of_the_document(estate: Estate) -> None:
    english = Locale.objects.get(language_code="en")
    for parent in (estate.home, estate.folder):
        parent.copy_for_translation(english)

    made = estate.again("live").copy_for_translation(english)

    assert (made.live, made.number, made.edition) == (False, estate.live.number, None)


def test_what_was_submitted_is_not_written_over_but_followed_by_a_draft(estate: Estate) -> None:
    page = draft(estate, "scheduled")
    signed = page.get_latest_revision()

    saved = page.save_revision(user=estate.team.author, overwrite_revision=signed)

    assert saved.pk != signed.pk
    signed.refresh_from_db()
    assert signed.as_object().content_digest() == Edition.objects.get(revision=signed).digest


def test_a_number_once_given_stays(estate: Estate) -> None:
    page = draft(estate)
    page.number = "OTHER-1"

    page.save_revision(user=estate.team.author)

    assert ControlledPage.objects.get(pk=estate.live.pk).number == estate.live.number
    assert estate.live.get_latest_revision_as_object().number == estate.live.number


# Wagtail's schedule


def scheduled(page: ControlledPage) -> Revision:
    """Let a text be scheduled by hand that nobody signed."""
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - datetime.timedelta(hours=1)
    revision.save()
    return revision


@pytest.mark.parametrize("name", ["live", "beginning", "scheduled", "fresh", "withdrawn"])
def test_wagtails_schedule_publishes_nothing_unsigned_and_goes_on(estate: Estate, name: str) -> None:
    before = standing()
    unsigned = scheduled(getattr(estate, name))
    folder = KnowledgeIndexPage.objects.get(pk=estate.elsewhere.pk)
    folder.title = "改名"
    other = scheduled_folder = folder.save_revision()
    Revision.objects.filter(pk=other.pk).update(approved_go_live_at=timezone.now())

    call_command("publish_scheduled", verbosity=0)

    assert standing() == before
    unsigned.refresh_from_db()
    assert unsigned.approved_go_live_at is None
    assert KnowledgeIndexPage.objects.get(pk=scheduled_folder.object_id).title == "改名"


def test_no_date_in_a_document_ends_it(estate: Estate) -> None:
    page = estate.again("live")
    page.expire_at = page.go_live_at = timezone.now() - datetime.timedelta(days=1)
    page.save()
    page.save_revision()
    before = standing()

    call_command("publish_scheduled", verbosity=0)

    assert standing() == before


def test_revisions_that_were_submitted_are_not_purged(estate: Estate) -> None:
    before = standing()

    call_command("purge_revisions", verbosity=0)

    assert standing() == before


@pytest.mark.parametrize("command", ["set_url_paths", "fixtree", "rebuild_references_index"])
def test_wagtails_commands_leave_it_alone(estate: Estate, command: str) -> None:
    before = standing()

    call_command(command, **({"interactive": False} if command == "fixtree" else {}), verbosity=0)

    assert standing() == before


# Wagtail's settings: whatever is done to the workflow, nothing goes live for it, and people can go on signing


def go_on(estate: Estate) -> None:
    """Sign what waits, as people do."""
    submission = Submission.objects.get(page=estate.waiting, outcome="open")
    for person in (estate.team.reviewer, estate.team.approver):
        submission = sign.sign(submission=submission, person=person, digest=submission.digest, at=timezone.now())
    assert submission.outcome == Submission.Outcome.APPROVED
    assert FaqPage.objects.get(pk=estate.waiting.pk).title.startswith("没有人签署的文字")


def workflow(estate: Estate) -> Workflow:
    return estate.waiting.get_workflow()


def form_of(*tasks: Task, rows: Workflow, **extra: object) -> dict:
    """What the form of a workflow sends: these tasks instead of those it has."""
    old = list(rows.workflow_tasks.order_by("sort_order"))
    said = {"name": rows.name, "workflow_tasks-TOTAL_FORMS": len(old) + len(tasks)}
    said |= {"workflow_tasks-INITIAL_FORMS": len(old), "workflow_tasks-MIN_NUM_FORMS": 0}
    said |= {"workflow_tasks-MAX_NUM_FORMS": 1000, "pages-TOTAL_FORMS": 1, "pages-INITIAL_FORMS": 0}
    said |= {"pages-MIN_NUM_FORMS": 0, "pages-MAX_NUM_FORMS": 1000, "pages-0-page": "", "content_types": []}
    for place, row in enumerate(old):
        said |= {f"workflow_tasks-{place}-id": row.pk, f"workflow_tasks-{place}-DELETE": "on"}
        said |= {f"workflow_tasks-{place}-task": row.task_id, f"workflow_tasks-{place}-ORDER": place + 1}
    for place, task in enumerate(tasks, start=len(old)):
        said |= {f"workflow_tasks-{place}-id": "", f"workflow_tasks-{place}-DELETE": ""}
        said |= {f"workflow_tasks-{place}-task": task.pk, f"workflow_tasks-{place}-ORDER": place + 1}
    return said | extra


def stock_task(estate: Estate) -> Task:
    task = GroupApprovalTask.objects.create(name="审")
    task.groups.set(estate.team.author.groups.all())
    return task


def disable(client: Client, estate: Estate) -> object:
    return client.post(reverse("wagtailadmin_workflows:disable", args=[workflow(estate).pk]))


def disable_the_review(client: Client, estate: Estate) -> object:
    task = SignOffTask.objects.get(step="reviewed")
    return client.post(reverse("wagtailadmin_workflows:disable_task", args=[task.pk]))


def disable_the_approval(client: Client, estate: Estate) -> object:
    task = SignOffTask.objects.get(step="approved")
    return client.post(reverse("wagtailadmin_workflows:disable_task", args=[task.pk]))


def take_out_the_review(client: Client, estate: Estate) -> object:
    rows, kept = workflow(estate), SignOffTask.objects.get(step="approved")
    return client.post(
        reverse("wagtailadmin_workflows:edit", args=[rows.pk]),
        form_of(kept, rows=rows) | {"workflow_tasks-2-task": kept.pk},
    )


def put_a_stock_task_instead(client: Client, estate: Estate) -> object:
    rows = workflow(estate)
    return client.post(reverse("wagtailadmin_workflows:edit", args=[rows.pk]), form_of(stock_task(estate), rows=rows))


def give_the_folder_another_workflow(client: Client, estate: Estate) -> object:
    other = Workflow.objects.create(name="别的")
    WorkflowTask.objects.create(workflow=other, task=stock_task(estate))
    WorkflowPage.objects.create(workflow=other, page=estate.folder)
    data = form(estate.live) | {"action-submit": "1"}
    return client.post(reverse("wagtailadmin_pages:edit", args=[estate.live.pk]), data)


def cancel_it_in_the_editor(client: Client, estate: Estate) -> object:
    client.force_login(estate.team.author)
    data = form(estate.waiting) | {"action-cancel-workflow": "1"}
    return client.post(reverse("wagtailadmin_pages:edit", args=[estate.waiting.pk]), data)


def delete_its_rows(client: Client, estate: Estate) -> object:
    workflow(estate).delete()
    SignOffTask.objects.all().delete()
    return client.get("/")


def approve_its_task_by_hand(client: Client, estate: Estate) -> object:
    with contextlib.suppress(PermissionDenied), transaction.atomic():  # refused at the second step
        estate.again("waiting").current_workflow_task_state.approve(user=estate.superuser)
    return client.get("/")


SETTINGS = [
    disable, disable_the_review, disable_the_approval, take_out_the_review, put_a_stock_task_instead,
    give_the_folder_another_workflow, cancel_it_in_the_editor, delete_its_rows, approve_its_task_by_hand,
]  # fmt: skip


@pytest.mark.parametrize("meddle", SETTINGS, ids=lambda meddle: meddle.__name__.replace("_", " "))
def test_whatever_is_done_to_the_workflow_people_go_on_signing(client: Client, estate: Estate, meddle) -> None:
    before = standing()
    client.force_login(estate.superuser)

    answer = meddle(client, estate)

    assert answer.status_code in {200, 302}
    assert standing() == before
    go_on(estate)


@pytest.mark.parametrize("meddle", SETTINGS, ids=lambda meddle: meddle.__name__.replace("_", " "))
@pytest.mark.parametrize("how", ["reject", "recall", "after review"])
def test_whatever_is_done_to_the_workflow_a_text_comes_back(client: Client, estate: Estate, meddle, how: str) -> None:
    team, submission = estate.team, Submission.objects.get(page=estate.waiting, outcome="open")
    if how == "after review":
        sign.sign(submission=submission, person=team.reviewer, digest=submission.digest, at=timezone.now())
    before = standing()
    client.force_login(estate.superuser)
    meddle(client, estate)
    assert standing() == before

    if how == "recall":
        submit.recall(submission=submission, by=team.author, reason="还要改", at=timezone.now())
    else:
        person = team.approver if how == "after review" else team.reviewer
        sign.reject(submission=submission, person=person, reason="缺", at=timezone.now())

    rewritten(estate.again("waiting"), team.author, "改好的文字")
    make.submission(estate.again("waiting"), team)
    assert not estate.again("waiting").title.startswith("改好的文字")


def test_people_who_are_not_administrators_do_not_reach_the_settings(client: Client, estate: Estate) -> None:
    before = standing()
    for name in ("author", "reviewer", "approver"):
        client.force_login(estate.person(name))
        for meddle in (disable, disable_the_review, put_a_stock_task_instead):
            with then_undone():
                meddle(client, estate)
                assert standing() == before
                assert workflow(estate).active


# Who signed, and what signed texts name


def test_who_signed_stays(client: Client, estate: Estate) -> None:
    before = standing()
    client.force_login(estate.superuser)
    for person in (estate.team.author, estate.team.reviewer, estate.team.approver):
        answer = client.post(reverse("wagtailusers_users:delete", args=[person.pk]), follow=True)
        assert answer.status_code == 200
        assert User.objects.filter(pk=person.pk).exists()
    assert standing() == before


def named(estate: Estate) -> tuple[ProcedurePage, list[models.Model]]:
    """Return a procedure in force and the rows that it names in lists."""
    tool, unit, product = Tool.objects.create(key="meter", name="万用表"), make.unit(), make.product()
    page = make.procedure(live=False, qualification=estate.team.qualification)
    text = page.get_latest_revision_as_object()
    text.tools, text.readers, text.product_models = [tool], [unit], [product]
    text.save_revision(user=estate.team.author)
    make.signed(page, estate.team)
    return page, [tool, unit, product]


def test_what_a_signed_text_names_is_not_deleted(client: Client, estate: Estate) -> None:
    page, rows = named(estate)
    client.force_login(estate.superuser)
    for row, address in zip(rows, ("tools:delete", "units:delete", "models:delete"), strict=True):
        answer = client.post(reverse(address, args=[row.pk]), follow=True)
        assert answer.status_code == 200
        assert type(row).objects.filter(pk=row.pk).exists()
        with pytest.raises(models.ProtectedError):
            type(row).objects.filter(pk=row.pk).delete()
    digest = ProcedurePage.objects.get(pk=page.pk).content_digest()
    assert digest == Edition.objects.get(page=page).digest


def test_saving_a_page_without_its_kind_is_found_out(estate: Estate) -> None:
    """What Django cannot refuse: Wagtail's own screens never do this, and the check of what readers see finds it."""
    assert list(verify.faults(on=timezone.localdate())) == []
    page = Page.objects.get(pk=estate.live.pk)
    page.title = "没有人签署的标题"
    page.save()
    Page.objects.get(pk=estate.renewed.pk).unpublish()

    found = list(verify.faults(on=timezone.localdate()))
    assert len(found) == 2
    assert all(any(page.number in fault for fault in found) for page in (estate.live, estate.renewed))
