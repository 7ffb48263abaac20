"""Measures the question bank as it grows: `python -m tests.bench.bank --json [--scales 1,4,16]`.

Fills a throwaway SQLite database with 1,250 questions and 12,500 sittings of 20 items, then with 4 and with 16 times as
many (20,000 questions, 200,000 sittings), and asks at each size for the bank's list in the admin, for a paper drawn
from four topics and from the whole bank, for the statistics of an exam (made anew) and for their screens. Milliseconds
are of processor time, median of the runs; queries are counted; growth is each size by the first.
"""

import argparse
import datetime
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import django

QUESTIONS, SITTINGS, ITEMS, EXAMS, TOPICS = 1_250, 12_500, 20, 20, 25
AT = datetime.datetime(2026, 11, 2, 4, 0, tzinfo=datetime.UTC)
REPEATS = 5


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="say it for a program")
    parser.add_argument("--scales", default="1,4,16", help="sizes, as multiples of 1,250 questions and 12,500 sittings")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "web.settings",
            "ENVIRONMENT": "development",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "SEARCH_URL": f"whoosh://{Path(folder) / 'search'}",
            "MEDIA_ROOT": str(Path(folder) / "media"),
            "ALLOWED_HOSTS": "testserver",
        }
        django.setup()
        found = measured([int(scale) for scale in asked.scales.split(",")])
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if asked.json else "\n".join(_lines(found)) + "\n")


def _lines(found: dict[str, Any]) -> Iterator[str]:
    names = list(found["sizes"][-1]["ms"])
    yield "  ".join([f"{'':32}", *(f"{size['scale']:>6}x" for size in found["sizes"]), "growth"])
    for name in names:
        figures = [f"{size['ms'][name]['ms']:>7}" for size in found["sizes"]]
        yield "  ".join([f"{name:32}", *figures, f"{found['growth'][name]:>6}"])


