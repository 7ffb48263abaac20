"""Marks that people give, grades and their history, questions marked again, appeals of questions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exams.models.bank import Question, QuestionVersion
from exams.models.sitting import Item, Sitting
from people.models import User


class Marking(models.Model):
    """A marker's mark of an item; where two differ, a third one, the reconciler's, is final."""

    item = models.ForeignKey(Item, models.CASCADE, verbose_name=_("item"), related_name="markings")
    marker = models.ForeignKey(User, models.PROTECT, verbose_name=_("marker"), related_name="+")
    at = models.DateTimeField(_("at"))
    share = models.DecimalField(_("share of the points"), max_digits=5, decimal_places=4)
    scores = models.JSONField(_("points by criterion"), default=list)
    comment = models.TextField(_("comment"), blank=True)
    is_final = models.BooleanField(_("settles two that differ"), default=False)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["item", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "marker"], name="one_mark_per_item_and_marker"),
            models.UniqueConstraint(fields=["item"], condition=Q(is_final=True), name="one_final_mark_per_item"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="mark_is_between_none_and_all"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.marker}"


class Grade(models.Model):
    """What a sitting was worth from this moment on; never changed, the last one stands (Sitting.points, has_passed).

    `changes` is a list of {n, before, after}: the shares of the items that made the difference.
    """

    class Reason(models.TextChoices):
        MARKING = "marking", _("marking")
        REGRADE = "regrade", _("a question was marked again")
        APPEAL = "appeal", _("an appeal was upheld")
        LATE = "late", _("late answers were counted")

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="grades")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"), null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2)
    points_possible = models.DecimalField(_("points possible"), max_digits=7, decimal_places=2)
    has_passed = models.BooleanField(_("passed"))
    changes = models.JSONField(_("changes"), default=list)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["sitting", "pk"]

    def __str__(self) -> str:
        return f"{self.sitting} · {self.points}"


class Release(models.Model):
    """The results of these sittings were released: an act of a person, or of the exam's rule (`by` is None)."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, verbose_name=_("sitting"), related_name="releases")
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"), null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("release of a result")
        verbose_name_plural = _("releases of results")
        ordering = ["sitting", "pk"]

    def __str__(self) -> str:
        return f"{self.sitting} · {self.at:%Y-%m-%d}"


class Regrade(models.Model):
    """A version of a question was marked again in finished sittings, by a rule, for a reason."""

    class Rule(models.TextChoices):
        KEY = "key", _("by the key of another version")
        EVERYONE = "everyone", _("everyone gets the points")
        NOBODY = "nobody", _("the question does not count")

    question = models.ForeignKey(Question, models.PROTECT, verbose_name=_("question"), related_name="regrades")
    version = models.ForeignKey(
        QuestionVersion, models.PROTECT, verbose_name=_("version that was asked"), related_name="+"
    )
    rule = models.CharField(_("rule"), max_length=8, choices=Rule)
    new_version = models.ForeignKey(
        QuestionVersion, models.PROTECT, verbose_name=_("version with the right key"), null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("by"), related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="key", new_version__isnull=False) | (~Q(rule="key") & Q(new_version__isnull=True)),
                name="a_regrade_by_key_names_the_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} · {self.get_rule_display()}"


class ItemAppeal(models.Model):
    """A candidate says that an item of his was wrong or wrongly marked."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("rejected")

    item = models.OneToOneField(Item, models.PROTECT, verbose_name=_("item"), related_name="appeal")
    text = models.TextField(_("why"))
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("appeal of a question")
        verbose_name_plural = _("appeals of questions")
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.item)
