"""The home of the exam officer's desk."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exams.invigilation import desk, sessions
from exams.models import Exam, ExamSession

_SHOWN = 10


@never_cache
@login_required
@require_safe
def exam_desk(request: HttpRequest) -> HttpResponse:
    """What waits: sessions now and coming, who sits an exam without one, and each pile with its count."""
    person, now = request.user, timezone.now()
    if not desk.has_one(person):
        raise Http404
    watched = ExamSession.objects.watched_by(person).filter(closes_at__gte=now)
    context = {
        "piles": desk.waiting(person=person, at=now),
        "ways": desk.ways(person),
        "sessions": sessions.with_counts(watched).select_related("exam").order_by("opens_at", "pk")[:_SHOWN],
        "under_way": _under_way(request),
        "now": now,
    }
    return render(request, "exams/invigilation/desk.html", context)


def _under_way(request: HttpRequest) -> list[Exam]:
    """Return the exams that people sit now without a session, each with `people`."""
    if not request.user.has_perm("exams.invigilate"):
        return []
    rows = sessions.sittings_watched_by(request.user).open().filter(booking__isnull=True).order_by()
    counted = dict(rows.values_list("exam").annotate(Count("pk")))
    exams = list(Exam.objects.filter(pk__in=counted)[:50])
    for exam in exams:
        exam.people = counted[exam.pk]
    return exams
