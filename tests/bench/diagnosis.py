"""Measures fault trees of 35, 150 and 500 nodes and prints JSON: `python -m tests.bench.diagnosis`.

Median milliseconds of processor time (what else the machine does hardly counts) for building the graph, checking it,
walking 30 answers, drawing it, making its table and looking for cheaper orders; no database. The trees are drawn by
chance, alike in shape to the guides in content/.
"""

import json
import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median

from django.conf import settings

SIZES, RUNS = (35, 150, 500), 15


def main() -> None:
    """Print the figures."""
    settings.configure(USE_I18N=False)
    sys.stdout.write(json.dumps({str(size): figures(size) for size in SIZES}, indent=1) + "\n")


def figures(size: int) -> dict:
    """Measure one tree."""
    from kb import diagnosis
    from kb.diagnosis import chart, order, table
    from tests.kb.diagnosis.trees import build, sound

    blocks = sound(size, Random(size), reach=12)
    tree = build(blocks)
    picture = chart.svg(tree)
    return {
        "problems": len(diagnosis.problems(tree)),
        "build_ms": clocked(lambda: build(blocks)),
        "check_ms": clocked(lambda: diagnosis.problems(tree)),
        "walk_ms": clocked(lambda: diagnosis.walk_as_far(tree, ["0"] * 30)),
        "chart_ms": clocked(lambda: chart.svg(tree)),
        "chart_kib": round(len(picture.encode()) / 1024),
        "table_ms": clocked(lambda: table.rows(tree)),
        "order_ms": clocked(lambda: order.proposals(tree, dict.fromkeys(tree.nodes, 3))),
    }


def clocked(work: Callable[[], object]) -> float:
    """Return the median of the runs."""
    times = []
    for _run in range(RUNS):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1000)
    return round(median(times), 2)


if __name__ == "__main__":
    main()
