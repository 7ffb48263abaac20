"""What people ask over a stretch of days, and what comes of it. Nothing here says who asked.

A query that was asked a single time may say something about a person: it is shown only where nothing was found,
because then it may say what is missing.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.control.sheets import Cell
from kb.models import Asked, Clicked, ControlledPage
from kb.search.analysis import fold_query
from people.models import Person

#: Days that count as lately, on the screens of the words.
RECENT = 90
#: Milliseconds from which a search is slow.
SLOW = 300
#: Rows that are taken away at most.
MOST = 5000
_AT_ONCE = 500


class View(models.TextChoices):
    """What is looked for in the log."""

    TOP = "top", gettext_lazy("Asked most")
    NOTHING = "nothing", gettext_lazy("Found nothing")
    UNOPENED = "unopened", gettext_lazy("Found, never opened")
    SLOW = "slow", gettext_lazy("Slow")


@dataclass(frozen=True)
class Period:
    """The days looked at, both included, and the language the site was used in; all of them without one."""

    begins: datetime.date
    ends: datetime.date
    language: str = ""

    def asked(self) -> QuerySet[Asked]:
        """Return what was counted."""
        counted = Asked.objects.filter(day__range=(self.begins, self.ends)).order_by()
        return counted.filter(language=self.language) if self.language else counted


@dataclass(frozen=True)
class Figures:
    """How much was asked in a period in all, single askings included."""

    asked: int
    queries: int
    nothing: int
    clicked: int
    milliseconds: int

    @property
    def nothing_share(self) -> int:
        """Percent of the askings that found nothing."""
        return _percent(self.nothing, self.asked)

    @property
    def clicked_share(self) -> int:
        """Percent of the askings after which a document was opened."""
        return _percent(self.clicked, self.asked)

    @property
    def average(self) -> int:
        """Milliseconds that a search took on average."""
        return round(self.milliseconds / self.asked) if self.asked else 0


@dataclass(frozen=True)
class Row:
    """A query of a period, what came of it, and the number of the document that was opened most."""

    text: str
    language: str
    asked: int
    nothing: int
    clicked: int
    milliseconds: int
    slowest: int
    last: datetime.date
    found: int
    opened: str = ""

    @property
    def tongue(self) -> str:
        """What the language is called."""
        return dict(settings.LANGUAGES).get(self.language, self.language)

    @property
    def clicked_share(self) -> int:
        """Percent of the askings after which a document was opened."""
        return _percent(self.clicked, self.asked)

    @property
    def average(self) -> int:
        """Milliseconds that it took on average."""
        return round(self.milliseconds / self.asked)


def queries(period: Period, view: View) -> QuerySet[Asked, dict]:
    """Return the queries of a period as dictionaries, what weighs most first."""
    grouped = period.asked().values("text", "language")
    summed = grouped.annotate(
        asked=Sum("times"), empty=Sum("nothing"), opened=Sum("clicked"), taken=Sum("milliseconds"),
        worst=Max("slowest"), last=Max("day"),
    )  # fmt: skip
    often = summed.filter(asked__gte=2)
    match view:
        case View.NOTHING:
            return summed.filter(empty__gt=0).order_by("-empty", "-last", "text")
        case View.UNOPENED:
            return often.filter(opened=0, empty__lt=F("asked")).order_by("-asked", "text")
        case View.SLOW:
            return often.filter(worst__gte=SLOW).order_by("-worst", "text")
    return often.order_by("-asked", "text")


def rows(found: Iterable[Mapping], period: Period, person: Person) -> list[Row]:
    """Return these queries with how much each found last, and the document that this person may read opened most."""
    found = list(found)
    texts = [row["text"] for row in found]
    last, opened = {}, {}
    for at in range(0, len(texts), _AT_ONCE):
        some = period.asked().filter(text__in=texts[at : at + _AT_ONCE])
        last |= {(text, language): n for text, language, n in _last(some)}
        opened |= {(text, language): number for text, language, number in _opened(some, person)}
    return [_row(row, last, opened) for row in found]


def _row(row: Mapping, last: Mapping, opened: Mapping) -> Row:
    key = row["text"], row["language"]
    return Row(
        *key, row["asked"], row["empty"], row["opened"], row["taken"], row["worst"], row["last"],
        last.get(key, 0), opened.get(key, ""),
    )  # fmt: skip


def _last(some: QuerySet[Asked]) -> QuerySet:
    return some.order_by("day").values_list("text", "language", "found")


def _opened(some: QuerySet[Asked], person: Person) -> QuerySet:
    readable = ControlledPage.objects.visible_to(person).order_by().values("number")
    clicks = Clicked.objects.filter(asked__in=some, number__in=readable)
    summed = clicks.values_list("asked__text", "asked__language", "number").annotate(often=Sum("times"))
    return summed.order_by("often", "-number").values_list("asked__text", "asked__language", "number")


def figures(period: Period) -> Figures:
    """Return how much was asked in all."""
    names = ("times", "nothing", "clicked", "milliseconds")
    sums = period.asked().aggregate(
        **{f"{name}_": Sum(name, default=0) for name in names}, queries=Count("text", distinct=True)
    )
    return Figures(sums["times_"], sums["queries"], sums["nothing_"], sums["clicked_"], sums["milliseconds_"])


def asked_with(words: Sequence[str], *, on: datetime.date) -> list[tuple[str, int]]:
    """Return each word with how many askings of the last days had it in them."""
    words = [word for word in words if fold_query(word)]
    if not words:
        return []
    since = Asked.objects.since(on - datetime.timedelta(days=RECENT)).order_by()
    sums = {
        f"word{at}": Sum(Case(When(Q(text__contains=fold_query(word)), then="times"), default=0), default=0)
        for at, word in enumerate(words)
    }
    return list(zip(words, since.aggregate(**sums).values(), strict=True))


def columns() -> list[tuple[str, int]]:
    """Return the columns of the report as a spreadsheet: names and widths."""
    names = [
        _("Query"), _("Language"), _("Times asked"), _("Without a result"), _("Followed by a click"),
        _("Results last time"), _("Opened most"), _("Average, ms"), _("Slowest, ms"), _("Last asked"),
    ]  # fmt: skip
    return [(name, 14 if at else 40) for at, name in enumerate(names)]


def cells(row: Row) -> list[Cell]:
    """Return a row of it."""
    return [
        row.text, row.tongue, row.asked, row.nothing, row.clicked,
        row.found, row.opened, row.average, row.slowest, row.last,
    ]  # fmt: skip


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
