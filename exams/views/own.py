"""A candidate's own sitting, and what he is told where it cannot be gone on with."""

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from exams.invigilation import admit, door
from exams.models import Sitting

LATE = gettext_lazy("The sitting is over. What was saved before counts; what comes later is kept, but not scored.")
NOT_ENTITLED = gettext_lazy("You are not entitled to this exam any more. What you sent is kept.")
ELSEWHERE = gettext_lazy("This exam cannot be gone on with from your network; go to the place of the session.")


def own_sitting(request: HttpRequest, public_id: uuid.UUID) -> Sitting:
    """Return it; anybody else's does not exist for him."""
    return get_object_or_404(Sitting.objects.of(request.user).select_related("exam"), public_id=public_id)


def is_elsewhere(request: HttpRequest, found: Sitting) -> bool:
    """Whether he asks from outside the networks of the session he is booked for: a paper does not leave its place."""
    is_booked = found.booking_id is not None
    return is_booked and not admit.is_in_network(sitting=found, address=door.address_of(request))
