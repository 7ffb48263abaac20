"""The page of a case: how it stands, what happened, and what can happen now."""

import datetime
from collections.abc import Callable, Mapping

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kb import attachments
from kb.attachments import PhotosField
from kb.cases import act, deadlines, dispatch, similar
from kb.cases.act.hand_over import asked_at_end
from kb.cases.act.standing import Kind
from kb.cases.in_charge import people_for, supervises
from kb.models import CaseEvent, Contact, DiagnosisRun, FaultReport, SeverityLevel, Tier
from people.models import User
from people.refusal import Refused

_SHOWN = (
    "device__owner",
    "device__unit",
    "model__family__subject",
    "symptom",
    "area",
    "unit",
    "reporter",
    "assigned_to",
    "tier__unit",
)
OPEN_TO_ALL = {Kind.RECEIVED, Kind.CLOSED, Kind.REOPENED}


def _case(request: HttpRequest, number: str) -> FaultReport:
    reports = deadlines.with_clocks(FaultReport.objects.visible_to(request.user)).select_related(*_SHOWN)
    return get_object_or_404(reports, number=number)


@never_cache
@login_required
def case(request: HttpRequest, number: str) -> HttpResponse:
    """A case, for those who may know of it."""
    return _page(request, _case(request, number))


@never_cache
@login_required
@require_POST
def case_act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Something happens to a case; what cannot is said, and nothing typed is lost."""
    report = _case(request, number)
    if name not in ACTS:
        raise Http404(name)
    try:
        said = ACTS[name](request, report, timezone.now())
    except Refused as refusal:
        return _page(request, _case(request, number), failed=name, refusals=refusal.reasons)
    if isinstance(said, str):
        messages.warning(request, said)
    else:
        messages.success(request, gettext("Written down."))
    seen = FaultReport.objects.visible_to(request.user).filter(pk=report.pk).exists()
    return redirect(report if seen else "cases")


def _page(request: HttpRequest, report: FaultReport, failed: str = "", refusals: list[str] = ()) -> HttpResponse:
    person, now = request.user, timezone.now()
    stands = act.standing(report=report, person=person, at=now)
    possible = {kind.value for kind in Kind if not act.objections(kind, stands)}
    offers = "dispatched" in possible and not report.closed_at
    suggested = dispatch.suggestions(report=report, at=now) if offers else []
    context = {
        "report": report,
        "clocks": deadlines.clocks(report, now),
        "contact": Contact.objects.visible_to(person).filter(report=report).first(),
        "events": _events(report, stands),
        "runs": _runs(report, person),
        "attachments": attachments.visible_to(person).filter(report=report),
        "stands": stands,
        "possible": possible,
        "suggestions": [each for each in suggested if each.fits or stands.dispatches],
        "may_take": offers and report.assigned_to_id != person.pk and _is_one_of(report, person, stands),
        "guides": similar.guides(person=person, model=report.model, code=report.code, symptom=report.symptom),
        "cases": similar.cases(
            person=person, model=report.model, device=report.device, code=report.code, symptom=report.symptom,
            besides=report,
        ),
        "failed": failed,
        "refusals": refusals,
        "typed": request.POST if failed else {},
        "photos": PhotosField().widget.render("photos", None, {"id": "photos"}) if "note" in possible else "",
    }  # fmt: skip
    tried = request.POST if failed == "escalate" else None
    return render(
        request, "kb/cases/case.html", context | _offers(report, stands, tried), status=422 if failed else 200
    )


def _is_one_of(report: FaultReport, person: User, stands: act.Standing) -> bool:
    return stands.belongs or people_for(report).filter(pk=person.pk).exists()


def _offers(report: FaultReport, stands: act.Standing, tried: QueryDict | None) -> dict:
    """Return what the forms of the page offer to choose from; `tried` is what was typed to hand the case over."""
    if not stands.works:
        return {}
    return {
        "hand_overs": [] if report.closed_at else _hand_overs(report, stands, tried or {}),
        "levels": SeverityLevel.objects.of(report.level.scheme),
        "outcomes": FaultReport.Outcome.choices,
        "may_erase": supervises(stands.person, report)
        and Contact.objects.filter(report=report, erased_at__isnull=True).exists(),
        "may_register": stands.person.has_perm("kb.add_device"),
    }


def _hand_overs(report: FaultReport, stands: act.Standing, tried: Mapping[str, str]) -> list[tuple]:
    """Return the higher tiers, each with what to gather and what was typed, if the guide names it, if it was tried."""
    named, wanted = asked_at_end(report)
    tiers = []
    for tier in stands.higher:
        was_tried = tried.get("tier") == str(tier.pk)
        lines = act.collect_lines(tier.words, wanted)
        typed = [tried.get(f"collected-{place}", "") if was_tried else "" for place in range(len(lines))]
        is_named = named in {tier.name, tier.name_en} if named else False
        tiers.append((tier, list(zip(lines, typed, strict=True)), is_named, was_tried))
    return tiers


def _events(report: FaultReport, stands: act.Standing) -> list[tuple[CaseEvent, str]]:
    """Return what happened, each with its words where they are for this person: notes of the work stay inside."""
    events = report.events.select_related("by", "person", "tier", "run__guide").order_by("at", "pk")
    inside = stands.works or stands.person.has_perm("kb.see_cases")
    return [
        (event, event.text if inside or event.kind in OPEN_TO_ALL or event.by_id == stands.person.pk else "")
        for event in events
    ]


def _runs(report: FaultReport, person: User) -> list[DiagnosisRun]:
    """Return the searches recorded with the case, and the one that led to it."""
    runs = DiagnosisRun.objects.visible_to(person).select_related("guide", "person", "component")
    of_case = runs.filter(report=report) | runs.filter(pk__in=report.events.exclude(run=None).values("run"))
    return list(of_case.order_by("recorded_at", "pk"))


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")


def _when(request: HttpRequest, report: FaultReport) -> datetime.datetime | None:
    """Return when it happened, if that was said; the minute in which the fault was reported is not before it."""
    typed = request.POST.get("happened_at", "").strip()
    if not typed:
        return None
    try:
        when = forms.DateTimeField().clean(typed)
    except forms.ValidationError:
        raise Refused(gettext("This is not a moment: write it as in 2026-11-30 14:05.")) from None
    same_minute = when == report.reported_at.astimezone(when.tzinfo).replace(second=0, microsecond=0)
    return report.reported_at if same_minute else when


def _moment(does: Callable) -> Callable:
    def happen(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
        return does(report=report, by=request.user, at=at, words=_words(request), happened_at=_when(request, report))

    return happen


def _machine(does: Callable) -> Callable:
    def happen(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
        return does(
            report=report, by=request.user, at=at, words=_words(request), happened_at=_when(request, report),
            serial=request.POST.get("serial", ""),
        )  # fmt: skip

    return happen


def _one(model: type, request: HttpRequest, name: str) -> object:
    """Return the row that the form named. Raises Refused."""
    pk = request.POST.get(name, "")
    found = model.objects.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    if found is None:
        raise Refused(gettext("Choose one of those offered."))
    return found


def _note(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.note(report=report, by=request.user, at=at, words=_words(request))


def _take(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.dispatch(report=report, by=request.user, to=request.user, at=at)


def _dispatch(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.dispatch(report=report, by=request.user, to=_one(User, request, "to"), at=at, words=_words(request))


def _level(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    level = _one(SeverityLevel, request, "level")
    return act.change_level(report=report, by=request.user, level=level, reason=_words(request), at=at)


def _escalate(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    tier = _one(Tier, request, "tier")
    lines = act.to_collect(report=report, tier=tier)
    collected = [(line, request.POST.get(f"collected-{place}", "")) for place, line in enumerate(lines)]
    return act.escalate(
        report=report, by=request.user, tier=tier, collected=collected, words=_words(request), at=at
    )  # fmt: skip


def _hand_back(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    tier = _one(Tier, request, "tier")
    return act.hand_back(report=report, by=request.user, tier=tier, words=_words(request), at=at)


def _swap(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.swap(
        report=report, by=request.user, at=at, words=_words(request), happened_at=_when(request, report),
        serial_out=request.POST.get("serial_out", ""), serial_in=request.POST.get("serial_in", ""),
        registers="registers" in request.POST,
    )  # fmt: skip


def _close(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.close(
        report=report, by=request.user, at=at, outcome=request.POST.get("outcome", ""), words=_words(request),
        happened_at=_when(request, report),
    )  # fmt: skip


def _reopen(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.reopen(report=report, by=request.user, at=at, reason=_words(request))


def _erase(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> CaseEvent:
    return act.erase_contact(report=report, by=request.user, at=at, reason=_words(request))


def _register(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> object:
    return act.register(report=report, by=request.user, at=at)


def _photos(request: HttpRequest, report: FaultReport, at: datetime.datetime) -> str | None:
    """Keep the pictures that can be kept, and say which cannot."""
    if reasons := act.objections(Kind.NOTE, act.standing(report=report, person=request.user, at=at)):
        raise Refused(*reasons)
    files = [file for file in request.FILES.getlist("photos") if file]
    if not files:
        raise Refused(gettext("Choose a picture first."))
    refusals = attachments.attach_all(files=files, by=request.user, at=at, report=report)
    return " ".join(refusals) or None


ACTS: dict[str, Callable[[HttpRequest, FaultReport, datetime.datetime], object]] = {
    "respond": _moment(act.respond),
    "arrive": _moment(act.arrive),
    "inform": _moment(act.inform),
    "note": _note,
    "take": _take,
    "dispatch": _dispatch,
    "level": _level,
    "escalate": _escalate,
    "hand-back": _hand_back,
    "loan": _machine(act.loan),
    "loan-back": _machine(act.loan_back),
    "to-factory": _machine(act.to_factory),
    "from-factory": _machine(act.from_factory),
    "swap": _swap,
    "close": _close,
    "reopen": _reopen,
    "erase": _erase,
    "register": _register,
    "photos": _photos,
}
