"""Measures the reach of a change among 2,000 documents and prints JSON: `python -m tests.bench.reach`.

Builds a throwaway SQLite database and asks what rests on one block: of a document that is cited about as often as
others, and of one that much of the house cites. Milliseconds by the clock, median and worst of the runs, and of
processor time; each run is for a person whose permissions were not asked for before. Editions play no part in it.
"""

import datetime
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import django

PAGES, BLOCKS, GUIDES, COURSES, TOPICS, PEOPLE, QUALIFICATIONS = 2000, 20, 300, 400, 100, 3000, 20
LESSONS, QUESTIONS, RUNS = 10, 60, 15  # a course; a topic
USUAL, HUB = 7, 0  # the documents asked about
AT = datetime.datetime(2026, 11, 2, 4, 0, tzinfo=datetime.UTC)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "web.settings",
            "ENVIRONMENT": "development",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "SEARCH_URL": f"whoosh://{Path(folder) / 'search'}",
            "MEDIA_ROOT": str(Path(folder) / "media"),
        }
        django.setup()
        sys.stdout.write(json.dumps(measured(), indent=1) + "\n")


def measured() -> dict:
    """Fill the database and return the figures."""
    from django.core.management import call_command
    from django.db import transaction
    from wagtail import hooks

    from people import roles
    from tests import make

    call_command("migrate", verbosity=0)
    hooks.search_for_hooks()
    begun = time.perf_counter()
    with transaction.atomic():
        person = make.person(roles.REVIEWER, roles.EXAM_OFFICER)
        pages = filled()
    counts = {"pages": PAGES + GUIDES, "blocks": PAGES * BLOCKS, "lessons": COURSES * LESSONS}
    counts |= {"questions": TOPICS * QUESTIONS, "people": PEOPLE, "built_s": round(time.perf_counter() - begun, 1)}
    return counts | {"usual": figures(pages[USUAL], person.pk), "hub": figures(pages[HUB], person.pk)}


def figures(page: object, person: int) -> dict:
    """Ask what rests on one block, time after time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kb import reach
    from people.models import User

    times, efforts, found = [], [], None
    for _run in range(RUNS):
        asking = User.objects.get(pk=person)
        begun, began = time.perf_counter(), time.process_time()
        found = reach.of(page, {"b3"}, asking, at=AT)
        times.append((time.perf_counter() - begun) * 1000)
        efforts.append((time.process_time() - began) * 1000)
    asking = User.objects.get(pk=person)
    with CaptureQueriesContext(connection) as queries:
        reach.of(page, {"b3"}, asking, at=AT)
    return {
        "touched": {each.kind: each.total for each in found.kinds},
        "queries": len(queries),
        "median_ms": round(median(times), 1),
        "worst_ms": round(max(times), 1),
        "processor_ms": round(median(efforts), 1),
    }


def filled() -> list:
    """Make the rows and return the documents. Whatever cites spreads over all of them, and a part of it on the hub."""
    from kb.models import Block, FaultGuidePage, Link, ProcedurePage
    from kb.models.citation import blocks_of
    from tests import make

    body = [make.step(f"b{n}", f"供电不低于 11.{n} V，用万用表在 P1 测量。" * 5) for n in range(BLOCKS)]
    pages = copies(make.document(ProcedurePage, body=body, number="P-0"), PAGES)
    said = blocks_of(pages[0])
    for page in pages[1:]:
        for block in said:
            block.pk, block.page = None, page
        Block.objects.bulk_create(said)
    Link.objects.bulk_create(
        Link(page_id=page.pk, block_id="b1", number=number, target="b3")
        for place, page in enumerate(pages)
        for number in {f"P-{(place + step) % PAGES}" for step in range(1, 11)} | ({"P-0"} if place % 4 == 0 else set())
    )
    nodes = [make.act(f"n{n}", then=f"n{n + 1}", text="重新插拔，再测一次。" * 8) for n in range(30)]
    guides = copies(make.document(FaultGuidePage, body=[*nodes, make.end("n30")], start="n0", number="G-0"), GUIDES)
    for place, guide in enumerate(guides):
        points_at(guide, [pages[HUB], *(pages[(place + step) % 50] for step in range(4))])
    hold(learn(pages))
    return pages


def copies(first: object, count: int) -> list:
    """Return `count` live documents, the first and its copies; Wagtail's own way to make one takes a second for 20."""
    from wagtail.models import Page

    from kb.models import ControlledPage

    kind = type(first)
    fields = {
        field.attname: getattr(first, field.attname)
        for field in kind._meta.concrete_fields
        if not field.primary_key and field.attname not in ("id", "page_ptr_id", "translation_key")
    }
    of_page = {field.attname for field in Page._meta.concrete_fields}
    root, steps = first.path[:-4], Page._str2int(first.path[-4:])
    prefix = first.number.partition("-")[0]
    pages = Page.objects.bulk_create(
        Page(
            **{name: value for name, value in fields.items() if name in of_page}
            | {
                "path": Page._get_path(root, first.depth, steps + n),
                "slug": f"{prefix}-{n}",
                "url_path": f"/{prefix}-{n}/",
            }
        )
        for n in range(1, count)
    )
    made = [first]
    for n, page in enumerate(pages, start=1):
        own = fields | {"number": f"{prefix}-{n}", "title": f"文件 {prefix}-{n}", "path": page.path, "id": page.pk}
        controlled = {field.attname for field in ControlledPage._meta.concrete_fields}
        head = ControlledPage(**{k: v for k, v in own.items() if k in controlled}, page_ptr_id=page.pk)
        head.save_base(raw=True, force_insert=True)
        copy = kind(**own, page_ptr_id=page.pk, controlledpage_ptr_id=page.pk)
        copy.save_base(raw=True, force_insert=True)
        made.append(copy)
    Page.objects.filter(pk=first.get_parent().pk).update(numchild=count)
    return made


