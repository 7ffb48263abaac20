"""Editions for readers: how each stands on a day, and which of them a person may be shown."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Prefetch, Q, prefetch_related_objects

from kb.models import Act, ControlledPage, Edition, SignOff
from kb.models.control import ControlledQuerySet, is_open_to
from people.models import Person


class State(StrEnum):
    """How an edition stands on a day."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Standing:
    """How an edition stands on a day, to a person: whether he may read it, and what he may know came after it."""

    edition: Edition
    following: Edition | None
    on: datetime.date
    is_open: bool  # for his audience and of a class open to him, by what it says itself
    is_readable: bool

    @property
    def state(self) -> State:
        """How it stands; the end of a document is in the state it brings about."""
        if self.edition.effective_on > self.on:
            return State.UPCOMING
        if self.edition.is_withdrawal:
            return State.WITHDRAWN
        if self.following is None or self.following.effective_on > self.on:
            return State.IN_FORCE
        return State.WITHDRAWN if self.following.is_withdrawal else State.SUPERSEDED

    @property
    def until(self) -> datetime.date | None:
        """The last day it is in force, as far as the person may know; before `effective_on` if it never was."""
        return self.following.effective_on - datetime.timedelta(days=1) if self.following else None

    @property
    def never_was(self) -> bool:
        """Whether another one took its place on the day it would have taken effect."""
        return self.until is not None and self.until < self.edition.effective_on


def _said_to(person: Person) -> Q:
    """Return the condition that an edition is open to a person by the head it was signed with, not by today's."""
    return is_open_to(person, "revision__content__")


def visible_withdrawn(person: Person, on: datetime.date) -> ControlledQuerySet:
    """Return the documents withdrawn by that day whose last text this person could have read.

    He may know that they are withdrawn; the text itself takes kb.read_withdrawn.
    """
    own = Edition.objects.filter(page=OuterRef("pk"))
    later_text = Edition.objects.filter(page=OuterRef("page"), act=Act.ISSUE, sequence__gt=OuterRef("sequence"))
    last_text = own.filter(~Exists(later_text), _said_to(person), act=Act.ISSUE)
    ended = Edition.objects.as_of(on).filter(page=OuterRef("pk"), act=Act.WITHDRAWAL)
    return ControlledPage.objects.filter(
        is_open_to(person), Exists(ended), Exists(last_text), live=False, number__isnull=False
    )


def _visible_upcoming(person: Person, on: datetime.date) -> ControlledQuerySet:
    """Return the documents that are signed but were never in force: known to those who see document control."""
    if not person.has_perm("kb.see_control"):
        return ControlledPage.objects.none()
    own = Edition.objects.filter(page=OuterRef("pk"))
    return ControlledPage.objects.filter(
        is_open_to(person), Exists(own), ~Exists(own.filter(effective_on__lte=on)), live=False, number__isnull=False
    )


def document_for(*, number: str, person: Person, language: str, on: datetime.date) -> ControlledPage | None:
    """Return the document of this number with editions this person may know of, in his language if there is one.

    In force, withdrawn, or (to those who see document control) signed but not in force yet: see `live`, `standings`.
    Nearly all that is asked for is in force in his language, and is asked first: the rest costs five times as much.
    """
    visible = ControlledPage.objects.visible_to(person)
    if found := visible.filter(number=number, language=language).specific().first():
        return found
    known = Q(pk__in=visible.order_by().values("pk"))
    for others in (visible_withdrawn(person, on), _visible_upcoming(person, on)):
        known |= Q(pk__in=others.order_by().values("pk"))
    return ControlledPage.objects.filter(known, number=number).preferring(language).specific().first()


def standings(*, page: ControlledPage, person: Person, on: datetime.date) -> list[Standing]:
    """Return every edition of a document that a person may know of, the newest first.

    What is not in force yet is for those who see document control; texts of a withdrawn document are for those who
    read what was withdrawn; and each text only for those its own audience and class include, whatever today's says.
    """
    is_open = ExpressionWrapper(_said_to(person), output_field=BooleanField())
    rows = Edition.objects.filter(page=page).select_related("submission").annotate(is_open=is_open)
    if not person.has_perm("kb.see_control"):
        rows = rows.filter(effective_on__lte=on)
    editions = list(rows.order_by("sequence"))
    is_ended = any(edition.is_withdrawal and edition.effective_on <= on for edition in editions)
    may_read = not is_ended or person.has_perm("kb.read_withdrawn")
    found = [
        Standing(
            edition=edition,
            following=following,
            on=on,
            is_open=bool(edition.is_open),
            is_readable=bool(edition.is_open) and may_read and not edition.is_withdrawal,
        )
        for edition, following in zip(editions, [*editions[1:], None], strict=True)
    ]
    return found[::-1]


def version(found: Iterable[Standing], wanted: str) -> Standing | None:
    """Return the text of this version."""
    texts = (each for each in found if not each.edition.is_withdrawal)
    return next((each for each in texts if each.edition.version == wanted), None)


def as_of(found: Iterable[Standing], day: datetime.date) -> Standing | None:
    """Return the edition that was in force on that day or the one that ended it; None before the first.

    Of a day to come nothing is known without what is signed for it: see `standings`.
    """
    return next((each for each in found if each.edition.effective_on <= day), None)


def end_of(found: Iterable[Standing]) -> Edition | None:
    """Return the withdrawal of a document that is withdrawn."""
    ends = (each.edition for each in found if each.edition.is_withdrawal and each.state == State.WITHDRAWN)
    return next(ends, None)


def with_signatures(found: Iterable[Standing]) -> list[Standing]:
    """Return them with `edition.submission.signed`, the signatures in order, fetched at once for all of them."""
    found = list(found)
    lines = SignOff.objects.filter(act__in=SignOff.SIGNATURES).select_related("deputy_for").order_by("sequence")
    prefetch_related_objects(
        [each.edition.submission for each in found], Prefetch("lines", queryset=lines, to_attr="signed")
    )
    return found


def text_of(edition: Edition) -> ControlledPage:
    """Return the document as it is in that edition."""
    page = edition.revision.as_object()
    page.edition = edition
    return page
