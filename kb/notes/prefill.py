"""What a new field note begins with: what was searched for, or what a run, a case or a device says already."""

import uuid
from collections.abc import Mapping
from typing import Any

from kb.models import Device, DiagnosisRun, FaultReport, ProductModel, Solution
from people.models import Person

LONGEST = Solution._meta.get_field("problem").max_length


def prefilled(asked: Mapping[str, str], person: Person) -> dict[str, Any]:
    """Return the first values of the form for what an address names (q, run, case, device, model, code).

    What does not exist, or this person may not see, prefills nothing.
    """
    run, report = run_of(asked.get("run", ""), person), report_of(asked.get("case", ""), person)
    query = asked.get("q", "").strip()
    problem = query or (_end_of(run) if run else "") or (report.description if report else "")
    return {
        "problem": " ".join(problem.split())[:LONGEST],
        "remedy": run.note if run and run.result != "unresolved" else "",
        "cause": run.cause if run else "",
        "model": _model(asked, run, report, person),
        "code": asked.get("code", "") or (report.code if report else ""),
        "run": run.key if run else "",
        "case": report.number if report else "",
        "q": query,
    }


def run_of(key: str, person: Person) -> DiagnosisRun | None:
    """Return the run of that key, if the person may see it."""
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    return DiagnosisRun.objects.visible_to(person).select_related("guide", "model").filter(key=wanted).first()


def report_of(number: str, person: Person) -> FaultReport | None:
    """Return the case of that number, if the person may see it."""
    found = FaultReport.objects.visible_to(person).select_related("model", "symptom")
    return found.filter(number=number).first() if number else None


def _end_of(run: DiagnosisRun) -> str:
    """Return what the guide was about, and the heading of the end where its record has it."""
    headings = [turn.get("heading") for turn in run.path if isinstance(turn, dict) and turn.get("node") == run.end]
    return ": ".join([run.guide.title, *(heading for heading in headings if heading)])


def _model(
    asked: Mapping[str, str], run: DiagnosisRun | None, report: FaultReport | None, person: Person
) -> ProductModel | None:
    if key := asked.get("model"):
        return ProductModel.objects.filter(key=key).first()
    if code := asked.get("device"):
        device = Device.objects.visible_to(person).filter(code=code).select_related("model").first()
        return device.model if device else None
    return (run.model if run else None) or (report.model if report else None)
