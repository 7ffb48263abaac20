"""Practice: what a person answered wrongly and when it comes back; what he looked up in an open-book exam."""

import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.bank import Question, QuestionVersion
from exams.models.sitting import Sitting
from people.models import Person, User


class PracticeCardQuerySet(models.QuerySet["PracticeCard"]):
    """Cards."""

    def of(self, person: Person) -> Self:
        """This person's own."""
        return self.filter(person=person) if person.is_authenticated else self.none()

    def due(self, at: datetime.datetime) -> Self:
        """Those to be asked again by now, the longest overdue first."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")


class PracticeCard(models.Model):
    """When a question comes back to a person: the state of the FSRS scheduler, kept as it gives it."""

    person = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, verbose_name=_("question"), related_name="+")
    due_at = models.DateTimeField(_("comes back at"))
    state = models.JSONField(default=dict)

    objects = PracticeCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice card")
        verbose_name_plural = _("practice cards")
        ordering = ["person", "due_at"]
        indexes = [models.Index(fields=["person", "due_at"], name="cards_due")]
        constraints = [models.UniqueConstraint(fields=["person", "question"], name="one_card_per_person_and_question")]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.question_id}"


class PracticeAnswer(models.Model):
    """An answer given in practice. `key` comes from the page, so that what is sent twice counts once."""

    person = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="+")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, verbose_name=_("question version"), related_name="+")
    key = models.UUIDField(unique=True)
    order = models.JSONField(default=list)
    response = models.JSONField(_("response"), null=True)
    share = models.DecimalField(_("share of the points"), max_digits=5, decimal_places=4)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("practice answer")
        verbose_name_plural = _("practice answers")
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "at"], name="practice_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.version_id}"


class LookUp(models.Model):
    """A document that was opened during an open-book sitting, in the edition that was shown."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="look_ups")
    number = models.CharField(_("document"), max_length=32)
    version = models.CharField(_("edition"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        ordering = ["sitting", "pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.version}"
