"""What templates need to show papers."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

register = template.Library()
_MILLION = 10**6
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@register.filter
def many(n: int) -> str:
    """A number of papers: whole up to a million, then as 3 × 10¹²."""
    if n < _MILLION:
        return intcomma(n)
    power = len(str(n)) - 1
    return f"{n // 10**power} × 10{str(power).translate(_SUPERSCRIPTS)}"
