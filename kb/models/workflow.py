"""The Wagtail workflow that documents pass through, made of tasks of our own."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState, Workflow, WorkflowState, WorkflowTask

from kb.models.signing import SignOff, Submission
from people.models import User

_NAME = "编写 → 审核 → 批准"


class SignOffTask(Task):
    """A step of the sign-off. Wagtail offers no action on it: people sign on a screen of ours (kb/control/sign.py).

    Wagtail 8.0.1's own task lets one person write, review and approve, and lets an approver change the text with the
    same click. Here the text is locked for everybody, and the step moves on only where the log has the signature.
    """

    class Step(models.TextChoices):
        REVIEW = "reviewed", _("review")
        APPROVE = "approved", _("approval")

    step = models.CharField(_("step"), max_length=12, choices=Step, unique=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        """Begin the step on the revision that was submitted. Raises PermissionDenied where none was."""
        submission = Submission.objects.open().filter(page=workflow_state.object_id).first()
        if submission is None:
            raise PermissionDenied(_("Submit the document with a reason and its signers."))
        state = super().start(workflow_state, user=user)
        state.revision = submission.revision
        state.save(update_fields=["revision"])
        return state

    def on_action(self, task_state: TaskState, user: User, action_name: str, **options: object) -> None:
        """Move on, if this person has signed or rejected this step in the log. Raises PermissionDenied."""
        act = {"approve": self.step, "reject": SignOff.Act.REJECTED}.get(action_name)
        lines = SignOff.objects.filter(submission__workflow_state=task_state.workflow_state, act=act, person=user)
        if not lines.exists():
            raise PermissionDenied(_("Documents are signed on the signing screen."))
        super().on_action(task_state, user, action_name, **options)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """Freeze the text for everybody."""
        return True

    def get_task_states_user_can_moderate(self, user: User, **options: object) -> models.QuerySet[TaskState]:
        """Return the steps that wait for this person, for Wagtail's lists."""
        waiting = Submission.objects.waiting_for(user, timezone.localdate())
        return self.task_states.filter(
            status=TaskState.STATUS_IN_PROGRESS, workflow_state__submission__in=waiting.values("pk")
        )

    @classmethod
    def get_description(cls) -> str:
        """Say what it is."""
        return _("The named reviewer, then the named approver, sign the frozen text")


def sign_off_workflow() -> Workflow:
    """Return the workflow of all documents: its two steps, in order; made or mended where it is not so.

    Wagtail's settings let an administrator disable it, or take a step out or put one in; what is signed does not
    depend on that, and the next who submits or signs finds it as it should be.
    """
    names = dict(zip(SignOffTask.Step.values, _NAME.split(" → ")[1:], strict=True))
    steps = [SignOffTask.objects.get_or_create(step=step, defaults={"name": name})[0] for step, name in names.items()]
    ours = Workflow.objects.filter(workflow_tasks__task__in=steps).order_by("pk").first()
    workflow = ours or Workflow.objects.create(name=_NAME)
    has = WorkflowTask.objects.filter(workflow=workflow).order_by("sort_order", "pk")
    is_whole = workflow.active and all(step.active for step in steps)
    if not is_whole or list(has.values_list("task", flat=True)) != [step.pk for step in steps]:
        Workflow.objects.filter(pk=workflow.pk).update(active=True)
        Task.objects.filter(pk__in=[step.pk for step in steps]).update(active=True)
        has.exclude(task__in=steps).delete()
        for place, step in enumerate(steps):
            WorkflowTask.objects.update_or_create(workflow=workflow, task=step, defaults={"sort_order": place})
        workflow.refresh_from_db()
    return workflow


def running(submission: Submission, step: SignOffTask.Step) -> WorkflowState:
    """Return Wagtail's state of an open submission, waiting at this step.

    It is begun where there is none, and begun anew where it does not wait there: somebody cancelled it in Wagtail's
    editor or changed the workflow in its settings. What counts is the submission and its signatures.
    """
    workflow, state = sign_off_workflow(), submission.workflow_state
    now = state.current_task_state if state and state.status == WorkflowState.STATUS_IN_PROGRESS else None
    is_there = now is not None and now.status == TaskState.STATUS_IN_PROGRESS and state.workflow_id == workflow.pk
    if is_there and SignOffTask.objects.filter(pk=now.task_id, step=step).exists():
        return state
    page = submission.page.specific
    for other in WorkflowState.objects.active().for_instance(page):
        other.cancel(user=submission.author)
    state = workflow.start(page, submission.author)
    if step == SignOffTask.Step.APPROVE:  # reviewed already
        TaskState.objects.filter(pk=state.current_task_state_id).update(status=TaskState.STATUS_SKIPPED)
        state = WorkflowState.objects.get(pk=state.pk)
        state.update(user=submission.author)
    submission.workflow_state = state
    submission.save(update_fields=["workflow_state"])
    return state
