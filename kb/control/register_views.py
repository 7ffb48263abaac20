"""The auditor's screens: the list of controlled documents on a day, to look at, print and take away; and the log."""

import datetime

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb.control import register, sheets, verify
from kb.control.forms import DayField
from kb.models import SignOff
from kb.models.pages import KINDS
from people.models import OrgUnit

ON_A_PAGE = 50


class ListForm(forms.Form):
    """Which day, and which documents."""

    on = DayField(
        label=_("On"), required=False, error_messages={"invalid": _("This is not a day: write it as in 2026-11-30.")}
    )
    text = forms.CharField(label=_("Number or title"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    unit = forms.ModelChoiceField(OrgUnit.objects.all(), label=_("Owner"), required=False, empty_label=_("all"))
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("all")), *register.Status.choices])
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", _("all")), *((kind, capfirst(page._meta.verbose_name)) for kind, page in KINDS.items()),
        ]  # fmt: skip
        self.fields["language"].choices = [("", _("all")), *settings.LANGUAGES]


@login_required
@permission_required("kb.see_control", raise_exception=True)
def controlled_list(request: HttpRequest) -> HttpResponse:
    """The list for any day (?on=2026-11-30), page by page; whole with ?format=print, xlsx or csv."""
    today = timezone.localdate()
    form = ListForm({"on": str(today)} | request.GET.dict())
    if not form.is_valid():
        return render(request, "kb/register/list.html", {"form": form, "today": today}, status=422)
    said = form.cleaned_data
    on = said["on"] or today
    unit = said.pop("unit")
    found = register.listed(person=request.user, **said | {"on": on}, unit=unit.pk if unit else None)
    wanted = request.GET.get("format", "")
    if wanted in {"xlsx", "csv"}:
        return _file(wanted, register.rows(found, on=on), on)
    context = {"form": form, "today": today, "on": on, "is_whole": wanted == "print", "now": timezone.now()}
    context["may_read_all"] = request.user.has_perm("kb.read_withdrawn")
    if wanted == "print":
        rows = list(register.rows(found, on=on))
        return render(request, "kb/register/list.html", context | {"rows": rows, "total": len(rows)})
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(register.rows(page.object_list, on=on))
    return render(
        request, "kb/register/list.html", context | {"rows": rows, "total": page.paginator.count, "page_obj": page}
    )


def _file(wanted: str, rows: "register.Iterator[register.Row]", on: datetime.date) -> HttpResponse:
    columns = [(str(name), width) for name, width in COLUMNS]
    cells = (_cells(row) for row in rows)
    if wanted == "xlsx":
        title = gettext("Controlled documents on %s") % on
        body, kind = sheets.xlsx(title=title, columns=columns, rows=cells), sheets.XLSX
    else:
        body, kind = sheets.comma_separated(columns=columns, rows=cells), sheets.CSV
    return HttpResponse(
        body,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="controlled-documents-{on}.{wanted}"'},
    )


COLUMNS = [
    (_("Document number"), 14),
    (_("Language"), 10),
    (_("Kind"), 10),
    (_("Title"), 40),
    (_("Version"), 8),
    (_("Effective on"), 12),
    (_("Owner"), 16),
    (_("Prepared by"), 12),
    (_("Prepared on"), 12),
    (_("Reviewed by"), 12),
    (_("Reviewed on"), 12),
    (_("Approved by"), 12),
    (_("Approved on"), 12),
    (_("Significance"), 10),
    (_("Status"), 12),
    (_("Review by"), 12),
]


def _cells(row: register.Row) -> list[sheets.Cell]:
    edition = row.edition
    signed = [
        cell for signature in row.signatures for cell in ((signature.name, signature.on) if signature else ("", None))
    ]
    return [
        edition.number, str(row.language), row.kind, edition.title,
        edition.version, edition.effective_on, row.unit, *signed, str(edition.get_significance_display()),
        row.status_label, row.review_by,
    ]  # fmt: skip


class LogForm(forms.Form):
    """Which lines of the log."""

    number = forms.CharField(label=_("Document number"), required=False, max_length=32)
    act = forms.ChoiceField(label=_("Act"), required=False, choices=[("", _("all")), *SignOff.Act.choices])


@login_required
@permission_required("kb.see_control", raise_exception=True)
def signoff_log(request: HttpRequest) -> HttpResponse:
    """The sign-off log, newest first, each line with whether it follows from the one before."""
    form = LogForm(request.GET)
    if not form.is_valid():
        return render(request, "kb/register/log.html", {"form": form}, status=422)
    said = {"number": form.cleaned_data["number"].strip(), "act": form.cleaned_data["act"]}
    page = Paginator(register.lines(person=request.user, **said), ON_A_PAGE).get_page(request.GET.get("page"))
    broken = verify.unsound(page.object_list)
    lines = [(line, register.signed_name(line), line.pk in broken) for line in page.object_list]
    context = {"form": form, "lines": lines, "page_obj": page, "broken": len(broken), "number": said["number"]}
    return render(request, "kb/register/log.html", context)
