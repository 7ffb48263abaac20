"""What templates need to show checklists."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def plain(number: Decimal | None) -> str:
    """Return a number without the zeros that a column gave it."""
    return "" if number is None else format(number.normalize(), "f")
