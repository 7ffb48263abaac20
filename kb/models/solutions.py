"""From the unknown to knowledge: what was found in the field, not signed by anybody yet (KCS: work in progress)."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from kb.models.cases import FaultReport
from kb.models.control import ControlledPage
from kb.models.products import ProductModel, Symptom
from kb.models.runs import DiagnosisRun
from kb.models.signing import Edition
from people.models import Audience, OrgUnit, Person, User, audience_of


class SolutionQuerySet(SearchableQuerySetMixin, models.QuerySet["Solution"]):
    """Articles of the field, for those who may know of them."""

    def visible_to(self, person: Person) -> Self:
        """Our own staff see all; others their own and what people of their unit wrote."""
        if not person.is_authenticated:
            return self.none()
        if audience_of(person) == Audience.INTERNAL:
            return self
        return self.filter(Q(author=person) | Q(unit__in=OrgUnit.objects.within(person.unit)))

    def with_successes(self) -> Self:
        """Annotate `successes` and `failures`: how many people other than the author it helped, or did not."""
        others = ~Q(confirmations__person=models.F("author"))
        return self.annotate(
            successes=Count("confirmations", filter=others & Q(confirmations__worked=True), distinct=True),
            failures=Count("confirmations", filter=others & Q(confirmations__worked=False), distinct=True),
        )

    def with_standing(self) -> Self:
        """Annotate `standing`, a value of Solution.State.

        A note is adopted once readers see an edition that was submitted after its document was chosen for it
        (`changed_at`; nothing changes a note while it has a document).
        """
        states = Solution.State
        since = Edition.objects.filter(
            page=OuterRef("document"),
            revision=OuterRef("document__live_revision"),
            submission__submitted_at__gte=OuterRef("changed_at"),
        )
        others = Confirmation.objects.filter(solution=OuterRef("pk"), worked=True).exclude(person=OuterRef("author"))
        standing = Case(
            When(closed_at__isnull=False, then=Value(states.CLOSED)),
            When(Exists(since), document__live=True, then=Value(states.ADOPTED)),
            When(remedy="", then=Value(states.QUESTION)),
            When(Exists(others), then=Value(states.VERIFIED)),
            default=Value(states.UNVERIFIED),
            output_field=models.CharField(),
        )
        return self.annotate(standing=standing)

    def verified(self) -> Self:
        """Those that worked for a second person, independent of the author, and are in no document yet."""
        return self.with_standing().filter(standing=Solution.State.VERIFIED)

    def questions(self) -> Self:
        """Those nobody has an answer to."""
        return self.with_standing().filter(standing=Solution.State.QUESTION)


class Solution(index.Indexed, models.Model):
    """现场经验: a problem met in the field and, where somebody found one, what helped.

    Its state is what is true of it: a question while there is no remedy, unverified 未验证 until it worked for a
    second person, verified 已验证 from then on, adopted once the document made of it is in force, closed if put aside.
    """

    class State(models.TextChoices):
        QUESTION = "question", _("open question")
        UNVERIFIED = "unverified", _("unverified")
        VERIFIED = "verified", _("verified")
        ADOPTED = "adopted", _("in a document")
        CLOSED = "closed", _("put aside")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.ForeignKey(
        ProductModel, models.PROTECT, verbose_name=_("product model"), null=True, blank=True, related_name="solutions"
    )
    code = models.CharField(_("fault code shown"), max_length=40, blank=True)
    symptom = models.ForeignKey(
        Symptom, models.PROTECT, verbose_name=_("symptom"), null=True, blank=True, related_name="solutions"
    )
    problem = models.CharField(_("problem"), max_length=200)
    cause = models.CharField(_("cause"), max_length=300, blank=True)
    remedy = models.TextField(_("what helped"), max_length=4000, blank=True)
    author = models.ForeignKey(User, models.PROTECT, verbose_name=_("author"), related_name="solutions")
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="solutions"
    )
    run = models.ForeignKey(DiagnosisRun, models.PROTECT, null=True, blank=True, related_name="solutions")
    report = models.ForeignKey(FaultReport, models.PROTECT, null=True, blank=True, related_name="solutions")
    query = models.CharField(_("what was searched for"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("written at"))
    changed_at = models.DateTimeField(_("changed at"))
    document = models.ForeignKey(
        ControlledPage,
        models.PROTECT,
        verbose_name=_("the document made of it"),
        null=True,
        blank=True,
        related_name="solutions",
    )
    closed_at = models.DateTimeField(_("put aside at"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_because = models.CharField(_("why it was put aside"), max_length=300, blank=True)

    search_fields = [
        index.SearchField("problem", boost=3),
        index.SearchField("cause"),
        index.SearchField("remedy"),
        index.SearchField("code", boost=3),
        index.FilterField("model"),
        index.FilterField("unit"),
        index.FilterField("author"),
        index.FilterField("closed_at"),
    ]

    objects = SolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("field note")
        verbose_name_plural = _("field notes")
        ordering = ["-created_at", "-pk"]
        permissions = [("adopt_solution", "Can turn field notes into documents, or put them aside")]

    def __str__(self) -> str:
        return self.problem

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("solution", args=[self.key])


class Confirmation(models.Model):
    """Whether what a note says worked for a person."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="confirmations")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    worked = models.BooleanField(_("it worked"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    run = models.ForeignKey(DiagnosisRun, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "person"], name="one_confirmation_per_note_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.solution_id} {self.person} {self.worked}"


class Follower(models.Model):
    """Somebody who asked, and will be told."""

    solution = models.ForeignKey(Solution, models.CASCADE, related_name="followers")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["solution", "person"], name="one_follower_per_note_and_person")]

    def __str__(self) -> str:
        return f"{self.solution_id} {self.person}"
