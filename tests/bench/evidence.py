"""Measures statistics and branch evidence over 100,000 runs and prints JSON: `python -m tests.bench.evidence [runs]`.

Builds a throwaway SQLite database with that many runs of one guide on 5,000 devices over two years, then asks for the
statistics page by each dimension, for its spreadsheet, and for what is known of a branch, through the views and rules.
Seconds are of processor time, median and worst of the runs; queries are counted.
"""

import datetime
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import django

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
DEVICES, UNITS, REPEATS = 5000, 20, 5
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
            "ALLOWED_HOSTS": "testserver",
        }
        django.setup()
        sys.stdout.write(json.dumps(measured(), indent=1) + "\n")


def measured() -> dict[str, Any]:
    """Fill the database and return the figures."""
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from kb.evidence import branches, statistics
    from kb.models import RunTurn
    from people import roles
    from tests import make

    call_command("migrate", verbosity=0)
    begun = time.process_time()
    with transaction.atomic():
        guide = make.guide()
        fill(guide)
        overseer = make.person(roles.SUPERVISOR)
    connection.cursor().execute("ANALYZE")
    built = round(time.process_time() - begun, 1)
    client = Client()
    client.force_login(overseer)

    def asked(do: Callable[[], object]) -> dict[str, Any]:
        spent = []
        for _time in range(REPEATS):
            start = time.process_time()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                do()
            spent.append(time.process_time() - start)
        return {"median_s": round(median(spent), 3), "worst_s": round(max(spent), 3), "queries": len(queries)}

    def page(**said: str) -> Callable[[], object]:
        def ask() -> None:
            answer = client.get("/statistics/", {"begins": "2024-11-01", "ends": "2026-11-30"} | said)
            if answer.status_code != 200:
                raise AssertionError(answer.status_code)

        return ask

    node = guide.graph.nodes["lamp"]
    return {
        "runs": RUNS,
        "turns": RunTurn.objects.count(),
        "built_s": built,
        **{f"statistics_by_{by}": asked(page(by=by)) for by in statistics.DIMENSIONS},
        "statistics_xlsx": asked(page(by="cause", format="xlsx")),
        "rows_of_a_node": asked(lambda: branches.rows(guide=guide, node="lamp")),
        "evidence_of_a_node": asked(lambda: branches.of_node(guide=guide, tree=guide.graph, node=node)),
        "evidence_page": asked(lambda: client.get(f"/doc/{guide.number}/evidence/")),
    }


def fill(guide: Any) -> None:
    """Write the runs and their turns: two thirds find the power supply, as chance with a fixed seed has it."""
    from kb.models import Device, DiagnosisRun, RunTurn
    from tests import make

    chance = random.Random(4)
    models = [make.product() for _place in range(7)]
    units = [make.unit() for _place in range(UNITS)]
    person = make.person()
    devices = Device.objects.bulk_create(
        Device(model=models[n % 7], serial=f"S{n:06}", folded=f"s{n:06}", code=f"c{n:07}") for n in range(DEVICES)
    )
    classes = ["hardware", "software", "network", "configuration"]
    made, turns = [], []
    for _n in range(RUNS):
        device, is_found = chance.choice(devices), chance.random() < 0.67
        end, result = ("bad", "resolved") if is_found else ("over", "unresolved")
        at = AT - datetime.timedelta(minutes=chance.randrange(730 * 24 * 60))
        made.append(
            DiagnosisRun(
                guide=guide, version="1.0", person=person, unit=chance.choice(units), device=device,
                model_id=device.model_id, path=[], end=end, result=result, fault_class=chance.choice(classes),
                cause=f"原因{chance.randrange(60)}", minutes=chance.randrange(5, 240), recorded_at=at, received_at=at,
            )
        )  # fmt: skip
    for run in DiagnosisRun.objects.bulk_create(made, batch_size=2000):
        way, to = ("0", "rail") if run.end == "bad" or chance.random() < 0.5 else ("1", "over")
        turns.append(RunTurn(run=run, guide=guide, node="lamp", way=way, to=to, end=run.end, result=run.result))
        if to == "rail":
            place = "r0" if run.end == "bad" else "r1"
            turns.append(
                RunTurn(run=run, guide=guide, node="rail", way=place, to=run.end, end=run.end, result=run.result)
            )
    RunTurn.objects.bulk_create(turns, batch_size=5000)


if __name__ == "__main__":
    main()