def measured(scales: list[int]) -> dict[str, Any]:
    """Fill the database to each size and return the figures."""
    from django.core.management import call_command
    from django.test import Client

    from people import roles
    from tests import make

    call_command("migrate", verbosity=0)
    bank = Bank()
    client = Client()
    client.force_login(make.person(*roles.ROLES.values(), is_superuser=True))
    sizes = []
    for scale in scales:
        begun = time.process_time()
        bank.grow(scale)
        built = round(time.process_time() - begun, 1)
        sizes.append({"scale": scale, **bank.size(), "built_s": built, "ms": _asked(client, bank)})
        sizes[-1]["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        answers = sizes[-1]["items"] / EXAMS / 1000
        sizes[-1]["statistics_ms_per_1000_answers"] = round(sizes[-1]["ms"]["statistics_made"]["ms"] / answers, 1)
    first, last = sizes[0]["ms"], sizes[-1]["ms"]
    growth = {name: round(last[name]["ms"] / max(first[name]["ms"], 0.1), 2) for name in last}
    return {"sizes": sizes, "growth": growth}


def _asked(client: Any, bank: "Bank") -> dict[str, dict[str, float]]:
    from django.urls import reverse
    from django.utils import timezone

    from exams.statistics import report

    exam, topic = bank.exams[0], bank.topics[3].pk
    listed = reverse("questions:index")
    question = bank.first_question(exam)

    def page(address: str, **said: object) -> Callable[[], object]:
        def ask() -> None:
            answer = client.get(address, said)
            if answer.status_code != 200:
                raise AssertionError((address, answer.status_code))

        return ask

    return {
        "bank_list": _timed(page(listed)),
        "bank_list_page_10": _timed(page(listed, p=10)),
        "bank_list_of_a_topic": _timed(page(listed, topic=topic)),
        "draw_from_four_topics": _timed(lambda: bank.check_in(exam)),
        "draw_from_the_whole_bank": _timed(lambda: bank.check_in(bank.whole)),
        "statistics_made": _timed(lambda: report.make(exam=exam, at=timezone.now()), repeats=2),
        "statistics_of_exams": _timed(page(reverse("statistics_of_exams"))),
        "statistics_of_an_exam": _timed(page(reverse("exam_statistics", args=[exam.key]))),
        "statistics_of_a_question": _timed(page(reverse("question_statistics", args=[question]))),
    }


def _timed(do: Callable[[], object], repeats: int = REPEATS) -> dict[str, float]:
    """Return the milliseconds and the queries of one call, after one that warms up."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    do()
    spent = []
    for _time in range(repeats):
        begun = time.process_time()
        do()
        spent.append(1000 * (time.process_time() - begun))
    with CaptureQueriesContext(connection) as queries:
        do()
    return {"ms": round(median(spent), 1), "queries": len(queries)}


class Bank:
    """The bank in the database, grown step by step."""

    def __init__(self) -> None:
        from exams.models import BlueprintRow, Exam, Topic
        from tests import make

        self.chance = random.Random(6)
        root = Topic.objects.create(key="bank", title="题库")
        self.topics = [Topic.objects.create(key=f"t{n}", title=f"主题{n}", parent=root) for n in range(TOPICS)]
        self.page = make.document(body=[make.text(f"block-{n}") for n in range(8)])
        self.blocks = list(self.page.blocks.values_list("block_id", "basis"))
        said = {"minutes": 25, "attempts": 9, "release": "at-once"}
        self.exams = [Exam.objects.create(key=f"e{n}", title=f"考试{n}", **said) for n in range(EXAMS)]
        self.whole = Exam.objects.create(key="whole", title="全库", **said)
        for n, exam in enumerate(self.exams):
            for place in range(4):
                BlueprintRow.objects.create(exam=exam, topic=self.topics[(n + place) % TOPICS], count=ITEMS // 4)
        BlueprintRow.objects.create(exam=self.whole, topic=root, count=ITEMS)
        self.versions: dict[int, list[int]] = {topic.pk: [] for topic in self.topics}
        self.people: list[int] = []
        self.candidates: list[Any] = []

    def grow(self, scale: int) -> None:
        """Add questions and sittings until there are so many."""
        from django.db import connection, transaction

        with transaction.atomic():
            self._write_questions(QUESTIONS * scale)
            self._seat_people(SITTINGS * scale // EXAMS)
        connection.cursor().execute("ANALYZE")

    def size(self) -> dict[str, int]:
        """Return how much there is."""
        from exams.models import Item, Question, Sitting

        return {
            "questions": Question.objects.count(),
            "sittings": Sitting.objects.count(),
            "items": Item.objects.count(),
        }

    def first_question(self, exam: Any) -> int:
        """Return a question that the exam asked."""
        from exams.models import Item

        return Item.objects.filter(sitting__exam=exam).values_list("version__question", flat=True).first()

    def check_in(self, exam: Any) -> None:
        """Draw a paper for somebody who never sat this exam, and forget it."""
        from django.db import transaction

        from exams import sit

        with transaction.atomic():
            sit.check_in(exam=exam, person=self._candidate(), at=AT, seed=str(self.chance.random()))
            transaction.set_rollback(True)

    def _candidate(self) -> Any:
        from people.models import User

        if not self.candidates:
            self.candidates.append(User.objects.create(username="candidate", name="考生", password="!"))
        return self.candidates[0]

    def _write_questions(self, wanted: int) -> None:
        from exams.models import Question, QuestionVersion

        begun = sum(map(len, self.versions.values()))
        rows = [
            Question(
                topic=self.topics[n % TOPICS],
                key=f"q{n}",
                state="active",
                difficulty=1 + n % 3,
                is_critical=n % 50 == 0,
            )
            for n in range(begun, wanted)
        ]
        options = [{"text": f"答案{n}", "right": n == 1} for n in range(1, 5)]
        made = []
        for n, row in enumerate(Question.objects.bulk_create(rows, batch_size=2000), start=begun):
            block, digest = self.blocks[n % len(self.blocks)]
            made.append(
                QuestionVersion(
                    question=row, number=1, kind="single", text=f"第 {n} 题：指示灯 {n * 7919 % 9973} 亮时先做什么？",
                    explanation="见手册。", body={"options": options}, created_at=AT, reviewed_at=AT,
                    page_id=self.page.pk, block_id=block, digest=digest,
                )
            )  # fmt: skip
        for version in QuestionVersion.objects.bulk_create(made, batch_size=2000):
            self.versions[version.question.topic_id].append(version.pk)

    def _seat_people(self, wanted: int) -> None:
        from exams.models import Sitting
        from people.models import User

        users = User.objects.bulk_create(
            [User(username=f"p{n}", name=f"考生{n}", password="!") for n in range(len(self.people), wanted)],
            batch_size=2000,
        )
        self.people += [user.pk for user in users]
        for n, exam in enumerate(self.exams):
            pools = [self.versions[self.topics[(n + place) % TOPICS].pk] for place in range(4)]
            sittings = [Sitting(exam=exam, person=user, **self._life(user.pk)) for user in users]
            Sitting.objects.bulk_create(sittings, batch_size=1000)
            self._answer([sitting.pk for sitting in sittings], pools)

    def _life(self, person: int) -> dict[str, Any]:
        at = AT - datetime.timedelta(minutes=self.chance.randrange(700 * 24 * 60))
        return {
            "attempt": 1, "seed": "1", "pass_mark": 75, "minutes": 25, "checked_in_at": at, "started_at": at,
            "deadline_at": at + datetime.timedelta(minutes=25), "finished_at": at, "ended_by": "candidate",
            "points": 14, "points_possible": ITEMS, "has_passed": False, "marked_at": at, "released_at": at,
        }  # fmt: skip

    def _answer(self, sittings: list[int], pools: list[list[int]]) -> None:
        """Write the items straight into their table: making millions of objects would take most of the time."""
        from django.db import connection

        names = 'sitting_id, n, version_id, points, is_critical, response, revision, share, marked_at, "order"'
        sql = f"INSERT INTO exams_item ({names}) VALUES (%s, %s, %s, 1, %s, %s, 1, %s, %s, %s)"
        with connection.cursor() as cursor:
            cursor.executemany(sql, list(self._items(sittings, pools)))

    def _items(self, sittings: list[int], pools: list[list[int]]) -> Iterator[tuple]:
        chance, orders = self.chance, ["[0, 1, 2, 3]", "[2, 0, 3, 1]", "[3, 2, 1, 0]"]
        rights = [1, 2, 4]  # where the right option stands in each order
        for sitting in sittings:
            able = chance.random()
            drawn = [version for pool in pools for version in chance.sample(pool, ITEMS // 4)]
            for n, version in enumerate(drawn, start=1):
                order = version % 3
                is_right = chance.random() < 0.35 + 0.6 * able - 0.2 * (version % 7) / 7
                chosen = rights[order] if is_right else 1 + rights[order] % 4
                yield sitting, n, version, False, f'["{chosen}"]', int(is_right), AT, orders[order]


if __name__ == "__main__":
    main()
