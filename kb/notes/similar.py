"""What is known already: field notes and documents like a problem in somebody's words."""

from django.utils.translation import get_language

from kb.models import ControlledPage, FaqPage, FaultGuidePage, ProductModel, Solution
from kb.notes.standing import State
from kb.search.analysis import codes_in, fold_code
from people.models import Person

MOST = 5
_DEPTH = 20  # how many of the best are put in order
_LONGEST = 300  # letters of a problem that are looked up


def similar(*, person: Person, text: str, model: ProductModel | None = None, code: str = "") -> list[Solution]:
    """Return at most five notes this person may see, with `standing`, most like it first.

    Those put aside come last; before that those with the same fault code in any spelling come first, then those of the
    same model. A number of queries that depends on nothing.
    """
    if not person.is_authenticated:
        return []
    notes, codes = Solution.objects.visible_to(person), _codes(text, code)
    ranked = [note.pk for note in notes.search(text[:_LONGEST])[:_DEPTH]] if text.strip() else []
    if codes:
        ranked += [note.pk for note in notes.search(" ".join(codes), fields=["code"])[:_DEPTH]]
    if not ranked:
        return []
    found = notes.filter(pk__in=ranked).with_standing().select_related("model", "author", "document")

    def order(note: Solution) -> tuple:
        is_other = model is None or note.model_id != model.pk
        return note.standing == State.CLOSED, fold_code(note.code) not in codes, is_other, ranked.index(note.pk)

    return sorted(found, key=order)[:MOST]


def documents_for(
    *, person: Person, text: str, model: ProductModel | None = None, code: str = ""
) -> list[ControlledPage]:
    """Return at most five fault guides and FAQs this person may read: guides of the code, then those of the model."""
    pages, codes, here = ControlledPage.objects.visible_to(person), _codes(text, code), get_language()
    guides = FaultGuidePage.objects.visible_to(person).filter(codes__folded__in=codes).order_by("number").distinct()
    of_code = [guide.pk for guide in guides.preferring(here)[:_DEPTH]] if codes else []
    by_words = [page.pk for page in pages.search(text[:_LONGEST])[:_DEPTH]] if text.strip() else []
    ranked = [*of_code, *by_words]
    found = pages.filter(pk__in=ranked).exact_type(FaqPage, FaultGuidePage)
    of_model = set(found.filter(product_models=model).values_list("pk", flat=True)) if model else set()
    own = {page.number for page in found if page.language == here}
    in_own = [page for page in found if page.language == here or page.number not in own]
    order = {pk: (pk not in of_code, pk not in of_model, ranked.index(pk)) for pk in ranked}
    return sorted(in_own, key=lambda page: order[page.pk])[:MOST]


def _codes(text: str, code: str) -> list[str]:
    """Return the folded codes that were named."""
    return [each for each in dict.fromkeys([fold_code(code[:_LONGEST]), *codes_in(text[:_LONGEST])]) if each]
