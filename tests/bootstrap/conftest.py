"""A project of its own for each test, with real processes in the place of Python and uv where they matter."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from web import bootstrap

Program = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a maker of shell programs, which lie in the folder `bin` if their path names no other."""

    def make(path: str, script: str) -> Path:
        target = tmp_path / "bin" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"#!/bin/sh\n{script}\n")
        target.chmod(0o755)
        return target

    return make


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project with lock files and without an environment, of which bootstrap takes care."""
    root = tmp_path / "project"
    (root / "web").mkdir(parents=True)
    for name in ("web/__init__.py", "web/bootstrap.py"):
        shutil.copy(bootstrap.ROOT / name, root / name)
    for name in ("RUNTIME", "DEVELOPMENT", "VENV", "STAMP"):
        monkeypatch.setattr(bootstrap, name, root / getattr(bootstrap, name).relative_to(bootstrap.ROOT))
    monkeypatch.setattr(bootstrap, "ROOT", root)
    bootstrap.RUNTIME.write_text("wagtail==8\n")
    bootstrap.DEVELOPMENT.write_text("wagtail==8\npytest==9\n")
    return root
