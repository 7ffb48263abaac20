"""The shell's own screens: home, profile, and what is shown when something fails."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from courses.models import Enrolment, duties
from exams import certify
from exams.invigilation import sessions
from exams.models import Exam, Sitting
from kb import reading
from kb.models import (
    BulletinPage,
    ControlledPage,
    DiagnosisRun,
    FaqPage,
    FaultReport,
    Submission,
    Symptom,
)
from people.models import Credential, Notice

# One look at a group's best; the rest of it is one click away.
BEST = 5


def home(request: HttpRequest) -> HttpResponse:
    """What do I have to do today; to a stranger, what is here and where to sign in."""
    pages = ControlledPage.objects.visible_to(request.user).preferring(get_language())
    context = {
        "bulletins": BulletinPage.objects.filter(pk__in=pages.values("pk"))
        .with_version()
        .order_by("-live_since", "number")[:3],
        "faqs": FaqPage.objects.filter(pk__in=pages.values("pk")).order_by("number")[:6],
        "symptoms": Symptom.objects.filter(guides__in=pages.values("pk")).distinct()[:10],
    }
    if request.user.is_authenticated:
        context |= _today(request)
    return render(request, "web/home.html", context)


def _today(request: HttpRequest) -> dict:
    person, now = request.user, timezone.now()
    passed = Sitting.objects.of(person).passed().values("exam")
    decides = person.has_perm("exams.decide_certification")
    return {
        "duties": duties(person=person),
        "watches": sessions.coming(person, now)[:BEST],
        "cases": FaultReport.objects.open().filter(assigned_to=person).select_related("model", "level")[:BEST],
        "readings": reading.asked_of(person, timezone.localdate(now), get_language())[:10],
        "to_sign": Submission.objects.waiting_for(person, timezone.localdate(now)).select_related("page")[:10],
        "today": timezone.localdate(now),
        "open_sittings": Sitting.objects.of(person).under_way().filter(deadline_at__gte=now).select_related("exam"),
        "exams": Exam.objects.visible_to(person).exclude(pk__in=passed),
        "credentials": Credential.objects.filter(person=person)
        .valid(now)
        .select_related("qualification__subject", "decision__level__scheme"),
        "notices": Notice.objects.open_for(person)[:10],
        "waiting": certify.waiting(at=now) if decides else [],
    }


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I hold, what I have done."""
    person, now = request.user, timezone.now()
    context = {
        "roles": person.groups.order_by("pk"),
        "credentials": Credential.objects.filter(person=person)
        .with_status(now)
        .select_related("qualification__subject", "decision__level__scheme"),
        "enrolments": Enrolment.objects.filter(person=person).with_progress().select_related("course"),
        "sittings": Sitting.objects.of(person).filter(finished_at__isnull=False).select_related("exam")[:20],
        "runs": DiagnosisRun.objects.filter(person=person).select_related("guide")[:20],
        "today": timezone.localdate(now),
    }
    return render(request, "web/profile.html", context)


@login_required
@require_POST
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice away and go where it leads."""
    notice = get_object_or_404(Notice.objects.filter(person=request.user), pk=pk)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return redirect(notice.url or "home")


def admin_login(request: HttpRequest) -> HttpResponse:
    """Ask for the site's one sign-in; whoever is signed in and sent here has no business in the admin."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("wagtailadmin_home")))


def _failure(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "failure.html", {"status": status, "title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 in our dress."""
    return _failure(
        request,
        400,
        _("This request could not be understood"),
        _("It may be damaged or too large. Nothing has been changed."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 in our dress."""
    return _failure(
        request,
        403,
        _("This is not open to you"),
        _("Your role does not include it. If you need it for your work, ask your supervisor."),
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in our dress for a form without its token: sent from elsewhere, or kept open over a sign-in."""
    return _failure(
        request,
        403,
        _("This form is no longer valid"),
        _("Nothing has been changed. Go back, load the page again and send it once more; cookies must be allowed."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 in our dress; what a person may not see is answered like what does not exist."""
    return _failure(
        request,
        404,
        _("Nothing is here, or nothing you may see"),
        _("Check the address, search for it, or sign in if you have not."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500 in our dress; touches neither database nor session, either may be what failed."""
    return render(None, "500.html", status=500)
