"""What fails where, how long it takes, and how often it is right the first time: figures over runs of fault guides.

A visit begins with a run that no run on the same device came before within 30 days; it was fixed the first time if
that run resolved the fault and none came after it within 30 days. A fault repeats where a run comes within 30 days
after one that had not left it unresolved.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Case, Count, Model, QuerySet, TextField, When
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb.blocks import EndBlock
from kb.devices.history import REPEAT
from kb.models import DiagnosisRun, FaultGuidePage, ProductModel
from people.dates import add_months
from people.models import OrgUnit

MOST_ROWS = 200  # lines of a table; causes are free words
DIMENSIONS: dict[str, tuple[str, Promise]] = {
    "class": ("fault_class", _("Fault class")),
    "product": ("model", _("Product")),
    "cause": ("cause", _("Cause")),
    "unit": ("unit", _("Unit")),
    "guide": ("guide", _("Fault guide")),
}
_RESULTS = EndBlock.Result


@dataclass(frozen=True)
class Wanted:
    """Which runs: recorded from one day to another, both included, and of one product, guide, unit or class."""

    begins: datetime.date
    ends: datetime.date
    model: ProductModel | None = None
    guide: FaultGuidePage | None = None
    unit: OrgUnit | None = None
    fault_class: str = ""

    def runs(self) -> QuerySet[DiagnosisRun]:
        """Return them."""
        found = _recorded(DiagnosisRun.objects.order_by(), self.begins, self.ends)
        if self.model:
            found = found.filter(model=self.model)
        if self.guide:
            found = found.filter(guide=self.guide)
        if self.unit:
            found = found.filter(unit=self.unit)
        return found.filter(fault_class=self.fault_class) if self.fault_class else found


@dataclass
class Line:
    """Some of the runs together: how many, how they ended, and the median of their minutes, None where nobody said."""

    label: str
    runs: int = 0
    resolved: int = 0
    workaround: int = 0
    unresolved: int = 0
    minutes: float | None = None

    @property
    def percent(self) -> int | None:
        """How many were resolved, in whole percent."""
        return round(100 * self.resolved / self.runs) if self.runs else None


@dataclass(frozen=True)
class Visits:
    """Visits to devices: how many began, were fixed the first time, and runs that repeat a fault resolved before."""

    begun: int = 0
    fixed: int = 0
    repeats: int = 0

    @property
    def percent(self) -> int | None:
        """The first-time-fix rate in whole percent; None where no visit began."""
        return round(100 * self.fixed / self.begun) if self.begun else None


def _recorded(runs: QuerySet[DiagnosisRun], begins: datetime.date, ends: datetime.date) -> QuerySet[DiagnosisRun]:
    return runs.filter(recorded_at__gte=_midnight(begins), recorded_at__lt=_midnight(ends + datetime.timedelta(days=1)))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def lines(*, wanted: Wanted, by: str) -> tuple[Line, list[Line]]:
    """Return all the runs together, and one line for each value of a dimension, the most frequent first. One query."""
    column = DIMENSIONS[by][0]
    total, found = Line(""), defaultdict(lambda: Line(""))
    spent: dict[object, Counter[int]] = defaultdict(Counter)
    counted = wanted.runs().values_list(column, "result", "minutes").annotate(runs=Count("pk"))
    for value, result, minutes, runs in counted:
        for line in (total, found[value]):
            line.runs += runs
            setattr(line, result, getattr(line, result) + runs)
        if minutes is not None:
            spent[value][minutes] += runs
    total.minutes = median(sum(spent.values(), Counter()))
    words = _words(by, found)
    for value, line in found.items():
        line.label, line.minutes = words.get(value) or gettext("not stated"), median(spent[value])
    return total, sorted(found.values(), key=lambda line: (-line.runs, line.label))[:MOST_ROWS]


def _words(by: str, values: Iterable[object]) -> dict[object, str]:
    """Return what the values of a dimension are called."""
    if by == "class":
        return dict(FaultGuidePage.FaultClass.choices)
    if by == "cause":
        return {value: value for value in values}
    if by == "guide":
        guides = FaultGuidePage.objects.filter(pk__in=[value for value in values if value])
        return {guide.pk: f"{guide.number} {guide.title}" for guide in guides}
    model: type[Model] = {"product": ProductModel, "unit": OrgUnit}[by]
    return {row.pk: row.label for row in model.objects.filter(pk__in=[value for value in values if value])}


def median(counted: Mapping[int, int]) -> float | None:
    """Return the median of values that occur so often; None of nothing.

    >>> median({10: 1, 20: 1}), median({5: 3, 90: 1}), median({})
    (15.0, 5.0, None)
    """
    total, passed, lower = sum(counted.values()), 0, None
    for value in sorted(counted):
        passed += counted[value]
        if lower is not None:
            return (lower + value) / 2
        if 2 * passed > total:
            return float(value)
        if 2 * passed == total:
            lower = value
    return None


def months(*, wanted: Wanted, most: int = 13) -> list[Line]:
    """Return the runs of each month, or of longer spans where there would be too many. One query."""
    spans = list(spans_of(wanted.begins, wanted.ends, most))
    place = Case(*(When(recorded_at__lt=_midnight(ends), then=n) for n, (_begins, ends) in enumerate(spans)))
    made = [Line(f"{begins:%Y-%m}") for begins, _ends in spans]
    for n, result, runs in wanted.runs().values_list(place, "result").annotate(runs=Count("pk")):
        made[n].runs += runs
        setattr(made[n], result, runs)
    return made


def spans_of(begins: datetime.date, ends: datetime.date, most: int) -> Iterator[tuple[datetime.date, datetime.date]]:
    """Yield spans of whole months that cover the days, at most so many: (first day, the day after the last)."""
    first = begins.replace(day=1)
    count = (ends.year - first.year) * 12 + ends.month - first.month + 1
    step = -(-count // most)
    yield from pairwise(add_months(first, place * step) for place in range(-(-count // step) + 1))


def visits(*, wanted: Wanted) -> Visits:
    """Count visits by the runs on the same device around them, whatever guide they followed. One query."""
    runs = _recorded(DiagnosisRun.objects.all(), wanted.begins - REPEAT, wanted.ends + REPEAT)
    runs = runs.filter(device__isnull=False).order_by("device", "recorded_at", "pk")
    if wanted.model:
        runs = runs.filter(model=wanted.model)
    asked = {"guide": wanted.guide and wanted.guide.pk, "unit": wanted.unit and wanted.unit.pk}
    asked = {name: value for name, value in (asked | {"fault_class": wanted.fault_class}).items() if value}
    # As text: making 100,000 aware datetimes costs more than all the rest. Its first ten letters are the day (UTC).
    day_of = Substr(Cast("recorded_at", TextField()), 1, 10)
    found = runs.values_list("device", day_of, "result", *asked)
    return _counted(found.iterator(chunk_size=5000), wanted, tuple(asked.values()))


def _counted(runs: Iterable[tuple], wanted: Wanted, asked: tuple) -> Visits:
    begun = fixed = repeats = 0
    resolved, unresolved = _RESULTS.RESOLVED.value, _RESULTS.UNRESOLVED.value  # plain words compare faster
    first, last, near_by = wanted.begins.toordinal(), wanted.ends.toordinal(), REPEAT.days
    days: dict[str, int] = {}
    device_before, day_before, result_before, was_fixed = None, 0, "", False
    for device, text, result, *values in runs:
        day = days.get(text) or days.setdefault(text, datetime.date.fromisoformat(text).toordinal())
        is_near = device == device_before and day - day_before <= near_by
        fixed -= is_near and was_fixed  # what seemed fixed the first time was not
        was_fixed = False
        if first <= day <= last and tuple(values) == asked:
            if not is_near:
                begun += 1
                was_fixed = result == resolved
                fixed += was_fixed
            elif result_before != unresolved:
                repeats += 1
        device_before, day_before, result_before = device, day, result
    return Visits(begun, fixed, repeats)


def unresolved_ends(*, wanted: Wanted, most: int = 10) -> list[tuple[FaultGuidePage, str, int]]:
    """Return where searches ended without a remedy most often: (guide, end node, runs). Two queries."""
    found = wanted.runs().filter(result=_RESULTS.UNRESOLVED).values_list("guide", "end").annotate(runs=Count("pk"))
    first = list(found.order_by("-runs", "guide", "end")[:most])
    guides = FaultGuidePage.objects.in_bulk({guide for guide, _end, _runs in first})
    return [(guides[guide], end, runs) for guide, end, runs in first]
