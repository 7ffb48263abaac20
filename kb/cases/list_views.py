"""The list of cases, the late ones first."""

import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from kb.cases import deadlines, retain
from kb.cases.forms import ListForm
from kb.models import FaultReport
from kb.search.analysis import fold_code
from people.models import OrgUnit, User

ON_A_PAGE = 25


@never_cache
@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """The cases this person may see: whose, in which state, of which level, product and person."""
    person, now = request.user, timezone.now()
    visible = FaultReport.objects.visible_to(person)
    given = visible.filter(assigned_to__isnull=False).order_by().values("assigned_to")
    form = ListForm(request.GET, people=Q(pk__in=given))
    whose, state = _chosen(request, "whose", ListForm.WHOSE), _chosen(request, "state", ListForm.STATES)
    whose = whose or ("unit" if person.unit_id else "mine")
    found = _sifted(_of(visible, whose, person), form.cleaned_data) if form.is_valid() else visible.none()
    found = deadlines.with_lateness(found, now)
    conditions = _conditions(retain.archive_line(timezone.localdate(now)))
    counts = found.order_by().aggregate(**{name: Count("pk", filter=each) for name, each in conditions.items()})
    shown = _in_order(found.filter(conditions[state or "open"]), state or "open")
    page = Paginator(deadlines.with_clocks(shown).select_related(*_SHOWN), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": [(each, deadlines.pressing(deadlines.clocks(each, now))) for each in page.object_list],
        "whose": whose,
        "whoses": [each for each in ListForm.WHOSE if each[0] != "all" or person.has_perm("kb.see_cases")],
        "state": state or "open",
        "states": [(name, label, counts[name]) for name, label in ListForm.STATES],
    }
    return render(request, "kb/cases/list.html", context, status=200 if form.is_valid() else 422)


_SHOWN = ("model", "symptom", "assigned_to", "unit", "tier", "device")


def _chosen(request: HttpRequest, name: str, choices: tuple) -> str:
    wanted = request.GET.get(name, "")
    return wanted if wanted in dict(choices) else ""


def _of(reports: QuerySet[FaultReport], whose: str, person: User) -> QuerySet[FaultReport]:
    if whose == "mine":
        return reports.filter(Q(assigned_to=person) | Q(reporter=person))
    if whose == "unit":
        units = OrgUnit.objects.within(person.unit)
        return reports.filter(Q(unit__in=units) | Q(tier__unit__in=units) | Q(device__owner__in=units))
    return reports


def _sifted(reports: QuerySet[FaultReport], said: dict) -> QuerySet[FaultReport]:
    wanted = Q()
    if said["level"]:
        wanted &= Q(level=said["level"])
    if said["product"]:
        wanted &= Q(model=said["product"])
    if said["person"]:
        wanted &= Q(assigned_to=said["person"])
    if text := said["text"].strip():
        folded = fold_code(text)
        wanted &= Q(number__icontains=text) | Q(serial__iexact=text) | Q(device__folded=folded or "-")
    return reports.filter(wanted)


def _conditions(archived: datetime.datetime) -> dict[str, Q]:
    return {
        "open": Q(closed_at__isnull=True),
        "late": Q(is_late=True),
        "closed": Q(closed_at__gte=archived),
        "archived": Q(closed_at__lt=archived),
    }


def _in_order(reports: QuerySet[FaultReport], state: str) -> QuerySet[FaultReport]:
    if state in {"open", "late"}:
        return reports.order_by("-is_late", "level__rank", "reported_at", "pk")
    return reports.order_by("-closed_at", "-pk")
