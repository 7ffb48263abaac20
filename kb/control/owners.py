"""Who looks after a document: the authors of the unit that owns it."""

from django.db.models import QuerySet

from kb.models import ControlledPage, Edition
from people.models import User
from people.roles import AUTHOR


def owners_of(page: ControlledPage) -> list[User]:
    """Return the authors of the owning unit; where it has none, whoever wrote the last edition; else every author."""
    authors = User.objects.filter(is_active=True, groups__name=AUTHOR.group).distinct()
    if own := list(authors.filter(unit=page.unit_id, unit__isnull=False)):
        return own
    last = Edition.objects.filter(submission__author__is_active=True).newest(page)
    return [last.submission.author] if last else list(authors)


def owned_by(person: User) -> QuerySet[ControlledPage]:
    """Return the documents this author looks after: those of his unit, and those whose unit has no author."""
    if not person.groups.filter(name=AUTHOR.group).exists():
        return ControlledPage.objects.none()
    staffed = User.objects.filter(is_active=True, groups__name=AUTHOR.group, unit__isnull=False).exclude(
        unit=person.unit_id
    )
    return ControlledPage.objects.exclude(unit__in=staffed.values("unit"))
