"""What kb adds to Wagtail's admin."""

import datetime
from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.permissions import page_permission_policy, register_permission_policy
from wagtail.query import PageQuerySet

from kb import recheck
from kb.catalogue.tables import TABLES, may
from kb.guide_editor import views as guide_editor
from kb.models import ControlledPage, File, HomePage, KnowledgeIndexPage, Picture, Submission
from kb.models.media import KeptPictures
from kb.notes.adopt import tell_adopted
from kb.searching import screens
from kb.searching.health_panel import SearchHealthPanel
from kb.searching.viewsets import SearchGroup
from kb.service_viewsets import ServiceGroup
from kb.viewsets import CatalogueGroup, ControlGroup
from people.models import audience_of
from people.viewsets import in_the_way


@hooks.register("register_admin_viewset")
def catalogue_menu() -> CatalogueGroup:
    """Products and what goes with them."""
    return CatalogueGroup()


@hooks.register("register_admin_viewset")
def service_menu() -> ServiceGroup:
    """Devices, maintenance, severity, records."""
    return ServiceGroup()


# In place of Wagtail's own, which lets an owner delete a picture under a signed text.
_POLICY = KeptPictures(Picture, auth_model=Image, owner_field_name="uploaded_by_user")
register_permission_policy(Picture, _POLICY, exact_class=True)


@hooks.register("register_admin_viewset")
def control_menu() -> ControlGroup:
    """Classes of documents, deputies, the log."""
    return ControlGroup()


class ImportItem(MenuItem):
    """Leads to the screen that brings in an existing document."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to whoever may write documents."""
        return page_permission_policy.user_has_permission(request.user, "add")


@hooks.register("register_admin_menu_item")
def import_menu() -> ImportItem:
    """Bring in an existing document."""
    return ImportItem(_("Import a document"), reverse("import_document"), icon_name="upload", order=250)


class SpreadsheetsItem(MenuItem):
    """Leads to the catalogue as spreadsheets."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to whoever may see a table of it."""
        return any(may(request.user, table, "view") for table in TABLES)


@hooks.register("register_admin_menu_item")
def spreadsheets_menu() -> MenuItem:
    """Take tables of the catalogue away and bring them in."""
    return SpreadsheetsItem(_("Spreadsheets"), reverse_lazy("catalogue"), icon_name="table", order=216)


class SubmitItem(ActionMenuItem):
    """Leads to the screen on which a draft is submitted to its signers."""

    label, icon_name, order = _("Submit for sign-off …"), "resubmit", 60

    def is_shown(self, context: dict) -> bool:
        """Show it on documents that exist and are not frozen."""
        return context["view"] == "edit" and isinstance(context["page"], ControlledPage) and not context["lock"]

    def get_url(self, parent_context: dict) -> str:
        """Return the address."""
        return reverse("submit", args=[parent_context["page"].pk])


class WithdrawItem(SubmitItem):
    """Leads to the screen on which the end of a document is submitted."""

    label, icon_name, order = _("Withdraw …"), "bin", 70

    def is_shown(self, context: dict) -> bool:
        """Show it on what is in force."""
        return super().is_shown(context) and context["page"].live

    def get_url(self, parent_context: dict) -> str:
        """Return the address."""
        return super().get_url(parent_context) + "?act=withdrawal"


class SignItem(SubmitItem):
    """Leads to the screen on which a frozen text is signed, returned or taken back."""

    label, icon_name, order = _("Sign-off …"), "check", 10

    def is_shown(self, context: dict) -> bool:
        """Show it while a document waits for signatures."""
        return isinstance(context.get("page"), ControlledPage) and self._open(context) is not None

    def get_url(self, parent_context: dict) -> str:
        """Return the address."""
        return reverse("sign", args=[self._open(parent_context).pk])

    @staticmethod
    def _open(context: dict) -> Submission | None:
        return Submission.objects.open().filter(page=context["page"].pk).first()


@hooks.register("construct_page_action_menu")
def sign_off_instead_of_publishing(items: list, request: HttpRequest, context: dict) -> None:
    """Offer the sign-off on documents where Wagtail would offer its own ways to publish."""
    page = context.get("page")
    if not isinstance(page or context.get("parent_page"), ControlledPage | KnowledgeIndexPage | HomePage):
        return
    stock = {"action-submit", "action-cancel-workflow", "action-restart-workflow"}
    items[:] = [item for item in items if item.name not in stock]
    ours = [item for item in (SubmitItem(), WithdrawItem(), SignItem()) if item.is_shown(context)]
    items[:] = sorted([*items, *ours], key=lambda item: item.order)


