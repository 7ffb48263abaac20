"""Finds or makes the environment the project runs in, so that `python3 manage.py` is all there is to know.

Standard library only and no syntax newer than Python 3.7: its reader may be too old for everything else.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there two first starts at once are not kept apart
    fcntl = None

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"  # the signature of the lock file, there only while all of it is installed
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
VERSIONS = ("3.13", "3.12", "3.14")
NO_PYTHON = (
    "Benchbook needs Python 3.13, 3.12 or 3.14 with its venv module, and found none. "
    "Install one (on Debian: python3 and python3-venv; with uv: `uv python install 3.13`) and run this again."
)
SYNC = ("--quiet", "--require-hashes", "--compile-bytecode")
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


def enter(argv: list[str]) -> None:
    """Return if this interpreter can run the command `argv`; else run it in `.venv`, made first if need be.

    Exits with a sentence saying what to do where there is no suitable Python or a package cannot be had.
    """
    testing = argv[1:2] == ["test"]
    if is_ready(testing=testing):
        return
    if Path(sys.prefix) == VENV and is_current(testing=testing):
        STAMP.unlink()  # it promises what is not there
    if not is_current(testing=testing):
        with alone():
            if not is_current(testing=testing):
                make(testing=testing)
    command = [str(program("python")), *argv]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def is_ready(*, testing: bool) -> bool:
    """Whether the running interpreter has the packages, as in an activated environment or a container."""
    needed = ["wagtail", "pytest_django"] if testing else ["wagtail"]
    return sys.version_info >= (3, 12) and all(find_spec(name) for name in needed)


def is_current(*, testing: bool) -> bool:
    """Whether `.venv` is whole and holds what the lock file asks for; the longer list serves all commands."""
    locks = [DEVELOPMENT] if testing else [DEVELOPMENT, RUNTIME]
    return program("python").exists() and stamp() in [signature(lock) for lock in locks]


def make(*, testing: bool) -> None:
    """Bring `.venv` to what the lock file says, from nothing if it was never whole.

    The stamp goes first and comes back last: what is interrupted in between starts from nothing next time.
    """
    installed = stamp()
    lock = DEVELOPMENT if testing or installed.startswith(DEVELOPMENT.name) else RUNTIME
    with suppress(FileNotFoundError):
        STAMP.unlink()
    if not (installed and program("python").exists() and uv()):
        create()
    say(f"Installing {lock.name} …")
    python = ("--python", str(program("python")))
    run("The packages", uv(), "pip", "sync", *SYNC, *python, str(lock))
    STAMP.write_text(signature(lock))


def create() -> None:
    """Make an empty `.venv` that uv can fill."""
    version, python = find_python()
    say(f"Making the environment (Python {version}) …")
    shutil.rmtree(VENV, ignore_errors=True)
    bare = ["--without-pip"] if uv() else []
    run("The environment", python, "-m", "venv", *bare, str(VENV))
    if not uv():
        run("The installer", str(program("python")), "-m", "pip", "install", "-qq", "uv")


def find_python() -> tuple[str, str]:
    """Return the version and the path of the best Python here; exit with a sentence where there is none."""
    for version in VERSIONS:
        for path in pythons(version):
            found = probe(path, version)
            if found:
                return version, found
    sys.exit(NO_PYTHON)


def pythons(version: str) -> Iterator[str]:
    """Yield where a Python of this version may be; some may not exist, or not run, as a shim of pyenv's."""
    yield sys.executable
    yield f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python")))
    if shutil.which("uv"):
        yield output("uv", "python", "find", "--system", version)


def probe(path: str, version: str) -> str:
    """Return the interpreter at `path` or behind it; "" unless it is `version` and can make environments."""
    modules = "venv" if shutil.which("uv") else "venv, ensurepip"
    ask = f"import sys, {modules}; print('%d.%d' % sys.version_info[:2], sys._base_executable, sep='\\n')"
    found, _, interpreter = output(path, "-c", ask).partition("\n")
    return interpreter if found == version else ""


def uv() -> str:
    """Return the path of uv, of the machine or of `.venv`; "" when there is none."""
    return shutil.which("uv") or shutil.which("uv", path=str(program("python").parent)) or ""


def uv_settings(pip_config: str) -> dict[str, str]:
    """Turn what `pip config list` prints into uv's variables: where to get packages, and whom to trust."""
    settings = {}
    for level in ("global.", "install.", ":env:."):
        for line in pip_config.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(level):
                settings[name[len(level) :]] = ast.literal_eval(value).split()
    links = settings.pop("find-links", [])
    # Where a folder of links is missing pip goes on and uv stops
    found = {"UV_FIND_LINKS": ",".join(link for link in links if "://" in link or Path(link).exists())}
    found.update({UV_NAMES[name]: " ".join(settings[name]) for name in UV_NAMES if name in settings})
    # As with pip, any index may have the version wanted; the hashes say whether it is the right file
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in found.items() if value}


def run(what: str, *command: str) -> None:
    """Run `command`, with pip's settings for uv; where it fails, exit saying that `what` is missing."""
    settings = uv_settings(output(sys.executable, "-m", "pip", "config", "list"))
    if subprocess.run(command, env={**settings, **os.environ}, close_fds=False).returncode:
        sys.exit(f"{what} could not be installed; the reason is above. When it is gone, run this again.")


def output(*command: str) -> str:
    """Return what `command` prints, without the last line break; "" if it fails or does not exist."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    except OSError:
        return ""
    return "" if done.returncode else done.stdout.strip()


def program(name: str) -> Path:
    """Return the path of a program of `.venv`."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def stamp() -> str:
    """Return the signature of what is installed in `.venv`; "" if it is not whole."""
    try:
        return STAMP.read_text()
    except FileNotFoundError:
        return ""


def signature(lock: Path) -> str:
    """Return the name and the digest of a lock file."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other start is making the environment, and keep the others waiting."""
    path = ROOT / "var" / "bootstrap.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        if fcntl:
            # An installer whose parent was killed goes on: it inherits the file and so keeps the lock
            os.set_inheritable(file.fileno(), True)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Waiting for another start to make the environment …")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Tell the person who waits; on standard error, because standard output may go into a file."""
    print(line, file=sys.stderr, flush=True)
