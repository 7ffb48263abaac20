"""What document control keeps: classes and numbers of documents, submissions, editions, and the log of signatures."""

import datetime
import hashlib
import json
import uuid
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, WorkflowState

from people.models import User


class Significance(models.TextChoices):
    """How much a change matters to those who were trained and examined on the text before it."""

    ERRATUM = "erratum", _("Erratum")
    CONTENT = "content", _("Content")
    SAFETY = "safety", _("Safety-critical")


class Kind(models.TextChoices):
    """The kinds of controlled documents."""

    MANUAL = "manual", _("Manual")
    CHAPTER = "chapter", _("Chapter")
    PROCEDURE = "procedure", _("Procedure")
    GUIDE = "guide", _("Fault guide")
    FAQ = "faq", _("Frequently asked question")
    BULLETIN = "bulletin", _("Bulletin")
    POLICY = "policy", _("Policy")


class DocumentClass(models.Model):
    """The rules for a kind of documents 文件类别: how they are numbered, signed and read over."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, unique=True)
    prefix = models.CharField(
        _("prefix of numbers"),
        max_length=8,
        blank=True,
        help_text=_("PR-: PR-001, PR-002 … Chapters count in their manual."),
    )
    signers_qualify = models.BooleanField(
        _("reviewers and approvers must hold the document's qualification"), default=True
    )
    review_days = models.PositiveSmallIntegerField(_("days to review"), default=5, validators=[MinValueValidator(1)])
    approve_days = models.PositiveSmallIntegerField(_("days to approve"), default=3, validators=[MinValueValidator(1)])
    review_months = models.PositiveSmallIntegerField(
        _("months until the next review"), default=12, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    reading_days = models.PositiveSmallIntegerField(
        _("days to confirm reading"), default=14, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("document class")
        verbose_name_plural = _("document classes")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()


class DocumentNumber(models.Model):
    """A number given to a document, in all its languages; never given to another, whatever becomes of it."""

    number = models.CharField(_("document number"), max_length=32, unique=True)
    translation_key = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("document number")
        verbose_name_plural = _("document numbers")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class DeputyQuerySet(models.QuerySet["Deputy"]):
    """Who stands in for whom."""

    def on(self, day: datetime.date) -> Self:
        """Those of that day."""
        return self.filter(begins_on__lte=day, ends_on__gte=day)


class Deputy(models.Model):
    """A person signs for another one 代理 from one day to another, both included, in his own name."""

    person = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="deputies")
    deputy = models.ForeignKey(User, models.CASCADE, verbose_name=_("deputy"), related_name="deputises_for")
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["-begins_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="deputy_ends_after_he_begins",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("deputy")),
                name="nobody_is_his_own_deputy",
                violation_error_message=_("Nobody is his own deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ← {self.deputy}"


class Act(models.TextChoices):
    """What a submission asks for: that a text be in force, or that it be so no more."""

    ISSUE = "issue", _("Issue")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Texts on their way to signatures."""

    def open(self) -> Self:
        """Those that still wait for one."""
        return self.filter(outcome=Submission.Outcome.OPEN)

    def waiting_for(self, person: User, on: datetime.date) -> Self:
        """Those whose next step is this person's, or that of somebody he stands in for on that day."""
        signers = [person.pk, *Deputy.objects.on(on).filter(deputy=person).values_list("person", flat=True)]
        return self.open().with_review().filter(
            Q(review_signed_at__isnull=True, reviewer__in=signers)
            | Q(review_signed_at__isnull=False, approver__in=signers)
        )  # fmt: skip

    def with_review(self) -> Self:
        """Annotate `review_signed_at`: when the review was signed, None while it is not."""
        reviewed = SignOff.objects.filter(submission=OuterRef("pk"), act=SignOff.Act.REVIEWED)
        return self.annotate(review_signed_at=Subquery(reviewed.values("at")[:1]))


