"""The site as a process of its own, which a story can kill and start again."""

import datetime
import multiprocessing
import os
import shutil
import time
from contextlib import chdir, suppress
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from unittest.mock import patch

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext

from people.models import User
from tests.browser import program

# Importing the site takes three seconds of the processor: where the system can fork, once for all servers
HOW = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
processes = multiprocessing.get_context(HOW)
processes.set_forkserver_preload([program.__name__])


class Server:
    """A development server on an address of its own, with its data below `data_dir`; one for all stories in turn."""

    def __init__(self, data_dir: Path) -> None:
        """Choose a free port of 127.0.0.1 and keep to it; start() opens it."""
        with socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{chosen.getsockname()[1]}"
        self.base_url = f"http://{self.address}"
        self.data_dir = data_dir
        self.log = data_dir / "server.log"
        self.environment = {
            "ENVIRONMENT": "development",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": f"sqlite:///{data_dir / 'db.sqlite3'}",
            "MEDIA_ROOT": str(data_dir / "media"),
            "SEARCH_URL": f"whoosh://{data_dir / 'search'}",
            "CACHE_URL": "locmemcache://",
            "EMAIL_URL": "console://",
            "BASE_URL": self.base_url,
            "SECRET_KEY": settings.SECRET_KEY,
        }
        self.process: multiprocessing.Process | None = None

    def start(self, at: datetime.datetime | None = None) -> None:
        """Start the process and wait until it answers; raise RuntimeError with its log where it does not.

        With `at` its clock says so, and goes on from there.
        """
        self.process = processes.Process(target=program.serve, args=(self.address, self.log, at), daemon=True)
        with patch.dict(os.environ, self.environment), chdir(settings.BASE_DIR):
            self.process.start()
        patience = time.monotonic() + 60
        while not self.answers():
            if not self.process.is_alive() or time.monotonic() > patience:
                self.kill()
                raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether a request gets any answer, be it an error's."""
        with suppress(OSError):
            connection = HTTPConnection(self.address, timeout=30)
            connection.request("HEAD", "/")
            return bool(connection.getresponse())
        return False

    def kill(self) -> None:
        """End the process as a power cut would, in the middle of whatever it is doing."""
        self.process.kill()
        self.process.join()

    def forget(self) -> None:
        """Lose all its data."""
        shutil.rmtree(self.data_dir)
        self.data_dir.mkdir()

    def restart(self, at: datetime.datetime | None = None) -> None:
        """Kill the process, and start another on the same address and data, with another clock if one is given."""
        self.kill()
        self.start(at)

    def sign_in(self, context: BrowserContext, person: User) -> None:
        """Give the browser the session of `person`, without the detour over the sign-in page."""
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.base_url}])
