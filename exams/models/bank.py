"""The question bank: topics, questions, and their immutable versions."""

from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from exams.kinds import KINDS
from kb.models import Citation, CitingQuerySet
from people.bilingual import Bilingual
from people.models import User


class Topic(models.Model):
    """A topic of the bank; topics make a tree."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True, related_name="parts"
    )
    label = Bilingual("title")

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions and what may be drawn."""

    def active(self) -> Self:
        """Those that may be drawn."""
        return self.filter(state=Question.State.ACTIVE)

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
    author = models.ForeignKey(User, models.PROTECT, verbose_name=_("author"), null=True, blank=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    wording: str | None = None  # the words of the current version, where `with_current` has read them

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["topic", "key"]
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="one_question_per_topic_and_key")]

    def __str__(self) -> str:
        return f"{self.topic.key}#{self.key}"

    @property
    def version(self) -> "QuestionVersion | None":
        """Its current version."""
        return self.versions.order_by("-number").first()


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

    def in_use(self) -> Self:
        """The current versions of questions that are not retired."""
        return self.current().exclude(question__state=Question.State.RETIRED)


class QuestionVersion(Citation):
    """The words, options and key of a question, frozen: an edit makes another version.

    `body` is a frozen document whose members depend on the kind: see exams/kinds.py.
    """

    question = models.ForeignKey(Question, models.PROTECT, verbose_name=_("question"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=16, choices=[(key, kind.label) for key, kind in KINDS.items()])
    text = models.TextField(_("question"))
    explanation = models.TextField(_("explanation"), blank=True)
    body = models.JSONField(_("options and key"), default=dict)

    objects = QuestionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="one_version_per_question_and_number")
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def clean(self) -> None:
        """Refuse options and keys that do not make a question of this kind."""
        if mistakes := KINDS[self.kind].mistakes(self.body):
            raise ValidationError({"body": mistakes})
