"""Practice in the demonstration: what the technician has to answer again today, and what others got wrong."""

import datetime
from collections.abc import Iterable, Mapping

from exams.models import Question, QuestionVersion, Topic
from exams.models.sitting import Item
from exams.practice.answer import answer, order_of
from people.models import User
from web.demo.answering import answered
from web.demo.colleagues import NEWCOMERS
from web.demo.keys import key
from web.demo.sat import cleaned

TOPIC = "service-standard"  # whose questions may be practised
_KNOWS = -0.4  # the technician, before he took the course
_MANY, _FEW = 16, 8
_STEP = 5  # some of every difficulty


def make_practice(*, people: Mapping[str, User], at: datetime.datetime) -> None:
    """Let the technician practise for three days, so that some of it is due today, and newcomers a little."""
    Topic.objects.filter(key=TOPIC).update(may_practise=True)
    versions = _versions(_MANY)
    technician = User.objects.get(username="technician")
    _practised(technician, versions, knows=_KNOWS, at=at - datetime.timedelta(days=3))
    for place, who in enumerate(NEWCOMERS):
        begun = at - datetime.timedelta(days=20 - place)
        _practised(people[who.username], versions[:_FEW], knows=who.knows - 0.8, at=begun)


def _versions(count: int) -> list[QuestionVersion]:
    kinds = ("single", "multiple", "truefalse", "numeric")
    asked = Question.objects.may_be_practised().filter(topic__key=TOPIC).order_by("difficulty", "pk")
    found = QuestionVersion.objects.in_force().filter(question__in=asked.values("pk"), kind__in=kinds)
    return list(found.select_related("question").order_by("question__difficulty", "question")[::_STEP][:count])


def _practised(person: User, versions: Iterable[QuestionVersion], *, knows: float, at: datetime.datetime) -> None:
    for place, version in enumerate(versions):
        of = key(f"practice/{person.username}/{version.question.key}")
        item = Item(version=version, order=order_of(version, of))
        response = cleaned(item, answered(item, knows=knows, name=person.username))
        answer(person=person, version=version, key=of, response=response, at=at + datetime.timedelta(minutes=place))
