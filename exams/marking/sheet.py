"""The results of an exam as a spreadsheet: points only of those released."""

from django.utils import timezone
from django.utils.translation import gettext as _

from exams.models import Exam, Sitting
from kb.control.sheets import Cell, xlsx


def workbook(*, exam: Exam) -> bytes:
    """Return a workbook of everybody who has sat the exam, a row an attempt."""
    columns = [
        (_("Person"), 20), (_("Employee number"), 16), (_("Unit"), 24), (_("Attempt"), 10), (_("Handed in"), 18),
        (_("Released"), 18), (_("Points"), 10), (_("Points possible"), 12), (_("Percent"), 10), (_("Result"), 14),
    ]  # fmt: skip
    rows = exam.sittings.filter(finished_at__isnull=False).select_related("person__unit").order_by("finished_at", "pk")
    title = f"{exam.label} · {timezone.localdate().isoformat()}"
    return xlsx(title=title, columns=columns, rows=map(_row, rows.iterator(chunk_size=500)))


def _row(sitting: Sitting) -> list[Cell]:
    person = sitting.person
    return [
        str(person), person.employee_number or person.username, person.unit.label if person.unit else "",
        sitting.attempt, _clock(sitting.finished_at), _clock(sitting.released_at), *_result(sitting),
    ]  # fmt: skip


def _clock(at: timezone.datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _result(sitting: Sitting) -> list[Cell]:
    if sitting.ended_by == Sitting.Ended.ABANDONED:
        return [None, None, None, _("void")]
    if sitting.released_at is None:
        return [None, None, None, _("not released")]
    said = _("passed") if sitting.has_passed else _("not passed")
    return [float(sitting.points), float(sitting.points_possible), sitting.percent, said]
