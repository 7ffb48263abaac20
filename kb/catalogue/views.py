"""The screens of the catalogue as spreadsheets: take tables away; give a file, look at what it does, bring it in."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kb.catalogue import read, write
from kb.catalogue.tables import BY_NAME, TABLES, columns, may, may_change, title
from kb.catalogue.take import Changed, Report, look, take
from kb.control import sheets
from kb.importing import staging
from kb.importing.document import Refused as Unreadable
from kb.importing.steps import Steps
from people.refusal import Refused

ALL = "all"
STEPS = Steps("import_catalogue", waiting="catalogue_waiting")
SHOWN = 200  # changes and mistakes on a screen


class FileForm(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        help_text=gettext_lazy("A spreadsheet (.xlsx) with one sheet or several, or one table as .csv; 5 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(read.ENDINGS)}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse by its size what need not be read."""
        file = self.cleaned_data["file"]
        if file.size > read.MAX_SIZE:
            raise forms.ValidationError(_("The file is larger than %d MB.") % (read.MAX_SIZE // 1024**2))
        return file


@login_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The tables the person may see, with how many rows each has."""
    seen = [table for table in TABLES if may(request.user, table, "view")]
    if not seen:
        raise PermissionDenied
    rows = [
        {"name": table.name, "title": title(table), "count": table.found().count(), "columns": _described(table)}
        for table in seen
    ]
    context = {"tables": rows, "may_import": any(may_change(request.user, table) for table in TABLES)}
    return render(request, "kb/catalogue/tables.html", context)


def _described(table: object) -> list[tuple[str, str]]:
    fields = table.plain | table.single | table.many
    return [(name, str(fields[name].verbose_name) if name in fields else _("made here")) for name in columns(table)]


@login_required
@require_safe
def export_catalogue(request: HttpRequest, table: str, form: str = "xlsx") -> HttpResponse:
    """One table as .xlsx or .csv; all that the person may see, a sheet each, as `all.xlsx`."""
    wanted = TABLES if table == ALL and form == "xlsx" else [BY_NAME[table]] if table in BY_NAME else []
    seen = [each for each in wanted if may(request.user, each, "view")]
    if not wanted:
        raise Http404(table)
    if not seen:
        raise PermissionDenied
    body, kind = (write.csv(seen[0]), sheets.CSV) if form == "csv" else (write.xlsx(seen), sheets.XLSX)
    name = "catalogue" if table == ALL else table
    return HttpResponse(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    )


@login_required
@require_http_methods(["GET", "POST"])
def import_catalogue(request: HttpRequest) -> HttpResponse:
    """Ask for a file; show what it would add and change, and its mistakes; bring it in once that is confirmed."""
    if not any(may_change(request.user, table) for table in TABLES):
        raise PermissionDenied
    if request.method == "POST":
        answers = {"import": _import, "discard": STEPS.discard}
        return answers.get(request.POST.get("action", ""), _upload)(request)
    if request.GET.get("step") == "review" and STEPS.waiting in request.session:
        return _review(request)
    return _ask(request, FileForm())


def _ask(request: HttpRequest, form: FileForm) -> HttpResponse:
    return render(request, "kb/catalogue/upload.html", {"form": form}, status=422 if form.is_bound else 200)


def _upload(request: HttpRequest) -> HttpResponse:
    """Keep the file that was given, if it can be read at all."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, form)
    file = form.cleaned_data["file"]
    data = file.read()
    try:
        read.read(name=file.name, data=data, mistakes=[])
    except (Refused, Unreadable) as refusal:
        form.add_error("file", str(refusal))
        return _ask(request, form)
    return STEPS.keep(request, data, name=file.name)


def _review(request: HttpRequest) -> HttpResponse:
    """Show what the file would do. Nothing is kept of it."""
    waiting = request.session[STEPS.waiting]
    data = staging.look(waiting["token"])
    if data is None:
        return STEPS.gone(request)
    found, mistakes = _read(waiting["name"], data)
    report = look(sheets=found, by=request.user)
    report.mistakes = sorted({*report.mistakes, *mistakes})
    return render(request, "kb/catalogue/review.html", _context(report) | {"waiting": waiting})


def _context(report: Report) -> dict:
    return {
        "report": report,
        "added": report.added[:SHOWN],
        "changed": report.changed[:SHOWN],
        "mistakes": report.mistakes[:SHOWN],
        "shown": SHOWN,
    }


def _read(name: str, data: bytes) -> tuple[list[read.Sheet], list[read.Mistake]]:
    mistakes: list[read.Mistake] = []
    return read.read(name=name, data=data, mistakes=mistakes), mistakes


def _import(request: HttpRequest) -> HttpResponse:
    """Bring the file in, once: its token is good for one time, and for what was seen of it."""
    waiting = request.session.get(STEPS.waiting)
    if not waiting or waiting["token"] != request.POST.get("token"):
        return STEPS.gone(request)
    data = staging.look(waiting["token"])
    if data is None:
        return STEPS.gone(request)
    found, mistakes = _read(waiting["name"], data)
    try:
        if mistakes:
            raise Changed(_("There are mistakes in the file: nothing was brought in."))
        report = take(sheets=found, by=request.user, digest=request.POST.get("digest", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return STEPS.to("review")
    STEPS.forget(request)
    counts = {"added": len(report.added), "changed": len(report.changed), "same": report.same}
    messages.success(request, _("Brought in: %(added)d new, %(changed)d changed, %(same)d unchanged.") % counts)
    return redirect("catalogue")
