"""Where the reader left off in a fault guide."""

from django import template
from django.urls import reverse
from django.utils import timezone

from kb.models import FaultGuidePage
from kb.walking import walks

register = template.Library()
_SHOWN = 5


@register.inclusion_tag("kb/walking/_left.html", takes_context=True)
def walks_left(context: template.Context, guide: FaultGuidePage | None = None) -> dict:
    """Show the walks that the reader can go on with, of one guide or of all."""
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False) or not request.user.is_authenticated:
        return {}
    found = walks.left(person=request.user, at=timezone.now())
    found = found.filter(guide__number=guide.number) if guide else found
    return {
        "left": [(each, f"{reverse('walk', args=[each.guide.number])}?{each.query}") for each in found[:_SHOWN]],
        "guide": guide,
        "csrf_token": context.get("csrf_token"),
    }
