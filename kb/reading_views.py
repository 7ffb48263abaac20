"""The screens of reading: confirm an edition, what I have yet to read, and who has read what."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

from kb import compare, reading
from kb.control import sheets
from kb.models import Acknowledgement, Act, ControlledPage, Edition
from kb.reading import Standing
from kb.views import readable
from people.models import OrgUnit
from people.refusal import Refused

A_PAGE = 50
DOCUMENTS_A_PAGE = 25
MEASURED = settings.LANGUAGE_CODE  # reports and reminders say the same whoever reads them in whichever language


@never_cache
@login_required
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Just what changed since the edition I confirmed; and, by POST, that I have read the one in force."""
    page = readable(request, number)
    if request.method == "POST":
        return _confirm(request, edition_of(request, number))
    standing = reading.standing_of(person=request.user, page=page, on=timezone.localdate())
    last = standing.last if standing else None
    if last is None or last.sequence >= page.edition.sequence:
        return redirect("document", number)
    since = Edition.objects.filter(page=page, sequence__gte=last.sequence, sequence__lte=page.edition.sequence)
    before, *after = since.filter(act=Act.ISSUE).select_related("revision").order_by("sequence")
    context = {
        "page": page,
        "edition": page.edition,
        "standing": standing,
        "is_overdue": standing.is_overdue(timezone.localdate()),
        "before": before,
        "editions": after,
        "comparison": compare.document(before.revision.as_object(), page),
    }
    return render(request, "kb/reading/changes.html", context)


def edition_of(request: HttpRequest, number: str) -> Edition:
    """Return the edition that a form names, of a document of this number that the person may read. Raises Http404."""
    visible = ControlledPage.objects.visible_to(request.user).filter(number=number).order_by().values("pk")
    named = request.POST.get("edition", "")
    editions = Edition.objects.filter(page__in=visible, pk=named) if is_key(named) else None
    found = editions.first() if editions is not None else None
    if found is None:
        raise Http404(number)
    return found


def is_key(typed: str) -> bool:
    """Say whether this can be the key of a row."""
    return typed.isascii() and typed.isdecimal() and len(typed) < 19


def _confirm(request: HttpRequest, edition: Edition) -> HttpResponse:
    try:
        reading.acknowledge(person=request.user, edition=edition, at=timezone.now())
    except Refused as refusal:
        then = gettext("Please read what is in force now, and confirm that.")
        messages.error(request, f"{refusal} {then}")
        return redirect("confirm_reading", edition.number)
    messages.success(request, gettext("Confirmed: you have read version %s.") % edition.version)
    return redirect("document", edition.number)


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What I have yet to read and confirm, and what I have confirmed."""
    asked = reading.asked_of(request.user, timezone.localdate(), get_language())
    confirmed = Acknowledgement.objects.filter(person=request.user).select_related("edition")
    page = Paginator(confirmed, A_PAGE).get_page(request.GET.get("confirmed"))
    numbers = [each.edition.number for each in page]
    visible = ControlledPage.objects.visible_to(request.user).filter(number__in=numbers)
    context = {
        "asked": Paginator(asked, A_PAGE).get_page(request.GET.get("page")),
        "confirmed": page,
        "visible": set(visible.values_list("number", flat=True)),
    }
    return render(request, "kb/reading/mine.html", context)


@dataclass
class Total:
    """How many were asked, have confirmed and are late."""

    asked: int = 0
    confirmed: int = 0
    overdue: int = 0

    def add(self, standing: Standing, on: datetime.date) -> None:
        """Count one more."""
        self.asked += 1
        self.confirmed += standing.is_confirmed
        self.overdue += standing.is_overdue(on)

    @property
    def open(self) -> int:
        """How many have yet to confirm, late or not."""
        return self.asked - self.confirmed


def _total(standings: Iterable[Standing], on: datetime.date) -> Total:
    total = Total()
    for each in standings:
        total.add(each, on)
    return total


@never_cache
@login_required
@permission_required("kb.see_control", raise_exception=True)
def overview(request: HttpRequest) -> HttpResponse:
    """The documents that ask to be read, and how many have and have not."""
    today = timezone.localdate()
    asking = ControlledPage.objects.visible_to(request.user).filter(number__in=reading.asking_numbers())
    pages = asking.preferring(get_language()).order_by("number")
    shown = Paginator(pages, DOCUMENTS_A_PAGE).get_page(request.GET.get("page"))
    totals = {page.number: Total() for page in shown}
    for each in reading.standings(on=today, language=MEASURED, numbers=list(totals)):
        totals[each.edition.number].add(each, today)
    rows = [(page, totals[page.number]) for page in shown]
    return render(request, "kb/reading/overview.html", {"rows": rows, "page_obj": shown})


@dataclass(frozen=True)
class Row:
    """A line of the report."""

    standing: Standing
    is_overdue: bool

    @property
    def state(self) -> str:
        """As it is filtered by."""
        if self.standing.is_confirmed:
            return "confirmed"
        return "overdue" if self.is_overdue else "open"

    @property
    def words(self) -> str:
        """As it is read."""
        return {
            "confirmed": gettext("confirmed"), "overdue": gettext("overdue"), "open": gettext("not yet confirmed"),
        }[self.state]  # fmt: skip


@dataclass
class Report:
    """Who has and has not read a document, narrowed to a unit with those below it and to a state."""

    page: ControlledPage
    on: datetime.date
    standings: list[Standing]
    unit: OrgUnit | None
    state: str
    units: list[OrgUnit]  # that can be chosen

    @property
    def rows(self) -> list[Row]:
        """Its lines, unit by unit."""
        rows = [Row(each, each.is_overdue(self.on)) for each in self.standings]
        wanted = {"open": ("overdue", "open"), "overdue": ("overdue",), "confirmed": ("confirmed",)}.get(self.state)
        return [row for row in rows if wanted is None or row.state in wanted]

    def groups(self, rows: Iterable[Row]) -> Iterator[tuple[OrgUnit | None, Total, list[Row]]]:
        """Yield the units of these lines with the totals of each unit, whatever the state is narrowed to."""
        totals: dict[int | None, Total] = {}
        for each in self.standings:
            totals.setdefault(each.person.unit_id, Total()).add(each, self.on)
        for unit, found in groupby(rows, key=lambda row: row.standing.person.unit):
            yield unit, totals[unit.pk if unit else None], list(found)


@never_cache
@login_required
@permission_required("kb.see_control", raise_exception=True)
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Who has and has not confirmed a document, unit by unit; as a spreadsheet too."""
    found = _report(request, readable(request, number))
    if request.GET.get("format") in ("csv", "xlsx"):
        return _export(found, request.GET["format"])
    shown = Paginator(found.rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "report": found,
        "page": found.page,
        "measured": _measured(request, number),
        "total": _total(found.standings, found.on),
        "page_obj": shown,
        "groups": list(found.groups(shown)),
    }
    return render(request, "kb/reading/report.html", context)


