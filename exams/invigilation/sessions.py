"""Sessions of exams: making and changing them, and which one a person is booked for."""

import datetime
import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.invigilation import networks
from exams.models import Booking, Exam, ExamSession, Sitting, SittingEvent
from people.inbox import tell
from people.models import Person, User
from people.refusal import Refused

MOST_SEATS = 500


def booking_for(*, exam: Exam, person: Person, at: datetime.datetime) -> Booking | None:
    """Return the booking that matters now: of a session that is open, else the next one, else the last that is over."""
    if not person.is_authenticated:
        return None
    when = Case(
        When(session__opens_at__lte=at, session__closes_at__gte=at, then=Value(0)),
        When(session__opens_at__gt=at, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    mine = Booking.objects.filter(session__exam=exam, person=person).select_related("session__exam").annotate(when=when)
    found = mine.order_by("when", "session__opens_at", "pk").first()
    if found is not None and found.when == 2:
        return mine.order_by("-session__closes_at", "-pk").first()
    return found


def sittings_watched_by(person: Person) -> QuerySet[Sitting]:
    """Return the sittings this person may watch over and step into: the one door of invigilators. Never his own.

    All with the permission, otherwise those on bookings of the sessions he is named for.
    """
    if not person.is_authenticated:
        return Sitting.objects.none()
    rows = Sitting.objects.exclude(person=person)
    if person.has_perm("exams.invigilate"):
        return rows
    return rows.filter(booking__session__in=ExamSession.objects.watched_by(person))


def invigilated_by(person: User) -> QuerySet[Sitting]:
    """Return the sittings this person watched over: named for the session, at its door, or by stepping in.

    Who invigilated does not mark.
    """
    stepped_in = SittingEvent.objects.filter(by=person).exclude(kind=SittingEvent.Kind.FINISHED).values("sitting")
    watched = Q(booking__session__in=ExamSession.objects.filter(invigilators=person).values("pk"))
    return Sitting.objects.filter(watched | Q(booking__checked_in_by=person) | Q(pk__in=stepped_in))


def coming(person: Person, at: datetime.datetime) -> QuerySet[ExamSession]:
    """Return the sessions this person is named for that are not long over, soonest first: his duties."""
    if not person.is_authenticated:
        return ExamSession.objects.none()
    recent = at - datetime.timedelta(hours=12)
    rows = ExamSession.objects.filter(invigilators=person, closes_at__gte=recent)
    return rows.select_related("exam").order_by("opens_at", "pk")


def with_counts(sessions: QuerySet[ExamSession]) -> QuerySet[ExamSession]:
    """Annotate `booked` and `free`: how many seats are taken, and how many are not."""
    return sessions.annotate(booked=Count("bookings", distinct=True)).annotate(free=F("seats") - F("booked"))


def objections_to_book(*, exam: Exam, person: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each reason why a person takes no seat for this exam himself, in whichever session."""
    mine = Booking.objects.filter(person=person, session__exam=exam, session__closes_at__gte=at)
    reasons = [
        _("You are booked for “%s” already; give that seat back first.") % booking.session
        for booking in mine.select_related("session")
    ]
    if Sitting.objects.of(person).filter(exam=exam).passed().exists():
        reasons.append(_("You have passed this exam."))
    return reasons


def bookable(*, exam: Exam, person: User, at: datetime.datetime) -> QuerySet[ExamSession]:
    """Return the sessions of an exam in which a person can take a seat: not over, not full, not watched by him."""
    rows = with_counts(ExamSession.objects.filter(exam=exam, is_self_service=True, closes_at__gt=at))
    if objections_to_book(exam=exam, person=person, at=at):
        return rows.none()
    return rows.filter(free__gt=0).exclude(invigilators=person).order_by("opens_at", "pk")


def objections(*, session: ExamSession, invigilators: Iterable[User]) -> list[str]:
    """Return a sentence for each reason why a session cannot be as it is said; `session` need not be saved yet."""
    reasons = networks.mistakes(session.networks)
    if session.closes_at <= session.opens_at:
        reasons.append(_("It has to close after it opens."))
    if not 1 <= session.seats <= MOST_SEATS:
        reasons.append(_("A session has between 1 and %(most)d seats.") % {"most": MOST_SEATS})
    if session.pk is None:
        return reasons
    taken = list(session.bookings.select_related("person"))
    if above := max((booking.number for booking in taken if booking.number > session.seats), default=0):
        reasons.append(_("Seat %(number)d is taken; cancel that booking first.") % {"number": above})
    watching = {person.pk for person in invigilators}
    reasons += [
        _("%(person)s is booked for this session and cannot watch over it.") % {"person": booking.person}
        for booking in taken
        if booking.person_id in watching
    ]
    before = ExamSession.objects.get(pk=session.pk)
    if before.exam_id != session.exam_id and taken:
        reasons.append(_("The exam of a session for which people are booked stays as it is."))
    return reasons


@transaction.atomic
def keep(*, session: ExamSession, invigilators: Iterable[User], at: datetime.datetime) -> ExamSession:
    """Save a new session or a changed one with those who watch over it; who is booked learns of another hour or place.

    A new one that is there already, sent twice, is that one. Raises Refused.
    """
    people = list(invigilators)
    if session.pk is None and (twin := _twin(session)):
        return twin
    if session.pk is not None:
        ExamSession.objects.select_for_update().get(pk=session.pk)
    if reasons := objections(session=session, invigilators=people):
        raise Refused(*reasons)
    session.save()
    session.invigilators.set(people)
    tell_booked(session=session, bookings=session.bookings.select_related("person"), at=at)
    return session


def _twin(session: ExamSession) -> ExamSession | None:
    """Return the session of the same exam that is said with the same words and times; who makes one too waits here."""
    Exam.objects.select_for_update().get(pk=session.exam_id)
    same = {name: getattr(session, name) for name in ("exam", "title", "place", "opens_at", "closes_at")}
    return ExamSession.objects.filter(**same).first()


def tell_booked(*, session: ExamSession, bookings: Iterable[Booking], at: datetime.datetime) -> None:
    """Write to those who are booked when and where it is: once for each hour and place; nothing when it is over."""
    if session.closes_at < at:
        return
    where = hashlib.sha256(f"{session.opens_at.isoformat()} {session.place}".encode()).hexdigest()[:12]
    for booking in bookings:
        tell(
            person=booking.person, key=f"session-{session.pk}-{where}", at=at,
            text=gettext_lazy("You are booked for the exam “%(exam)s”: %(begin)s, %(session)s %(place)s"),
            values={
                "exam": session.exam.title, "begin": clock(session.opens_at), "session": session.title,
                "place": session.place,
            },
            url=reverse("exam", args=[session.exam.key]),
        )  # fmt: skip


def clock(moment: datetime.datetime) -> str:
    """Return a moment as it is said in a sentence: local day and minute."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