def points_at(guide: object, pages: list) -> None:
    """Have the first nodes of a guide name these documents, with the rows Wagtail keeps of that."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page, ReferenceIndex

    raw = list(guide.body.raw_data)
    for node, page in zip(raw, pages, strict=False):
        node["value"] |= {"procedure": page.pk, "step": "b3"}
    guide.body = guide._meta.get_field("body").stream_block.to_python(raw)
    guide.save_base(raw=True)
    kind, base = ContentType.objects.get_for_model(guide), ContentType.objects.get_for_model(Page)
    ReferenceIndex.objects.bulk_create(
        ReferenceIndex(
            content_type=kind, base_content_type=base, object_id=str(guide.pk), to_content_type=base,
            to_object_id=str(page.pk), model_path="body.act.procedure", content_path=f"body.{node}.procedure",
            content_path_hash=ReferenceIndex._get_content_path_hash(f"body.{node}.procedure"),
        )
        for node, page in enumerate(pages)
    )  # fmt: skip


def learn(pages: list) -> list:
    """Make courses, questions, exams and levels; return the qualifications that the levels confer."""
    from courses.models import Course, Lesson
    from exams.models import BlueprintRow, Exam, Level, Question, QuestionVersion, Requirement, Scheme, Topic
    from tests import make

    digest = pages[0].blocks.get(block_id="b3").digest

    def cited(n: int) -> dict:
        return {"page": pages[HUB if n % 20 == 0 else n % PAGES], "block_id": "b3", "digest": digest}

    courses = Course.objects.bulk_create(Course(key=f"c{n}", title=f"课程{n}", audience=0) for n in range(COURSES))
    Lesson.objects.bulk_create(
        Lesson(course=course, key=f"l{n}", title=f"第{n}课", sort_order=n, **cited(place * LESSONS + n))
        for place, course in enumerate(courses)
        for n in range(LESSONS)
    )
    topics = Topic.objects.bulk_create(Topic(key=f"t{n}", title=f"主题{n}") for n in range(TOPICS))
    questions = Question.objects.bulk_create(
        Question(topic=topic, key=f"q{n}", state="active", difficulty=1 + n % 3)
        for topic in topics
        for n in range(QUESTIONS)
    )
    QuestionVersion.objects.bulk_create(
        QuestionVersion(question=question, number=number, kind="truefalse", text=f"问题{n}？", body={}, **cited(n))
        for n, question in enumerate(questions)
        for number in (1, 2)
    )
    exams = Exam.objects.bulk_create(Exam(key=f"e{n}", title=f"考试{n}", minutes=60) for n in range(200))
    BlueprintRow.objects.bulk_create(
        BlueprintRow(exam=exam, topic=topics[(n + step) % TOPICS], count=10, difficulty=1 + step % 3)
        for n, exam in enumerate(exams)
        for step in range(5)
    )
    held = [make.qualification(rank=1 + n % 4) for n in range(QUALIFICATIONS)]
    for n in range(60):
        scheme = Scheme.objects.create(key=f"s{n}", title=f"认证{n}")
        level = Level.objects.create(scheme=scheme, key="l", title="初级", months=24, qualification=held[n % len(held)])
        Requirement.objects.create(level=level, exam=exams[n])
        Requirement.objects.create(level=level, course=courses[n])
    return held


def hold(qualifications: list) -> None:
    """Make people who each hold three of the qualifications."""
    from people.models import Credential, CredentialEvent, User

    people = User.objects.bulk_create(User(username=f"p{n}", name=f"张{n}") for n in range(PEOPLE))
    held = Credential.objects.bulk_create(
        Credential(
            number=f"BB-{n}-{step}", person=person, qualification=qualifications[(n + step) % QUALIFICATIONS],
            valid_from=datetime.date(2026, 1, 1), valid_until=datetime.date(2027, 12, 31), earned_by="certificate",
        )
        for n, person in enumerate(people)
        for step in range(3)
    )  # fmt: skip
    CredentialEvent.objects.bulk_create(
        CredentialEvent(
            credential=each, sequence=1, kind="issued", at=AT - datetime.timedelta(days=30), hash=each.number
        )
        for each in held
    )


if __name__ == "__main__":
    main()
