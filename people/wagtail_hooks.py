"""What people adds to Wagtail's admin."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction

from people.models import User
from people.viewsets import PeopleGroup, in_the_way


@hooks.register("register_admin_viewset")
def people_menu() -> PeopleGroup:
    """Units, positions, qualifications."""
    return PeopleGroup()


@hooks.register("before_bulk_action")
def keep_people_in_use(
    request: HttpRequest, action: str, people: Iterable[User], view: BulkAction
) -> HttpResponse | None:
    """Refuse to delete many people at once where something rests on one of them: all are deleted or none."""
    if action != "delete" or view.model is not User:
        return None
    for person in people:
        if in_the_way([person]):
            messages.error(request, gettext("“%s” is in use and cannot be deleted.") % person)
            return redirect(view.next_url)
    return None
