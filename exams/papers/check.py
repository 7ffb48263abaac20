"""Whether the bank can fill the papers of an exam, as it stands now, and how many it allows."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from exams import draw
from exams.models import BlueprintRow, Exam, Question, Topic
from exams.papers import counting


@dataclass(frozen=True)
class Supply:
    """So many questions of one topic, difficulty and criticality that papers may draw."""

    kind: draw.Candidate
    n: int


@dataclass(frozen=True)
class RowCheck:
    """A row of a blueprint: how many questions there are for it, and how many it lacks beside the other rows."""

    row: BlueprintRow
    available: int
    lacking: int


@dataclass(frozen=True)
class Check:
    """What the bank allows: its rows, papers in all, and attempts of one person that share no question."""

    rows: list[RowCheck]
    papers: counting.Count
    attempts: int

    @property
    def is_enough(self) -> bool:
        """Whether a paper can be drawn."""
        return bool(self.rows) and not any(row.lacking for row in self.rows)

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return sum(row.row.count for row in self.rows)

    @property
    def points(self) -> int:
        """What a paper is worth."""
        return sum(row.row.count * row.row.points for row in self.rows)


def supply() -> list[Supply]:
    """Return what papers may draw today. One query."""
    kinds = Question.objects.drawable().order_by().values_list("topic", "difficulty", "is_critical")
    return [Supply(draw.Candidate(0, *kind), n) for *kind, n in kinds.annotate(n=Count("pk"))]


def check(rows: Sequence[BlueprintRow]) -> Check:
    """Check the rows of one blueprint; they need not be saved."""
    return _check(rows, supply(), Topic.objects.within({row.topic_id for row in rows}))


def checks(exams: Iterable[Exam]) -> list[tuple[Exam, Check]]:
    """Check many exams, whose blueprints are prefetched. Two queries."""
    exams = list(exams)
    topics = Topic.objects.within({row.topic_id for exam in exams for row in exam.blueprint.all()})
    there = supply()
    return [(exam, _check(list(exam.blueprint.all()), there, topics)) for exam in exams]


def _check(rows: Sequence[BlueprintRow], there: Collection[Supply], topics: Mapping[int, list[int]]) -> Check:
    asked = [
        draw.Row(frozenset(topics[row.topic_id]), row.difficulty, row.is_critical, row.count, row.points)
        for row in rows
    ]
    classes: Counter[frozenset[int]] = Counter()
    for each in there:
        classes[frozenset(at for at, row in enumerate(asked) if row.admits(each.kind))] += each.n
    del classes[frozenset()]
    demands = [row.count for row in rows]
    lacking = counting.shortages(demands, classes)
    available = [sum(n for kind, n in classes.items() if at in kind) for at in range(len(rows))]
    return Check(
        [RowCheck(*each) for each in zip(rows, available, lacking, strict=True)],
        counting.papers(demands, classes),
        counting.attempts(demands, classes),
    )
