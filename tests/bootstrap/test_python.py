"""Which Python the environment is made of."""

import sys
from pathlib import Path

import pytest

from tests.bootstrap.conftest import Program
from web import bootstrap


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program) -> None:
    """A machine on which nothing but Python 3.11 is installed, which is what reads bootstrap."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(sys, "executable", str(program("python3.11", says("3.11"))))


def says(version: str, path: str = "/opt/python") -> str:
    """The script of a Python that is asked for its version and its path."""
    return f"echo {version}; echo {path}"


def test_the_one_it_is_developed_on_comes_first(program: Program) -> None:
    for version in ("3.12", "3.13", "3.14", "3.15"):
        program(f"python{version}", says(version))
    assert bootstrap.find_python() == ("3.13", "/opt/python")


@pytest.mark.parametrize(("present", "chosen"), [("3.14 3.12", "3.12"), ("3.14 3.11", "3.14")])
def test_an_older_one_is_surer_to_run_than_a_newer_one(program: Program, present: str, chosen: str) -> None:
    for version in present.split():
        program(f"python{version}", says(version))
    assert bootstrap.find_python()[0] == chosen


def test_the_running_one_is_taken_if_it_suits(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(program("running", says("3.13", "/opt/running"))))
    program("python3.13", says("3.13"))
    assert bootstrap.find_python() == ("3.13", "/opt/running")


def test_a_shim_that_does_not_run_is_passed_over(program: Program) -> None:
    program("python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    program("../pyenv/versions/3.13.7/bin/python", says("3.13", "/pyenv/python3.13"))
    assert bootstrap.find_python() == ("3.13", "/pyenv/python3.13")


def test_a_name_that_promises_another_version_is_not_believed(program: Program) -> None:
    program("python3.13", says("3.11"))
    program("python3.12", says("3.12"))
    assert bootstrap.find_python()[0] == "3.12"


def test_uv_is_asked_for_the_ones_it_keeps(program: Program) -> None:
    kept = program("../kept/python", says("3.13", "/kept/python"))
    program("uv", f"test $4 = 3.13 && echo {kept}")
    assert bootstrap.find_python() == ("3.13", "/kept/python")


def test_one_that_cannot_make_environments_is_passed_over_unless_uv_can(program: Program) -> None:
    program("python3.13", 'case "$2" in *ensurepip*) exit 1;; esac;' + says("3.13"))
    program("python3.12", says("3.12"))
    assert bootstrap.find_python()[0] == "3.12"
    program("uv", "exit 1")
    assert bootstrap.find_python()[0] == "3.13"


def test_without_any_a_sentence_says_what_to_install() -> None:
    with pytest.raises(SystemExit, match=r"needs Python 3\.13.* Install one"):
        bootstrap.find_python()


def test_a_real_one_answers_with_the_interpreter_behind_it() -> None:
    version = "{}.{}".format(*sys.version_info)
    assert bootstrap.probe(sys._base_executable, version) == sys._base_executable
    assert bootstrap.probe(sys._base_executable, "3.11") == ""
