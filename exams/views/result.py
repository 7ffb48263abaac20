"""The result of a sitting, for its candidate: what he reached, and what to read again."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from exams import sit
from exams.models import Grade, Regrade, Sitting, Topic
from exams.views.own import own_sitting
from kb.models import Block, ControlledPage
from people.models import Person


@login_required
@never_cache
def result(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The result once released; until then only that it is awaited. Light: everybody opens it when he has handed in."""
    now = timezone.now()
    sitting = sit.close_if_over(sitting=own_sitting(request, public_id), at=now)
    if not sitting.finished_at:
        return redirect(sitting)
    is_void = sitting.ended_by == Sitting.Ended.ABANDONED
    context: dict[str, object] = {"exam": sitting.exam, "sitting": sitting, "is_void": is_void}
    if sitting.released_at and not is_void:
        context |= _released(sitting, request.user)
    return render(request, "exams/result.html", context)


class _Row(NamedTuple):
    """What the light page needs of an item."""

    points: int
    share: Decimal | None
    is_critical: bool
    rule: str | None
    topic: int
    page: int | None
    block: str
    digest: str

    @property
    def counts(self) -> bool:
        return self.rule != Regrade.Rule.NOBODY


_OF_VERSION = ("question__topic", "page", "block_id", "digest")


def _released(sitting: Sitting, person: Person) -> dict[str, object]:
    names = ("points", "share", "is_critical", "regrade__rule", *(f"version__{name}" for name in _OF_VERSION))
    rows = [_Row(*row) for row in sitting.items.order_by("n").values_list(*names)]
    wrong = [row for row in rows if row.counts and row.share != 1]
    return {
        "topics": _by_topic(rows),
        "reading": _reading(wrong, person),
        "failed_critical": any(row.is_critical for row in wrong),
        "grades": _history(sitting),
    }


def _history(sitting: Sitting) -> list[Grade]:
    """Return the grades there were, where there was more than one."""
    grades = list(sitting.grades.all())
    return grades if len(grades) > 1 else []


@dataclass
class Score:
    """What was reached in a topic."""

    topic: Topic
    points: Decimal
    possible: int

    @property
    def percent(self) -> int:
        """In percent, rounded down."""
        return int(self.points * 100 / self.possible)


def _by_topic(rows: Iterable[_Row]) -> list[Score]:
    """Return the score by topic, in the order of the paper."""
    counted = [row for row in rows if row.counts]
    topics = Topic.objects.in_bulk({row.topic for row in counted})
    scores: dict[int, Score] = {}
    for row in counted:
        score = scores.setdefault(row.topic, Score(topics[row.topic], Decimal(0), 0))
        score.points += row.points * (row.share or 0)
        score.possible += row.points
    return list(scores.values())


@dataclass(frozen=True)
class Reading:
    """A passage to read again: its heading and address, whether it is still there and reads as it was examined."""

    heading: str
    url: str
    is_there: bool
    has_changed: bool


def _reading(rows: Sequence[_Row], person: Person) -> list[tuple[ControlledPage, list[Reading]]]:
    """Return the documents that the person may read, each with the passages of these items, each once."""
    wanted = {(row.page, row.block): row.digest for row in rows if row.page}
    if not wanted:
        return []
    pages = ControlledPage.objects.visible_to(person).in_bulk({page for page, _block in wanted})
    live = Block.objects.filter(page__in=pages, block_id__in={block for _page, block in wanted})
    blocks = {(page, block): (heading, basis) for page, block, heading, basis in live.values_list(*_OF_BLOCK)}
    found: dict[int, list[Reading]] = {page: [] for page, _block in wanted if page in pages}
    for (page, block), digest in wanted.items():
        if page in found:
            heading, basis = blocks.get((page, block), ("", ""))
            is_there = (page, block) in blocks
            url = pages[page].get_absolute_url() + (f"#{block}" if is_there else "")
            found[page].append(Reading(heading, url, is_there, basis != digest))
    return [(pages[page], passages) for page, passages in found.items()]


_OF_BLOCK = ("page", "block_id", "heading", "basis")
