"""The screens of editions, on screen and paper: parse, call, render."""

import datetime

from allauth.core import ratelimit
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb import compare, editions, paper
from kb.editions import Standing, State
from kb.models import ControlledPage, Opening

_EDITIONS_A_SCREEN = 50
_OPENINGS_REMEMBERED = 100


def context_of(request: HttpRequest, page: ControlledPage) -> dict:
    """Return what the template of a document needs for the reader who asks, with what stands on its paper."""
    context = page.get_context(request)
    if page.edition:
        address = paper.address(page.edition)
        context |= {"code": paper.code(address), "code_address": address}
    return context | {"has_pdf": paper.is_installed()}


def upcoming_of(request: HttpRequest, page: ControlledPage, on: datetime.date) -> list:
    """Return the editions that are signed and not in force yet, the next first, to those who see document control."""
    if not request.user.has_perm("kb.see_control"):
        return []
    return list(page.editions.filter(effective_on__gt=on).order_by("sequence"))


def count_opening(request: HttpRequest, page: ControlledPage, on: datetime.date) -> None:
    """Count that somebody who is signed in opened a document: once a session, document and day."""
    if request.method != "GET" or not request.user.is_authenticated:
        return
    mark, opened = [page.pk, str(on)], request.session.get("opened", [])
    if mark not in opened:
        Opening.objects.count_one(page_id=page.pk, on=on)
        request.session["opened"] = [*opened, mark][-_OPENINGS_REMEMBERED:]


def withdrawn(request: HttpRequest, page: ControlledPage, found: list[Standing]) -> HttpResponse:
    """Say that a document is in force no more, since when, why, and what took its place; its text is not here."""
    end = editions.end_of(found)
    if end is None:
        raise Http404(page.number)
    texts = editions.with_signatures(each for each in found if each.edition == end)
    other = ControlledPage.objects.visible_to(request.user).filter(number=page.number).exclude(pk=page.pk).first()
    address = translate_url(reverse("document", args=[page.number]), other.language) if other else ""
    context = {
        "page": page,
        "end": end,
        "signatures": texts[0].edition.submission.signed,
        "successor": _successor(request, end.successor_id),
        "other": other,
        "other_address": address,
        "last": next((each for each in found if each.is_readable and each.state == State.WITHDRAWN), None),
    }
    return render(request, "kb/editions/withdrawn.html", context, status=410)


def _successor(request: HttpRequest, pk: int | None) -> ControlledPage | None:
    return ControlledPage.objects.visible_to(request.user).filter(pk=pk).first() if pk else None


def _known(request: HttpRequest, number: str) -> tuple[ControlledPage, list[Standing]]:
    """Return the document of this number and its editions, as far as the person may know of them. Raises Http404."""
    today = timezone.localdate()
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=today)
    if page is None:
        raise Http404(number)
    return page, editions.standings(page=page, person=request.user, on=today)


def _is_closed(found: list[Standing]) -> bool:
    """Say whether a person may know that the document was withdrawn, and no more."""
    return editions.end_of(found) is not None and not any(each.is_readable for each in found)


@require_safe
def editions_of(request: HttpRequest, number: str) -> HttpResponse:
    """All editions of a document; with ?on= a day, the one in force then."""
    page, found = _known(request, number)
    if _is_closed(found):
        return withdrawn(request, page, found)
    asked, mistake = request.GET.get("on", "").strip()[:20], ""
    if asked:
        answer, mistake = _in_force_on(request, found, asked)
        if answer:
            return redirect("edition", number, answer.edition.version)
    shown = Paginator(found, _EDITIONS_A_SCREEN).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "page_obj": shown,
        "rows": [(each, _before(found, each)) for each in editions.with_signatures(shown)],
        "texts": [each for each in found if each.is_readable],
        "end": editions.end_of(found),
        "asked": asked,
        "mistake": mistake,
        "today": timezone.localdate(),
    }
    return render(request, "kb/editions/list.html", context, status=404 if mistake else 200)


def _before(found: list[Standing], standing: Standing) -> Standing | None:
    """Return the text before this one that the person may read, to compare it with."""
    if not standing.is_readable:
        return None
    older = (each for each in found[found.index(standing) + 1 :] if each.is_readable)
    return next(older, None)


def _in_force_on(request: HttpRequest, found: list[Standing], asked: str) -> tuple[Standing | None, str]:
    """Return what was in force on the day that was typed, or None and why there is none to show."""
    try:
        day = datetime.date.fromisoformat(asked)
    except ValueError:
        return None, gettext("“%s” is not a date. Write it like 2026-12-31.") % asked
    if day > timezone.localdate() and not request.user.has_perm("kb.see_control"):
        return None, gettext("What will be in force on a day to come is not known yet.")
    standing = editions.as_of(found, day)
    if standing is None or not standing.is_readable:
        return None, gettext("No edition of this document that you may read was in force on %s.") % day
    return standing, ""


