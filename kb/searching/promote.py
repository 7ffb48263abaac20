"""Which documents editors put first for a query."""

from kb.models import ControlledPage, PromotedResult
from kb.search.analysis import fold_query
from people.models import Person


def promoted(*, text: str, person: Person, language: str) -> list[ControlledPage]:
    """Return the documents promoted for this query that this person may read, in their order.

    A document that there is in his language comes in that, whichever of the two was chosen.
    """
    rows = PromotedResult.objects.filter(folded=fold_query(text)[:100]).exclude(folded="")
    numbers = list(dict.fromkeys(rows.filter(page__number__isnull=False).values_list("page__number", flat=True)))
    if not numbers:
        return []
    readable = ControlledPage.objects.visible_to(person).filter(number__in=numbers)
    pages = readable.preferring(language).with_version().order_by("pk")
    by_number = {page.number: page for page in pages}
    return [by_number[number] for number in numbers if number in by_number]
