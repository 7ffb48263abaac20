"""Exams that colleagues of the demonstration have sat: checked in, answered, handed in, some again later."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from random import Random

from django.utils import timezone

from exams import sit
from exams.kinds import KINDS
from exams.models import Booking, Exam, Item, Sitting
from people.models import User
from web.demo.answering import answered
from web.demo.colleagues import COLLEAGUES, EVERYBODY, EXPERIENCED, NEWCOMERS, Colleague
from web.demo.keys import key

SINCE = datetime.timedelta(days=110)
AGAIN = datetime.timedelta(days=13)  # after which whoever failed tries it once more
LEARNT = 1.0  # what he knows more by then
GAVE_UP = ("shen.kai",)  # has failed and not come back
IN_SESSION = ("cao.min", "pan.long", "su.hang", "wei.tao", "ding.yi")  # sat the second exam in last week's session

type Answer = Callable[[Item], object]


def seed_of(person: User, exam: Exam, attempt: int = 1) -> str:
    """Return the seed of a paper, the same in every demonstration."""
    return key(f"paper/{person.username}/{exam.key}/{attempt}").hex


def sat(
    *,
    exam: Exam,
    person: User,
    at: datetime.datetime,
    minutes: int,
    answer: Answer,
    attempt: int = 1,
    booking: Booking | None = None,
    ended_by: Sitting.Ended = Sitting.Ended.CANDIDATE,
) -> Sitting:
    """Let a person sit an exam that is over; his answers are written at once, cleaned as each save would."""
    ready = sit.check_in(exam=exam, person=person, at=at, seed=seed_of(person, exam, attempt), booking=booking)
    begun = sit.start(public_id=ready.public_id, person=person, at=at)
    end = begun.deadline_at if ended_by == Sitting.Ended.TIMER else at + datetime.timedelta(minutes=minutes)
    items = list(begun.items.select_related("version__question").order_by("n"))
    for place, item in enumerate(items, start=1):
        item.response = cleaned(item, answer(item))
        if item.response is not None:
            item.revision, item.saved_at = 1, at + (end - at) * place / (len(items) + 1)
    said = ["response", "revision", "saved_at"]  # written in one short statement
    Item.objects.bulk_create(items, update_conflicts=True, unique_fields=["id"], update_fields=said)
    return sit.finish(sitting=begun, at=end, ended_by=ended_by)


def cleaned(item: Item, response: object) -> object:
    """Return a response as saving it would keep it."""
    kind = KINDS[item.version.kind]
    return kind.clean(kind.shown(item.version.body, item.order), response)


def by_knowledge(who: Colleague, *, more: float = 0) -> Answer:
    """Return how this colleague answers, who knows so much more by now."""
    return lambda item: answered(item, knows=who.knows + more, name=f"{who.username}/{more}")


def sit_first(*, exams: tuple[Exam, Exam], people: Mapping[str, User], at: datetime.datetime) -> list[Sitting]:
    """Let each sit what he has to, once: newcomers only the first exam, those of the session not the second."""
    first, second = exams
    both = [(exam, who) for who in COLLEAGUES for exam in exams if exam == first or who.username not in IN_SESSION]
    planned = [*((second, who) for who in EXPERIENCED), *both, *((first, who) for who in NEWCOMERS)]
    made = []
    for (exam, who), moment in zip(planned, _moments(at, len(planned)), strict=True):
        minutes = Random(f"{who.username}/{exam.key}").randint(exam.minutes // 2, exam.minutes - 2)  # noqa: S311
        person = people[who.username]
        made.append(sat(exam=exam, person=person, at=moment, minutes=minutes, answer=by_knowledge(who)))
    return made


def _moments(at: datetime.datetime, count: int) -> Iterator[datetime.datetime]:
    """Yield so many moments of the last months, in the hours people work, up to ten days ago."""
    chance = Random("moments")  # noqa: S311 (always the same)
    span = SINCE - datetime.timedelta(days=10)
    for place in range(count):
        day = timezone.localtime(at - SINCE + span * place / count)
        yield day.replace(hour=chance.randint(9, 16), minute=chance.randrange(0, 60, 5), second=0, microsecond=0)


def sit_again(*, failed: list[Sitting], people: Mapping[str, User]) -> list[Sitting]:
    """Let those who failed try once more two weeks later, with other questions, but for those who gave up."""
    known = {who.username: who for who in EVERYBODY}
    made = []
    for sitting in failed:
        who = known[sitting.person.username]
        if who.username not in GAVE_UP:
            made.append(
                sat(
                    exam=sitting.exam, person=people[who.username], at=sitting.finished_at + AGAIN, attempt=2,
                    minutes=sitting.exam.minutes - 3, answer=by_knowledge(who, more=LEARNT),
                )
            )  # fmt: skip
    return made
