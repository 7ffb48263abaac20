"""The statistics of an exam as a spreadsheet."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from exams.models import Exam, StatisticsReport
from exams.statistics.flags import FLAGS
from exams.statistics.readings import readings
from kb.control.sheets import Page
from kb.control.sheets import workbook as book


def workbook(*, exam: Exam, report: StatisticsReport, labels: Mapping[int, tuple[str, str]]) -> bytes:
    """Return a workbook: the exam, its questions. `labels` are (key, words) of the questions by id."""
    title = f"{exam.label} · {report.at:%Y-%m-%d}"
    return book([_test(title, report), _questions(title, report, labels)])


def _test(title: str, report: StatisticsReport) -> Page:
    data = report.data
    rows = [[_("Sittings"), str(report.sittings), ""]]
    rows += [[each.name, each.value, each.words] for each in readings(data["test"], data["possible"])]
    rows += [
        [_("%(low)d to %(high)d percent of the marks") % {"low": 10 * place, "high": 10 * place + 10}, str(count), ""]
        for place, count in enumerate(data["histogram"])
    ]
    columns = [(_("Figure"), 36), (_("Value"), 12), (_("What that means"), 80)]
    return Page(title, columns, rows, name=_("Exam"))


def _questions(title: str, report: StatisticsReport, labels: Mapping[int, tuple[str, str]]) -> Page:
    names = {
        "people": _("People"),
        "points": _("Points"),
        "facility": _("Facility, percent"),
        "standard_deviation": _("Standard deviation, percent"),
        "guess": _("Random guess score, percent"),
        "intended_weight": _("Intended weight, percent"),
        "effective_weight": _("Effective weight, percent"),
        "discrimination_index": _("Discrimination index, percent"),
        "discriminative_efficiency": _("Discriminative efficiency, percent"),
        "point_biserial": _("Point-biserial with the total"),
        "point_biserial_rest": _("Point-biserial with the rest"),
    }
    rows = [
        [
            *labels[item["question"]],
            ", ".join(str(FLAGS[key].word) for key in item["flags"] if key in FLAGS),
            *(_rounded(item[name]) for name in names),
        ]
        for item in report.data["items"]
    ]
    columns = [
        (_("Exam question"), 24),
        (_("Wording"), 60),
        (_("Remarks"), 24),
        *((name, 14) for name in names.values()),
    ]
    return Page(title, columns, rows, name=_("The questions"))


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 4)
