"""The screen to import a document, in three steps at one address: give a file, look at what it would be, done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kb.importing import reading, staging
from kb.importing.bring_in import bring_in
from kb.importing.document import Refused
from kb.importing.forms import ImportForm, folders
from kb.importing.losses import by_kind
from kb.importing.steps import Steps
from kb.models import KnowledgeIndexPage
from kb.models.pages import KINDS

STEPS = Steps("import_document", waiting="import_waiting", done="import_done")


@login_required
@require_http_methods(["GET", "POST"])
def import_document(request: HttpRequest) -> HttpResponse:
    """Ask for a file; show what it would become; import it once that is confirmed."""
    if not folders(request.user):
        raise PermissionDenied
    if request.method == "POST":
        answers = {"import": _import, "discard": STEPS.discard}
        return answers.get(request.POST.get("action", ""), _upload)(request)
    if request.GET.get("step") == "review" and STEPS.waiting in request.session:
        return _review(request)
    if request.GET.get("step") == "done" and STEPS.done in request.session:
        return render(request, "kb/importing/done.html", {"report": request.session[STEPS.done]})
    return _ask(request, ImportForm(person=request.user))


def _ask(request: HttpRequest, form: ImportForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "kb/importing/upload.html", {"form": form}, status=status)


def _upload(request: HttpRequest) -> HttpResponse:
    """Keep the file that was given, if it can be read at all."""
    form = ImportForm(request.POST, request.FILES, person=request.user)
    if not form.is_valid():
        return _ask(request, form)
    file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
    data = file.read()
    try:
        reading.read(name=file.name, data=data, kind=kind)
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return _ask(request, form)
    return STEPS.keep(request, data, name=file.name, kind=kind, folder=form.cleaned_data["folder"])


def _review(request: HttpRequest) -> HttpResponse:
    """Show what the file would become. Nothing is made yet."""
    waiting = request.session[STEPS.waiting]
    data, folder = staging.look(waiting["token"]), KnowledgeIndexPage.objects.filter(pk=waiting["folder"]).first()
    if data is None or folder is None:
        return STEPS.gone(request)
    document = reading.read(name=waiting["name"], data=data, kind=waiting["kind"])
    context = {
        "document": document,
        "losses": by_kind(document.losses),
        "waiting": waiting,
        "kind": KINDS[waiting["kind"]]._meta.verbose_name,
        "folder": folder,
    }
    return render(request, "kb/importing/review.html", context)


def _import(request: HttpRequest) -> HttpResponse:
    """Import the file that waits, once: its token is good for one time."""
    taken = STEPS.take(request)
    if isinstance(taken, HttpResponse):
        return taken
    waiting, data = taken
    STEPS.forget(request)
    folder = KnowledgeIndexPage.objects.filter(pk=waiting["folder"]).first()
    if folder is None:
        return STEPS.gone(request)
    try:
        document = reading.read(name=waiting["name"], data=data, kind=waiting["kind"])
        report = bring_in(
            document=document, kind=waiting["kind"], parent=folder, by=request.user, at=timezone.now()
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
        return STEPS.to("")
    request.session[STEPS.done] = report.as_json()
    return STEPS.to("done")
