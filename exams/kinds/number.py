"""Numbers as people type them."""

import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from exams.kinds.kind import BadResponse

_LONGEST = 60  # characters
_SIGNS = str.maketrans(",。−", "..-")


def number(text: object) -> Decimal:
    """Return what was typed as a number; full-width signs and a decimal comma are understood. Raises BadResponse."""
    typed = str(text).strip()
    try:
        found = Decimal(unicodedata.normalize("NFKC", typed[: _LONGEST + 1]).strip().translate(_SIGNS))
    except InvalidOperation:
        raise BadResponse(_("Enter a number, such as 11.8.")) from None
    if len(typed) > _LONGEST or not found.is_finite() or abs(found.adjusted()) > 30:
        raise BadResponse(_("Enter a number, such as 11.8."))
    return found
