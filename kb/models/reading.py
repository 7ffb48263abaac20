"""What readers leave behind: that they read an edition, whether it helped, what to correct, how often it was opened."""

import datetime
from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kb.models.signing import Edition
from people.models import User


class Acknowledgement(models.Model):
    """确认已阅: a person confirmed having read and understood an edition."""

    person = models.ForeignKey(User, models.PROTECT, related_name="acknowledgements")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "edition"], name="one_acknowledgement_per_edition")]

    def __str__(self) -> str:
        return f"{self.person} {self.edition}"


class Vote(models.Model):
    """Whether an edition helped a person, and if not, why. Readers never learn whose it was."""

    class Reason(models.TextChoices):
        WRONG = "wrong", _("It is wrong")
        INCOMPLETE = "incomplete", _("Something is missing")
        UNCLEAR = "unclear", _("I do not understand it")
        OUTDATED = "outdated", _("It is out of date")
        OTHER = "other", _("Something else")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="votes")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    was_helpful = models.BooleanField()
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "person"], name="one_vote_per_edition_and_person")]

    def __str__(self) -> str:
        return f"{self.edition} {'+' if self.was_helpful else '-'}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """What readers would have changed."""

    def open(self) -> Self:
        """Those nobody has answered."""
        return self.filter(state=Correction.State.OPEN)


class Correction(models.Model):
    """A correction that a reader proposed, in the queue of the document's owner until somebody answers it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="corrections")
    block_id = models.CharField(max_length=64, blank=True)
    text = models.CharField(_("what should be changed"), max_length=1000)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="corrections")
    proposed_at = models.DateTimeField()
    assignee = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("assignee"), null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-proposed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.edition}: {self.text[:40]}"


class OpeningQuerySet(models.QuerySet["Opening"]):
    """How often documents were opened."""

    def count_one(self, *, page_id: int, on: datetime.date) -> None:
        """Count one more in the month of that day."""
        month = on.replace(day=1)
        if not self.filter(page=page_id, month=month).update(count=F("count") + 1):
            row, made = self.get_or_create(page_id=page_id, month=month, defaults={"count": 1})
            if not made:  # somebody else was first
                self.filter(pk=row.pk).update(count=F("count") + 1)


class Opening(models.Model):
    """How often a document was opened in a month; nobody's name is kept."""

    page = models.ForeignKey("kb.ControlledPage", models.CASCADE, related_name="openings")
    month = models.DateField()
    count = models.PositiveIntegerField()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["page", "month"], name="one_count_per_page_and_month")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.month:%Y-%m} {self.count}"
