"""Everything that is known about a product model, gathered for its page: each list bounded, with how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language

from kb import software
from kb.models import (
    ControlledPage,
    Device,
    FaultCode,
    FaultGuidePage,
    Hazard,
    MaintenancePlan,
    Part,
    ProductModel,
    Solution,
)
from kb.models.pages import KINDS
from people.models import Person

BEST = 8  # of a list on the page; the rest is one click away
MOST = 500  # of a list that was asked for whole
_GUIDES_READ = 60
_ORDER = ("guide", "procedure", "faq", "bulletin", "manual", "policy")


@dataclass(frozen=True)
class Found[Row]:
    """The first rows of a list, and how many there are in all."""

    rows: Sequence[Row]
    total: int

    @property
    def rest(self) -> int:
        """How many are not among the rows."""
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Group:
    """Documents of one kind."""

    kind: str
    label: str
    found: Found[ControlledPage]


def documents(*, model: ProductModel, person: Person, whole: str = "", kinds: Iterable[str] = _ORDER) -> list[Group]:
    """Return the documents of a model that a person may read, kind by kind; those of the kind `whole` up to MOST."""
    types = {ContentType.objects.get_for_model(KINDS[kind]).pk: kind for kind in kinds}
    own = Window(RowNumber(), partition_by="content_type_id", order_by="number")
    among = Window(Count("pk"), partition_by="content_type_id")
    pages = (
        ControlledPage.objects.visible_to(person)
        .filter(product_models=model, content_type__in=types)
        .preferring(get_language())
        .with_version()
        .annotate(place=own, among=among)
        .filter(place__lte=MOST)
        .order_by("number")
    )
    whole_types = [pk for pk, kind in types.items() if kind == whole]
    found: dict[str, list[ControlledPage]] = {kind: [] for kind in kinds}
    for page in pages.filter(Q(place__lte=BEST) | Q(content_type__in=whole_types)):
        found[types[page.content_type_id]].append(page)
    return [
        Group(kind, KINDS[kind]._meta.verbose_name_plural, Found(rows, rows[0].among))
        for kind, rows in found.items()
        if rows
    ]


def mark(pages: Iterable[ControlledPage | FaultCode], version: str) -> None:
    """Write to each whether it is for this software version: `covers` is True, False, or None for not known."""
    for page in pages:
        page.covers = software.covers(page.software, version)


def _first(rows: QuerySet, *, is_whole: bool = False) -> Found:
    shown = list(rows[: MOST if is_whole else BEST + 1])
    if is_whole or len(shown) <= BEST:
        return Found(shown, len(shown))
    return Found(shown[:BEST], rows.count())


def codes_of(model: ProductModel) -> QuerySet[FaultCode]:
    """Return the fault codes of a model and of its family."""
    of_both = FaultCode.objects.filter(Q(model=model) | Q(family=model.family_id))
    return of_both.select_related("model", "family").order_by("folded", "pk")


def codes(model: ProductModel) -> Found[FaultCode]:
    """Return the first of them."""
    return _first(codes_of(model))


def issues(*, model: ProductModel, person: Person) -> Found[Solution]:
    """Return the known issues: what was found in the field and worked for a second person."""
    return _first(Solution.objects.visible_to(person).filter(model=model, closed_at=None).verified())


def parts(model: ProductModel, *, is_whole: bool = False) -> Found[Part]:
    """Return the spare parts with what may replace them."""
    return _first(model.spares.order_by("number").prefetch_related("substitutes"), is_whole=is_whole)


def plans(*, model: ProductModel, person: Person) -> list[MaintenancePlan]:
    """Return the maintenance plans of a model, each with how many lines it has and whether its procedure is open."""
    of_model = MaintenancePlan.objects.filter(model=model, is_active=True)
    return with_procedures(of_model.order_by("interval_months", "key"), person=person)


def with_procedures(rows: QuerySet[MaintenancePlan], *, person: Person) -> list[MaintenancePlan]:
    """Return plans with `lines`, and `shown`: their procedure, if the person may read it."""
    found = list(rows.annotate(lines=Count("items"))[:MOST])
    named = {plan.procedure_id for plan in found} - {None}
    open_ = ControlledPage.objects.visible_to(person).in_bulk(named) if named else {}
    for plan in found:
        plan.shown = open_.get(plan.procedure_id)
    return found


def hazards(*, model: ProductModel, person: Person) -> list[Hazard]:
    """Return the dangers that the model's fault guides name, the gravest first, with what to wear."""
    guides = FaultGuidePage.objects.visible_to(person).filter(product_models=model).preferring(get_language())
    keys = {
        key.strip()
        for guide in guides.order_by("number").only("body")[:_GUIDES_READ]
        for block in guide.body.raw_data
        for key in str(block["value"].get("hazards") or "").split(",")
    }
    found = Hazard.objects.filter(key__in=keys - {""}).prefetch_related("protection")
    return sorted(found, key=lambda hazard: (-_GRAVITY.index(hazard.level), hazard.key))


_GRAVITY = ["notice", "caution", "warning", "danger"]


def device_count(*, model: ProductModel, person: Person) -> int:
    """Return how many devices of a model the person may know of."""
    return Device.objects.visible_to(person).filter(model=model).count() if person.is_authenticated else 0
