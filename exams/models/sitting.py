"""A person sits an exam: the frozen paper, the deadline, the answers as they were saved, the marks, what happened."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from exams.models.bank import QuestionVersion
from exams.models.paper import Exam, Form, Release, Timeout
from exams.models.session import Booking
from kb.models import Edition
from people.models import Person, User

# What is received this long after the deadline still counts: the network may have been slow, not the person.
GRACE = datetime.timedelta(seconds=60)


class SittingQuerySet(models.QuerySet["Sitting"]):
    """The one door to sittings."""

    def of(self, person: Person) -> Self:
        """This person's own."""
        return self.filter(person=person) if person.is_authenticated else self.none()

    def open(self) -> Self:
        """Those not finished: ready, under way, or past their deadline and still to be closed."""
        return self.filter(finished_at__isnull=True)

    def under_way(self) -> Self:
        """Those begun and not finished."""
        return self.open().filter(started_at__isnull=False)

    def finished(self) -> Self:
        """Those handed in or closed, without the void ones."""
        return self.filter(finished_at__isnull=False).exclude(ended_by=Sitting.Ended.ABANDONED)

    def overdue(self, at: datetime.datetime) -> Self:
        """Those under way whose deadline and grace are over, breaks apart."""
        return self.under_way().filter(deadline_at__lt=at - GRACE, paused_at__isnull=True)

    def passed(self) -> Self:
        """Finished ones that reached their pass mark without failing a critical question, and are released."""
        return self.filter(has_passed=True, released_at__isnull=False)


class Timed:
    """What has the clock of a sitting: whether it is over, and when it ends, a break that goes on included."""

    started_at: datetime.datetime | None
    deadline_at: datetime.datetime | None
    paused_at: datetime.datetime | None
    finished_at: datetime.datetime | None

    def ends_at(self, at: datetime.datetime) -> datetime.datetime | None:
        """Return the deadline as of that moment: a break that goes on pushes it back. None before the start."""
        if self.deadline_at is None or self.paused_at is None:
            return self.deadline_at
        return self.deadline_at + max(at - self.paused_at, datetime.timedelta(0))

    def is_over(self, at: datetime.datetime) -> bool:
        """Whether no answer is accepted any more."""
        return self.finished_at is not None or (self.started_at is not None and at > self.ends_at(at) + GRACE)


