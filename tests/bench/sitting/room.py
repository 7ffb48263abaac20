"""The room: an exam, its questions and its candidates, made straight in the database the server uses."""

import secrets
import uuid
from typing import Any

PASSWORD = "bench-" + "password-of-the-room"


def furnish(people: int, items: int) -> tuple[str, list[tuple[int, str]]]:
    """Make an exam of so many questions and so many people; return its key, and of each person id and user name."""
    from django.contrib.auth.hashers import make_password
    from django.db import connection
    from django.utils import timezone

    from exams.models import BlueprintRow, Exam, Question, QuestionVersion, Topic
    from people.models import User
    from tests.bench.sitting import bare

    mark = secrets.token_hex(4)
    topic = Topic.objects.create(key=f"bench-{mark}", title="压力测试")
    questions = Question.objects.bulk_create(
        Question(topic=topic, key=f"q{n}", state=Question.State.ACTIVE, difficulty=1) for n in range(items)
    )
    options = [{"text": f"选项 {n}", "right": n == 1} for n in range(1, 5)]
    QuestionVersion.objects.bulk_create(
        QuestionVersion(
            question=question, number=1, kind="single", text=f"第 {n} 题：下面哪一项正确？", explanation="见手册。",
            body={"options": options}, reviewed_at=timezone.now(),
        )
        for n, question in enumerate(questions, start=1)
    )  # fmt: skip
    exam = Exam.objects.create(
        key=f"bench-{mark}", title="压力测试", minutes=120, pass_mark=75, audience=0, release="at-once"
    )
    BlueprintRow.objects.create(exam=exam, topic=topic, count=items, points=1)
    password = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(username=f"bench-{mark}-{n}", name=f"考生{n}", password=password) for n in range(people)
    )
    with connection.cursor() as cursor:
        cursor.execute(bare.TABLE)
    return exam.key, [(person.pk, person.username) for person in made]


def lost(acknowledged: dict[tuple[uuid.UUID, int], Any]) -> int:
    """Return how many acknowledged answers are not in the database as they were acknowledged."""
    from exams.models import Item

    sittings = {sitting for sitting, _n in acknowledged}
    rows = Item.objects.filter(sitting__public_id__in=sittings).values_list("sitting__public_id", "n", "response")
    found = {(sitting, n): response for sitting, n, response in rows}
    return sum(found.get(place) != [said] for place, said in acknowledged.items())
