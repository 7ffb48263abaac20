"""The screens of a person's keys: parse, call, render."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from people import tokens
from people.models import Token
from people.refusal import Refused


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("words")
def mine(request: HttpRequest) -> HttpResponse:
    """My keys, and the form to make one; a new one is shown in the answer to the form, once."""
    words, refusals, name = "", [], request.POST.get("name", "")
    if request.method == "POST":
        try:
            _made, words = tokens.make(person=request.user, name=name, at=timezone.now())
            name = ""
        except Refused as refusal:
            refusals = refusal.reasons
    context = {
        "tokens": Token.objects.filter(person=request.user, revoked_at__isnull=True),
        "words": words,
        "refusals": refusals,
        "name": name,
    }
    return render(request, "people/tokens.html", context, status=422 if refusals else 200)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of my keys back."""
    found = get_object_or_404(Token, pk=pk, person=request.user)
    tokens.revoke(token=found, at=timezone.now())
    messages.success(request, gettext("The key “%s” opens nothing any more.") % found.name)
    return redirect("tokens")
