"""What kb adds to Wagtail's admin."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet

from kb.models import ControlledPage, File
from kb.viewsets import CatalogueGroup
from people.models import audience_of
from people.viewsets import in_the_way


@hooks.register("register_admin_viewset")
def catalogue_menu() -> CatalogueGroup:
    """Products and what goes with them."""
    return CatalogueGroup()


@hooks.register("insert_editor_js")
def editor() -> SafeString:
    """Offer the nodes of a fault guide by name where a target is asked for, and quieten the Markdown editor."""
    return format_html('<script src="{}"></script>', static("kb/editor.js"))


@hooks.register("before_serve_document")
def files_for_their_audience(file: File, request: HttpRequest) -> None:
    """Answer like a file that does not exist to whoever it is not for."""
    if file.audience > audience_of(request.user):
        raise Http404


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