class Sitting(Timed, models.Model):
    """One attempt. All its state is here, in its items and its log; nothing lives in a session or a browser.

    It is made, with its frozen paper, when the candidate checks in; `started_at` and `deadline_at` are set once, when
    he starts the clock. What the exam asked then (pass mark, minutes, what happens when nobody comes back) is kept
    here: later edits of the exam change nothing.
    """

    class Ended(models.TextChoices):
        CANDIDATE = "candidate", _("handed in")
        TIMER = "timer", _("closed when the time was over")
        OFFICER = "officer", _("ended by the invigilator")
        ABANDONED = "abandoned", _("void: not handed in")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    exam = models.ForeignKey(Exam, models.PROTECT, verbose_name=_("exam"), related_name="sittings")
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="sittings")
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    seed = models.CharField(_("seed"), max_length=32)
    form = models.ForeignKey(
        Form, models.PROTECT, verbose_name=_("fixed paper"), null=True, blank=True, related_name="sittings"
    )
    booking = models.ForeignKey(
        Booking, models.PROTECT, verbose_name=_("booking"), null=True, blank=True, related_name="sittings"
    )
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in percent"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    timeout = models.CharField(_("when nobody comes back"), max_length=8, choices=Timeout, default=Timeout.AUTO)
    grace_minutes = models.PositiveSmallIntegerField(_("minutes of grace to hand in"), default=0)
    is_open_book = models.BooleanField(_("open book"), default=True)
    checked_in_at = models.DateTimeField(_("checked in at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    paused_at = models.DateTimeField(_("on a break since"), null=True, blank=True)
    lease = models.PositiveIntegerField(_("lease"), default=0)
    device = models.CharField(_("device"), max_length=64, blank=True)
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    ended_by = models.CharField(_("ended"), max_length=10, choices=Ended, blank=True)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, blank=True)
    points_possible = models.DecimalField(_("points possible"), max_digits=7, decimal_places=2)
    has_passed = models.BooleanField(_("passed"), null=True)
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    released_at = models.DateTimeField(_("result released at"), null=True, blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["-checked_in_at"]
        indexes = [
            models.Index(fields=["exam", "finished_at"], name="sittings_of_an_exam"),
            models.Index(
                fields=["deadline_at"],
                condition=Q(finished_at__isnull=True, started_at__isnull=False),
                name="sittings_to_be_closed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "exam", "attempt"], name="one_sitting_per_attempt"),
            models.UniqueConstraint(
                fields=["person", "exam"],
                condition=Q(finished_at__isnull=True),
                name="one_open_sitting_per_person_and_exam",
            ),
            models.CheckConstraint(condition=Q(deadline_at__gt=F("started_at")), name="sitting_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, deadline_at__isnull=True)
                | Q(started_at__isnull=False, deadline_at__isnull=False),
                name="sitting_has_a_deadline_once_started",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(marked_at__isnull=False),
                name="only_marked_sittings_are_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam} · {self.person} · {self.attempt}"

    def get_absolute_url(self) -> str:
        """Return the address of the paper in the language of the moment."""
        return reverse("sitting", args=[self.public_id])

    def remaining_ms(self, at: datetime.datetime) -> int:
        """Return the milliseconds left, never below 0."""
        end = self.ends_at(at)
        return max(0, int((end - at).total_seconds() * 1000)) if end else self.minutes * 60_000

    def closes_at(self) -> datetime.datetime:
        """Return when an abandoned sitting is closed: the deadline and, where there is one, the time of grace."""
        grace = self.grace_minutes if self.timeout == Timeout.GRACE else 0
        return self.deadline_at + datetime.timedelta(minutes=grace)

    @cached_property
    def releases_at_once(self) -> bool:
        """Whether the exam, as of now, says that its results are released as soon as they are marked."""
        return self.exam.release == Release.AT_ONCE

    @property
    def percent(self) -> int | None:
        """Points in percent of those possible, rounded down, or None before the marking."""
        if self.points is None:
            return None
        return int(self.points * 100 / self.points_possible) if self.points_possible else 0


class ItemQuerySet(models.QuerySet["Item"]):
    """Items of sittings."""

    def to_be_marked(self) -> Self:
        """Those handed in that a person must mark."""
        return self.filter(marked_at__isnull=False, share__isnull=True)

    def counted(self) -> Self:
        """Those of finished, marked sittings: what statistics go by."""
        return self.filter(sitting__finished_at__isnull=False, share__isnull=False).exclude(
            sitting__ended_by=Sitting.Ended.ABANDONED
        )


class Item(models.Model):
    """A question on the paper of a sitting: which version, in which order, the answer as last saved, its mark.

    `order` is what was shuffled (see exams/kinds). `response` is null where nothing was answered or the answer was
    cleared; `revision` counts the saves, so that a writer who goes by an earlier one is stale and can be told.
    `marked_at` is set when the sitting is closed, in one step with the last look at the answers: a save that comes at
    the same instant is either in or refused. `share` of the points is null while a person has to mark it.
    """

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="items")
    n = models.PositiveSmallIntegerField(_("item"))
    version = models.ForeignKey(
        QuestionVersion, models.PROTECT, verbose_name=_("question version"), related_name="items"
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, verbose_name=_("edition examined"), null=True, blank=True, related_name="+"
    )
    order = models.JSONField(default=list)
    points = models.PositiveSmallIntegerField(_("points"))
    is_critical = models.BooleanField(_("critical"), default=False)
    response = models.JSONField(_("response"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    marked_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    share = models.DecimalField(_("share of the points"), max_digits=5, decimal_places=4, null=True, blank=True)
    regrade = models.ForeignKey(
        "exams.Regrade", models.PROTECT, verbose_name=_("marked again by"), null=True, blank=True, related_name="items"
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a sitting")
        verbose_name_plural = _("items of sittings")
        ordering = ["sitting", "n"]
        indexes = [
            models.Index(
                fields=["sitting"], condition=Q(marked_at__isnull=False, share__isnull=True), name="items_to_be_marked"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "n"], name="one_item_per_sitting_and_number"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1), name="share_is_between_none_and_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}/{self.n}"


class LateAnswer(models.Model):
    """An answer that could not be taken: not scored, kept for the exam officer; the last one to each item."""

    class Reason(models.TextChoices):
        LATE = "late", _("it came when the sitting was over")
        INELIGIBLE = "ineligible", _("the candidate was not entitled any more")

    class Decision(models.TextChoices):
        COUNTED = "counted", _("counted")
        REFUSED = "refused", _("not counted")

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="late_answers")
    item = models.PositiveSmallIntegerField(_("item"))
    response = models.JSONField(_("response"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, default=Reason.LATE)
    received_at = models.DateTimeField(_("received at"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("late answer")
        verbose_name_plural = _("late answers")
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["sitting", "item"], name="one_late_answer_per_item")]

    def __str__(self) -> str:
        return f"{self.sitting} · {self.item}"


class SittingEvent(models.Model):
    """A line of a sitting's log; never changed. `by` is None where it was the candidate or the clock."""

    class Kind(models.TextChoices):
        CHECKED_IN = "checked-in", _("checked in")
        STARTED = "started", _("started")
        SEATED = "seated", _("the paper was opened")
        DEVICE = "device", _("another device")
        LEFT = "left", _("left the page")
        BACK = "back", _("came back to the page")
        OFFLINE = "offline", _("the connection was gone")
        ONLINE = "online", _("the connection is back")
        CLOCK = "clock", _("a clock jumped")
        PAUSED = "paused", _("a break began")
        RESUMED = "resumed", _("the break ended")
        EXTRA_TIME = "extra-time", _("extra time")
        MESSAGE = "message", _("a message to the candidate")
        LATE = "late", _("an answer came too late")
        INELIGIBLE = "ineligible", _("not entitled any more")
        FINISHED = "finished", _("finished")
        NOTE = "note", _("a note of the invigilator")

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"), null=True, blank=True, related_name="+")
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("event of a sitting")
        verbose_name_plural = _("events of sittings")
        ordering = ["sitting", "pk"]

    def __str__(self) -> str:
        return f"{self.sitting_id} · {self.kind}"