def _measured(request: HttpRequest, number: str) -> ControlledPage:
    """Return the document in the language that is counted, with its version."""
    pages = ControlledPage.objects.visible_to(request.user).filter(number=number)
    return pages.preferring(MEASURED).with_version().get()


def _report(request: HttpRequest, page: ControlledPage) -> Report:
    today, lines = timezone.localdate(), reading.lines_of_units()
    found = reading.standings(on=today, language=MEASURED, numbers=[page.number])
    found.sort(key=lambda each: (_unit_key(each), str(each.person), each.person.pk))
    concerned = {above for each in found for above in lines.get(each.person.unit_id, ())}
    units = {str(unit.pk): unit for unit in OrgUnit.objects.filter(pk__in=concerned)}
    unit = units.get(request.GET.get("unit", ""))
    if unit:
        found = [each for each in found if unit.pk in lines.get(each.person.unit_id, ())]
    return Report(page, today, found, unit, request.GET.get("state", ""), list(units.values()))


def _unit_key(standing: Standing) -> str:
    return standing.person.unit.key if standing.person.unit else ""


def _export(report: Report, form: str) -> HttpResponse:
    columns = [
        (gettext("Unit"), 24), (gettext("Name"), 16), (gettext("Employee number"), 16), (gettext("State"), 14),
        (gettext("Version to read"), 12), (gettext("Confirmed version"), 12), (gettext("Confirmed on"), 14),
        (gettext("Due on"), 14),
    ]  # fmt: skip
    rows = [_cells(row) for row in report.rows]
    title = f"{report.page.number} {report.page.title} · {gettext('Who has read it')} · {report.on}"
    made = sheets.comma_separated(columns=columns, rows=rows) if form == "csv" else sheets.xlsx(
        title=title, columns=columns, rows=rows
    )  # fmt: skip
    answer = HttpResponse(made, content_type=sheets.CSV if form == "csv" else sheets.XLSX)
    name = f"{report.page.number}-reading-{report.on}.{form}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _cells(row: Row) -> list[sheets.Cell]:
    standing, person = row.standing, row.standing.person
    confirmed = standing.last if standing.is_confirmed else None
    return [
        person.unit.label if person.unit else "", str(person), person.employee_number, row.words,
        standing.edition.version, confirmed.version if confirmed else "",
        timezone.localdate(confirmed.at) if confirmed else None, standing.due_on,
    ]  # fmt: skip
