"""The screens of the query log and of explanations, in the admin."""

import datetime
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy

from kb.control import sheets
from kb.control.forms import DayField
from kb.searching import draft, explain, report
from people.models import Person
from people.refusal import Refused

_DAYS = 30
_A_PAGE = 50
_LONGEST = 200
_NO_DAY = {"invalid": _("This is not a day: write it as in 2026-11-30.")}


def may_see_why(person: Person) -> bool:
    """Say whether this person is shown why something is found: who sees the log, and who edits documents."""
    return person.has_perm("kb.see_search_log") or page_permission_policy.user_has_permission(person, "change")


class Screen(WagtailAdminTemplateMixin, TemplateView):
    """A screen of the admin for whoever may see it."""

    def may(self, person: Person) -> bool:
        """Say whether it is open to this person."""
        return person.has_perm("kb.see_search_log")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Show it to those alone."""
        if not self.may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]


class PeriodForm(forms.Form):
    """Which days, and in which language the site was used."""

    begins = DayField(label=_("From"), error_messages=_NO_DAY)
    ends = DayField(label=_("Until"), error_messages=_NO_DAY)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("all")), *settings.LANGUAGES])

    def clean(self) -> dict:
        """Refuse a period that ends before it begins."""
        said = super().clean()
        if {"begins", "ends"} <= said.keys() and said["ends"] < said["begins"]:
            self.add_error("ends", gettext("This is before the first day."))
        return said


class ReportScreen(Screen):
    """What people ask, page by page; whole with ?export=xlsx or csv."""

    page_title = _("What people search for")
    header_icon = "search"
    template_name = "kb/searching/report.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show it, or hand it out."""
        today = timezone.localdate()
        days = {"begins": str(today - datetime.timedelta(days=_DAYS - 1)), "ends": str(today)}
        form = PeriodForm(days | request.GET.dict())
        period = report.Period(**form.cleaned_data) if form.is_valid() else None
        wanted = request.GET.get("view")
        view = report.View(wanted) if wanted in report.View.values else report.View.TOP
        if period and request.GET.get("export") in {"xlsx", "csv"}:
            return self._file(period, view, request.GET["export"])
        context = self._listed(period, view) if period else {}
        return self.render_to_response(
            self.get_context_data(form=form, period=period, chosen=view, **context),
            status=200 if period else 422,
        )

    def _listed(self, period: report.Period, view: report.View) -> dict:
        paginator = WagtailPaginator(report.queries(period, view), _A_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        said = {"begins": period.begins, "ends": period.ends, "language": period.language}
        address = {name: str(value) for name, value in said.items() if value}
        return {
            "page_obj": page,
            "elided_page_range": paginator.get_elided_page_range(page.number),
            "rows": report.rows(page, period, self.request.user),
            "figures": report.figures(period),
            "views": [(each, urlencode(address | {"view": each.value})) for each in report.View],
            "address": urlencode(address | {"view": view.value}),
            "may_draft": draft.folder_for(self.request.user, get_language()) is not None,
            "slow": report.SLOW,
        }

    def _file(self, period: report.Period, view: report.View, form: str) -> HttpResponse:
        found = report.rows(report.queries(period, view)[: report.MOST], period, self.request.user)
        columns, cells = report.columns(), [report.cells(row) for row in found]
        title = f"{view.label} {period.begins} – {period.ends}"
        if form == "xlsx":
            body, kind = sheets.xlsx(title=title, columns=columns, rows=cells), sheets.XLSX
        else:
            body, kind = sheets.comma_separated(columns=columns, rows=cells), sheets.CSV
        name = f"queries-{view.value}-{period.begins}-{period.ends}.{form}"
        return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


class ExplainScreen(Screen):
    """Why a document (?d=FG-001, its text in ?lang=en) is found for a query (?q=…), and where it stands."""

    page_title = _("Why is this found")
    header_icon = "help"
    template_name = "kb/searching/explain.html"

    def may(self, person: Person) -> bool:
        """Say whether it is open to this person."""
        return may_see_why(person)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show it."""
        query = " ".join(request.GET.get("q", "").split())[:_LONGEST]
        number = request.GET.get("d", "").strip()[:64]
        context = {"query": query, "number": number, "is_explained": explain.is_explained()}
        if query and context["is_explained"]:
            context |= self._answer(query, number, request.GET.get("lang") or get_language())
        return self.render_to_response(self.get_context_data(**context))

    def _answer(self, query: str, number: str, language: str) -> dict:
        person = self.request.user
        why = explain.why(query=query, number=number, person=person, language=language) if number else None
        if number and why is None:
            raise Http404
        found = explain.found(query=query, person=person)
        return {"why": why, "found": found, "leads_to_code": explain.leads_to_code(query)}


@require_POST
def begin_draft(request: HttpRequest) -> HttpResponse:
    """Begin an FAQ about what was asked in vain, and go on in the editor."""
    if not request.user.has_perm("kb.see_search_log"):
        raise PermissionDenied
    try:
        page = draft.begin(
            text=request.POST.get("text", ""), language=request.POST.get("language", ""), by=request.user
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("search_report"))
    return redirect("wagtailadmin_pages:edit", page.pk)
