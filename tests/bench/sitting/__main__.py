"""Three hundred people sit an exam at once: sign in, check in, start, save every few seconds, hand in.

    python -m tests.bench.sitting [--url http://127.0.0.1:8000] [--people 300] [--items 40] [--seconds 30] [--json]

Without --url it starts the site itself on a throwaway database (SQLite, or the server that DATABASE_URL names), and
also kills it five times in the middle of saves. With --url it drives a server of this machine that runs on the database
of this environment (DATA_DIR, DATABASE_URL), in which it makes an exam and people. A save is compared with that
of a bare Django view doing one guarded upsert behind the same middleware, in the same run. Prints JSON with --json.
Milliseconds of processor are those of the server's processes; nothing here fails a build.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import django

from tests.bench.sitting import drive, room
from tests.bench.sitting.client import Client
from tests.bench.sitting.server import Server, listening, processor_seconds

KILLS, FEW = 5, 50
LOCAL = {"127.0.0.1", "localhost"}


def main() -> None:
    """Print the figures."""
    said = _options()
    with _site(said) as (server, host, port):
        figures = asyncio.run(_measured(said, server, host, port))
    lines = [json.dumps(figures, indent=1)] if said.json else [f"{name}: {found}" for name, found in figures.items()]
    sys.stdout.write("\n".join(lines) + "\n")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", help="a server of this machine on the database of this environment")
    options.add_argument("--people", type=int, default=300)
    options.add_argument("--items", type=int, default=40)
    options.add_argument("--seconds", type=float, default=30, help="how long they save every few seconds")
    options.add_argument("--workers", type=int, default=2, help="processes of the server that is started here")
    options.add_argument("--threads", type=int, default=2, help="threads of each")
    options.add_argument("--json", action="store_true")
    return options.parse_args()


@contextmanager
def _site(said: argparse.Namespace) -> Iterator[tuple[Server, str, int]]:
    """Set Django up, and start a server: the one to measure, or where there is one, the one with the bare view."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.sitting.bare_settings"}
        os.environ |= {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}  # it looks into the database between two phases
        if not said.url:
            os.environ |= {"ENVIRONMENT": "development", "DATA_DIR": folder, "SEARCH_URL": f"whoosh://{folder}/search"}
        django.setup()
        logging.disable(logging.CRITICAL)
        if not said.url:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
        server = Server(workers=said.workers, threads=said.threads)
        server.start()
        try:
            asked = urlsplit(said.url) if said.url else urlsplit(f"http://127.0.0.1:{server.port}")
            if asked.hostname not in LOCAL:
                sys.exit("Load stays on this machine: --url must be http://127.0.0.1:…")
            yield server, asked.hostname, asked.port or 80
        finally:
            server.stop()


async def _measured(said: argparse.Namespace, server: Server, host: str, port: int) -> dict[str, Any]:
    key, names = room.furnish(said.people, said.items)
    people = [drive.Person(pk, name, Client(host, port), key) for pk, name in names]
    figures: dict[str, Any] = {
        "people": said.people,
        "items": said.items,
        "database": _vendor(),
        "cores": os.cpu_count(),
    }
    for name in ("sign_in", "check_in", "start", "sit_down"):
        figures[name] = await drive.all_at_once(people, getattr(drive.Person, name))
    steady = await drive.save_for(people, seconds=said.seconds, pause=3.0, items=said.items)
    figures["saving"] = steady.figures() | {"lost": room.lost(steady.acknowledged)}
    figures |= await _costs(people, said, server, port)
    if not said.url:
        figures["killed"] = await _killed(people, said, server)
    figures["hand_in"] = await drive.all_at_once(people, drive.Person.hand_in)
    return figures


def _vendor() -> str:
    from django.db import connection

    return connection.vendor


async def _costs(people: list[drive.Person], said: argparse.Namespace, server: Server, port: int) -> dict[str, Any]:
    """Let a few save without a pause; compare what a save costs with what the bare view costs, by turns."""
    few, found = people[:FEW], {}
    own, bare = listening(port), listening(server.port)
    used: dict[str, list[float]] = {"save": [], "bare": [], "bare_signed_in": []}
    ways = {"save": ("", own, port), "bare": ("named", bare, server.port)}
    ways["bare_signed_in"] = ("signed-in", bare, server.port)
    for _turn in range(3):
        for name, (variant, processes, there) in ways.items():
            for person in few:
                person.client.close()
                person.client.port = there
            before = processor_seconds(processes)
            saves = await drive.save_for(few, seconds=said.seconds / 9, pause=0, items=said.items, variant=variant)
            cost = (processor_seconds(processes) - before) * 1000 / max(1, len(saves.took))
            used[name].append(cost)
            found[f"{name}_without_pause"] = saves.figures()
            if not variant:
                found["save_without_pause"]["lost"] = room.lost(saves.acknowledged)
    for person in few:
        person.client.close()
        person.client.port = port
    middle = {name: sorted(costs)[1] for name, costs in used.items()}
    found["processor_ms"] = {name: round(cost, 3) for name, cost in middle.items()}
    found["processor_ratio"] = round(middle["save"] / middle["bare"], 2)
    found["processor_ratio_signed_in"] = round(middle["save"] / middle["bare_signed_in"], 2)
    return found


async def _killed(people: list[drive.Person], said: argparse.Namespace, server: Server) -> dict[str, Any]:
    """Kill the server five times while everybody saves; count what was acknowledged and is not there."""
    saving = asyncio.create_task(drive.save_for(people, seconds=KILLS * 4.0, pause=0.5, items=said.items, patient=True))
    for _time in range(KILLS):
        await asyncio.sleep(1.5)
        server.kill()
        await asyncio.to_thread(server.start)
    saves = await saving
    return saves.figures() | {"kills": KILLS, "requests_cut": saves.gone, "lost": room.lost(saves.acknowledged)}


if __name__ == "__main__":
    main()