@hooks.register("construct_homepage_panels")
def search_health(request: HttpRequest, panels: list) -> None:
    """Tell administrators when the search index needs somebody."""
    panels.append(SearchHealthPanel(request.user))


@hooks.register("insert_editor_js")
def editor() -> SafeString:
    """Quieten the Markdown editor."""
    return format_html('<script src="{}"></script>', static("kb/editor.js"))


@hooks.register("register_admin_urls")
def guide_editor_urls() -> list[URLPattern]:
    """Where the editor of fault guides asks for its chart."""
    return [
        path("guides/<int:pk>/chart/", guide_editor.guide_draft_chart, name="guide_draft_chart"),
        path("guides/new/<int:parent>/chart/", guide_editor.new_guide_chart, name="new_guide_chart"),
    ]


@hooks.register("before_serve_document")
def files_for_their_audience(file: File, request: HttpRequest) -> None:
    """Answer like a file that does not exist to whoever it is not for."""
    if file.audience > audience_of(request.user):
        raise Http404


@hooks.register("kb_effect")
def tell_who_asked(page: ControlledPage, at: datetime.datetime) -> None:
    """Tell those whose field notes became this document that it is in force."""
    tell_adopted(at=at, page=page)


@hooks.register("construct_page_chooser_queryset")
def documents_to_choose_from(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Leave out documents that a person may neither read nor edit; below such a one there is nothing to browse."""
    editable = page_permission_policy.instances_user_has_permission_for(request.user, "change")
    readable = ControlledPage.objects.visible_to(request.user)
    hidden = ControlledPage.objects.exclude(pk__in=readable.values("pk")).exclude(pk__in=editable.values("pk"))
    if hidden.filter(pk=request.resolver_match.kwargs.get("parent_page_id")).exists():
        raise Http404
    return pages.exclude(pk__in=hidden.values("pk"))


@hooks.register("before_delete_page")
def keep_a_page_in_use(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a page while something rests on it or on a page below; Wagtail looks at the page alone."""
    return redirect("wagtailadmin_explore", page.get_parent().pk) if _refused(request, [page]) else None


@hooks.register("before_bulk_action")
def keep_pages_in_use(
    request: HttpRequest, action: str, pages: Iterable[Page], view: BulkAction
) -> HttpResponse | None:
    """Refuse the same for many pages at once: all are deleted or none."""
    is_concerned = action == "delete" and issubclass(view.model, Page)
    return redirect(view.next_url) if is_concerned and _refused(request, pages) else None


def _refused(request: HttpRequest, pages: Iterable[Page]) -> bool:
    """Tell which of these pages cannot be deleted with all below it, and the kinds of rows (not which) it is for."""
    for page in pages:
        if rows := in_the_way(page.get_descendants(inclusive=True)):
            kinds = ", ".join(sorted({str(row._meta.verbose_name_plural) for row in rows}))
            words = gettext("“%(page)s” cannot be deleted: these rest on it or on a document below it: %(kinds)s.")
            messages.error(request, words % {"page": page.get_admin_display_title(), "kinds": kinds})
            return True
    return False


class RecheckItem(MenuItem):
    """Leads to the list of what rests on changed text."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to whoever looks after something."""
        return bool(recheck.looked_after_by(request.user))


@hooks.register("register_admin_menu_item")
def recheck_item() -> MenuItem:
    """The list of what is to be checked again."""
    return RecheckItem(_("To check again"), reverse_lazy("recheck"), name="recheck", icon_name="rotate", order=240)


@hooks.register("register_admin_viewset")
def search_menu() -> SearchGroup:
    """Synonyms, promoted results, the dictionary, stop words."""
    return SearchGroup()


@hooks.register("register_admin_urls")
def search_urls() -> list[URLPattern]:
    """What people search for, and why something is found."""
    return [
        path("searching/report/", screens.ReportScreen.as_view(), name="search_report"),
        path("searching/explain/", screens.ExplainScreen.as_view(), name="explain_search"),
        path("searching/draft/", screens.begin_draft, name="begin_draft"),
    ]


class SearchReportItem(MenuItem):
    """Leads to what people search for."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to whoever may see it."""
        return request.user.has_perm("kb.see_search_log")


@hooks.register("register_reports_menu_item")
def search_report_item() -> MenuItem:
    """What people search for."""
    return SearchReportItem(
        _("What people search for"), reverse_lazy("search_report"), name="search-report", icon_name="search", order=100
    )
