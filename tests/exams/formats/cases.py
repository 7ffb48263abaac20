"""Files of questions of other projects, where they lie beside this checkout."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "../shared/cases"


def case(family: str, name: str) -> bytes:
    """Return a file; skips the test where the cases are not there."""
    if not (SHARED / family).is_dir():
        pytest.skip(f"no cases of other projects beside this checkout (../shared/cases/{family})")
    return (SHARED / family / name).read_bytes()


def names(family: str, ending: str) -> list[str]:
    """Return the names of the files of a family; one that is not there where there are none, so that a test skips."""
    found = sorted(path.name for path in (SHARED / family).glob(f"*{ending}")) if (SHARED / family).is_dir() else []
    return found or [f"no-case{ending}"]
