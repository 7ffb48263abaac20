"""The screens of qualifications that were earned elsewhere: parse, call, render."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from people import credentials
from people.forms import CredentialForm
from people.models import Credential, CredentialEvent


@permission_required("people.grant_credential", raise_exception=True)
def entered_credentials(request: HttpRequest) -> HttpResponse:
    """Credentials that were entered, the newest first, and the form to enter one."""
    now = timezone.now()
    form = CredentialForm(request.POST or None, by=request.user, on=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        credentials.issue(
            person=said["person"], qualification=said["qualification"], valid_from=said["valid_from"],
            valid_until=said["valid_until"], earned_by=said["earned_by"], evidence={"proof": said["proof"]},
            by=request.user, at=now, reason=said["proof"],
        )  # fmt: skip
        messages.success(request, gettext("Entered: %s.") % said["person"])
        return redirect("entered_credentials")
    entered = (
        Credential.objects.exclude(earned_by=Credential.EarnedBy.CERTIFICATE)
        .with_status(now)
        .select_related("person", "qualification__subject")
    )
    context = {
        "form": form,
        "page_obj": Paginator(entered, 50).get_page(request.GET.get("page")),
        "today": timezone.localdate(now),
    }
    return render(request, "people/credentials.html", context, status=422 if form.errors else 200)


@permission_required("people.grant_credential", raise_exception=True)
@require_POST
def withdraw_credential(request: HttpRequest, number: str) -> HttpResponse:
    """End a credential that was entered, with a reason; it stays on record as withdrawn."""
    entered = Credential.objects.exclude(earned_by=Credential.EarnedBy.CERTIFICATE).with_status(timezone.now())
    found, reason = get_object_or_404(entered, number=number), request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, gettext("Say why it is withdrawn."))
    elif found.last_event != CredentialEvent.Kind.WITHDRAWN:
        credentials.record(
            credential=found,
            kind=CredentialEvent.Kind.WITHDRAWN,
            reason=reason[:300],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, gettext("Withdrawn."))
    return redirect("entered_credentials")
