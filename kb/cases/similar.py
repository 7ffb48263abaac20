"""What is known already about a fault: guides for it, and cases like it."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import get_language

from kb.models import Device, FaultCode, FaultGuidePage, FaultReport, ProductModel, Symptom
from kb.search.analysis import fold_code
from people.models import Person

FEW = 5


def guides(
    *,
    person: Person,
    model: ProductModel | None = None,
    code: str = "",
    symptom: Symptom | None = None,
    guide: FaultGuidePage | None = None,
) -> list[FaultGuidePage]:
    """Return a few guides this person may read: the one named, those for the code, the symptom, the model, in order."""
    codes = _codes(model, code)
    wanted = [Q(pk=guide.pk)] if guide else []
    wanted += [Q(codes__in=codes)] if codes else []
    wanted += [Q(symptoms=symptom)] if symptom else []
    wanted += [Q(product_models=model)] if model else []
    if not wanted:
        return []
    pages = FaultGuidePage.objects.visible_to(person).preferring(get_language())
    if model:  # what is for other models alone is of no use here
        pages = pages.filter(Q(product_models=model) | Q(product_models__isnull=True) | (wanted[0] if guide else Q()))
    return list(_ranked(pages, wanted).with_version()[:FEW])


def for_report(report: FaultReport) -> QuerySet[FaultGuidePage]:
    """Return the guides in force for the code or the symptom of a case, whoever asks."""
    wanted = [Q(codes__in=codes)] if (codes := _codes(report.model, report.code)) else []
    wanted += [Q(symptoms=report.symptom_id)] if report.symptom_id else []
    return _ranked(FaultGuidePage.objects.live(), wanted) if wanted else FaultGuidePage.objects.none()


def cases(
    *,
    person: Person,
    model: ProductModel | None = None,
    device: Device | None = None,
    code: str = "",
    symptom: Symptom | None = None,
    besides: FaultReport | None = None,
) -> list[FaultReport]:
    """Return a few cases this person may see: of the same device, or of the model with the same code or symptom."""
    wanted = [Q(device=device)] if device else []
    if model and code:
        wanted.append(Q(model=model, code__in=_spellings(model, code)))
    wanted += [Q(model=model, symptom=symptom)] if model and symptom else []
    if not wanted:
        return []
    found = FaultReport.objects.visible_to(person)
    found = found.exclude(pk=besides.pk) if besides else found
    ranked = _ranked(found, [Q(closed_at__isnull=True) & wanted[0], *wanted], "-reported_at")
    return list(ranked.select_related("model", "symptom", "device")[:FEW])


def _spellings(model: ProductModel, code: str) -> Iterable[str]:
    """Return every spelling of this code that cases of this model have."""
    used = FaultReport.objects.filter(model=model).exclude(code="").order_by().values_list("code", flat=True).distinct()
    folded = fold_code(code)
    return [each for each in used if folded and fold_code(each) == folded]


def _codes(model: ProductModel | None, code: str) -> list[FaultCode]:
    if not fold_code(code):
        return []
    codes = FaultCode.objects.spelt(code)
    return list(codes.filter(Q(model=model) | Q(family=model.family_id)) if model else codes)


def _ranked(rows: QuerySet, wanted: list[Q], *then: str) -> QuerySet:
    """Return the rows that meet one of these conditions, each once, those that meet an earlier one first."""
    table = rows.model._meta.default_manager
    met = [table.filter(condition).order_by().values("pk") for condition in wanted]
    rank = Case(
        *(When(pk__in=each, then=Value(place)) for place, each in enumerate(met)),
        default=Value(len(met)),
        output_field=IntegerField(),
    )
    kept = rows.order_by().values("pk")
    return table.filter(pk__in=kept).annotate(place=rank).filter(place__lt=len(met)).order_by("place", *then, "pk")