@require_safe
def edition(request: HttpRequest, number: str, version: str) -> HttpResponse:
    """The document as it is in one edition, with a banner unless that is the one in force."""
    page, found = _known(request, number)
    standing = editions.version(found, version.strip("/"))
    if standing is None or not standing.is_readable:
        if standing and _is_closed(found):
            return withdrawn(request, page, found)
        raise Http404(number)
    text = editions.text_of(standing.edition)
    context = context_of(request, text) | {"standing": standing, "end": editions.end_of(found)}
    if context["end"]:
        context["successor"] = _successor(request, context["end"].successor_id)
    return render(request, text.get_template(request), context)


@require_safe
def compare_editions(request: HttpRequest, number: str) -> HttpResponse:
    """Two editions of a document side by side, field by field; without a choice the last change."""
    page, found = _known(request, number)
    if _is_closed(found):
        return withdrawn(request, page, found)
    texts = [each for each in found if each.is_readable]
    after = _chosen(request, texts, "to", texts[0] if texts else None)
    before = _chosen(request, texts, "from", _before(found, after) if after else None)
    context: dict = {"page": page, "texts": texts, "before": before, "after": after}
    if before is None or after is None:
        context["mistake"] = gettext("Choose two editions that exist and that you may read.")
        return render(request, "kb/editions/compare.html", context, status=404 if request.GET else 200)
    context["comparison"] = compare.document(editions.text_of(before.edition), editions.text_of(after.edition))
    return render(request, "kb/editions/compare.html", context)


def _chosen(request: HttpRequest, texts: list[Standing], name: str, otherwise: Standing | None) -> Standing | None:
    wanted = request.GET.get(name, "")
    return editions.version(texts, wanted) if wanted else otherwise


@never_cache
@require_safe
def printed(request: HttpRequest, number: str, version: str) -> HttpResponse:
    """Tell whoever holds a printed copy whether it is still in force, and what changed since.

    A number that does not exist and a document the person may not know of answer alike.
    """
    language = request.GET.get("of", "")
    today, version = timezone.localdate(), version.strip("/")
    page = editions.document_for(number=number, person=request.user, language=language or get_language(), on=today)
    context: dict = {"number": number, "version": version, "checked_at": timezone.now()}
    if page is None:
        return render(request, "kb/editions/printed.html", context, status=404)
    found = editions.standings(page=page, person=request.user, on=today)
    held, end = editions.version(found, version), editions.end_of(found)
    now = next((each for each in found if each.state == State.IN_FORCE), None)
    context |= {
        "page": page,
        "held": held,
        "now": now,
        "end": end,
        "languages": [  # the other language of this screen speaks of the same document
            (code, name, f"{translate_url(request.path, code)}?of={page.language}") for code, name in settings.LANGUAGES
        ],
    }
    if end:
        context["successor"] = _successor(request, end.successor_id)
    elif held and now and held.state == State.SUPERSEDED:
        context |= _changes_since(found, held, now)
    elif now and not held:  # what was printed before the document was taken over; its text is not known here
        context["is_older"] = page.changes.filter(version=version).exists()
    status = 200 if held or end or context.get("is_older") else 404
    return render(request, "kb/editions/printed.html", context, status=status)


def _changes_since(found: list[Standing], held: Standing, now: Standing) -> dict:
    """Return the editions since the one that was printed, the blocks that changed, and how, if he may read both.

    Of a text that is not open to the person, only blocks that stand in the one in force are named.
    """
    since = [each for each in found if held.edition.sequence < each.edition.sequence <= now.edition.sequence]
    compared = compare.document(editions.text_of(held.edition), editions.text_of(now.edition))
    blocks = [each for each in compared.differing if held.is_readable or each.position_after is not None]
    return {"since": since, "blocks": blocks, "comparison": compared if held.is_readable else None}


@require_safe
def document_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The document in force as a PDF file, for whoever may read it."""
    today = timezone.localdate()
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=today)
    if page is None or not page.live:
        raise Http404(number)
    if not paper.is_installed():
        return _no_pdf(request, page, gettext("This site does not make PDF files; print the page in the browser."), 404)
    if too_many := ratelimit.consume_or_429(request, action="document_pdf", limit_get=True):
        return too_many
    context = context_of(request, page) | {"frame": "kb/editions/sheet.html"}
    try:
        file = paper.pdf(render_to_string(page.get_template(request), context, request))
    except paper.NoPaper as reason:
        return _no_pdf(request, page, str(reason), 503)
    headers = {
        "Content-Disposition": content_disposition_header(False, f"{page.number} {page.version}.pdf"),
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(file, content_type="application/pdf", headers=headers)


def _no_pdf(request: HttpRequest, page: ControlledPage, reason: str, status: int) -> HttpResponse:
    return render(request, "kb/editions/no_pdf.html", {"page": page, "reason": reason}, status=status)
