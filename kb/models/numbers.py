"""Giving documents their numbers: by the scheme of their class, each once and for ever."""

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kb.models.signing import DocumentClass, DocumentNumber, Kind

if TYPE_CHECKING:
    from kb.models.control import ControlledPage

_DIGITS = 3


def number_for(page: "ControlledPage") -> str:
    """Return the number of this document: its own, that of its translations, or the next one of its class.

    It is written down as given. Raises ValidationError where another document had it.
    """
    if page.number:
        row, _made = DocumentNumber.objects.get_or_create(
            number=page.number, defaults={"translation_key": page.translation_key}
        )
        if row.translation_key != page.translation_key:
            raise ValidationError(
                {"number": _("Document number %(number)s is already taken.") % {"number": page.number}}
            )
        return page.number
    translated = DocumentNumber.objects.filter(translation_key=page.translation_key).first()
    return translated.number if translated else _next(page)


def _next(page: "ControlledPage") -> str:
    prefix = _prefix(page)
    while True:
        number = f"{prefix}{_last(prefix) + 1:0{1 if prefix.endswith('.') else _DIGITS}d}"
        try:
            with transaction.atomic():  # two people at once: one of them gets the one after
                DocumentNumber.objects.create(number=number, translation_key=page.translation_key)
        except IntegrityError:
            continue
        return number


def _prefix(page: "ControlledPage") -> str:
    if page.kind == Kind.CHAPTER:
        manual = page.get_parent().specific
        return f"{manual.number}."
    rules = DocumentClass.objects.filter(kind=page.kind).first()
    return rules.prefix if rules and rules.prefix else f"{page.kind.upper()}-"


def _last(prefix: str) -> int:
    taken = DocumentNumber.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    counts = (re.fullmatch(r"\d{1,9}", number.removeprefix(prefix)) for number in taken)
    return max((int(count[0]) for count in counts if count), default=0)
