"""What strangers, curious candidates and second persons send to the exams: no field of them breaks the server."""

import pytest
import time_machine
from django.test import Client

from tests.make import NOON

from .everything import Undone
from .forms import FORMS, sent, with_forms
from .test_doors import DOORS

pytestmark = pytest.mark.django_db

# As no browser sends it, percent-encoded: half a character, too large a number, one below nothing.
BAD = ["%ED%A0%80", "9" * 40, "-1"]
LONG, NUL = "x" * 100_000, "%00"


@pytest.fixture
def site():
    with time_machine.travel(NOON, tick=False):
        yield with_forms()


def posted(client: Client, address: str, body: bytes) -> int:
    with Undone():
        return client.post(address, body, "application/x-www-form-urlencoded").status_code


def test_every_form_of_the_exams_is_tried():
    posts = {door.address.split()[0] for door in DOORS if door.method == "POST"}
    by_token = {"save_answer", "beat", "seat"}
    empty = {"start_sitting", "book_session", "give_seat_back"}
    as_another = {"edit_session"}  # the same form as new_session

    assert posts - by_token - empty - as_another <= {address.split()[0] for address in FORMS}


def test_no_field_of_a_form_breaks_the_server(client, site):
    client.raise_request_exception = False
    wrong = []
    for address, (who, fields) in FORMS.items():
        client.force_login(site.people[who])
        to = site.address(*address.split())
        tried = [
            (name, value[:9], posted(client, to, sent(site, fields, [name], value))) for name in fields for value in BAD
        ]
        tried.append(("all", "long", posted(client, to, sent(site, fields, fields, LONG))))
        tried += [("none", body[:9], posted(client, to, body)) for body in (b"", b"&=&%&item-1=&item-1=2")]
        wrong += [(address, *each) for each in tried if each[-1] >= 500]
        if fields and posted(client, to, sent(site, fields, list(fields)[:1], NUL)) != 400:
            wrong.append((address, "NUL"))

    assert wrong == []


def test_as_they_should_be_the_forms_are_taken(client, site):
    """Otherwise what is tried with one field wrong would not come far."""
    refused = {}
    for address, (who, fields) in FORMS.items():
        client.force_login(site.people[who])
        status = posted(client, site.address(*address.split()), sent(site, fields))
        if status not in (200, 302):
            refused[address] = status

    assert refused == {"decide level person": 409, "regrade version": 409}  # not met; not what was looked at


# ----------------------------------------------------------------------------------------------------- in an address

ASKED = (
    *("page", "state", "q", "when", "part", "version", "by", "flag", "format", "topic", "kind", "difficulty", "exam"),
    *("as", "again", "alike", "of", "new", "rule", "step", "ticket", "number", "key", "download"),
)


def test_no_question_in_an_address_breaks_the_server(client, site):
    client.raise_request_exception = False
    broken = []
    for door in DOORS:
        if door.method == "GET" and door.opens:
            client.force_login(site.people[next(iter(door.opens))])
            for value in BAD[:2]:
                address = f"{site.address(*door.address.split())}?{'&'.join(f'{name}={value}' for name in ASKED)}"
                if client.get(address).status_code >= 500:
                    broken.append((door.address, value[:9]))

    assert broken == []


ADMIN = ("questions:index", "topics:index", "exams:index", "sittings:index", "late-answers:index", "questions:passages")


def test_no_question_to_the_admin_breaks_the_server(client, site):
    client.raise_request_exception = False
    client.force_login(site.people["exam-officer"])
    broken = []
    for name in ADMIN:
        query = "&".join(
            f"{asked}=%s" for asked in (*ASKED, "ordering", "id", "parent", "sitting__exam", "is_critical", "p")
        )
        for value in BAD[:2]:
            if client.get(f"{site.address(name)}?{query.replace('%s', value)}").status_code >= 500:
                broken.append((name, value[:9]))

    assert broken == []


def test_no_field_of_the_editor_breaks_the_server(client, site):
    client.raise_request_exception = False
    client.force_login(site.people["exam-officer"])
    fields = {
        "topic": "1", "key": "q", "kind": "single", "text": "几伏？", "answers": "- [x] 12\n- [ ] 24", "page": "1",
        "block_id": "a", "difficulty": "1", "base": "1", "picture": "1", "name": "", "explanation": "",
    }  # fmt: skip
    broken = []
    for name in ("topic", "page", "block_id", "base", "picture", "answers"):
        for value in BAD[:2]:
            to = site.address("questions:edit", "question")
            if posted(client, to, sent(site, fields, [name], value)) >= 500:
                broken.append((name, value[:9]))

    assert broken == []
