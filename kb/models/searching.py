"""What editors tell the search, what people asked it, and the searches they keep."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.control import ControlledPage
from kb.search.analysis import fold_query
from people.models import User


class SynonymGroup(models.Model):
    """Words and phrases that mean the same to whoever searches: 开不了机, 无法启动, won't start."""

    words = models.TextField(
        _("words that mean the same"), help_text=_("One word or phrase on each line, two or more.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return " = ".join(self.members)

    @property
    def members(self) -> list[str]:
        """The words and phrases, each once, in the order of the editor."""
        return list(dict.fromkeys(word for line in self.words.splitlines() if (word := line.strip())))

    def clean(self) -> None:
        """Refuse a group that says nothing."""
        super().clean()
        if len({fold_query(word) for word in self.members} - {""}) < 2:
            raise ValidationError({"words": _("Write at least two words or phrases, each on a line of its own.")})
        self.words = "\n".join(self.members)


class Listed(models.Model):
    """A word of a list of words; two spellings that the search cannot tell apart are one word."""

    word = models.CharField(_("word"), max_length=60)
    folded = models.CharField(max_length=60, unique=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.word

    def clean(self) -> None:
        """Fold the word; refuse one without letters, and one that is there in another spelling."""
        super().clean()
        self.folded = fold_query(self.word)[:60]
        if not self.folded:
            raise ValidationError({"word": _("This has no letters and no digits.")})
        if type(self).objects.filter(folded=self.folded).exclude(pk=self.pk).exists():
            raise ValidationError({"word": _("This word is in the list already, perhaps in another spelling.")})


class StopWord(Listed):
    """A word that says nothing about what is looked for: the search passes over it."""

    class Meta(Listed.Meta):
        verbose_name = _("stop word")
        verbose_name_plural = _("stop words")


class DictionaryWord(Listed):
    """A word of the trade or the company that is one word: the search never takes it apart.

    Names of products, components and parts are known without being listed here.
    """

    class Meta(Listed.Meta):
        verbose_name = _("dictionary word")
        verbose_name_plural = _("dictionary")


class PromotedResult(models.Model):
    """A document that editors put first for a query."""

    query = models.CharField(_("what is asked"), max_length=100)
    folded = models.CharField(max_length=100, editable=False, db_index=True)
    page = models.ForeignKey(ControlledPage, models.CASCADE, verbose_name=_("document"), related_name="+")
    place = models.PositiveSmallIntegerField(_("place"), default=1, help_text=_("1 comes first."))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("promoted result")
        verbose_name_plural = _("promoted results")
        ordering = ["folded", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["folded", "page"], name="a_document_is_promoted_once_per_query")]

    def __str__(self) -> str:
        return f"{self.query} → {self.page}"

    def clean(self) -> None:
        """Fold the query; refuse one without letters, and the same document twice."""
        super().clean()
        self.folded = fold_query(self.query)[:100]
        if not self.folded:
            raise ValidationError({"query": _("This has no letters and no digits.")})
        if PromotedResult.objects.filter(folded=self.folded, page=self.page_id).exclude(pk=self.pk).exists():
            raise ValidationError({"page": _("This document is promoted for this query already.")})


class AskedQuerySet(models.QuerySet["Asked"]):
    """What people asked, over days."""

    def since(self, day: object) -> Self:
        """Those of this day and later ones."""
        return self.filter(day__gte=day)


class Asked(models.Model):
    """How often a query was asked on a day, and what came of it. Nothing says who asked.

    ``text`` is folded, and what may name a person or a customer (long numbers, addresses) is masked before it is
    written: see kb/searching/log.py.
    """

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=12)
    text = models.CharField(_("query"), max_length=100)
    times = models.PositiveIntegerField(_("asked"), default=0)
    nothing = models.PositiveIntegerField(_("without a result"), default=0)
    clicked = models.PositiveIntegerField(_("followed by a click"), default=0)
    found = models.PositiveIntegerField(_("results last time"), default=0)
    milliseconds = models.PositiveBigIntegerField(_("time taken in all, ms"), default=0)
    slowest = models.PositiveIntegerField(_("slowest, ms"), default=0)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        ordering = ["-day", "-times"]
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "text"], name="a_query_is_counted_once_a_day")
        ]
        permissions = [("see_search_log", "Can see what people search for")]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"


class Clicked(models.Model):
    """How often a query of a day led to a document; by number, which is the same in both languages."""

    asked = models.ForeignKey(Asked, models.CASCADE, verbose_name=_("query"), related_name="clicks")
    number = models.CharField(_("document number"), max_length=64)
    times = models.PositiveIntegerField(_("clicks"), default=0)

    class Meta:
        verbose_name = _("click")
        verbose_name_plural = _("clicks")
        constraints = [models.UniqueConstraint(fields=["asked", "number"], name="a_document_is_counted_once_per_query")]

    def __str__(self) -> str:
        return f"{self.asked} → {self.number}"


class SavedSearch(models.Model):
    """A search somebody keeps: the query and what it was narrowed to."""

    person = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="saved_searches")
    query = models.CharField(_("query"), max_length=200)
    narrowed = models.CharField(_("narrowed to"), max_length=300, blank=True)  # the rest of the address
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "query", "narrowed"], name="a_search_is_saved_once_a_person")
        ]

    def __str__(self) -> str:
        return self.query
