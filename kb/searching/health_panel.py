"""What the first screen of the admin tells administrators about the search index: nothing, while all is well."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils import timezone
from wagtail.admin.ui.components import Component

from kb.search.backend.health import AWAY, OK, State, states
from people.models import User


class SearchHealthPanel(Component):
    """The indexes that need somebody, and the machines that do not take their changes."""

    name, template_name, order = "search_health", "kb/searching/health_panel.html", 20

    def __init__(self, person: User) -> None:
        self._person = person

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rows to show: what each is called, and its state."""
        if not self._person.has_perm("wagtailcore.change_site"):
            return {"rows": []}
        at = timezone.now()
        return {"rows": [(_name(state), state) for state in states() if _matters(state, late=state.is_late(at))]}


def _matters(state: State, *, late: bool) -> bool:
    return late or state.condition not in (OK, AWAY)


def _name(state: State) -> str:
    if state.condition == AWAY:
        return state.name
    return str(apps.get_model(state.name)._meta.verbose_name_plural)
