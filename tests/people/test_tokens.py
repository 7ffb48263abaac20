"""Keys with which programs act as a person."""

import datetime

import pytest
from django.urls import reverse

from people import tokens
from people.models import Token
from people.refusal import Refused
from tests import make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_a_key_is_recognised_and_cannot_be_read_back(technician):
    made, words = tokens.make(person=technician, name=" 手机 ", at=NOON)

    assert tokens.person_of(token=words, on=TODAY) == technician
    assert made.name == "手机"
    assert words not in str(vars(Token.objects.get()))
    assert len(words) > 40


@pytest.mark.parametrize("wrong", ["", "bb_", "x" * 10_000, "bb_\ud800", "手机", "\0"])
def test_what_is_no_key_opens_nothing(technician, wrong):
    tokens.make(person=technician, name="手机", at=NOON)

    assert tokens.person_of(token=wrong, on=TODAY) is None


def test_one_that_was_taken_back_opens_nothing_nor_does_that_of_somebody_who_left(technician):
    made, words = tokens.make(person=technician, name="手机", at=NOON)
    technician.is_active = False
    technician.save()
    assert tokens.person_of(token=words, on=TODAY) is None

    technician.is_active = True
    technician.save()
    for day in (0, 1):
        tokens.revoke(token=made, at=NOON + day * DAY)
    assert tokens.person_of(token=words, on=TODAY) is None
    assert Token.objects.get().revoked_at == NOON


def test_its_use_is_written_down_once_a_day(technician, django_assert_num_queries):
    _made, words = tokens.make(person=technician, name="手机", at=NOON)
    tokens.person_of(token=words, on=TODAY)

    with django_assert_num_queries(1):
        tokens.person_of(token=words, on=TODAY)
    with django_assert_num_queries(2):
        tokens.person_of(token=words, on=TODAY + DAY)
    assert Token.objects.get().last_used_on == TODAY + DAY


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
def test_it_needs_a_name(technician, name):
    with pytest.raises(Refused):
        tokens.make(person=technician, name=name, at=NOON)


def test_nobody_has_more_than_ten_or_makes_more_than_twenty_a_day(technician):
    made = [tokens.make(person=technician, name="x", at=NOON)[0] for _n in range(tokens.MOST)]
    with pytest.raises(Refused):
        tokens.make(person=technician, name="x", at=NOON)
    for token in made:
        tokens.revoke(token=token, at=NOON)
    again = [tokens.make(person=technician, name="x", at=NOON)[0] for _n in range(tokens.MOST)]
    tokens.revoke(token=again[0], at=NOON)
    with pytest.raises(Refused):
        tokens.make(person=technician, name="x", at=NOON)
    tokens.make(person=technician, name="x", at=NOON + DAY)


def test_a_new_one_is_shown_once(client, technician):
    client.force_login(technician)
    address = reverse("tokens")

    answer = client.post(address, {"name": "手机"})

    words = answer.context["words"]
    assert words in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert tokens.person_of(token=words, on=TODAY) == technician
    again = client.get(address).content.decode()
    assert words not in again
    assert "手机" in again


def test_a_refusal_keeps_what_was_typed(client, technician):
    client.force_login(technician)
    answer = client.post(reverse("tokens"), {"name": "长" * 61})

    assert (answer.status_code, "长" * 61 in answer.content.decode()) == (422, True)


def test_only_my_own_can_be_taken_back_and_twice_is_as_good(client, technician):
    mine, _words = tokens.make(person=technician, name="手机", at=NOON)
    theirs, words = tokens.make(person=make.person(), name="别人", at=NOON)

    def take_back(token):
        return client.post(reverse("take_back_token", args=[token.pk])).status_code

    assert take_back(mine) == 302
    assert not Token.objects.filter(revoked_at__isnull=False)
    client.force_login(technician)
    assert [take_back(theirs), take_back(mine), take_back(mine)] == [404, 302, 302]
    assert tokens.person_of(token=words, on=TODAY)
    assert client.get(reverse("take_back_token", args=[mine.pk])).status_code == 405
    assert not client.get(reverse("tokens")).context["tokens"]


def test_strangers_sign_in_first(client):
    assert client.get(reverse("tokens")).url.startswith(reverse("account_login"))
