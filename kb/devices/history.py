"""What happened to a device: its cases and the runs of fault guides on it, as far as a person may know of them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.fields import CharField

from kb.blocks import EndBlock
from kb.models import Device, DiagnosisRun, FaultReport
from people.models import Person

REPEAT = datetime.timedelta(days=30)  # a fault so soon after the one before is the same fault until shown otherwise


@dataclass(frozen=True)
class Entry:
    """A case, or a run that belongs to none; `is_repeat` where a fault had ended at most 30 days before."""

    at: datetime.datetime
    is_repeat: bool
    case: FaultReport | None = None
    run: DiagnosisRun | None = None


def entries(*, device: Device, person: Person) -> QuerySet:
    """Return (kind, primary key, moment, is it a repeat) of each entry, the newest first; `read` makes rows of them."""
    cases = FaultReport.objects.visible_to(person).filter(device=device)
    runs = DiagnosisRun.objects.visible_to(person).filter(device=device, report=None)
    return (
        _listed(cases, "case", "reported_at", cases, runs)
        .union(_listed(runs, "run", "recorded_at", cases, runs), all=True)
        .order_by("-moment", "kind", "-pk")
    )


def _listed(rows: QuerySet, kind: str, moment: str, cases: QuerySet, runs: QuerySet) -> QuerySet:
    begun = OuterRef(moment)
    ended = runs.exclude(result=EndBlock.Result.UNRESOLVED)
    repeat = Exists(_just_before(cases, "closed_at", begun, is_same=kind == "case")) | Exists(
        _just_before(ended, "recorded_at", begun, is_same=kind == "run")
    )
    return (
        rows.order_by()
        .annotate(kind=Value(kind, CharField()), moment=F(moment), is_repeat=repeat)
        .values_list("kind", "pk", "moment", "is_repeat")
    )


def _just_before(rows: QuerySet, ended: str, begun: OuterRef, *, is_same: bool) -> QuerySet:
    near = Q(**{f"{ended}__lte": begun}) & Q(**{f"{ended}__gte": begun - REPEAT})
    found = rows.order_by().filter(near)
    return found.exclude(pk=OuterRef("pk")) if is_same else found


def read(found: Sequence[tuple[str, int, datetime.datetime, bool]], *, person: Person) -> list[Entry]:
    """Return the entries that `entries` listed with their rows, and cases with `shown_runs`; in three queries."""
    wanted = {kind: [pk for each, pk, _at, _repeat in found if each == kind] for kind in ("case", "run")}
    known = DiagnosisRun.objects.visible_to(person).select_related("guide", "person").defer("guide__body")
    of_case = Prefetch("runs", known.order_by("recorded_at"), to_attr="shown_runs")
    cases = FaultReport.objects.select_related("symptom", "level").prefetch_related(of_case).in_bulk(wanted["case"])
    runs = known.in_bulk(wanted["run"])
    return [
        Entry(at, bool(is_repeat), cases.get(pk) if kind == "case" else None, runs.get(pk) if kind == "run" else None)
        for kind, pk, at, is_repeat in found
    ]
