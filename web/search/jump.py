"""Where a query leads that is the name of one thing: a fault code or the number of a document, however it is spelt."""

from django.urls import reverse

from kb.models import ControlledPage, FaultCode
from kb.search.analysis import codes_in, fold_code
from people.models import Person


def address_of(*, text: str, person: Person) -> str:
    """Return the address of the one thing that is called so, "" where there is none this person may see."""
    folded = fold_code(text)
    if not folded:
        return ""
    if FaultCode.objects.filter(folded=folded).exists():
        return reverse("fault_code", args=[folded])
    if codes_in(text) != [folded]:
        return ""
    pages = ControlledPage.objects.visible_to(person).search(text, fields=["number"])[:20]
    number = next((page.number for page in pages if fold_code(page.number) == folded), "")
    return reverse("document", args=[number]) if number else ""
