"""The screens of service in the field, and to whom each is open."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import Audience, User, audience_of


def screens(person: User) -> Iterator[tuple[str, Promise]]:
    """Yield (name of the address, label) of those open to this person."""
    if not person.is_authenticated:
        return
    yield "cases", _("Cases")
    yield "devices", _("Devices")
    yield "solutions", _("Field notes")
    yield "maintenance", _("Maintenance due")
    if audience_of(person) >= Audience.DEALER:
        yield "runs", _("Fault searches")
    if person.has_perm("kb.override_gate"):
        yield "gates", _("Leave asked for")
    if person.has_perm("kb.see_statistics"):
        yield "statistics", _("Statistics of fault searches")
