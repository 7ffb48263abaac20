"""The answers to an exam, read once and kept small: whole columns of numbers, no row of them an object."""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from django.db.models import Case, Exists, FloatField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from exams.kinds import KINDS, Kind
from exams.models import Exam, Item, QuestionVersion, Regrade, Sitting
from exams.statistics.distractors import OTHER

MOST_SITTINGS = 20_000  # the latest: at so many a percentage is sure to a third of a point, and memory stays bounded
# Kinds of which a choice can be compared with another; the order of steps, say, is a whole.
COUNTED = tuple(key for key, kind in KINDS.items() if type(kind).choices is not Kind.choices)
_CHUNK = 5_000


@dataclass
class Column:
    """The answers to one question: whose (places in `Answers.sittings`), their marks, points, and what was chosen."""

    who: array = field(default_factory=lambda: array("L"))
    n: array = field(default_factory=lambda: array("L"))
    marks: array = field(default_factory=lambda: array("d"))
    points: array = field(default_factory=lambda: array("d"))
    takes: array = field(default_factory=lambda: array("L"))

    @property
    def maximum(self) -> float:
        """Return the points it is worth; the mean where it was worth different ones on different papers."""
        return float(np.mean(self.points))


@dataclass
class Answers:
    """All answers of some sittings.

    `possible` are the points of each paper; `takes` what was chosen, each different thing once: (version, order,
    response) with both as JSON text, None for no response.
    """

    sittings: list[int]
    possible: np.ndarray
    columns: dict[int, Column]
    takes: list[tuple[int, str, str | None]]

    @cached_property
    def totals(self) -> np.ndarray:
        """Return the marks of each sitting."""
        made = np.zeros(len(self.sittings))
        for column in self.columns.values():
            np.add.at(made, np.asarray(column.who), np.asarray(column.marks))
        return made

    @cached_property
    def versions(self) -> dict[int, QuestionVersion]:
        """Return the versions that were answered, by id."""
        wanted = {version for version, _order, _response in self.takes}
        found = QuestionVersion.objects.select_related("question__topic").defer("explanation")
        return found.in_bulk(wanted)

    @property
    def is_fixed(self) -> bool:
        """Tell whether all had the same questions, each worth the same."""
        whole = len(self.sittings)
        return all(
            len(column.who) == whole and min(column.points) == max(column.points) for column in self.columns.values()
        )

    def newest(self, question: int) -> QuestionVersion:
        """Return the latest version of the question that was answered."""
        answered = {self.takes[take][0] for take in set(self.columns[question].takes)}
        return max((self.versions[version] for version in answered), key=lambda version: version.number)

    def chosen(self, version: QuestionVersion) -> tuple[list[list[str]], np.ndarray]:
        """Return what each person who had this version chose, and where in `sittings` he is."""
        column = self.columns[version.question_id]
        own = {take for take in set(column.takes) if self.takes[take][0] == version.pk}
        said = {take: codes(version, *self.takes[take][1:]) for take in own}
        told = [(said[take], who) for take, who in zip(column.takes, column.who, strict=True) if take in said]
        return [code for code, _who in told], np.array([who for _code, who in told], dtype=int)


def answers(exam: Exam, *, most: int = MOST_SITTINGS) -> Answers:
    """Return the answers of each person's first attempt that is marked, the latest so many. Two queries."""
    wanted = counted(exam).order_by("-finished_at", "-pk")[:most]
    rows = list(wanted.values_list("pk", "points_possible"))
    places = {pk: place for place, (pk, _possible) in enumerate(rows)}
    columns: dict[int, Column] = defaultdict(Column)
    known: dict[tuple[int, str, str | None], int] = {}
    for sitting, question, n, points, share, *take in _items(wanted):
        if (place := places.get(sitting)) is None:  # marked between the two queries
            continue
        column = columns[question]
        column.who.append(place)
        column.n.append(n)
        column.points.append(points)
        column.marks.append(points * share)
        column.takes.append(known.setdefault(tuple(take), len(known)))
    possible = np.array([float(possible) for _pk, possible in rows])
    return Answers(list(places), possible, _as_on_paper(columns), list(known))


def _as_on_paper(columns: dict[int, Column]) -> dict[int, Column]:
    """Return the questions as they follow one another on the paper; on papers drawn at random, on average."""
    return dict(sorted(columns.items(), key=lambda each: (float(np.mean(each[1].n)), each[0])))


def counted(exam: Exam) -> QuerySet[Sitting]:
    """Return the sittings that statistics go by: marked, not void, and the first such of each person.

    Later attempts are not independent of the first (Moodle's documentation, "Quizzes that allow multiple attempts").
    """
    marked = Sitting.objects.finished().filter(exam=exam, marked_at__isnull=False)
    return marked.filter(~Exists(marked.filter(person=OuterRef("person"), attempt__lt=OuterRef("attempt"))))


def _items(sittings: QuerySet[Sitting]) -> Iterable[tuple]:
    """Yield (sitting, question, number, points, share, version, order, response) of each item that counts."""
    found = Item.objects.order_by().filter(sitting__in=sittings.values("pk"), share__isnull=False)
    found = found.filter(Q(regrade__isnull=True) | ~Q(regrade__rule=Regrade.Rule.NOBODY))
    is_counted = Q(version__kind__in=COUNTED)  # of other kinds it is enough to know whether there is an answer
    order = Case(When(is_counted, then=_text("order")), default=Value(""), output_field=TextField())
    response = Case(
        When(response__isnull=True, then=Value(None)), When(is_counted, then=_text("response")), default=Value(""),
        output_field=TextField(),
    )  # fmt: skip
    return found.values_list(
        "sitting_id", "version__question_id", "n", "points", Cast("share", FloatField()), "version_id", order, response
    ).iterator(chunk_size=_CHUNK)


def _text(name: str) -> Cast:
    return Cast(name, TextField())


def codes(version: QuestionVersion, order: str, response: str | None) -> list[str]:
    """Return what a response (it and its order as JSON text) chose: OTHER if none of the choices, [] if nothing."""
    if response in {None, "null"}:
        return []
    if version.kind not in COUNTED:
        return [OTHER]
    return KINDS[version.kind].chosen(version.body, json.loads(order), json.loads(response)) or [OTHER]