class Submission(models.Model):
    """送审: one revision of a document on its way through review and approval; a rejected one is never taken up again.

    Taken over from paper, it has no people, only names in its signatures.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("in sign-off")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        RECALLED = "recalled", _("recalled")

    page = models.ForeignKey("kb.ControlledPage", models.PROTECT, related_name="submissions")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    act = models.CharField(max_length=12, choices=Act, default=Act.ISSUE)
    significance = models.CharField(_("significance"), max_length=12, choices=Significance)
    reason = models.CharField(_("what changed and why"), max_length=300)
    effective_on = models.DateField(_("effective on"))
    review_by = models.DateField(_("review by"), null=True, blank=True)
    successor = models.ForeignKey(
        "kb.ControlledPage", models.PROTECT, verbose_name=_("replaced by"), null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(User, models.PROTECT, verbose_name=_("reviewer"), null=True, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, verbose_name=_("approver"), null=True, related_name="+")
    submitted_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.OPEN)
    workflow_state = models.OneToOneField(
        WorkflowState, models.SET_NULL, null=True, editable=False, related_name="submission"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=Q(outcome="open"), name="one_open_submission_per_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.get_act_display()} {self.submitted_at:%Y-%m-%d}"

    @property
    def signatures(self) -> "models.QuerySet[SignOff]":
        """Its three signatures, as far as they are there, in order."""
        return self.lines.filter(act__in=SignOff.SIGNATURES).order_by("sequence")


class EditionQuerySet(models.QuerySet["Edition"]):
    """What was in force when."""

    def newest(self, page: models.Model) -> "Edition | None":
        """The last one of this document, whether it is in force yet or not."""
        return self.filter(page=page.pk).order_by("sequence").last()

    def in_force(self, on: datetime.date) -> Self:
        """Those in force on that day: of each document the last that had taken effect, unless that withdrew it."""
        return self.as_of(on).filter(act=Act.ISSUE)

    def as_of(self, on: datetime.date) -> Self:
        """Of each document the last that had taken effect by that day, withdrawals included."""
        later = Edition.objects.filter(page=OuterRef("page"), sequence__gt=OuterRef("sequence"), effective_on__lte=on)
        return self.filter(~Exists(later), effective_on__lte=on)


class Edition(models.Model):
    """版次: what a document says from a day on, or that it says nothing any more. Signed by three, never changed.

    In the order of `sequence` effective dates never fall: in force on a day is the last one effective by then.
    """

    page = models.ForeignKey("kb.ControlledPage", models.PROTECT, related_name="editions")
    submission = models.OneToOneField(Submission, models.PROTECT, related_name="edition")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=12, choices=Act)
    number = models.CharField(_("document number"), max_length=32)
    language = models.CharField(max_length=12)
    title = models.CharField(_("title"), max_length=255)
    version = models.CharField(_("version"), max_length=16)
    significance = models.CharField(_("significance"), max_length=12, choices=Significance)
    reason = models.CharField(_("what changed and why"), max_length=300)
    approved_on = models.DateField(_("approved on"))
    effective_on = models.DateField(_("effective on"))
    # The one thing that changes: "still valid" is signed, and this moves on.
    review_by = models.DateField(_("review by"), null=True)
    successor = models.ForeignKey("kb.ControlledPage", models.PROTECT, null=True, related_name="+")

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["page", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["page", "sequence"], name="one_edition_per_place"),
            models.UniqueConstraint(
                fields=["page", "version"], condition=Q(act="issue"), name="one_edition_per_version"
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="edition_effective_on"),
            models.Index(fields=["revision", "act"], name="edition_revision"),
            models.Index(fields=["page", "sequence", "effective_on"], name="edition_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.version}"

    @property
    def is_withdrawal(self) -> bool:
        """Whether from its day on the document says nothing."""
        return self.act == Act.WITHDRAWAL

    @property
    def signatures(self) -> "dict[str, SignOff]":
        """Its signatures by act: prepared, reviewed, approved."""
        return {line.act: line for line in self.submission.signatures}


class SignOff(models.Model):
    """A line of the sign-off log, append-only, chained to the line before by its hash; signatures are lines of it."""

    class Act(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        REVIEWED = "reviewed", _("reviewed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        RECALLED = "recalled", _("recalled")
        EFFECTIVE = "effective", _("took effect")
        CONFIRMED = "confirmed", _("confirmed as still valid")
        RECHECKED = "rechecked", _("checked again")

    SIGNATURES = (Act.PREPARED, Act.REVIEWED, Act.APPROVED)

    sequence = models.PositiveIntegerField(unique=True)
    page = models.ForeignKey("kb.ControlledPage", models.PROTECT, related_name="lines")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="lines")
    act = models.CharField(max_length=12, choices=Act)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=100)  # as it was then, or as it stands on paper
    deputy_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("line of the sign-off log")
        verbose_name_plural = _("sign-off log")
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "act"],
                condition=Q(act__in=["prepared", "reviewed", "approved"]),
                name="one_signature_per_submission_and_act",
            ),
            models.UniqueConstraint(
                fields=["submission", "person"],
                condition=Q(act__in=["prepared", "reviewed", "approved"], person__isnull=False),
                name="nobody_signs_a_submission_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_act_display()} {self.name}"

    def expected_hash(self) -> str:
        """SHA-256 (hex) over what this line says and the hash of the line before."""
        said = [
            self.previous_hash, self.sequence, self.page_id, self.submission_id, self.act, self.person_id, self.name,
            self.deputy_for_id, str(self.signed_on), self.at.astimezone(datetime.UTC).isoformat(), self.digest,
            self.reason, self.facts,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
