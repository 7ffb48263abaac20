"""What a story needs: a server that can be killed, a browser, and a page that notices errors.

    def test_an_answer_survives_a_crash(server, context, page, technician):
        server.sign_in(context, technician)
        page.goto("/")
        server.restart()

Playwright's manual says what a `page` can do; its `expect` waits for what a story wants to see.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright
from pytest_django import Settings

from people.hashers import Argon2
from people.models import User
from tests import database
from tests.browser.server import Server
from tests.content.folder import load_real
from web import demo

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PASSWORD = "a-password-for-the-story"

LONGEST = ("test_accessibility", "test_story", "test_sign_off", "test_diagnosis")

type SignIn = Callable[..., Page]

# The second line keeps Chromium from looking for its maker's hosts
QUIET = [
    "--disable-gpu",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run stories last: from its first use on, the browser's event loop runs in the thread of the tests.

    The longest come first among them, or one process would be at the last while the others have nothing to do.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if "browser" not in getattr(item, "fixturenames", ()):
        return 0
    return LONGEST.index(item.path.stem) + 1 if item.path.stem in LONGEST else len(LONGEST) + 1


def chromium(kind: BrowserType) -> str | None:
    """Return the path of a Chromium: the one named by CHROMIUM, the system's, or Playwright's own."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), kind.executable_path)
    return found if Path(found).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all stories of this process; skip them where there is none."""
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        path = chromium(playwright.chromium)
        if not path:
            pytest.skip("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
        # Django takes Playwright's event loop, which rests while tests run, for asynchronous code
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright.chromium.launch(executable_path=path, args=QUIET)


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Return the server of this process's stories; it comes to each with a fresh process and no data."""
    return Server(tmp_path_factory.mktemp("server"))


@pytest.fixture
def server(request: pytest.FixtureRequest, db: None, settings: Settings, host: Server) -> Iterator[Server]:
    """Start the site on a copy of the test's database, which from then on is the test's database too.

    Rows, uploads and search entries that the test makes before or after are the server's, and the other way
    round. There is no transaction around it, as in life: what is saved is committed. Another database than SQLite
    cannot be copied: there it is the test's own, for those that are marked `transaction=True`.
    """
    host.forget()
    settings.MEDIA_ROOT = host.environment["MEDIA_ROOT"]
    settings.WAGTAILSEARCH_BACKENDS["default"]["PATH"] = str(host.data_dir / "search")
    if connection.vendor == "sqlite":
        own = database.kept_in(host.data_dir / "db.sqlite3")
    elif (mark := request.node.get_closest_marker("django_db")) and mark.kwargs.get("transaction"):
        own = nullcontext()
        host.environment["DATABASE_URL"] = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(
            connection.settings_dict
        )
    else:
        pytest.skip("this story runs on SQLite, of which it can have a copy")
    with own:
        host.start()
        yield host
        host.kill()


@pytest.fixture
def site(server: Server, shared: Path) -> Server:
    """The demonstration's site: the real content and the demonstration's people; loaded once, then copied."""

    def build() -> None:
        load_real(shared)
        demo.make_people(on=timezone.localdate())
        demo.qualify_signers(on=timezone.localdate(), at=timezone.now())

    database.once_a_run(shared / "site", build)
    return server


@pytest.fixture
def viewport() -> dict[str, int]:
    """Return the size of the window; `@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])` says another."""
    return DESKTOP


@pytest.fixture
def context(browser: Browser, server: Server, viewport: dict[str, int]) -> Iterator[BrowserContext]:
    """Open a private window of a Chinese technician's browser, in which addresses begin at the server's."""
    options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "base_url": server.base_url}
    with browser.new_context(viewport=viewport, **options) as context:
        context.set_default_timeout(10_000)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Open a page; a script's uncaught error fails the story."""
    page = context.new_page()
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    assert not errors


@cache
def hashed() -> str:
    """Return PASSWORD as production keeps it, which takes a while."""
    return make_password(PASSWORD, hasher=Argon2())


@pytest.fixture
def as_person(browser: Browser, site: Server) -> Iterator[SignIn]:
    """Return a way to open a window in which somebody is signed in; everybody's password is PASSWORD.

    The server is a process of its own, with the hashers of production.
    """
    User.objects.update(password=hashed())
    contexts = []

    def open_as(username: str, viewport: dict[str, int] = DESKTOP, **options: object) -> Page:
        usual = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "base_url": site.base_url}
        context = browser.new_context(viewport=viewport, **usual | options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        site.sign_in(context, User.objects.get(username=username))
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()
