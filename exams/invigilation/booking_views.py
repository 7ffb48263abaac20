"""What candidates do with seats: take one in a session of self-service, give it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from exams.invigilation import bookings
from exams.models import Booking, Exam, ExamSession
from people.refusal import Refused


@login_required
@require_POST
def book_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a seat in a session of self-service."""
    rows = ExamSession.objects.filter(is_self_service=True, exam__in=Exam.objects.visible_to(request.user))
    session = get_object_or_404(rows.select_related("exam"), pk=pk)
    try:
        booking = bookings.book_oneself(session=session, person=request.user, at=timezone.now())
    except Refused as refusal:
        _say(request, refusal)
    else:
        messages.success(request, gettext("You have seat %d.") % booking.number)
    return _back(session)


@login_required
@require_POST
def give_seat_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own seat in a session of self-service back; again changes nothing."""
    rows = ExamSession.objects.filter(is_self_service=True, exam__in=Exam.objects.visible_to(request.user))
    session = get_object_or_404(rows.select_related("exam"), pk=pk)
    try:
        for booking in Booking.objects.filter(session=session, person=request.user):
            bookings.cancel(booking=booking, by=request.user, at=timezone.now())
            messages.success(request, gettext("Your seat is free again."))
    except Refused as refusal:
        _say(request, refusal)
    return _back(session)


def _say(request: HttpRequest, refusal: Refused) -> None:
    for reason in refusal.reasons:
        messages.error(request, reason)


def _back(session: ExamSession) -> HttpResponse:
    return redirect(reverse("exam", args=[session.exam.key], fragment="sessions"))
