"""The screens of document control, and to whom each is open."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.roles import APPROVER, AUTHOR, REVIEWER


def screens(person: User) -> Iterator[tuple[str, Promise]]:
    """Yield (name of the address, label) of those open to this person."""
    roles = set(person.groups.values_list("name", flat=True))
    yield "waiting", _("Waiting for your signature")
    if person.has_perm("kb.see_control"):
        yield "controlled_list", _("Controlled documents")
        yield "signoff_log", _("Sign-off log")
        yield "health", _("Health of the documents")
        yield "reading_overview", _("Who has read what")
    if person.has_perm("courses.change_course") or person.has_perm("exams.change_question"):
        yield "recheck", _("To check again")
    if AUTHOR.group in roles:
        yield "corrections", _("Proposed corrections")
        yield "import_document", _("Import a document")
    if roles & {REVIEWER.group, APPROVER.group}:
        yield "deputies", _("Deputies")
    if person.has_perm("people.grant_credential"):
        yield "entered_credentials", _("Qualifications earned elsewhere")
