"""Sitting an exam: start, save an answer, finish. Each call may come twice, late, or from two tabs."""

import datetime
from collections.abc import Iterable, Mapping
from random import Random

from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams import draw
from exams.kinds import KINDS, BadResponse
from exams.models import Answer, Exam, LateAnswer, Question, QuestionVersion, Sitting
from kb.models import Block, ControlledPage
from people.models import User
from people.refusal import Refused


class Closed(Exception):
    """The sitting is over: nothing more is accepted."""


class Stale(Exception):
    """A newer answer exists than the one this save was based on."""

    def __init__(self, answer: Answer | None) -> None:
        super().__init__(_("A newer answer exists; it is shown now."))
        self.answer = answer


def objections(*, exam: Exam, person: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each reason why this person may not start the exam now; none means he may."""
    sittings = list(Sitting.objects.of(person).filter(exam=exam).order_by("-attempt"))
    if any(sitting.has_passed for sitting in sittings):
        return [_("You have passed this exam.")]
    if sittings and not sittings[0].finished_at:
        return []
    if len(sittings) >= exam.attempts:
        return [
            ngettext("The one attempt has been used.", "All %(n)d attempts have been used.", exam.attempts)
            % {"n": exam.attempts}
        ]
    again = sittings[0].finished_at + datetime.timedelta(days=exam.wait_days) if sittings else at
    if again > at:
        return [_("The next attempt is possible from %(date)s.") % {"date": timezone.localdate(again).isoformat()}]
    return []


@transaction.atomic
def start(*, exam: Exam, person: User, at: datetime.datetime, seed: str) -> Sitting:
    """Draw and freeze a paper and start the clock; where a sitting is open already, return that one.

    Raises Refused, with the reasons of `objections` or because the bank is too small.
    """
    User.objects.select_for_update().get(pk=person.pk)  # two tabs starting at once make one sitting
    for earlier in Sitting.objects.of(person).filter(exam=exam).open():
        if not close_if_over(sitting=earlier, at=at).finished_at:
            return earlier
    if reasons := objections(exam=exam, person=person, at=at):
        raise Refused(*reasons)
    attempts = Sitting.objects.of(person).filter(exam=exam).order_by("-attempt")
    last = attempts.first()
    paper, key = _freeze(_draw(exam, seed, avoid=_seen(last)), seed)
    return Sitting.objects.create(
        exam=exam, person=person, attempt=last.attempt + 1 if last else 1, seed=seed, paper=paper, answer_key=key,
        pass_mark=exam.pass_mark, points_possible=sum(item["points"] for item in paper),
        started_at=at, deadline_at=at + datetime.timedelta(minutes=exam.minutes),
    )  # fmt: skip


def _seen(sitting: Sitting | None) -> set[int]:
    return {entry["question"] for entry in sitting.answer_key} if sitting else set()


def _draw(exam: Exam, seed: str, avoid: set[int]) -> list[draw.Drawn]:
    rows = [
        draw.Row(row.topic_id, row.difficulty, row.is_critical, row.count, row.points) for row in exam.blueprint.all()
    ]
    bank = [
        draw.Candidate(*values)
        for values in Question.objects.active()
        .filter(topic__in={row.topic for row in rows}, versions__isnull=False)
        .distinct()
        .values_list("pk", "topic", "difficulty", "is_critical")
    ]
    try:
        drawn = draw.draw(rows, bank, seed=seed, avoid=avoid)
    except draw.TooFew:
        drawn = []
    if not drawn:  # nobody passes an exam that asks nothing
        raise Refused(_("The question bank has too few questions for this exam. Please tell the exam officer."))
    return drawn


def _freeze(drawn: list[draw.Drawn], seed: str) -> tuple[list[dict], list[dict]]:
    """Return the paper and its key, item by item, in the order drawn."""
    versions = {
        version.question_id: version
        for version in QuestionVersion.objects.current()
        .filter(question__in=[each.id for each in drawn])
        .select_related("question")
        .prefetch_related(Prefetch("page", ControlledPage.objects.with_version()))
    }
    passages = _passages(versions.values())
    chance = Random(seed)  # noqa: S311 (must be repeatable)
    paper, key = [], []
    for place, each in enumerate(drawn, start=1):
        version = versions[each.id]
        shown, secret = KINDS[version.kind].freeze(version.body, chance)
        paper.append({"n": place, "kind": version.kind, "text": version.text, "points": each.points, "shown": shown})
        key.append(
            {
                "key": secret,
                "explanation": version.explanation,
                "question": version.question_id,
                "version": version.number,
                "critical": version.question.is_critical,
                "page": version.page_id,
                "block": version.block_id,
                "digest": version.digest,
                "edition": version.page.version if version.page else "",
                "passage": passages.get((version.page_id, version.block_id), {}),
            }
        )
    return paper, key


def _passages(versions: Iterable[QuestionVersion]) -> dict[tuple[int, str], dict[str, str]]:
    """Return the words of every cited block by (page, block id), in one query."""
    pages = {version.page_id for version in versions}
    return {
        (block.page_id, block.block_id): {"heading": block.heading, "text": block.text}
        for block in Block.objects.filter(page__in=pages, block_id__in={version.block_id for version in versions})
    }


def save(*, sitting: Sitting, item: int, response: object, base: int, at: datetime.datetime) -> Answer:
    """Save the answer to an item. `base` is the revision it was made on, 0 for none; `response` None clears it.

    Sent again after a lost reply it returns what was saved. Raises Closed, Stale, kinds.BadResponse, or LookupError for
    an item the paper does not have. What comes too late is kept for the exam officer, not scored.
    """
    saved = _save(sitting, item, response, base, at)
    if saved is None:
        raise Closed
    return saved


@transaction.atomic
def _save(sitting: Sitting, item: int, response: object, base: int, at: datetime.datetime) -> Answer | None:
    row = Sitting.objects.select_for_update().only("finished_at", "deadline_at", "paper").get(pk=sitting.pk)
    if row.is_over(at):
        _keep_late(row, item, response, at)
        return None
    if not 1 <= item <= len(row.paper):
        raise LookupError(item)
    response = _clean(row.paper[item - 1], response)
    answer = Answer.objects.filter(sitting=row, item=item).first()
    if answer and answer.response == response:
        return answer
    if (answer.revision if answer else 0) != base:
        raise Stale(answer)
    answer = answer or Answer(sitting=row, item=item, revision=0)
    answer.response, answer.revision, answer.saved_at = response, base + 1, at
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError:  # another process inserted it meanwhile, where the database does not lock the sitting
        raise Stale(Answer.objects.filter(sitting=row, item=item).first()) from None
    return answer


def _keep_late(sitting: Sitting, item: int, response: object, at: datetime.datetime) -> None:
    """Keep the last late answer to each item, unless it is none or says what was saved in time."""
    if not 1 <= item <= len(sitting.paper):
        return
    try:
        response = _clean(sitting.paper[item - 1], response)
    except BadResponse:
        return
    if response is None or Answer.objects.filter(sitting=sitting, item=item, response=response).exists():
        return
    LateAnswer.objects.update_or_create(sitting=sitting, item=item, defaults={"response": response, "received_at": at})


def _clean(item: Mapping, response: object) -> object:
    return None if response is None else KINDS[item["kind"]].clean(item["shown"], response)


@transaction.atomic
def finish(*, sitting: Sitting, at: datetime.datetime) -> Sitting:
    """Close the sitting, mark it and release the result; a second call returns the same receipt.

    A candidate passes who reaches the pass mark and has every critical item right.
    """
    row = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if row.finished_at:
        return row
    answers = {answer.item: answer for answer in row.answers.all()}
    right = []
    for item, secret in zip(row.paper, row.answer_key, strict=True):
        answer = answers.get(item["n"])
        is_right = (
            answer is not None
            and answer.response is not None
            and KINDS[item["kind"]].is_right(secret["key"], answer.response)
        )
        right.append(is_right)
        if answer:
            answer.share = int(is_right)
    Answer.objects.bulk_update(answers.values(), ["share"])
    row.points = sum(item["points"] for item, is_right in zip(row.paper, right, strict=True) if is_right)
    critical = all(is_right for secret, is_right in zip(row.answer_key, right, strict=True) if secret["critical"])
    row.has_passed = critical and row.points * 100 >= row.pass_mark * row.points_possible
    row.finished_at = row.released_at = at
    row.save(update_fields=["points", "has_passed", "finished_at", "released_at"])
    return row


def close_if_over(*, sitting: Sitting, at: datetime.datetime) -> Sitting:
    """Finish a sitting that nobody came back to, as of its deadline; any read does so, no job has to be on time."""
    if sitting.finished_at is None and sitting.is_over(at):
        return finish(sitting=sitting, at=sitting.deadline_at)
    return sitting
