"""Making the statistics of an exam, and keeping them: worked out from all answers, shown from what was kept."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from exams.kinds import KINDS
from exams.models import Exam, Grade, ItemFigure, Sitting, StatisticsReport
from exams.statistics import classical, distractors, flags, rasch
from exams.statistics.gather import MOST_SITTINGS, Answers, answers, counted

KEPT = 6  # reports of an exam; older ones say nothing that the answers themselves do not
BINS = 10  # of the histogram: ten percent each
_NOT_LISTED = {"variance", "rest_variance", "covariance_max"}
# Kinds where one wrong answer can be preferred to the right one.
CHOSEN = ("single", "multiple", "truefalse")
MOST_PEOPLE, MOST_QUESTIONS = 60, 40  # of the overview: as much as an eye takes in


def make(*, exam: Exam, at: datetime.datetime) -> StatisticsReport:
    """Work the statistics of an exam out and keep them."""
    found = answers(exam)
    test, items = figures(found)
    said = {question: words_of(found, question, item) for question, item in items.items()}
    data = {
        "is_fixed": found.is_fixed,
        "is_cut": len(found.sittings) == MOST_SITTINGS,
        "possible": float(found.possible[0]) if found.sittings else None,
        "test": asdict(test),
        "histogram": histogram(found),
        "pass_mark": exam.pass_mark,
        "flagged": dict(Counter(flag for some in said.values() for flag in some)),
        "items": [_listed(found, question, item, said[question]) for question, item in items.items()],
        "overview": overview(found),
        "rasch": scale(found),
    }
    with transaction.atomic():
        report = StatisticsReport.objects.create(exam=exam, at=at, sittings=len(found.sittings), data=data)
        ItemFigure.objects.bulk_create(
            [
                ItemFigure(
                    report=report, question_id=question, people=item.people, facility=item.facility,
                    discrimination=item.discrimination_index, flags=said[question],
                )
                for question, item in items.items()
            ],
            batch_size=1000,
        )  # fmt: skip
        kept = StatisticsReport.objects.filter(exam=exam).order_by("-at", "-pk").values_list("pk", flat=True)[:KEPT]
        StatisticsReport.objects.filter(exam=exam).exclude(pk__in=list(kept)).delete()
    return report


def refresh(*, at: datetime.datetime) -> int:
    """Make the statistics anew of each exam with sittings marked, or graded anew, since the last time; say how many."""
    outdated = [exam for exam in Exam.objects.all() if is_outdated(exam)]
    return len([make(exam=exam, at=at) for exam in outdated])


def latest(exam: Exam) -> StatisticsReport | None:
    """Return the last report of an exam."""
    return exam.reports.order_by("-at", "-pk").first()


def is_outdated(exam: Exam) -> bool:
    """Tell whether something happened that the last report of this exam cannot know."""
    made = exam.reports.aggregate(at=Max("at"))["at"]
    if made is None:
        return counted(exam).exists()
    marked = Sitting.objects.filter(exam=exam, marked_at__gt=made)
    return marked.exists() or Grade.objects.filter(sitting__exam=exam, at__gt=made).exists()


def figures(found: Answers) -> tuple[classical.Test, dict[int, classical.Item]]:
    """Return the figures of the exam and of each question.

    Where all had the same questions a question is a place of the test. Where papers are drawn, the places are those on
    the paper, whatever question stood there, as with random questions in Moodle; papers worth other points than the
    latest one are another test and do not count for it. A question is compared with the totals of those who had it.
    """
    guesses = {question: _guess(found, question) for question in found.columns}
    if found.is_fixed and found.columns:
        maxima = np.array([column.maximum for column in found.columns.values()])
        test, items = classical.analyse(_matrix(found), maxima, list(guesses.values()))
        return test, dict(zip(found.columns, items, strict=True))
    same = found.possible == found.possible[0] if found.sittings else np.zeros(0, dtype=bool)
    places = _places(found, same)
    is_binary = bool(np.all((places == 0) | (places == 1)))
    variances = [float(place.var(ddof=1)) if len(place) > 1 else None for place in places.T]
    test = classical.test(found.totals[same], variances, is_binary=is_binary)
    return test, {question: _drawn(found, question, guess) for question, guess in guesses.items()}


def _drawn(found: Answers, question: int, guess: float | None) -> classical.Item:
    column = found.columns[question]
    who = np.asarray(column.who)
    item = classical.item(np.asarray(column.marks), found.totals[who], maximum=column.maximum, guess=guess)
    share = 100 * column.maximum / float(found.possible[who].mean())
    return replace(item, intended_weight=share, reasons=item.reasons | {"effective_weight": "papers-differ"})


def _guess(found: Answers, question: int) -> float | None:
    version = found.newest(question)
    return KINDS[version.kind].guess(version.body) or None


def _matrix(found: Answers) -> np.ndarray:
    """Return the marks, a row a person and a column a question, where all had the same questions."""
    made = np.zeros((len(found.sittings), len(found.columns)))
    for place, column in enumerate(found.columns.values()):
        made[np.asarray(column.who), place] = column.marks
    return made


def _places(found: Answers, wanted: np.ndarray) -> np.ndarray:
    """Return the marks of these sittings, a row a person and a column a place that some of their papers have."""
    most = max((max(column.n) for column in found.columns.values()), default=0)
    made = np.full((len(found.sittings), most), np.nan)
    for column in found.columns.values():
        made[np.asarray(column.who), np.asarray(column.n) - 1] = column.marks
    made = made[wanted]
    return np.nan_to_num(made[:, ~np.isnan(made).all(axis=0)])


def words_of(found: Answers, question: int, item: classical.Item) -> list[str]:
    """Return the flags of a question; those of its choices go by its latest version."""
    version = found.newest(question)
    if version.kind not in CHOSEN:
        return flags.flags(item)
    chosen, who = found.chosen(version)
    table = distractors.table(KINDS[version.kind].choices(version.body), chosen, found.totals[who])
    return flags.flags(item, table)


def histogram(found: Answers) -> list[int]:
    """Return how many have 0 to 10 percent of the marks, to 20, and so on; all of them in the last."""
    shares = np.divide(found.totals, found.possible, out=np.zeros(len(found.sittings)), where=found.possible > 0)
    return np.histogram(np.clip(shares, 0, 1), bins=BINS, range=(0, 1))[0].tolist()


def overview(found: Answers) -> dict[str, list]:
    """Return who has what: people by total, questions by how many know them; a sample of both where there are many.

    People are named by their sitting, so that a name that is erased there stands nowhere else.
    """
    best = np.argsort(-found.totals, kind="stable")
    people = best[_spread(len(best), MOST_PEOPLE)]
    ranked = sorted(
        found.columns, key=lambda key: -float(np.mean(found.columns[key].marks)) / (found.columns[key].maximum or 1)
    )
    widest = sorted(ranked, key=lambda key: -len(found.columns[key].who))[:MOST_QUESTIONS]
    questions = [question for question in ranked if question in widest]
    rows = {int(person): row for row, person in enumerate(people)}
    shares: list[list[float | None]] = [[None] * len(questions) for _person in people]
    for place, question in enumerate(questions):
        column = found.columns[question]
        for who, marks, points in zip(column.who, column.marks, column.points, strict=True):
            if who in rows:
                shares[rows[who]][place] = round(marks / points, 2) if points else None
    return {"sittings": [found.sittings[person] for person in people], "questions": questions, "shares": shares}


def _spread(count: int, most: int) -> np.ndarray:
    """Return so many places of so many, evenly from the first to the last."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).round().astype(int)


def scale(found: Answers) -> dict[str, Any]:
    """Return Rasch's difficulties by question and abilities by total, or the reason why there are none."""
    if not found.is_fixed:
        return {"reason": "papers-differ"}
    maxima = np.array([column.maximum for column in found.columns.values()])
    shares = _matrix(found) / np.where(maxima > 0, maxima, 1)
    try:
        made = rasch.estimate(shares)
    except rasch.Undefined as undefined:
        return {"reason": undefined.args[0]}
    questions = list(found.columns)
    return {
        "difficulties": [asdict(each) | {"question": questions[each.place]} for each in made.difficulties],
        "abilities": [asdict(each) for each in made.abilities],
    }


def _listed(found: Answers, question: int, item: classical.Item, said: Sequence[str]) -> Mapping[str, Any]:
    wanted = {name: value for name, value in asdict(item).items() if name not in _NOT_LISTED}
    return {"question": question, "points": found.columns[question].maximum, "flags": list(said)} | wanted
