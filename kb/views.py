"""The screens of the knowledge base: parse, call, render."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from kb import edition_views, editions
from kb.models import (
    ChapterPage,
    ControlledPage,
)
from kb.models.pages import KINDS


def readable(request: HttpRequest, number: str) -> ControlledPage:
    """Return the document of this number that the person may read, in his language if there is one. Raises Http404."""
    pages = ControlledPage.objects.visible_to(request.user).filter(number=number)
    page = pages.preferring(get_language()).specific().first()
    if page is None:
        raise Http404(number)
    return page


def library(request: HttpRequest) -> HttpResponse:
    """All documents the person may read, kind by kind."""
    kind = request.GET.get("kind", "")
    wanted = KINDS.get(kind)
    pages = ControlledPage.objects.visible_to(request.user).preferring(get_language()).not_exact_type(ChapterPage)
    pages = pages.exact_type(wanted) if wanted else pages
    groups: dict[str, list[ControlledPage]] = {key: [] for key in KINDS}
    for page in pages.with_version().order_by("number").specific(defer=True):
        groups[page.kind].append(page)
    shown = [(KINDS[key]._meta.verbose_name_plural, key, found) for key, found in groups.items() if found]
    return render(request, "kb/library.html", {"groups": shown, "kind": kind})


def document(request: HttpRequest, number: str) -> HttpResponse:
    """A document as it is in force, in the dress of its kind; of a withdrawn one, that it is."""
    today = timezone.localdate()
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=today)
    if page is None:
        raise Http404(number)
    if not page.live:
        found = editions.standings(page=page, person=request.user, on=today)
        return edition_views.withdrawn(request, page, found) if editions.end_of(found) else redirect("editions", number)
    edition_views.count_opening(request, page, today)
    context = edition_views.context_of(request, page)
    context["upcoming"] = edition_views.upcoming_of(request, page, today)
    return render(request, page.get_template(request), context)
