"""What templates need to show field notes; all take notes from `with_standing`."""

from django import template

from kb.models import Solution

register = template.Library()


@register.inclusion_tag("kb/notes/_state.html")
def note_state(note: Solution) -> dict:
    """Show where a note stands."""
    return {"state": Solution.State(note.standing), "in_hand": bool(note.document_id) and note.standing != "adopted"}


@register.inclusion_tag("kb/notes/_hit.html")
def note_hit(note: Solution) -> dict:
    """Show a note as a thing found."""
    return {"note": note}
