"""Bookings: seats of a session given to people, by the exam officer or by themselves, and given back."""

import datetime
import itertools
import re
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.invigilation import sessions
from exams.models import Booking, ExamSession
from kb.catalogue.read import Mistake, read
from kb.importing.document import Refused as Unreadable
from people.inbox import tell
from people.models import OrgUnit, User, audience_of
from people.refusal import Refused

MOST = 500  # names at a time
MOST_EXTRA = 480  # minutes
_HEADS = {"username", "user name", "account", "employee number", "employee no", "账号", "用户名", "工号", "员工号"}


def names_in(text: str) -> list[str]:
    """Return the usernames and employee numbers of a text, each once: between them blanks, commas or lines."""
    return list(dict.fromkeys(word for word in re.split(r"[\s,;，；、]+", text) if word))


def names_of_file(*, name: str, data: bytes) -> list[str]:
    """Return the names in a spreadsheet: of the column headed so, else of the first one. Raises Refused."""
    mistakes: list[Mistake] = []
    try:
        sheets = read(name=name, data=data, mistakes=mistakes)
    except Unreadable as refusal:
        raise Refused(str(refusal)) from None
    if mistakes:
        raise Refused(*[f"{each.sheet} {each.line}: {each.text}" for each in mistakes[:10]])
    return list(dict.fromkeys(itertools.chain.from_iterable(_column(sheet.columns, sheet.rows) for sheet in sheets)))


