"""The screens of certification: parse, call, render."""

import unicodedata

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from exams import certify
from exams.marking.certificates import unfounded
from exams.models import Decision, Level, Scheme
from kb import paper
from people.models import Credential, User


def certification(request: HttpRequest) -> HttpResponse:
    """The schemes, their levels, what each asks, and how this person stands.

    What a certificate asks for is public (ISO/IEC 17024, 7.2), the titles of its courses and exams included.
    """
    levels = Level.objects.select_related("scheme", "qualification__subject")
    stands = certify.standings_of(levels, person=request.user, at=timezone.now())
    held = {}
    if request.user.is_authenticated:
        credentials = Credential.objects.filter(person=request.user, decision__isnull=False).valid(timezone.now())
        held = {credential.decision.level_id: credential for credential in credentials.select_related("decision")}
    schemes: dict[Scheme, list] = {scheme: [] for scheme in Scheme.objects.all()}
    for level in levels:
        schemes[level.scheme].append((level, stands[level.pk], held.get(level.pk)))
    return render(request, "exams/certification.html", {"schemes": list(schemes.items())})


@permission_required("exams.decide_certification", raise_exception=True)
def decisions(request: HttpRequest) -> HttpResponse:
    """Who awaits a decision, certificates whose exam is not passed any more, and the last decisions made."""
    recent = Decision.objects.select_related("level__scheme", "person", "decided_by", "credential")[:20]
    now = timezone.now()
    context = {"waiting": certify.waiting(at=now), "recent": recent, "unfounded": unfounded(at=now)}
    return render(request, "exams/decisions.html", context)


@permission_required("exams.decide_certification", raise_exception=True)
def decide(request: HttpRequest, level: int, person: int) -> HttpResponse:
    """The evidence for a candidate, and the decision on it."""
    wanted = get_object_or_404(Level.objects.select_related("scheme", "qualification__subject"), pk=level)
    candidate = get_object_or_404(User.objects.select_related("unit", "position"), pk=person)
    now = timezone.now()
    context = {
        "level": wanted,
        "candidate": candidate,
        "standings": certify.standings(level=wanted, person=candidate, at=now),
        "objections": certify.objections(level=wanted, person=candidate, by=request.user, at=now),
        "outcomes": Decision.Outcome.choices,
    }
    if request.method != "POST":
        return render(request, "exams/decide.html", context)
    try:
        made = certify.decide(
            level=wanted,
            person=candidate,
            outcome=Decision.Outcome(request.POST.get("outcome", "")),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=now,
            on=timezone.localdate(now),
        )
    except certify.Refused as refusal:
        return render(
            request,
            "exams/decide.html",
            context | {"refusals": refusal.reasons, "reason": request.POST.get("reason", "")},
            status=409,
        )
    except ValueError:
        return render(request, "exams/decide.html", context | {"refusals": [gettext("Choose an outcome.")]}, status=422)
    messages.success(request, gettext("The decision is recorded."))
    return redirect("certificate", made.credential.number) if made.credential else redirect("decisions")


@login_required
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate to look at and print: for its holder and for those who may see everybody's."""
    credentials = Credential.objects.with_status(timezone.now()).select_related(
        "person", "qualification__subject", "decision__level__scheme", "decision__decided_by"
    )
    if not request.user.has_perm("people.view_credential"):
        credentials = credentials.filter(person=request.user)
    found = get_object_or_404(credentials, number=number)
    address = settings.BASE_URL + reverse("scan", args=[number])
    context = {
        "credential": found,
        "status": found.status(timezone.now()),
        "qr": paper.code(address),
        "address": address,
    }
    return render(request, "exams/certificate.html", context)


@login_required
@require_POST
def publicity(request: HttpRequest, number: str) -> HttpResponse:
    """Let the holder say whether strangers who verify the certificate see it."""
    found = get_object_or_404(Credential.objects.filter(person=request.user), number=number)
    found.is_public = "public" in request.POST
    found.save(update_fields=["is_public"])
    messages.success(request, gettext("Saved."))
    return redirect("certificate", number)


@never_cache
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Tell a stranger whether a certificate is valid. An unknown number and a hidden holder answer alike."""
    if not number and (typed := request.GET.get("number", "").strip()):
        return redirect("verify_number", tidy_number(typed))
    if not number:
        return render(request, "exams/verify.html", {})
    if too_many := ratelimit.consume_or_429(request, action="verify_certificate", limit_get=True):
        return too_many
    credentials = Credential.objects.with_status(timezone.now()).select_related(
        "person", "qualification__subject", "decision__level__scheme"
    )
    found = credentials.filter(number=tidy_number(number), is_public=True).first()
    if found is None:
        return render(request, "exams/verify.html", {"number": number, "is_unknown": True}, status=404)
    return render(
        request,
        "exams/verify.html",
        {
            "number": found.number,
            "credential": found,
            "status": found.status(timezone.now()),
            "checked_at": timezone.now(),
        },
    )


def tidy_number(typed: str) -> str:
    """Return a certificate number as it is written, however it was typed: lower case, other dashes, O for 0.

    Of what cannot be one, return letters and digits, which can stand in an address.
    """
    letters = "".join(letter for letter in unicodedata.normalize("NFKC", typed).upper() if letter.isalnum())
    body = letters[2:] if len(letters) == 12 and letters.startswith("BB") else letters
    body = body.translate(str.maketrans("OIL", "011"))
    return f"BB-{body[:4]}-{body[4:8]}-{body[8:]}" if len(body) == 10 else letters[:24] or "-"
