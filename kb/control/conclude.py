"""What a finished workflow does (WAGTAIL_FINISH_WORKFLOW_ACTION); imported with Wagtail's models, so free of models."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from wagtail.models import WorkflowState

    from people.models import User


def conclude(workflow_state: "WorkflowState", user: "User | None" = None) -> None:
    """Make the edition of a submission whose signatures are complete. Raises PermissionDenied where they are not.

    Wagtail's own would publish whatever the latest revision is; this takes the revision that was signed.
    """
    from kb.control import effect
    from kb.models import SignOff, Submission

    submission = Submission.objects.filter(workflow_state=workflow_state).first()
    signatures = {line.act: line for line in submission.signatures} if submission else {}
    if set(signatures) != set(SignOff.SIGNATURES):
        raise PermissionDenied(_("A document is published by its sign-off alone."))
    approved = signatures[SignOff.Act.APPROVED]
    effect.make_edition(submission=submission, at=approved.at, on=approved.signed_on)
