"""Scheduled sessions of an exam: when, where, how many seats, who watches, who is booked."""

import datetime
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exams.models.paper import Exam
from people.models import Person, User


class ExamSessionQuerySet(models.QuerySet["ExamSession"]):
    """Sessions."""

    def watched_by(self, person: Person) -> Self:
        """Those this person may watch over: all with the permission, otherwise those he is named for."""
        if not person.is_authenticated:
            return self.none()
        return self if person.has_perm("exams.invigilate") else self.filter(invigilators=person)

    def open(self, at: datetime.datetime) -> Self:
        """Those in whose time an exam may be begun now."""
        return self.filter(opens_at__lte=at, closes_at__gte=at)


class ExamSession(models.Model):
    """A session 考试场次: the hours in which its exam may be begun, its place and its seats."""

    exam = models.ForeignKey(Exam, models.PROTECT, verbose_name=_("exam"), related_name="sessions")
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(pgettext_lazy("session", "place"), max_length=200, blank=True)
    opens_at = models.DateTimeField(_("may be begun from"))
    closes_at = models.DateTimeField(_("may be begun until"))
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    invigilators = models.ManyToManyField(User, verbose_name=_("invigilators"), blank=True, related_name="+")
    networks = models.TextField(
        _("allowed networks"),
        blank=True,
        help_text=_("Such as 10.20.0.0/16, one on a line; none allows every network."),
    )
    needs_ticket = models.BooleanField(_("asks for a ticket at check-in"), default=False)
    needs_check_in = models.BooleanField(_("the invigilator checks each candidate in"), default=False)
    is_self_service = models.BooleanField(_("candidates book themselves"), default=False)
    note = models.TextField(_("note for candidates"), blank=True)

    objects = ExamSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam session")
        verbose_name_plural = _("exam sessions")
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="session_closes_after_it_opens")
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: datetime.datetime) -> bool:
        """Whether the exam may be begun now."""
        return self.opens_at <= at <= self.closes_at


class Booking(models.Model):
    """A person's seat in a session, with his ticket and the time he is given beyond the others'."""

    session = models.ForeignKey(ExamSession, models.PROTECT, verbose_name=_("session"), related_name="bookings")
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="bookings")
    number = models.PositiveSmallIntegerField(_("seat"))
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)
    ticket_hash = models.CharField(max_length=64, blank=True, editable=False)
    ticket_used_at = models.DateTimeField(_("ticket used at"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("checked in by"), null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="one_booking_per_session_and_person"),
            models.UniqueConstraint(fields=["session", "number"], name="one_person_per_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.number}"
