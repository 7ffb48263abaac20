"""Measures how what is published gets into the search index: `python -m tests.bench.search_writes [--documents 2000]`.

Builds a throwaway SQLite database and index, then publishes at two sizes of the index, from four processes that are
killed as soon as they have returned, with thirty kills in the middle, and while the index is rebuilt. Prints JSON with
--json, else lines. Milliseconds are wall and processor time; nothing here fails a build.
"""

import argparse
import json
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

import django

PUBLISHERS, PUBLICATIONS, KILLS, TIMED, LARGER = 4, 15, 30, 60, 5
CHANCE = random.Random(5)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=2000, help="in the smaller index; the larger has five times")
    options.add_argument("--json", action="store_true")
    said = options.parse_args()
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
        logging.disable(logging.CRITICAL)
        figures = measured(said.documents)
    lines = [json.dumps(figures, indent=1)] if said.json else [f"{name}: {found}" for name, found in figures.items()]
    sys.stdout.write("\n".join(lines) + "\n")


def measured(documents: int) -> dict[str, Any]:
    """Fill the database and return the figures."""
    from django.core.management import call_command

    from tests import database

    if database.template().exists():
        database.copy_from(database.template())
    else:
        call_command("migrate", verbosity=0)
    figures: dict[str, Any] = {}
    for size in (documents, documents * LARGER):
        pages = filled(size)
        begun = time.process_time()
        call_command("update_index", verbosity=0)
        built = time.process_time() - begun
        figures[f"publish_at_{size}"] = {"build_s": round(built, 1)} | published(pages[:TIMED])
    figures["killed_after_return"] = killed_after_return(pages)
    figures["killed_during_commit"] = killed_during_commit(pages)
    figures["rebuilt_under_load"] = rebuilt_under_load(pages)
    return figures


def filled(size: int) -> list[Any]:
    """Return ``size`` documents of about 600 characters, those among them that are there, as pages."""
    from django.db import transaction
    from wagtail.models import Page

    from kb.models import FaqPage
    from tests import make
    from tests.bench.reach import copies

    words = ["".join(chr(CHANCE.randrange(0x4E00, 0x5A00)) for _ in range(2)) for _ in range(3000)]
    with transaction.atomic():
        pages = copies(make.document(FaqPage, number=f"N{size}-0"), size - FaqPage.objects.count())
        stream = FaqPage._meta.get_field("body").stream_block
        for page in pages:
            page.body = stream.to_python([make.text("b1", "".join(CHANCE.choices(words, k=300)))])
        FaqPage.objects.bulk_update(pages, ["body"], 500)
    return list(Page.objects.type(FaqPage).order_by("pk"))  # which are saved without a signature


def published(pages: list[Any]) -> dict[str, Any]:
    """Save ``pages`` one by one, and search for each until it is found."""
    from kb.search.backend import queue

    whole, after, begun = Clocks(), Clocks(), Clocks()
    take = queue.take

    def timed(*arguments: Any) -> int | None:
        begun.start()
        return take(*arguments)

    queue.take = timed
    for page in pages:
        whole.start()
        token = renamed(page)
        while not found(token):
            pass
        whole.stop()
        after.times.append(begun.since())
    queue.take = take
    return {"save_to_found": whole.figures(), "commit_to_found": after.figures()}


def killed_after_return(pages: list[Any]) -> dict[str, int]:
    """Publish from several processes at once, each killed when its last call has returned."""
    tokens = [[f"x{process}x{number}" for number in range(PUBLICATIONS)] for process in range(PUBLISHERS)]
    begun = time.perf_counter()

    def publish(process: int) -> None:
        for number, token in enumerate(tokens[process]):
            renamed(pages[process * PUBLICATIONS + number], token)
        os.kill(os.getpid(), signal.SIGKILL)

    children = [forked(lambda process=process: publish(process)) for process in range(PUBLISHERS)]
    codes = [os.WTERMSIG(os.waitpid(child, 0)[1]) for child in children]
    seconds = time.perf_counter() - begun
    return {
        "published": PUBLISHERS * PUBLICATIONS,
        "visible": sum(found(token) for each in tokens for token in each),
        "errors": sum(code != signal.SIGKILL for code in codes),
        "waiting": waiting(),
        "seconds": round(seconds, 1),
    }


