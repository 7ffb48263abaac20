"""The panels on a document: confirm having read it; say whether it helped; propose a correction."""

from django import template
from django.utils import timezone

from kb import reading
from kb.feedback_views import forms
from kb.models import ControlledPage, Correction, Vote
from people.models import Person

register = template.Library()
_LAST = 5


@register.inclusion_tag("kb/reading/_panel.html", takes_context=True)
def reading_panel(context: template.Context, page: ControlledPage) -> dict:
    """Show how the reader stands to the edition in force, and let him confirm it."""
    person = _reader(context, page)
    if person is None:
        return {}
    today = timezone.localdate()
    standing = reading.standing_of(person=person, page=page, on=today)
    return {
        "page": page,
        "edition": page.edition,
        "standing": standing,
        "is_overdue": bool(standing and standing.is_overdue(today)),
        "is_older": bool(standing and standing.last and standing.last.sequence < page.edition.sequence),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("kb/feedback/_panel.html", takes_context=True)
def feedback_panel(context: template.Context, page: ControlledPage) -> dict:
    """Ask the reader whether the edition in force helped, and what to correct."""
    person = _reader(context, page)
    if person is None:
        return {}
    mine = Correction.objects.filter(proposed_by=person, edition__page=page).select_related("edition")
    vote = Vote.objects.filter(edition=page.edition, person=person).first()
    return forms(page) | {
        "vote": vote,
        "said": {"reason": vote.reason if vote else "", "note": vote.note if vote else ""},
        "mine": mine[:_LAST],
        "csrf_token": context.get("csrf_token"),
    }


def _reader(context: template.Context, page: ControlledPage) -> Person | None:
    """Return the signed-in person who reads the edition in force; None in previews and at older editions."""
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False) or not request.user.is_authenticated:
        return None
    is_in_force = page.live and page.edition is not None and page.edition.revision_id == page.live_revision_id
    return request.user if is_in_force else None
