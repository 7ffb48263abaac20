"""The health of what is in force: what nobody reviewed, found helpful, kept up in translation, or ever used."""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kb.control.owners import owned_by
from kb.models import (
    Act,
    Citation,
    ControlledPage,
    Correction,
    DiagnosisRun,
    Edition,
    Link,
    Opening,
    Significance,
    Vote,
)
from people.models import Person

ORIGINAL = "zh-hans"
UNUSED = datetime.timedelta(days=90)


def documents(*, person: Person, is_mine: bool = False) -> QuerySet[ControlledPage]:
    """Return what is in force that this person may read; with `is_mine` only what he looks after."""
    return _of(ControlledPage.objects.visible_to(person), person, is_mine)


def submitted(*, person: Person, is_mine: bool = False) -> QuerySet[ControlledPage]:
    """Return the documents this person may know of, in force or not: what waits for signatures may be neither."""
    return _of(ControlledPage.objects.open_to(person), person, is_mine)


def _of(pages: QuerySet[ControlledPage], person: Person, is_mine: bool) -> QuerySet[ControlledPage]:
    pages = pages.order_by()
    return pages.filter(pk__in=owned_by(person).order_by().values("pk")) if is_mine else pages


def overdue(*, pages: QuerySet[ControlledPage], on: datetime.date) -> QuerySet[Edition]:
    """Return the editions that should have been reviewed before that day, the longest overdue first."""
    return Edition.objects.in_force(on).filter(page__in=pages, review_by__lt=on).order_by("review_by", "number")


def unhelpful(*, pages: QuerySet[ControlledPage], on: datetime.date) -> QuerySet[Edition]:
    """Return the editions in force that did not help somebody, with `unhelpful` and `helpful` counted, the worst first.

    What readers said of earlier editions was said of another text.
    """
    return (
        Edition.objects.in_force(on)
        .filter(page__in=pages)
        .annotate(
            unhelpful=Count("votes", filter=Q(votes__was_helpful=False)),
            helpful=Count("votes", filter=Q(votes__was_helpful=True)),
        )
        .filter(unhelpful__gt=0)
        .order_by("-unhelpful", "helpful", "number")
    )


def reasons(editions: Iterable[Edition]) -> dict[int, list[tuple[str, int]]]:
    """Return why editions did not help, by their id: (reason in words, how many), the most frequent first."""
    votes = Vote.objects.filter(edition__in=[edition.pk for edition in editions], was_helpful=False)
    counted: dict[int, Counter[str]] = {}
    for edition, reason, count in votes.order_by().values_list("edition", "reason").annotate(n=Count("pk")):
        words = Vote.Reason(reason).label if reason else Vote.Reason.OTHER.label
        counted.setdefault(edition, Counter())[str(words)] += count
    return {edition: count.most_common() for edition, count in counted.items()}


def dead_links(*, pages: QuerySet[ControlledPage]) -> QuerySet[Link]:
    """Return the links in live text that lead nowhere."""
    return Link.objects.dead().filter(page__in=pages).order_by("page__number", "page__language", "pk")


def stale_translations(*, pages: QuerySet[ControlledPage], on: datetime.date) -> QuerySet[ControlledPage]:
    """Return the translations whose original took effect anew, or was withdrawn, after them; errata do not count.

    Annotated with `live_version` and `live_since`, and of the original with `original_version`, `_since` and `_act`.
    """
    originals = (
        Edition.objects.filter(
            ~Q(significance=Significance.ERRATUM) | Q(act=Act.WITHDRAWAL),
            page__translation_key=OuterRef("translation_key"), page__language=ORIGINAL, effective_on__lte=on,
        )
        .order_by("-sequence")
    )  # fmt: skip
    return (
        pages.exclude(language=ORIGINAL)
        .with_version()
        .annotate(
            original_version=Subquery(originals.values("version")[:1]),
            original_since=Subquery(originals.values("effective_on")[:1]),
            original_act=Subquery(originals.values("act")[:1]),
        )
        .filter(original_since__gt=F("live_since"))
        .order_by("original_since", "number")
    )


def never_used(*, pages: QuerySet[ControlledPage], on: datetime.date) -> QuerySet[ControlledPage]:
    """Return what has been there for 90 days and was not opened or followed in the last 90, and nothing cites it.

    Openings are counted by the month: one in the month of the first of those days counts.
    """
    since = on - UNUSED
    midnight = timezone.make_aware(datetime.datetime.combine(since, datetime.time.min))
    used = [
        Opening.objects.filter(page=OuterRef("pk"), month__gte=since.replace(day=1)),
        DiagnosisRun.objects.filter(guide=OuterRef("pk"), recorded_at__gte=midnight),
        *(model._base_manager.filter(page=OuterRef("pk")) for model in citing_models()),
    ]
    first = Edition.objects.filter(page=OuterRef("pk"), sequence=1).values("effective_on")[:1]
    found = pages.annotate(first_in_force=Subquery(first)).filter(first_in_force__lte=since)
    for rows in used:
        found = found.filter(~Exists(rows))
    return found.order_by("first_in_force", "number")


def citing_models() -> list[type[Citation]]:
    """Return every model whose rows rest on documents, those of the packages to the right included."""
    related = (relation.related_model for relation in ControlledPage._meta.related_objects)
    return [model for model in related if issubclass(model, Citation)]


def counted_since() -> datetime.date | None:
    """Return the first month that openings were counted in."""
    return Opening.objects.aggregate(first=Min("month"))["first"]


def open_corrections(*, pages: QuerySet[ControlledPage]) -> QuerySet[Correction]:
    """Return the corrections nobody has answered, the oldest first."""
    return Correction.objects.open().filter(edition__page__in=pages).order_by("proposed_at", "pk")
