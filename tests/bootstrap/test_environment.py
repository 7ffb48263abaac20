"""When the environment is made, renewed or left alone."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bootstrap.conftest import Program
from web import bootstrap
from web.bootstrap import DEVELOPMENT, RUNTIME

MANAGE = """
import sys
from web import bootstrap
bootstrap.enter(sys.argv)
print(sys.prefix)
"""
# uv in small: it "installs" the one package that bootstrap looks for
INSTALL = """
echo begins >> {log}
sleep 0.3
for folder in {project}/.venv/lib/python*/site-packages; do echo > $folder/wagtail.py; done
echo ends >> {log}
"""


@pytest.fixture
def log(project: Path, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the record of a uv that installs in this project."""
    (project / "manage.py").write_text(MANAGE)
    program("uv", INSTALL.format(log=tmp_path / "log", project=project))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return tmp_path / "log"


def start(project: Path) -> subprocess.Popen:
    """Start the project's command with a Python that has no packages."""
    command = [sys._base_executable, "-S", "manage.py", "demo"]
    return subprocess.Popen(command, cwd=project, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def install(lock: Path) -> None:
    """Leave what a finished installation of the lock file leaves."""
    bootstrap.program("python").parent.mkdir(parents=True, exist_ok=True)
    bootstrap.program("python").touch()
    bootstrap.STAMP.write_text(bootstrap.signature(lock))


def test_a_whole_environment_is_current_until_the_lock_file_changes(project: Path) -> None:
    assert not bootstrap.is_current(testing=False)
    install(bootstrap.RUNTIME)
    assert bootstrap.is_current(testing=False)
    bootstrap.RUNTIME.write_text("wagtail==9\n")
    assert not bootstrap.is_current(testing=False)


def test_the_longer_list_serves_every_command_and_the_shorter_not_the_tests(project: Path) -> None:
    install(bootstrap.RUNTIME)
    assert not bootstrap.is_current(testing=True)
    install(bootstrap.DEVELOPMENT)
    assert bootstrap.is_current(testing=True)
    assert bootstrap.is_current(testing=False)


def test_an_environment_whose_python_is_gone_is_not_current(project: Path) -> None:
    install(bootstrap.RUNTIME)
    bootstrap.program("python").unlink()
    assert not bootstrap.is_current(testing=False)


def test_a_renewal_for_another_command_keeps_the_test_tools(project: Path, log: Path) -> None:
    bootstrap.make(testing=True)
    bootstrap.DEVELOPMENT.write_text("wagtail==8\npytest==10\n")
    bootstrap.make(testing=False)
    assert bootstrap.is_current(testing=True)


def test_an_installation_that_fails_is_begun_anew(project: Path, program: Program, log: Path) -> None:
    program("uv", "exit 1")
    with pytest.raises(SystemExit, match="packages could not be installed"):
        bootstrap.make(testing=False)
    assert not bootstrap.is_current(testing=False)
    half = bootstrap.VENV / "half"
    half.touch()
    program("uv", "exit 0")
    bootstrap.make(testing=False)
    assert bootstrap.is_current(testing=False)
    assert not half.exists()


def test_the_second_start_makes_nothing(project: Path, log: Path) -> None:
    for _ in range(2):
        assert start(project).communicate()[0].strip() == str(project / ".venv")
    assert log.read_text().split() == ["begins", "ends"]


def test_two_starts_at_once_make_one_environment(project: Path, log: Path) -> None:
    starts = [start(project), start(project)]
    printed, told = zip(*[each.communicate() for each in starts], strict=True)
    assert set(printed) == {f"{project / '.venv'}\n"}
    assert "Waiting for another start" in "".join(told)
    assert log.read_text().split() == ["begins", "ends"]


def test_a_start_after_a_killed_one_waits_for_its_orphan_and_begins_anew(project: Path, log: Path) -> None:
    first = start(project)
    while not log.exists():
        time.sleep(0.01)
    first.kill()
    assert start(project).communicate()[0].strip() == str(project / ".venv")
    assert log.read_text().split() == ["begins", "ends"] * 2
    first.communicate()


def test_a_stamp_that_promises_what_is_not_there_is_not_believed(project: Path, log: Path) -> None:
    start(project).communicate()
    next(bootstrap.VENV.rglob("wagtail.py")).unlink()
    assert start(project).communicate()[0].strip() == str(project / ".venv")


def test_an_environment_that_has_the_packages_is_left_alone(project: Path, log: Path) -> None:
    (project / "wagtail.py").touch()
    assert start(project).communicate()[0].strip() == sys.base_prefix
    assert not log.exists()


def test_the_tests_themselves_run_in_an_environment_that_is_ready() -> None:
    assert bootstrap.is_ready(testing=True)
    assert DEVELOPMENT.exists()
    assert RUNTIME.exists()
