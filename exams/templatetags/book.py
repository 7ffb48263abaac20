"""What templates need to show what was looked up in an open-book exam."""

from django import template

from exams.models import Sitting

register = template.Library()
_SHOWN = 200


@register.inclusion_tag("exams/_look_ups.html")
def look_ups(sitting: Sitting) -> dict[str, object]:
    """Show the documents that the candidate opened while the clock ran, each with its edition; nothing if none."""
    found = list(sitting.look_ups.order_by("at", "pk")[: _SHOWN + 1]) if sitting.is_open_book else []
    return {"look_ups": found[:_SHOWN], "is_cut": len(found) > _SHOWN}
