"""Marks with known figures, of other projects, where they lie beside this checkout."""

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "../shared/cases/item-statistics"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file; skips the test where the cases are not there."""
    if not SHARED.is_dir():
        pytest.skip("no cases of other projects beside this checkout (../shared/cases/item-statistics)")
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
