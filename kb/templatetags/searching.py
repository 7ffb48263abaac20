"""What templates need to show what was found."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kb.search.passages import Segment

register = template.Library()


@register.filter
def marked(segments: Iterable[Segment]) -> SafeString:
    """A passage with what the query asked for marked."""
    pieces = (f"<mark>{escape(text)}</mark>" if is_match else escape(text) for text, is_match in segments)
    return mark_safe("".join(pieces))  # noqa: S308 (every piece is escaped)
