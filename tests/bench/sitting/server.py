"""The site as a server of its own, which can be killed, and what of the processor it has used."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """gunicorn with the site's own settings on a free port of this machine."""

    def __init__(self, *, workers: int = 2, threads: int = 2) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._arguments = [
            sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--bind",
            f"127.0.0.1:{self.port}", "--workers", str(workers), "--threads", str(threads), "--log-level", "critical",
            "--worker-class", "gthread", "--keep-alive", "75", "--backlog", "1024", "--reuse-port",
        ]  # fmt: skip
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.sitting.bare_settings"}
        self._process = subprocess.Popen(self._arguments, env=environment, start_new_session=True)
        for _try in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """Kill it with all its workers, as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask it to stop."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(timeout=30)


def listening(port: int) -> set[int]:
    """Return the ids of the processes that listen on a port of this machine, without those of others' accounts."""
    hexed, inodes = f":{port:04X}", set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        if parts[1].endswith(hexed) and parts[3] == "0A":
            inodes.add(f"socket:[{parts[9]}]")
    return {int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and inodes & _sockets(each)}


def _sockets(process: Path) -> set[str]:
    try:
        return {os.readlink(each) for each in (process / "fd").iterdir()}
    except OSError:
        return set()


def processor_seconds(processes: set[int]) -> float:
    """Return what these processes have used of the processor so far, in seconds."""
    return sum(_used(pid) for pid in processes)


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS
