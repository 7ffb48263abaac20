"""What a candidate of a closed-book exam sees instead of the book, and what of it one of an open-book exam opened."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Lesson
from exams import book
from exams.models import Sitting
from kb import editions
from kb.api.door import said

API = "api-1"
HOME = "home"
# All that stays open: the exam itself, its lobby, results (they have no keys, and that of a sitting that goes on leads
# back to it), signing in and out, and what strangers may ask of a certificate.
OPEN = frozenset(
    (
        *("sitting", "start_sitting", "seat", "save_answer", "beat", "finish_sitting", "exams", "exam", "check_in"),
        *("result", "account_login", "account_logout", "verify", "verify_number"),
    )
)
_PICTURES = "media/"  # of the questions, among others
_DOCUMENTS = frozenset(
    (
        *("document", "edition", "document_pdf", "printed", "compare_editions", "guide_table", "guide_chart", "walk"),
        f"{API}:look",
    )
)


def is_open(match: ResolverMatch) -> bool:
    """Whether an address stays open to candidates of a closed-book exam, whoever asks."""
    return match.view_name in OPEN or match.route.startswith(_PICTURES)


def key_of(request: HttpRequest) -> str:
    """Return the key with which a program comes to the API, "" for none."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if request.resolver_match.namespace == API and scheme.lower() == "bearer" else ""


def locked(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Say that the book is closed, and lead back to the exam; the home page says no more than that."""
    reply = _refusal(request, sitting)
    add_never_cache_headers(reply)
    return reply


def _refusal(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    words = _("You are sitting a closed-book exam. This opens again when you have handed in.")
    if request.resolver_match.namespace == API:
        return said(403, [("", words)])
    if not request.accepts("text/html"):
        body = {"message": words, "url": sitting.get_absolute_url()}
        return JsonResponse(body, status=403, json_dumps_params={"ensure_ascii": False})
    is_home = request.resolver_match.view_name == HOME
    context = {"sitting": sitting, "exam": sitting.exam, "is_home": is_home, "at": timezone.now()}
    return render(request, "exams/book.html", context, status=200 if is_home else 403)


def note_look(request: HttpRequest, sittings: Iterable[Sitting]) -> None:
    """Write down for these sittings the document that was shown; nothing where none was."""
    match, at = request.resolver_match, timezone.now()
    number = _number(match)
    if not number:
        return
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=timezone.localdate(at))
    if page:
        version = _version(match) or page.version
        book.note(sittings=sittings, number=page.number, version=version, title=page.title, at=at)


def _version(match: ResolverMatch) -> str:
    return match.kwargs.get("version", "").strip("/")[:20]


def _number(match: ResolverMatch) -> str:
    if match.view_name in _DOCUMENTS:
        return match.kwargs.get("number", "")
    return _of_lesson(match.kwargs) if match.view_name == "lesson" else ""


def _of_lesson(asked: Mapping[str, str]) -> str:
    """Return the number of the document that a lesson shows."""
    lessons = Lesson.objects.filter(course__key=asked["course_key"], key=asked["key"], page__isnull=False)
    return lessons.values_list("page__number", flat=True).first() or ""
