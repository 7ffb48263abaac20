"""Measures document control among 2,000 documents of 10 editions and prints JSON: `python -m tests.bench.control`.

Builds a throwaway SQLite database with a whole sign-off log, then asks for the controlled-document list of a day (the
first page and everything, on the screen and to take away), for a document, and for the log, through the views.
Seconds and milliseconds are of processor time, median and worst of the runs.
"""

import datetime
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import batched, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import django

PAGES, EDITIONS, BLOCKS, RUNS = 2000, 10, 20, 15
FIRST_DAY = datetime.date(2020, 1, 1)
BETWEEN = datetime.timedelta(days=180)
AT = datetime.datetime(2026, 11, 2, 4, 0, tzinfo=datetime.UTC)
SOME_DAY = "2022-06-30"


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
            "ALLOWED_HOSTS": "testserver",
        }
        django.setup()
        sys.stdout.write(json.dumps(measured(), indent=1) + "\n")


def measured() -> dict[str, Any]:
    """Fill the database and return the figures."""
    from django.core.management import call_command
    from django.db import transaction
    from django.urls import reverse
    from wagtail import hooks

    from kb.models import Edition, SignOff
    from people import roles
    from tests import make

    call_command("migrate", verbosity=0)
    hooks.search_for_hooks()
    begun = time.process_time()
    with transaction.atomic():
        auditor = make.person(roles.AUDITOR)
        overseer = make.person(roles.SUPERVISOR)
        pages = filled()
    counts = {"documents": PAGES, "editions": Edition.objects.count(), "lines": SignOff.objects.count()}
    counts["built_s"] = round(time.process_time() - begun, 1)
    register, log = reverse("controlled_list"), reverse("signoff_log")
    opened = (reverse("document", args=[page.number]) for page in pages)
    return counts | {
        "list_today": asked(auditor, lambda: register),
        "list_of_a_day": asked(auditor, lambda: f"{register}?on={SOME_DAY}"),
        "list_of_a_day_page_40": asked(auditor, lambda: f"{register}?on={SOME_DAY}&page=40"),
        "list_of_a_day_found": asked(auditor, lambda: f"{register}?on={SOME_DAY}&text=199&status=in-force"),
        "list_for_a_supervisor": asked(overseer, lambda: f"{register}?on={SOME_DAY}"),
        "whole_list_rows": whole(auditor),
        "whole_list_print": asked(auditor, lambda: f"{register}?on={SOME_DAY}&format=print", runs=3),
        "whole_list_csv": asked(auditor, lambda: f"{register}?on={SOME_DAY}&format=csv", runs=3),
        "whole_list_xlsx": asked(auditor, lambda: f"{register}?on={SOME_DAY}&format=xlsx", runs=3),
        "log": asked(auditor, lambda: log),
        "health": asked(auditor, lambda: reverse("health"), runs=5),
        "open_a_document": asked(auditor, lambda: next(opened)),
        "reach": reach_of(pages[7], auditor.pk),
        "verify_s": verified(),
    }


