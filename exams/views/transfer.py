"""The screens that bring questions into the bank and take them out.

Import is three steps at one address: give a file, look at what it would do, done.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exams import formats, transfer
from exams.bank import duplicates
from exams.formats import Read, sheet
from exams.models import Topic
from exams.transfer import Again
from exams.transfer.forms import FileForm, OutForm, label
from kb.control import sheets
from kb.importing import staging
from kb.importing.steps import Steps

STEPS = Steps("import_questions", waiting="questions_waiting", done="questions_brought_in")
SHOWN = 100  # rows of a table on a screen
MOST = 1_500  # questions in a file that is taken out: a package of so many can be read again
_TYPES = {"zip": "application/zip", "xml": "application/xml", "xlsx": sheets.XLSX}
_MAY = "exams.change_question"


@login_required
@permission_required(_MAY, raise_exception=True)
@require_http_methods(["GET", "POST"])
def import_questions(request: HttpRequest) -> HttpResponse:
    """Ask for a file; show what it would bring and what is wrong or lost; bring it in once that is confirmed."""
    if request.method == "POST":
        answers = {"import": _import, "discard": STEPS.discard}
        return answers.get(request.POST.get("action", ""), _upload)(request)
    if request.GET.get("step") == "review" and STEPS.waiting in request.session:
        return _review(request)
    if request.GET.get("step") == "done" and STEPS.done in request.session:
        return render(request, "exams/transfer/done.html", request.session[STEPS.done])
    return _ask(request, FileForm())


def _ask(request: HttpRequest, form: FileForm) -> HttpResponse:
    return render(request, "exams/transfer/upload.html", {"form": form}, status=422 if form.is_bound else 200)


def _upload(request: HttpRequest) -> HttpResponse:
    """Keep the file that was given; what is wrong with it is shown in the next step."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, form)
    file: UploadedFile = form.cleaned_data["file"]
    topic = form.cleaned_data["topic"]
    return STEPS.keep(
        request, file.read(), name=file.name, format=form.cleaned_data["format"], topic=topic.pk if topic else None
    )


def _review(request: HttpRequest) -> HttpResponse:
    """Show what the file would bring. Nothing is made yet."""
    waiting = request.session[STEPS.waiting]
    data = staging.look(waiting["token"])
    if data is None:
        return STEPS.gone(request)
    read, topic = _read(waiting, data), _topic(waiting)
    try:
        rows = transfer.plan(read=read, topic=topic)
    except transfer.Refused as refusal:
        read.errors, rows = refusal.errors, []
    _find_alike(rows[:SHOWN])
    context = {
        "waiting": waiting,
        "format": label(read.format or ""),
        "topic": topic,
        "errors": read.errors[:SHOWN],
        "error_count": len(read.errors),
        "losses": read.not_represented[:SHOWN],
        "loss_count": len(read.not_represented),
        "rows": rows[:SHOWN],
        "row_count": len(rows) or len(read.questions),
        "twins": sum(row.twin is not None and not row.is_same for row in rows),
        "same": sum(row.is_same for row in rows),
        "new": sum(row.twin is None for row in rows),
        "again": Again.choices,
        "shown": SHOWN,
    }
    return render(request, "exams/transfer/review.html", context)


def _find_alike(rows: Sequence[transfer.Planned]) -> None:
    """Say of each new question which of the bank, in any topic, says nearly the same."""
    new = [row for row in rows if row.twin is None]
    said = [duplicates.words(row.neutral.text, row.neutral.body) for row in new]
    for row, alike in zip(new, duplicates.find(said) if new else [], strict=True):
        row.alike = alike


def _read(waiting: dict, data: bytes) -> Read:
    return formats.read(data, waiting["name"], waiting["format"] or None)


def _topic(waiting: dict) -> Topic | None:
    return Topic.objects.filter(pk=waiting["topic"]).first() if waiting["topic"] else None


def _import(request: HttpRequest) -> HttpResponse:
    """Bring in the file that waits, once: its token is good for one time."""
    taken = STEPS.take(request)
    if isinstance(taken, HttpResponse):
        return taken
    waiting, data = taken
    again = request.POST.get("again", Again.SKIP)
    topic = _topic(waiting)
    read = _read(waiting, data)
    try:
        if waiting["topic"] and topic is None:
            raise transfer.Refused([formats.Fault(waiting["name"], 1, _("The topic is not there any more."))])
        made = transfer.bring_in(
            read=read,
            topic=topic,
            by=request.user,
            at=timezone.now(),
            again=again if again in Again.values else Again.SKIP,
        )
    except transfer.Refused as refusal:  # the bank has changed since: the file waits on
        request.session[STEPS.waiting] = waiting | {"token": staging.keep(data)}
        messages.error(request, str(refusal))
        return STEPS.to("review")
    del request.session[STEPS.waiting]
    request.session[STEPS.done] = {
        "name": waiting["name"],
        "count": len(made),
        "left": len(read.questions) - len(made),
        "topics": sorted({question.topic.label for question in made}),
        "losses": [[loss.line, loss.name, loss.what] for loss in read.not_represented[:SHOWN]],
    }
    return STEPS.to("done")


@login_required
@permission_required(_MAY, raise_exception=True)
@require_safe
def question_template(request: HttpRequest, ending: str) -> HttpResponse:
    """The spreadsheet to be filled in, as .xlsx or .csv."""
    if ending not in ("xlsx", "csv"):
        raise Http404(ending)
    body = sheet.template() if ending == "xlsx" else sheet.template_csv()
    return _file(body, f"questions-template.{ending}", sheets.XLSX if ending == "xlsx" else sheets.CSV)


@login_required
@permission_required(_MAY, raise_exception=True)
@require_safe
def export_questions(request: HttpRequest) -> HttpResponse:
    """Ask which questions in which format; show what the format cannot say; then the file."""
    if "format" not in request.GET:
        said = {name: request.GET[name] for name in ("topic", "kind", "state", "difficulty") if name in request.GET}
        return render(request, "exams/transfer/export.html", {"form": OutForm(initial=said)})
    form = OutForm(request.GET)
    if not form.is_valid():
        return render(request, "exams/transfer/export.html", {"form": form}, status=422)
    questions = list(form.questions().select_related("topic")[: MOST + 1])
    if not questions or len(questions) > MOST:
        sentence = _("More than %d questions: choose a topic or a kind.") % MOST
        form.add_error(None, sentence if questions else _("There is no such question."))
        return render(request, "exams/transfer/export.html", {"form": form}, status=422)
    data, name, losses = transfer.take_out(questions, form.cleaned_data["format"])
    if "download" in request.GET:
        return _file(data, name, _TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8"))
    context = {
        "form": form,
        "count": len(questions),
        "size": len(data),
        "losses": losses[:SHOWN],
        "loss_count": len(losses),
        "shown": SHOWN,
        "format": label(form.cleaned_data["format"]),
        "download": f"{request.GET.urlencode()}&download=1",
    }
    return render(request, "exams/transfer/export.html", context)


def _file(body: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