def _column(columns: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    heads = [place for place, head in enumerate(columns) if head.strip().lower() in _HEADS]
    place = heads[0] if heads else 0
    first = [] if heads else [columns[0]]  # a list without a head
    return [cell for cell in [*first, *(cells[place] for _line, cells in rows if place < len(cells))] if cell]


def people_named(names: Sequence[str]) -> list[User]:
    """Return the people with these usernames or employee numbers. Raises Refused, naming those who are not found."""
    if len(names) > MOST:
        raise Refused(_("These are %(n)d names; %(most)d are the most at a time.") % {"n": len(names), "most": MOST})
    known: dict[str, set[User]] = {}
    named = User.objects.filter(Q(username__in=names) | Q(employee_number__in=names), is_active=True)
    for person in named.select_related("unit"):
        for name in {person.username, person.employee_number} & set(names):
            known.setdefault(name, set()).add(person)
    unknown = [name[:60] for name in names if name not in known]
    several = [name for name, people in known.items() if len(people) > 1]
    if unknown or several:
        raise Refused(*_sentences(unknown, several))
    return list(dict.fromkeys(person for name in names for person in known[name]))


def _sentences(unknown: Sequence[str], several: Sequence[str]) -> list[str]:
    made = []
    if unknown:
        names = "、".join(unknown[:20]) + ("…" if len(unknown) > 20 else "")
        made.append(_("Nobody who can sign in has this username or employee number: %s") % names)
    if several:
        made.append(_("Several people have this employee number; use their usernames: %s") % "、".join(several[:20]))
    return made


def people_of(unit: OrgUnit) -> list[User]:
    """Return the people of a unit and its parts who can sign in."""
    units = OrgUnit.objects.within(unit)
    return list(User.objects.filter(unit__in=units, is_active=True).select_related("unit").order_by("username"))


@transaction.atomic
def book(*, session: ExamSession, people: Iterable[User], at: datetime.datetime) -> list[Booking]:
    """Give these people the next free seats, all or none; who has one keeps it. Returns the new ones.

    Raises Refused.
    """
    row = ExamSession.objects.select_for_update(of=("self",)).select_related("exam").get(pk=session.pk)
    taken = dict(row.bookings.values_list("person", "number"))
    new = [person for person in dict.fromkeys(people) if person.pk not in taken]
    free = [number for number in range(1, row.seats + 1) if number not in set(taken.values())]
    if reasons := _objections(row, new, len(free), at):
        raise Refused(*reasons)
    made = [
        Booking(session=row, person=person, number=number) for person, number in zip(new, free, strict=False)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Booking.objects.bulk_create(made)
    except IntegrityError:  # what the lock prevents; the constraint is the last word
        raise Refused(_("Somebody took these seats in the same moment. Try again.")) from None
    sessions.tell_booked(session=row, bookings=made, at=at)
    return made


def _objections(session: ExamSession, people: Sequence[User], free: int, at: datetime.datetime) -> list[str]:
    if session.closes_at < at:
        return [_("This session is over.")]
    reasons = []
    if len(people) > free:
        reasons.append(
            _("%(free)d of %(seats)d seats are free, and %(n)d are wanted.")
            % {"free": free, "seats": session.seats, "n": len(people)}
        )
    watching = set(session.invigilators.values_list("pk", flat=True))
    not_open = [person for person in people if audience_of(person) < session.exam.audience]
    for person in [each for each in people if each.pk in watching][:20]:
        reasons.append(_("%(person)s watches over this session and cannot sit in it.") % {"person": person})
    for person in not_open[:20]:
        reasons.append(_("This exam is not open to %(person)s.") % {"person": person})
    return reasons


@transaction.atomic
def book_oneself(*, session: ExamSession, person: User, at: datetime.datetime) -> Booking:
    """Take a seat in a session of self-service; again, it is the same seat. Raises Refused."""
    row = ExamSession.objects.select_for_update(of=("self",)).select_related("exam").get(pk=session.pk)
    if mine := row.bookings.filter(person=person).first():
        return mine
    if not row.is_self_service:
        raise Refused(_("The exam officer books people for this session."))
    if reasons := sessions.objections_to_book(exam=row.exam, person=person, at=at):
        raise Refused(*reasons)
    return book(session=row, people=[person], at=at)[0]


@transaction.atomic
def cancel(*, booking: Booking, by: User, at: datetime.datetime) -> None:
    """Give a seat back; again changes nothing. People give back their own until the session opens. Raises Refused."""
    row = Booking.objects.select_for_update(of=("self",)).select_related("session__exam", "person")
    found = row.filter(pk=booking.pk).first()
    if found is None:
        return
    if found.person_id == by.pk and found.session.opens_at <= at:
        raise Refused(_("The session has begun; only the exam officer can cancel now."))
    if found.sittings.exists():
        raise Refused(_("%(person)s has checked in on this seat; the booking stays.") % {"person": found.person})
    found.delete()
    if found.person_id != by.pk:
        tell(
            person=found.person, key=f"unbooked-{booking.pk}", at=at,
            text=gettext_lazy("Your booking for the exam “%(exam)s” on %(begin)s was cancelled."),
            values={"exam": found.session.exam.title, "begin": sessions.clock(found.session.opens_at)},
            url=reverse("exam", args=[found.session.exam.key]),
        )  # fmt: skip


def allow_extra(*, booking: Booking, minutes: int, by: User, note: str = "") -> None:
    """Say how many minutes this person has beyond the others, and why. Raises Refused; for one's own booking too."""
    if booking.person_id == by.pk:
        raise Refused(_("Nobody gives himself time."))
    if not 0 <= minutes <= MOST_EXTRA:
        raise Refused(_("Extra time is between 0 and %d minutes.") % MOST_EXTRA)
    with transaction.atomic():
        Booking.objects.select_for_update().get(pk=booking.pk)
        if booking.sittings.open().exists():
            raise Refused(_("The candidate has his paper already; give extra time on the board."))
        Booking.objects.filter(pk=booking.pk).update(extra_minutes=minutes, note=note[:200])


def check_in(*, booking: Booking, by: User, at: datetime.datetime) -> bool:
    """The invigilator has seen who it is. Returns whether it was new. Raises Refused for one's own booking."""
    if booking.person_id == by.pk:
        raise Refused(_("Nobody checks himself in."))
    waiting = Booking.objects.filter(pk=booking.pk, checked_in_at__isnull=True)
    return bool(waiting.update(checked_in_at=at, checked_in_by=by))
