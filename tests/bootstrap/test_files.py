"""The files that bootstrap reads, and by whom it can be read.

The lock files are made by

    uv pip compile --universal --generate-hashes --no-header --python-version 3.12 pyproject.toml -o requirements.lock
    uv pip compile --universal --generate-hashes --no-header --python-version 3.12 --extra dev -c requirements.lock \
        pyproject.toml -o requirements-dev.lock

and say nothing of where the packages come from: that is the business of whoever installs them.
"""

import ast
import re
import tomllib

import pytest

from web.bootstrap import DEVELOPMENT, ROOT, RUNTIME


def pins(text: str) -> set[str]:
    """Return the lines `name==version` of a lock file."""
    return set(re.findall(r"^[\w.-]+==[^\s;]+", text, re.MULTILINE))


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda lock: lock.name)
def test_a_lock_file_names_no_host_and_every_digest(lock: object) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "index" not in text
    packages = [part for part in re.split(r"\n(?=\S)", text) if not part.startswith("#")]
    assert len(packages) == len(pins(text))
    assert all("--hash=sha256:" in package for package in packages)


def test_the_lock_files_agree() -> None:
    assert pins(RUNTIME.read_text()) < pins(DEVELOPMENT.read_text())


def test_the_lock_files_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, asked in [(RUNTIME, project["dependencies"]), (DEVELOPMENT, project["optional-dependencies"]["dev"])]:
        locked = {pin.partition("==")[0] for pin in pins(lock.read_text())}
        assert {re.match(r"[\w.-]+", each).group().lower() for each in asked} <= locked


@pytest.mark.parametrize(("path", "oldest"), [("manage.py", (3, 6)), ("web/bootstrap.py", (3, 7))])
def test_an_old_python_can_read_far_enough_to_choose_a_newer_one(path: str, oldest: tuple[int, int]) -> None:
    ast.parse((ROOT / path).read_text(), feature_version=oldest)
