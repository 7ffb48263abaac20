"""What kb adds to Wagtail's admin."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from kb.viewsets import CatalogueGroup


@hooks.register("register_admin_viewset")
def catalogue_menu() -> CatalogueGroup:
    """Products and what goes with them."""
    return CatalogueGroup()


@hooks.register("insert_editor_js")
def node_names() -> SafeString:
    """Offer the nodes of a fault guide by name where a target is asked for."""
    return format_html('<script src="{}"></script>', static("kb/nodes.js"))
