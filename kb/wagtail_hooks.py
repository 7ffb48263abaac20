"""What kb adds to Wagtail's admin."""

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from kb.models import File
from kb.viewsets import CatalogueGroup
from people.models import audience_of


@hooks.register("register_admin_viewset")
def catalogue_menu() -> CatalogueGroup:
    """Products and what goes with them."""
    return CatalogueGroup()


@hooks.register("insert_editor_js")
def node_names() -> SafeString:
    """Offer the nodes of a fault guide by name where a target is asked for."""
    return format_html('<script src="{}"></script>', static("kb/nodes.js"))


@hooks.register("before_serve_document")
def files_for_their_audience(file: File, request: HttpRequest) -> None:
    """Answer like a file that does not exist to whoever it is not for."""
    if file.audience > audience_of(request.user):
        raise Http404
