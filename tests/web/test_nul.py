"""A NUL character, which nobody types and PostgreSQL takes in no text, is refused before anything is asked."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/doc/%00/", "/verify/?number=%00", "/search/?q=a%00b", "/codes/%00/", "/?%00=1"])
def test_in_an_address(client, address):
    answer = client.get(address)

    assert answer.status_code == 400
    assert "Benchbook" in answer.content.decode()


def test_in_a_form(client):
    assert client.post("/accounts/login/", {"login": "\0", "password": "x"}).status_code == 400
