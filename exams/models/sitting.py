"""A person sits an exam: the frozen paper, the deadline, the answers as they were saved, the result."""

import datetime
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exams.models.paper import Exam
from people.models import Person, User

# What is received this long after the deadline still counts: the network may have been slow, not the person.
GRACE = datetime.timedelta(seconds=60)


class SittingQuerySet(models.QuerySet["Sitting"]):
    """The one door to sittings."""

    def of(self, person: Person) -> Self:
        """This person's own."""
        return self.filter(person=person) if person.is_authenticated else self.none()

    def open(self) -> Self:
        """Those not finished; some may be past their deadline and await being closed."""
        return self.filter(finished_at__isnull=True)

    def overdue(self, at: datetime.datetime) -> Self:
        """Open ones whose deadline and grace are over."""
        return self.open().filter(deadline_at__lt=at - GRACE)

    def passed(self) -> Self:
        """Finished ones that reached their pass mark without failing a critical question."""
        return self.filter(has_passed=True)


class Sitting(models.Model):
    """One attempt. All its state is here and in its answers; nothing lives in a session or a browser.

    `paper` is what the candidate may see: a list of items {n, kind, text, points, shown}. `answer_key` is what he may
    not see before the release: in the same order {key, explanation, question, version, critical, page, block, digest,
    edition, passage}. Both are frozen at the start; later edits of exam or questions change nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    exam = models.ForeignKey(Exam, models.PROTECT, verbose_name=_("exam"), related_name="sittings")
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="sittings")
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    seed = models.CharField(_("seed"), max_length=32)
    paper = models.JSONField(_("paper"))
    answer_key = models.JSONField(_("key"))
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in percent"))
    started_at = models.DateTimeField(_("started at"))
    deadline_at = models.DateTimeField(_("deadline"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, blank=True)
    points_possible = models.DecimalField(_("points possible"), max_digits=7, decimal_places=2)
    has_passed = models.BooleanField(_("passed"), null=True)
    released_at = models.DateTimeField(_("result released at"), null=True, blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "exam", "attempt"], name="one_sitting_per_attempt"),
            models.UniqueConstraint(
                fields=["person", "exam"],
                condition=Q(finished_at__isnull=True),
                name="one_open_sitting_per_person_and_exam",
            ),
            models.CheckConstraint(condition=Q(deadline_at__gt=F("started_at")), name="sitting_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.exam} · {self.person} · {self.attempt}"

    def get_absolute_url(self) -> str:
        """Return the address of the paper in the language of the moment."""
        return reverse("sitting", args=[self.public_id])

    def is_over(self, at: datetime.datetime) -> bool:
        """Whether nothing more is accepted."""
        return self.finished_at is not None or at > self.deadline_at + GRACE

    @property
    def percent(self) -> int | None:
        """Points in percent of those possible, rounded down, or None before the marking."""
        return None if self.points is None else int(self.points * 100 / self.points_possible)


class Answer(models.Model):
    """The answer to one item as last saved, null where it was cleared; the revision counts the saves.

    A writer that goes by an earlier revision is stale and can be told.
    """

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="answers")
    item = models.PositiveSmallIntegerField(_("item"))
    response = models.JSONField(_("response"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    saved_at = models.DateTimeField(_("saved at"))
    share = models.DecimalField(_("share of the points"), max_digits=4, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["sitting", "item"]
        constraints = [models.UniqueConstraint(fields=["sitting", "item"], name="one_answer_per_item")]

    def __str__(self) -> str:
        return f"{self.sitting_id}/{self.item}"


class LateAnswer(models.Model):
    """An answer that came when the sitting was over: not scored, kept for the exam officer; the last to each item."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="late_answers")
    item = models.PositiveSmallIntegerField(_("item"))
    response = models.JSONField(_("response"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("late answer")
        verbose_name_plural = _("late answers")
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["sitting", "item"], name="one_late_answer_per_item")]

    def __str__(self) -> str:
        return f"{self.sitting} · {self.item}"
