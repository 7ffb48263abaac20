"""The screens of sessions: the list, a session with its bookings, its tickets, how it is made and changed."""

import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams.invigilation import bookings, sessions, tickets
from exams.invigilation.forms import BookForm, SessionForm
from exams.models import Booking, ExamSession
from kb import paper
from people.refusal import Refused

ON_A_PAGE = 50
WHEN = (
    ("coming", pgettext_lazy("sessions", "Now and coming")),
    ("over", pgettext_lazy("sessions", "Over")),
    ("all", pgettext_lazy("sessions", "All")),
)
_OFFICER = permission_required("exams.invigilate", raise_exception=True)


def watched(request: HttpRequest, pk: int) -> ExamSession:
    """Return a session this person may watch over; for everybody else there is none."""
    rows = ExamSession.objects.watched_by(request.user).select_related("exam")
    return get_object_or_404(rows, pk=pk)


@never_cache
@login_required
@require_safe
def exam_sessions(request: HttpRequest) -> HttpResponse:
    """The sessions a person may watch over: now and coming, over, or all."""
    now, when = timezone.now(), request.GET.get("when", "")
    when = when if when in dict(WHEN) else "coming"
    rows = ExamSession.objects.watched_by(request.user)
    if not rows.exists() and not request.user.has_perm("exams.invigilate"):
        raise PermissionDenied
    conditions = {"coming": Q(closes_at__gte=now), "over": Q(closes_at__lt=now), "all": Q()}
    order = ("opens_at", "pk") if when == "coming" else ("-opens_at", "-pk")
    shown = sessions.with_counts(rows.filter(conditions[when])).select_related("exam").order_by(*order)
    context = {
        "page_obj": Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
        "when": when,
        "whens": WHEN,
        "now": now,
    }
    return render(request, "exams/invigilation/sessions.html", context)


@never_cache
@login_required
@_OFFICER
def edit_session(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a session, or change one."""
    session = watched(request, pk) if pk else ExamSession()
    form = SessionForm(request.POST or None, instance=session, by=request.user)
    context = {"form": form, "session": ExamSession.objects.filter(pk=pk).first() if pk else None}
    if request.method == "POST" and form.is_valid():
        try:
            kept = sessions.keep(
                session=form.instance, invigilators=form.cleaned_data["watchers"], at=timezone.now()
            )  # fmt: skip
        except Refused as refusal:
            context["refusals"] = refusal.reasons
        else:
            messages.success(request, gettext("Saved."))
            return redirect("exam_session", kept.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "exams/invigilation/session_form.html", context, status=status)


@never_cache
@login_required
def exam_session(request: HttpRequest, pk: int) -> HttpResponse:
    """A session: what it is, who is booked, and for the officer the form that books people."""
    session = watched(request, pk)
    if request.method != "POST":
        return _session(request, session)
    if not request.user.has_perm("exams.invigilate"):
        raise PermissionDenied
    form = BookForm(request.POST, request.FILES, label_suffix="")
    if not form.is_valid():
        return _session(request, session, form=form)
    try:
        made = bookings.book(session=session, people=form.people(), at=timezone.now())
    except Refused as refusal:
        return _session(request, session, form=form, refusals=refusal.reasons)
    messages.success(request, ngettext("%(n)d person booked.", "%(n)d people booked.", len(made)) % {"n": len(made)})
    return redirect("exam_session", session.pk)


def _session(
    request: HttpRequest, session: ExamSession, form: BookForm | None = None, refusals: list[str] = ()
) -> HttpResponse:
    rows = session.bookings.select_related("person", "checked_in_by").prefetch_related("sittings").order_by("number")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "session": session,
        "invigilators": session.invigilators.order_by("name", "username"),
        "page_obj": page,
        "form": form or BookForm(label_suffix=""),
        "refusals": refusals,
        "may_change": request.user.has_perm("exams.invigilate"),
        "now": timezone.now(),
    }
    failed = bool(refusals) or (form is not None and not form.is_valid())
    return render(request, "exams/invigilation/session.html", context, status=422 if failed else 200)


@login_required
@require_POST
def booking_act(request: HttpRequest, pk: int, booking: int, name: str) -> HttpResponse:
    """Something happens to a booking: checked in, extra minutes, cancelled."""
    session = watched(request, pk)
    if name not in BOOKING_ACTS:
        raise Http404(name)
    if name != "check-in" and not request.user.has_perm("exams.invigilate"):
        raise PermissionDenied
    found = session.bookings.select_related("session__exam", "person").filter(pk=booking).first()
    try:
        if found is None:
            raise Refused(gettext("This booking is not there any more."))
        messages.success(request, BOOKING_ACTS[name](request, found, timezone.now()))
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    if request.POST.get("back") == "board":
        return redirect("session_board", session.pk)
    page = request.GET.get("page", "")
    query = {"page": page} if page.isdecimal() else None
    return redirect(reverse("exam_session", args=[session.pk], query=query, fragment="bookings"))


def _check_in(request: HttpRequest, booking: Booking, at: datetime.datetime) -> str:
    bookings.check_in(booking=booking, by=request.user, at=at)
    return gettext("%(person)s is checked in.") % {"person": booking.person}


def _extra(request: HttpRequest, booking: Booking, at: datetime.datetime) -> str:
    minutes = number_in(request, "minutes")
    note = request.POST.get("note", "").strip()
    bookings.allow_extra(booking=booking, minutes=minutes, note=note, by=request.user)
    return gettext("%(person)s has %(minutes)d extra minutes.") % {"person": booking.person, "minutes": minutes}


def _cancel(request: HttpRequest, booking: Booking, at: datetime.datetime) -> str:
    bookings.cancel(booking=booking, by=request.user, at=at)
    return gettext("The booking of %(person)s is cancelled.") % {"person": booking.person}


BOOKING_ACTS = {"check-in": _check_in, "extra": _extra, "cancel": _cancel}


def number_in(request: HttpRequest, name: str) -> int:
    """Return the whole number that was typed. Raises Refused."""
    typed = request.POST.get(name, "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        raise Refused(gettext("Write the minutes as a whole number."))
    return int(typed)


@never_cache
@login_required
def session_tickets(request: HttpRequest, pk: int) -> HttpResponse:
    """Make tickets and show them, this once: for one booking, or for all that were not used."""
    session = watched(request, pk)
    context = {"session": session, "unused": session.bookings.filter(ticket_used_at__isnull=True).count()}
    if request.method != "POST" or not session.needs_ticket:
        status = 200 if request.method != "POST" else 409
        return render(request, "exams/invigilation/tickets.html", context, status=status)
    chosen = request.POST.get("booking", "")
    only = [int(chosen)] if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None
    if chosen and only is None:
        return redirect("exam_session", session.pk)
    lobby = reverse("exam", args=[session.exam.key])
    made = tickets.issue(session=session, bookings=only)
    context["cards"] = [
        (booking, code, paper.code(f"{settings.BASE_URL}{lobby}?ticket={code}")) for booking, code in made
    ]
    return render(request, "exams/invigilation/tickets.html", context)
