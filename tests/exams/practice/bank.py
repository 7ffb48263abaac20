"""What tests of practice stand on: questions that may be practised, of every kind, and a person who answers."""

import uuid

from django.urls import reverse

from exams.models import QuestionVersion, Topic
from exams.practice.answer import answer
from tests import make
from tests.make import NOON

BODIES = {
    **make.BODIES,
    "short": {"accepted": [{"text": "接地"}]},
    "matching": {"pairs": [{"left": "红", "right": "火线"}, {"left": "蓝", "right": "零线"}]},
    "cloze": {"parts": [{"kind": "short", "accepted": [{"text": "断电"}]}]},
    "essay": {"rubric": [{"criterion": "先断电", "points": "2"}], "sample": "先断电，再放电。"},
}


def topic(**fields):
    key = f"t-{uuid.uuid4().hex[:8]}"
    return Topic.objects.create(**{"key": key, "title": f"主题 {key}"} | fields)


def question(of=None, kind="truefalse", **fields):
    """A question kept for practice."""
    made = make.question("truefalse", topic=of or topic(), **{"for_practice": True} | fields)
    text = "填空：{{1}}" if kind == "cloze" else f"问题 {made.key}？"
    QuestionVersion.objects.filter(question=made).update(kind=kind, body=BODIES[kind], text=text)
    return made


def given(person, question, *, right=True, at=NOON):
    """The answer of a person, right or wrong, to a question of true or false."""
    return answer(person=person, version=question.in_force, key=uuid.uuid4(), response=right, at=at)


def asked(client, topic=None, **query):
    """The screen with the next question."""
    return client.get(reverse("practise", args=[topic.key]) if topic else reverse("practice_due"), query)


def send(client, screen, **form):
    """What the browser sees after sending the form of that screen."""
    context = screen.context
    hidden = {"version": context["version"].pk, "key": context["key"], "played": context.get("played", "")}
    return client.post(context["round"].address, hidden | {"check": "1"} | form)