def asked(person: Any, address: Callable[[], str], runs: int = RUNS) -> dict[str, float]:
    """Ask for a screen time after time, and count its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, times = Client(), []
    client.force_login(person)
    assert client.get(address()).status_code == 200
    for _run in range(runs):
        begun = time.process_time()
        client.get(address())
        times.append((time.process_time() - begun) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(address())
    return {"queries": len(queries), "median_ms": round(median(times), 1), "worst_ms": round(max(times), 1)}


def whole(person: Any) -> dict[str, float]:
    """Read every row of the list, without showing it."""
    from kb.control import register

    day, times, count = datetime.date.fromisoformat(SOME_DAY), [], 0
    for _run in range(5):
        begun = time.process_time()
        count = len(list(register.rows(register.listed(person=person, on=day), on=day)))
        times.append(time.process_time() - begun)
    return {"rows": count, "median_s": round(median(times), 3), "worst_s": round(max(times), 3)}


def reach_of(page: Any, person: int) -> dict[str, float]:
    """Ask what rests on one block of a document; tests/bench/reach.py has the citations that make it hard."""
    from kb import reach
    from people.models import User

    times = []
    for _run in range(RUNS):
        asking = User.objects.get(pk=person)
        begun = time.process_time()
        reach.of(page, {"b3"}, asking, at=AT)
        times.append((time.process_time() - begun) * 1000)
    return {"median_ms": round(median(times), 1), "worst_ms": round(max(times), 1)}


def verified() -> float:
    """Verify the log, every edition and every live text."""
    from django.core.management import call_command

    begun = time.process_time()
    call_command("verify_signoffs", stdout=io.StringIO())
    return round(time.process_time() - begun, 1)


def filled() -> list[Any]:
    """Make the rows and return the documents, each live in its last edition."""
    from wagtail.models import Page, Revision

    from kb.models import Edition, ProcedurePage, Submission
    from tests import make
    from tests.bench.reach import copies

    body = [make.step(f"b{n}", f"供电不低于 11.{n} V，用万用表在 P1 测量。" * 5) for n in range(BLOCKS)]
    first = make.document(ProcedurePage, body=body, number="P-0", live=False)
    pages = copies(first, PAGES)
    fresh = ProcedurePage.objects.in_bulk([page.pk for page in pages])
    pages = [fresh[page.pk] for page in pages]
    texts = list(every_text(pages))
    revisions = Revision.objects.bulk_create((revision for _page, _place, revision, _digest in texts), 500)
    submissions = Submission.objects.bulk_create(
        (
            Submission(
                page_id=page.pk, revision=revision, digest=digest, significance="content", reason="改正",
                effective_on=day(place), submitted_at=AT, outcome="approved",
            )
            for (page, place, _revision, digest), revision in zip(texts, revisions, strict=True)
        ),
        500,
    )  # fmt: skip
    Edition.objects.bulk_create(
        (
            Edition(
                page_id=page.pk, submission=submission, revision_id=submission.revision_id, digest=digest,
                sequence=place + 1, act="issue", number=page.number, language=page.language,
                title=submission.revision.content["title"], version=f"1.{place}", significance="content",
                reason="改正", approved_on=day(place), effective_on=day(place), review_by=day(place + 2),
            )
            for (page, place, _revision, digest), submission in zip(texts, submissions, strict=True)
        ),
        500,
    )  # fmt: skip
    sign(submissions)
    for page, last in zip(pages, list(batched(revisions, EDITIONS, strict=True)), strict=True):
        Page.objects.filter(pk=page.pk).update(live=True, live_revision=last[-1], latest_revision=last[-1])
    return pages


def day(place: int) -> datetime.date:
    """Return when an edition took effect."""
    return FIRST_DAY + place * BETWEEN


def every_text(pages: list[Any]) -> Iterator[tuple[Any, int, Any, str]]:
    """Yield (page, place, unsaved revision, digest) for each edition; the last says what the page says."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page, Revision

    from kb.digest import content_digest

    base, kind = ContentType.objects.get_for_model(Page), ContentType.objects.get_for_model(type(pages[0]))
    for page in pages:
        said = page.serializable_data()
        for place in range(EDITIONS):
            words = said if place == EDITIONS - 1 else said | {"title": f"{page.title} 旧 {place}"}
            revision = Revision(
                content_type=kind, base_content_type=base, object_id=str(page.pk), created_at=AT, content=words,
                object_str=page.title,
            )  # fmt: skip
            yield page, place, revision, content_digest(words)


def sign(submissions: list[Any]) -> None:
    """Write the log: three signatures taken over for each, then that it took effect, in one chain."""
    from kb.models import SignOff

    last = SignOff.objects.order_by("sequence").last()
    acts = (("prepared", "陈立"), ("reviewed", "何静"), ("approved", "郑国强"), ("effective", "Benchbook"))
    lines = [
        SignOff(
            page_id=submission.page_id, submission_id=submission.pk, act=act, name=name, at=AT,
            signed_on=submission.effective_on, digest=submission.digest,
            facts={"taken_over": True} if act != "effective" else {},
        )
        for submission in submissions
        for act, name in acts
    ]  # fmt: skip
    for place, line in enumerate(lines, start=last.sequence + 1 if last else 1):
        line.sequence = place
    lines[0].previous_hash = last.hash if last else ""
    lines[0].hash = lines[0].expected_hash()
    for before, line in pairwise(lines):
        line.previous_hash = before.hash
        line.hash = line.expected_hash()
    SignOff.objects.bulk_create(lines, 1000)


if __name__ == "__main__":
    main()
