"""The server of the stories is a real one."""

from playwright.sync_api import BrowserContext, Page

from people.models import User
from tests.browser.server import Server


def test_it_keeps_its_address_and_data_when_killed(server: Server) -> None:
    """A story can go on after a crash."""
    User.objects.create_user("lin")
    server.kill()
    assert not server.answers()
    server.start()
    assert server.answers()
    assert User.objects.filter(username="lin").exists()


def test_a_person_of_the_test_is_known_to_it(server: Server, context: BrowserContext, page: Page) -> None:
    """The session made by the test opens the server's admin."""
    server.sign_in(context, User.objects.create_superuser("lin"))
    assert page.goto("/admin/").ok
    assert page.url == f"{server.base_url}/admin/"
