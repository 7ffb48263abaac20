"""What the end of a fault guide shows beside its text: the form to record what came of it."""

from django import template
from django.utils import timezone

from kb.runs.forms import Sheet, sheet

register = template.Library()


@register.simple_tag(takes_context=True)
def record_sheet(context: template.Context) -> Sheet:
    """Return the form for the walk the screen shows, or the one that was sent and comes back."""
    if "sheet" in context:
        return context["sheet"]
    return sheet(
        pinned=context["pinned"], address=context["address"], node=context["node"], at=timezone.now(),
        device=context.get("device"), report=context.get("report"),
    )  # fmt: skip
