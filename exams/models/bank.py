"""The question bank: topics, questions, and their immutable versions."""

from collections.abc import Iterable, Mapping
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from exams.kinds import KINDS
from kb.models import Citation, CitingQuerySet
from people.bilingual import Bilingual
from people.models import User


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics."""

    def within(self, topics: Iterable[int]) -> dict[int, list[int]]:
        """Return for each of these topics, by id, the ids of it and of all topics below it. One query."""
        below: dict[int | None, list[int]] = {}
        for pk, parent in Topic.objects.order_by("key").values_list("pk", "parent"):
            below.setdefault(parent, []).append(pk)
        return {topic: _subtree(topic, below) for topic in topics}


def _subtree(topic: int, below: Mapping[int | None, list[int]]) -> list[int]:
    found = [topic]
    for each in found:  # grows meanwhile
        found += [part for part in below.get(each, []) if part not in found]
    return found


class Topic(models.Model):
    """A topic of the bank; topics make a tree."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True, related_name="parts"
    )
    may_practise = models.BooleanField(
        _("exam questions may be practised"),
        default=False,
        help_text=_("Otherwise practice shows only questions that no exam draws."),
    )
    label = Bilingual("title")

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Refuse a topic that would be part of itself."""
        if self.pk and self.parent_id in Topic.objects.within([self.pk])[self.pk]:
            raise ValidationError({"parent": _("A topic cannot be part of itself.")})


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions and what may be drawn."""

    def active(self) -> Self:
        """Those in use."""
        return self.filter(state=Question.State.ACTIVE)

    def drawable(self) -> Self:
        """Those that a paper may draw: active, not kept for practice, reviewed, resting on text that still reads so."""
        in_force = QuestionVersion.objects.filter(question=models.OuterRef("pk")).in_force()
        return self.active().filter(models.Exists(in_force), ~models.Exists(in_force.stale()), for_practice=False)

    def written_by(self, person: User) -> Self:
        """Those this person wrote or reviewed, in whatever version: he has read their keys."""
        versions = QuestionVersion.objects.filter(Q(author=person) | Q(reviewed_by=person)).order_by()
        returned = QuestionReview.objects.filter(by=person).order_by()
        known = Q(pk__in=versions.values("question")) | Q(pk__in=returned.values("version__question"))
        return self.filter(Q(author=person) | known)

    def may_be_practised(self) -> Self:
        """Those that practice may show: no active certification items unless their topic allows it."""
        reviewed = QuestionVersion.objects.filter(question=models.OuterRef("pk")).in_force()
        return self.active().filter(models.Exists(reviewed)).filter(Q(for_practice=True) | Q(topic__may_practise=True))

    def citing(self, page: Page, block_ids: Iterable[str]) -> Self:
        """Those whose current version rests on one of these blocks of the page, or on the whole of it."""
        versions = QuestionVersion.objects.citing(page, block_ids).current()
        return self.filter(pk__in=versions.order_by().values("question"))

    def stale(self) -> Self:
        """Those whose current version rests on text that has changed since it was checked."""
        return self.with_current().filter(is_stale=True)

    def with_current(self) -> Self:
        """Annotate `wording`, the words of the current version, and `is_stale`: what it rests on has changed since."""
        versions = QuestionVersion.objects.filter(question=models.OuterRef("pk"))
        return self.annotate(
            wording=models.Subquery(versions.order_by("-number").values("text")[:1]),
            is_stale=models.Exists(versions.current().stale()),
        )


class Question(models.Model):
    """A question of the bank; its words and key are in its versions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed")
        ACTIVE = "active", _("active")
        QUARANTINED = "quarantined", _("quarantined")
        RETIRED = "retired", _("retired")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("easy")
        MEDIUM = 2, _("medium")
        HARD = 3, _("hard")

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"), related_name="questions")
    key = models.SlugField(_("key"), max_length=60)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=Difficulty, default=Difficulty.MEDIUM)
    is_critical = models.BooleanField(_("critical: failing it fails the exam"), default=False)
    for_practice = models.BooleanField(_("for practice only: never drawn into an exam"), default=False)
    author = models.ForeignKey(User, models.PROTECT, verbose_name=_("author"), null=True, blank=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    wording: str | None = None  # the words of the current version, where `with_current` has read them

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["topic", "key"]
        permissions = [("review_question", "Can review questions")]
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="one_question_per_topic_and_key")]

    def __str__(self) -> str:
        return f"{self.topic.key}#{self.key}"

    @property
    def version(self) -> "QuestionVersion | None":
        """Its current version: the last one written, reviewed or not."""
        return self.versions.order_by("-number").first()

    @property
    def in_force(self) -> "QuestionVersion | None":
        """The version that papers draw: the last one reviewed."""
        return self.versions.filter(reviewed_at__isnull=False).order_by("-number").first()


class QuestionVersionQuerySet(CitingQuerySet):
    """Versions of questions."""

    def current(self) -> Self:
        """The last version of each question."""
        last = (
            QuestionVersion.objects.filter(question=models.OuterRef("question"))
            .order_by("-number")
            .values("number")[:1]
        )
        return self.filter(number=models.Subquery(last))

    def in_force(self) -> Self:
        """The last reviewed version of each question: the one that papers draw."""
        last = (
            QuestionVersion.objects.filter(question=models.OuterRef("question"), reviewed_at__isnull=False)
            .order_by("-number")
            .values("number")[:1]
        )
        return self.filter(number=models.Subquery(last))

    def in_use(self) -> Self:
        """The current versions of questions that are not retired."""
        return self.current().exclude(question__state=Question.State.RETIRED)


def kind_choices() -> list[tuple[str, object]]:
    """Return the kinds of questions with their names."""
    return [(key, kind.label) for key, kind in KINDS.items()]


class QuestionVersion(Citation):
    """The words, options and key of a question, frozen: an edit makes another version.

    `body` is a frozen document whose members depend on the kind: see exams/kinds.py.
    """

    question = models.ForeignKey(Question, models.PROTECT, verbose_name=_("question"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=16, choices=kind_choices)
    text = models.TextField(_("question"))
    explanation = models.TextField(_("explanation"), blank=True)
    body = models.JSONField(_("options and key"), default=dict)
    name = models.CharField(_("short name"), max_length=200, blank=True)
    author = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("written by"), null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("written at"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("reviewed by"), null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(
        _("reviewed at"), null=True, blank=True, help_text=_("Papers draw the last version that was reviewed.")
    )

    objects = QuestionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_version_per_question_and_number"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=models.F("author")),
                name="nobody_reviews_his_own_question",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.text[:80]

    def clean(self) -> None:
        """Refuse options and keys that do not make a question of this kind."""
        if mistakes := KINDS[self.kind].mistakes(self.body):
            raise ValidationError({"body": mistakes})


class QuestionReview(models.Model):
    """A reviewer's word on a version of a question; never changed."""

    version = models.ForeignKey(
        QuestionVersion, models.PROTECT, verbose_name=_("question version"), related_name="reviews"
    )
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("reviewed by"), related_name="+")
    at = models.DateTimeField(_("at"))
    is_approved = models.BooleanField(_("approved"))
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("review of a question")
        verbose_name_plural = _("reviews of questions")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.version} · {self.by}"
