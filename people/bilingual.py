"""Words kept in two columns, Chinese and English, read in the language of the moment."""

from django.utils.translation import get_language


class Bilingual:
    """Reads `<field>_en` where the language is English and it is filled, else `<field>`.

    For rows that are one thing with two names (a product, a course); pages are translated as pages of their own.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    def __get__(self, row: object | None, owner: type) -> "str | Bilingual":
        """Return the words of this row, or the descriptor itself on the class."""
        if row is None:
            return self
        english = getattr(row, f"{self.field}_en") if (get_language() or "").startswith("en") else ""
        return english or getattr(row, self.field)
