"""Reading 确认已阅: which edition of a document a person must have read, until when, and whether he confirmed it."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.control.owners import owners_of
from kb.models import Acknowledgement, Act, ControlledPage, DocumentClass, Edition, Significance
from kb.models.pages import KINDS
from people.inbox import tell
from people.models import Notice, OrgUnit, User, audience_of
from people.refusal import Refused

SOON = datetime.timedelta(days=3)
STAGES = {
    "asked": gettext_lazy("Until %(date)s, read and confirm: %(document)s"),
    "soon": gettext_lazy("Due on %(date)s: read and confirm %(document)s"),
    "overdue": gettext_lazy("Overdue since %(date)s: read and confirm %(document)s"),
}


def required(on: datetime.date) -> QuerySet[Edition]:
    """Return of each document in force on that day the edition that must have been read.

    It is the last one by then that was more than an erratum; the first always is.
    """
    is_significant = ~Q(significance=Significance.ERRATUM) | Q(sequence=1)
    later = Edition.objects.filter(page=OuterRef("page"), sequence__gt=OuterRef("sequence"), effective_on__lte=on)
    replaced = later.filter(is_significant | Q(act=Act.WITHDRAWAL))
    return Edition.objects.filter(is_significant, ~Exists(replaced), act=Act.ISSUE, effective_on__lte=on)


class Confirmed(NamedTuple):
    """An edition that a person confirmed, and its place among the editions of the document he stands to."""

    sequence: int
    version: str
    at: datetime.datetime


@dataclass(frozen=True)
class Standing:
    """How a person stands to a document that asks him to read it, or whose earlier edition he confirmed."""

    person: User
    edition: Edition  # the one he must have read, or any after it
    due_on: datetime.date
    last: Confirmed | None

    @property
    def is_confirmed(self) -> bool:
        """Whether he confirmed the edition, or one after it."""
        return self.last is not None and self.last.sequence >= self.edition.sequence

    def is_overdue(self, on: datetime.date) -> bool:
        """Whether he should have by then."""
        return not self.is_confirmed and self.due_on < on


@dataclass(frozen=True)
class Asked:
    """A document that a person must read and confirm; `page` carries the version in force."""

    page: ControlledPage
    edition: Edition
    due_on: datetime.date
    is_overdue: bool
    last: Confirmed | None


def asked_of(person: User, on: datetime.date, language: str) -> list[Asked]:
    """Return what this person has yet to confirm, in this language where there is one, the most urgent first."""
    waiting = [each for each in standings(on=on, language=language, person=person) if not each.is_confirmed]
    pages = ControlledPage.objects.with_version().in_bulk([each.edition.page_id for each in waiting])
    asked = [
        Asked(pages[each.edition.page_id], each.edition, each.due_on, each.is_overdue(on), each.last)
        for each in waiting
    ]
    return sorted(asked, key=lambda each: (each.due_on, each.page.number))


def standing_of(*, person: User, page: ControlledPage, on: datetime.date) -> Standing | None:
    """Return how this person stands to this document; None where he was never asked and never confirmed any of it."""
    found = standings(on=on, language=page.language, person=person, numbers=[page.number])
    return next((each for each in found if each.edition.page_id == page.pk), None)


def standings(
    *, on: datetime.date, language: str, person: User | None = None, numbers: Collection[str] | None = None
) -> list[Standing]:
    """Return how this person, or everybody, stands to the documents of these numbers, or to all.

    A document in two languages counts once, in the language given where the person may read it in that; a
    confirmation of the same version in the other one counts. The number of queries is constant.
    """
    confirmed = _confirmed(person, numbers)
    lines = lines_of_units()
    people = [person] if person else _concerned(numbers, lines)
    days = _reading_days()
    found: list[Standing] = []
    for group in [people] if person else alike(people):
        who = _who_is_asked(group, numbers, lines, confirmed)
        found += _of_group(who, group[0], confirmed, days, on, language)
    return found


type _Row = tuple[int, str, int, datetime.datetime]  # page, version, sequence, at
type _Confirmed = Mapping[str, Mapping[int, list[_Row]]]  # by number, by person
type _Lines = Mapping[int, frozenset[int]]


def _confirmed(person: User | None, numbers: Collection[str] | None) -> _Confirmed:
    rows = Acknowledgement.objects.order_by()
    rows = rows.filter(person=person) if person else rows.filter(person__is_active=True)
    rows = rows if numbers is None else rows.filter(edition__page__number__in=numbers)
    by_number: dict[str, dict[int, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    said = ("edition__number", "person", "edition__page", "edition__version", "edition__sequence", "at")
    for number, reader, *row in rows.values_list(*said):
        by_number[number][reader].append(tuple(row))
    return by_number


def lines_of_units() -> _Lines:
    """Return every unit with itself and all units above it."""
    parents = dict(OrgUnit.objects.order_by().values_list("pk", "parent"))
    lines = {}
    for unit in parents:
        line, above = set(), unit
        while above is not None and above not in line:
            line.add(above)
            above = parents.get(above)
        lines[unit] = frozenset(line)
    return lines


def _reading_days() -> dict[int, int]:
    """Return the days to confirm reading by content type of the document."""
    days = dict(DocumentClass.objects.order_by().values_list("kind", "reading_days"))
    types = ContentType.objects.get_for_models(*KINDS.values())
    default = DocumentClass._meta.get_field("reading_days").default
    return {type_.pk: days.get(model.kind, default) for model, type_ in types.items()}


def _concerned(numbers: Collection[str] | None, lines: _Lines) -> list[User]:
    """Return whoever any of these documents asks, or has confirmed one; whether he may see it is asked later."""
    pages, acknowledged = ControlledPage.objects.live().filter(readers__isnull=False), Acknowledgement.objects.all()
    if numbers is not None:
        pages = pages.filter(number__in=numbers)
        acknowledged = acknowledged.filter(edition__page__number__in=numbers)
    asking = set(pages.order_by().values_list("readers", flat=True))
    units = [unit for unit, line in lines.items() if line & asking]
    people = User.objects.filter(Q(unit__in=units) | Q(pk__in=acknowledged.order_by().values("person")), is_active=True)
    return list(people.select_related("unit").order_by("unit__key", "name", "pk"))


def alike(people: Iterable[User]) -> list[list[User]]:
    """Group people who may see the same documents: whoever asks `visible_to` for one of a group asks it for all."""
    restricted = set(User.objects.with_perm("kb.read_restricted").values_list("pk", flat=True))
    groups: dict[tuple, list[User]] = defaultdict(list)
    for person in people:
        groups[audience_of(person), person.pk in restricted].append(person)
    return list(groups.values())


def _who_is_asked(
    people: list[User], numbers: Collection[str] | None, lines: _Lines, confirmed: _Confirmed
) -> dict[str, list[User]]:
    """Return by number those of people alike who belong to a unit that must read it, or have confirmed it once."""
    visible = _visible(people[0], numbers)
    asking: dict[str, set[int]] = {number: set() for number in confirmed}
    for number, unit in visible.filter(readers__isnull=False).order_by().values_list("number", "readers"):
        asking.setdefault(number, set()).add(unit)
    by_unit: dict[int | None, list[User]] = defaultdict(list)
    for person in people:
        by_unit[person.unit_id].append(person)
    who = {}
    for number, units in asking.items():
        asked = [each for unit, found in by_unit.items() if lines.get(unit, frozenset()) & units for each in found]
        known = {each.pk for each in asked}
        readers = confirmed.get(number, {})
        asked += [each for each in people if each.pk in readers and each.pk not in known] if readers else []
        if asked:
            who[number] = asked
    return who


def _visible(person: User, numbers: Collection[str] | None) -> QuerySet[ControlledPage]:
    visible = ControlledPage.objects.visible_to(person)
    return visible if numbers is None else visible.filter(number__in=numbers)


def _of_group(
    who: Mapping[str, list[User]],
    representative: User,
    confirmed: _Confirmed,
    days: Mapping[int, int],
    on: datetime.date,
    language: str,
) -> list[Standing]:
    pages = _visible(representative, list(who)).preferring(language).order_by()
    editions = list(required(on).filter(page__in=pages.values("pk")).annotate(content_type=F("page__content_type")))
    translated = _translated(editions, confirmed)
    came = {person.pk: _came_on(person) for person in {each for people in who.values() for each in people}}
    found = []
    for edition in editions:
        allowed = datetime.timedelta(days=days[edition.content_type])
        for person in who[edition.number]:
            rows = confirmed.get(edition.number, {}).get(person.pk, [])
            due_on = max(edition.effective_on, came[person.pk]) + allowed
            found.append(Standing(person, edition, due_on, _last(edition, rows, translated)))
    return found


def _translated(editions: Iterable[Edition], confirmed: _Confirmed) -> dict[tuple[int, str], int]:
    """Return the places of the versions that were confirmed in another language, by page and version."""
    wanted = {
        (edition.page_id, version)
        for edition in editions
        for rows in confirmed.get(edition.number, {}).values()
        for page, version, *_place in rows
        if page != edition.page_id
    }
    versions = Edition.objects.filter(
        page__in={page for page, _ in wanted}, version__in={version for _, version in wanted}, act=Act.ISSUE
    )
    return {
        (page, version): place
        for page, version, place in versions.order_by().values_list("page", "version", "sequence")
    }


def _last(edition: Edition, rows: Iterable[_Row], translated: Mapping[tuple[int, str], int]) -> Confirmed | None:
    placed = [
        Confirmed(place if page == edition.page_id else translated.get((edition.page_id, version), 0), version, at)
        for page, version, place, at in rows
    ]
    return max((each for each in placed if each.sequence), default=None)


def _came_on(person: User) -> datetime.date:
    """Return the day before which nothing is counted against this person: nobody is late for what was before him."""
    joined = timezone.localdate(person.date_joined)
    return max(joined, person.position_since or joined)


@transaction.atomic
def acknowledge(*, person: User, edition: Edition, at: datetime.datetime) -> Acknowledgement:
    """Record that this person has read and understood the edition in force; twice is once. Its notices are put away.

    Raises ControlledPage.DoesNotExist where he may not see the document, Refused where another edition is in force.
    """
    page = ControlledPage.objects.visible_to(person).get(pk=edition.page_id)
    if page.edition != edition:
        names = {"old": edition.version, "new": page.version}
        raise Refused(_("Version %(old)s was replaced by version %(new)s while you read it.") % names)
    made, _is_new = Acknowledgement.objects.get_or_create(person=person, edition=edition, defaults={"at": at})
    editions = Edition.objects.filter(page__number=edition.number).values_list("pk", flat=True)
    keys = [notice_key(pk, stage) for pk in editions for stage in STAGES]
    Notice.objects.open_for(person).filter(key__in=keys).update(read_at=at)
    return made


def notice_key(edition_pk: int, stage: str) -> str:
    """Return the key of the notice that asks for the reading of an edition."""
    return f"reading-{edition_pk}-{stage}"


def asking_numbers() -> QuerySet[ControlledPage]:
    """Return the numbers of documents in force that ask anybody to read them, or that somebody has confirmed."""
    has_readers = Exists(ControlledPage.readers.through.objects.filter(controlledpage=OuterRef("pk")))
    was_confirmed = Exists(Acknowledgement.objects.filter(edition__page=OuterRef("pk")))
    return ControlledPage.objects.live().filter(has_readers | was_confirmed).order_by().values("number").distinct()


def remind(*, at: datetime.datetime, on: datetime.date) -> int:
    """Tell people what to read: once when asked, once shortly before it is due, once when it is overdue.

    Owners are told once a week how many are late. Returns how many people were told; again, or after nights that
    were missed, nobody is told twice, and only what is so now.
    """
    told = 0
    for numbers in batched(asking_numbers().values_list("number", flat=True), 50):
        found = standings(on=on, language=settings.LANGUAGE_CODE, numbers=numbers)
        told += _tell_readers([each for each in found if not each.is_confirmed], at, on)
        _tell_owners(Counter(each.edition.page_id for each in found if each.is_overdue(on)), at, on)
    return told


def _tell_readers(waiting: list[Standing], at: datetime.datetime, on: datetime.date) -> int:
    stages = [(each, _stage(each, on)) for each in waiting]
    keys = {notice_key(each.edition.pk, stage) for each, stage in stages}
    known = set(Notice.objects.filter(key__in=keys).order_by().values_list("person", "key"))
    told = 0
    for each, stage in stages:
        key = notice_key(each.edition.pk, stage)
        if (each.person.pk, key) in known:
            continue
        tell(
            person=each.person,
            key=key,
            text=STAGES[stage],
            values={"date": each.due_on, "document": _named(each.edition)},
            url=reverse("document", args=[each.edition.number]),
            at=at,
            by_mail=stage == "overdue",
        )
        told += 1
    return told


def _stage(standing: Standing, on: datetime.date) -> str:
    if standing.is_overdue(on):
        return "overdue"
    return "soon" if standing.due_on - SOON <= on else "asked"


def _tell_owners(late: Mapping[int, int], at: datetime.datetime, on: datetime.date) -> None:
    """Tell the owners of each of these pages how many are late with it, once in a calendar week."""
    year, week, _day = on.isocalendar()
    for page in ControlledPage.objects.filter(pk__in=late):
        for owner in owners_of(page):
            tell(
                person=owner,
                key=f"reading-late-{page.pk}-{year}-{week:02}",
                text=gettext_lazy("%(count)s people are late in confirming that they have read %(document)s"),
                values={"count": late[page.pk], "document": _named(page)},
                url=reverse("reading_report", args=[page.number]),
                at=at,
            )


def _named(document: ControlledPage | Edition) -> str:
    return f"{document.number} {document.title}"[:200]  # a notice is short