def killed_during_commit(pages: list[Any]) -> dict[str, int]:
    """Kill a process that publishes without pause, time after time, in the middle of what it does."""
    from kb.search.backend import drain

    corrupt = left = 0
    for kill in range(KILLS):
        child = forked(lambda kill=kill: publish_for_ever(pages[:PUBLICATIONS], f"k{kill}x"))
        time.sleep(0.2 + CHANCE.random() * 0.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        corrupt += store().examined() != ""
        left += waiting()
    drain()
    return {"kills": KILLS, "corrupt": corrupt, "left_to_the_next_writer": left, "lost": len(lost())}


def rebuilt_under_load(pages: list[Any]) -> dict[str, int]:
    """Rebuild the index while one process changes, adds and deletes pages and another searches."""
    from django.core.management import call_command

    from kb.search.backend import drain

    failures = os.memfd_create("failures")
    writer = forked(lambda: write_for_ever(pages))
    searcher = forked(lambda: search_for_ever(failures))
    begun = time.perf_counter()
    call_command("update_index", verbosity=0)
    seconds = time.perf_counter() - begun
    for child in (writer, searcher):
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
    drain()
    searches, failed = (os.pread(failures, 1 << 20, 0).decode().count(letter) for letter in ".!")
    return {
        "seconds": round(seconds, 1),
        "changed_meanwhile": changed(),
        "lost": len(lost()),
        "resurrected": len(resurrected()),
        "searches": searches,
        "searches_failed": failed,
    }


def publish_for_ever(pages: list[Any], prefix: str) -> None:
    """Save one page after the other."""
    for number in range(1_000_000):
        renamed(pages[number % len(pages)], f"{prefix}{number}")


def write_for_ever(pages: list[Any]) -> None:
    """Save one page after the other, and make and delete others, until it is told to stop."""
    from wagtail.models import Page

    root, stop = Page.objects.get(depth=1), stopping()
    made: list[Page] = []
    for number in range(1_000_000):
        if stop:
            return
        time.sleep(0.01)
        renamed(CHANCE.choice(pages), f"load{number}")
        made.append(root.add_child(instance=Page(title=f"made{number}", slug=f"made-{number}")))
        if number % 2:
            made.pop(0).delete()


def search_for_ever(failures: int) -> None:
    """Search for what is always there, and write down how each search went, until it is told to stop."""
    stop = stopping()
    while not stop:
        time.sleep(0.01)
        try:
            os.write(failures, b"." if found("文件", among=1) else b"!")
        except Exception:
            os.write(failures, b"!")


def stopping() -> list[int]:
    """Return a list that is empty until the process is told to stop."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    return told


def renamed(page: Any, token: str = "") -> str:
    """Give a page a title that no other has, save it, and return the word that tells it."""
    from django.db import transaction

    token = token or f"t{time.time_ns()}"
    page.title = f"{page.title.split()[0]} {token}"
    with transaction.atomic():
        page.save()
    return token


def found(word: str, among: int = 2) -> bool:
    """Say whether a search finds a page by this word."""
    from wagtail.models import Page

    return bool(Page.objects.search(word)[:among])


def store() -> Any:
    """Return the index of pages, opened anew."""
    from modelsearch.backends import get_search_backend
    from wagtail.models import Page

    from kb.search.backend.store import Store

    return Store(get_search_backend().store_for(Page).directory)


def waiting() -> int:
    """Return how many changes the index lacks."""
    from kb.search.models import OutboxEntry

    return OutboxEntry.objects.filter(node="local").count()


def lost() -> list[str]:
    """Return the pages that are not found by their present title."""
    from wagtail.models import Page

    snapshot = store().snapshot()
    titles = {key: dict(snapshot.texts(number))["title"] for key, number in numbers(snapshot)}
    return [title for pk, title in Page.objects.values_list("pk", "title") if titles.get(str(pk)) != title.lower()]


def resurrected() -> set[str]:
    """Return the pages of the index that are no more."""
    from wagtail.models import Page

    return {key for key, _ in numbers(store().snapshot())} - set(map(str, Page.objects.values_list("pk", flat=True)))


def changed() -> int:
    """Return how many pages the writer has renamed or made, as far as they are there."""
    from wagtail.models import Page

    return Page.objects.filter(title__contains="load").count() + Page.objects.filter(title__startswith="made").count()


def numbers(snapshot: Any) -> Iterator[tuple[str, int]]:
    """Yield key and number of every live document."""
    return ((snapshot.key(number), number) for number in range(snapshot.size) if snapshot.live[number])


def forked(do: Callable[[], object]) -> int:
    """Start a process that does it, on a connection of its own; return its number."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            do()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child


class Clocks:
    """Wall and processor times of one thing done again and again."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def start(self) -> None:
        """Begin."""
        self._begun = time.perf_counter(), time.process_time()

    def since(self) -> tuple[float, float]:
        """Return the milliseconds since the start."""
        return (time.perf_counter() - self._begun[0]) * 1000, (time.process_time() - self._begun[1]) * 1000

    def stop(self) -> None:
        """Keep the time."""
        self.times.append(self.since())

    def figures(self) -> dict[str, float]:
        """Return median and 95th percentile."""
        said = {}
        for name, times in zip(("wall", "processor"), zip(*self.times, strict=True), strict=True):
            cuts = quantiles(times, n=20)
            said |= {f"{name}_p50_ms": round(cuts[9], 1), f"{name}_p95_ms": round(cuts[18], 1)}
        return said


if __name__ == "__main__":
    main()
