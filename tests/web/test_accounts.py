"""Signing in and out; nobody signs up."""

import pytest
from django.urls import reverse
from django.utils import translation

from people.models import User

pytestmark = pytest.mark.django_db


def sign_in(client, login="technician", password="secret", **more):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


def test_a_person_signs_in_and_out(client, technician):
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.url == "/"
    assert technician.name in client.get("/").content.decode()

    client.post(reverse("account_logout"))

    assert client.get("/me/").status_code == 302


def test_afterwards_he_is_where_he_wanted_to_be(client, technician):
    asked = client.get(reverse("plan"))

    assert sign_in(client, next=reverse("plan")).url == reverse("plan")
    assert "next=/plan/" in asked.url


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_he_is_led_nowhere_else(client, technician, address):
    assert sign_in(client, next=address).url == "/"


def test_an_e_mail_address_serves_as_a_name(client, technician):
    User.objects.update(email="lin@example.com")

    assert sign_in(client, login="lin@example.com").status_code == 302


@pytest.mark.parametrize(("login", "password"), [("technician", "wrong"), ("nobody", "secret"), ("", "")])
def test_wrong_ones_are_told_without_saying_which_part(client, technician, login, password):
    answer = sign_in(client, login=login, password=password)

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_whoever_left_cannot_sign_in(client, technician):
    User.objects.update(is_active=False)

    sign_in(client)

    assert "_auth_user_id" not in client.session


def test_guessing_passwords_is_stopped(client, technician):
    for _ in range(6):
        sign_in(client, password="wrong")

    sign_in(client)

    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client):
    address = reverse("account_signup")
    form = {"username": "new", "password1": "fjw8-2mdk-Xo", "password2": "fjw8-2mdk-Xo"}

    for answer in (client.get(address), client.post(address, form)):
        assert "password1" not in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_screens_of_accounts_are_in_our_dress(client, name, language):
    with translation.override(language):
        answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert "benchbook.css" in answer.content.decode()


@pytest.mark.parametrize("name", ["account_logout", "account_change_password"])
def test_and_those_of_a_person_who_is_signed_in(client, technician, name):
    client.force_login(technician)

    answer = client.get(reverse(name))

    assert answer.status_code == 200
    assert "benchbook.css" in answer.content.decode()


def test_the_admin_asks_for_the_same_sign_in(client):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))
