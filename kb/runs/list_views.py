"""The list of runs: to look through, and to take away without personal data."""

import datetime
from collections.abc import Iterator

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb.blocks import EndBlock
from kb.control import sheets
from kb.control.forms import DayField
from kb.models import DiagnosisRun
from kb.runs import retain
from people.models import OrgUnit

ON_A_PAGE = 50
MOST_ROWS = 20_000  # of a file


class RunsForm(forms.Form):
    """Which runs."""

    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=[("", _("all I may see")), ("mine", _("mine"))])
    text = forms.CharField(label=_("Guide, device, case"), required=False, max_length=100)
    result = forms.ChoiceField(
        label=pgettext_lazy("fault search", "Result"),
        required=False,
        choices=[("", _("all")), *EndBlock.Result.choices],
    )
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), required=False, empty_label=_("all"))
    begin = DayField(label=_("From"), required=False)
    end = DayField(label=_("Until"), required=False)
    age = forms.ChoiceField(
        label=_("Archive"), required=False,
        choices=[("", _("current")), ("archived", _("in the archive")), ("all", _("both"))],
    )  # fmt: skip

    def __init__(self, *args: object, units: QuerySet[OrgUnit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units


@never_cache
@login_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """The runs a person may see, page by page; whole with ?format=xlsx or csv."""
    person, today = request.user, timezone.localdate()
    units = OrgUnit.objects.all() if person.has_perm("kb.see_cases") else OrgUnit.objects.within(person.unit)
    form = RunsForm(request.GET, units=units)
    if not form.is_valid():
        return render(request, "kb/runs/list.html", {"form": form}, status=422)
    found = _sifted(DiagnosisRun.objects.visible_to(person), form.cleaned_data, today)
    found = found.filter(person=person) if form.cleaned_data["whose"] == "mine" else found
    found = found.select_related("guide", "model", "device", "unit", "person", "report", "component")
    found = found.defer("guide__body", "path", "credentials")
    if request.GET.get("format") in {"xlsx", "csv"}:
        return _file(request.GET["format"], found.prefetch_related("parts")[:MOST_ROWS], today)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "kb/runs/list.html", {"form": form, "page_obj": page})


def _sifted(found: QuerySet[DiagnosisRun], said: dict, today: datetime.date) -> QuerySet[DiagnosisRun]:
    """Return those that were asked for."""
    if said["age"] != "all":
        found = (retain.archived if said["age"] == "archived" else retain.current)(found, on=today)
    if text := said["text"].strip():
        device = Q(device__serial__iexact=text) | Q(device__code=text.lower())
        found = found.filter(Q(guide__number__iexact=text) | Q(report__number__iexact=text) | device)
    if said["result"]:
        found = found.filter(result=said["result"])
    if said["unit"]:
        found = found.filter(unit__in=OrgUnit.objects.within(said["unit"]))
    if said["begin"]:
        found = found.filter(recorded_at__gte=_midnight(said["begin"]))
    if said["end"] and said["end"] < datetime.date.max:
        found = found.filter(recorded_at__lt=_midnight(said["end"] + datetime.timedelta(days=1)))
    return found


def _midnight(day: datetime.date) -> datetime.datetime:
    """Return when the day begins, in UTC: at the ends of the calendar no zone can be applied."""
    begins = datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
    return begins if 1 < day.year < 9999 else begins.replace(tzinfo=datetime.UTC)


COLUMNS = [
    (_("Recorded at"), 16),
    (_("Guide"), 12),
    (_("Version"), 8),
    (_("Title"), 34),
    (pgettext_lazy("fault search", "Result"), 12),
    (_("Cause"), 30),
    (_("Component"), 18),
    (_("Product"), 18),
    (_("Device"), 16),
    (_("Case"), 16),
    (_("Unit"), 16),
    (_("Minutes"), 8),
    (_("Parts"), 24),
    (_("Gaps"), 8),
    (_("Record key"), 38),
]


def _file(wanted: str, found: QuerySet[DiagnosisRun], today: datetime.date) -> HttpResponse:
    columns = [(str(name), width) for name, width in COLUMNS]
    if wanted == "xlsx":
        title = gettext("Fault searches")
        body, kind = sheets.xlsx(title=title, columns=columns, rows=_cells(found)), sheets.XLSX
    else:
        body, kind = sheets.comma_separated(columns=columns, rows=_cells(found)), sheets.CSV
    headers = {"Content-Disposition": f'attachment; filename="runs-{today}.{wanted}"'}
    return HttpResponse(body, content_type=kind, headers=headers)


def _cells(found: QuerySet[DiagnosisRun]) -> Iterator[list[sheets.Cell]]:
    for run in found:
        yield [
            f"{timezone.localtime(run.recorded_at):%Y-%m-%d %H:%M}", run.guide.number, run.version, run.guide.title,
            capfirst(run.get_result_display()), run.cause, run.component.label if run.component else "",
            run.model.label if run.model else "", run.device.serial if run.device else "",
            run.report.number if run.report else "", run.unit.label if run.unit else "", run.minutes,
            ", ".join(f"{part.number} × {part.quantity}" for part in run.parts.all()), len(run.gaps), str(run.key),
        ]  # fmt: skip
