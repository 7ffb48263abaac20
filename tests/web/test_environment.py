"""What the environment may say, and when the site refuses to be served."""

from pathlib import Path

import pytest

from web.environment import development_secret, mailer, objections

SAFE = {
    "secret_key": "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ",
    "hosts": ["bench.example"],
    "base_url": "https://bench.example",
    "email_url": "smtps://mail.example",
    "data_dir": Path(__file__).parent,
    "debug": False,
}


def test_a_safe_site_is_served() -> None:
    assert objections(**SAFE) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_key", ""),
        ("secret_key", "x" * 60),
        ("secret_key", SAFE["secret_key"][:49]),
        ("hosts", []),
        ("hosts", ["bench.example", "*"]),
        ("base_url", ""),
        ("base_url", "http://bench.example"),
        ("email_url", ""),
        ("email_url", "console://"),
        ("data_dir", Path("/not/there")),
        ("debug", True),
    ],
)
def test_each_unsafe_value_is_named(name: str, value: object) -> None:
    (reason,) = objections(**SAFE | {name: value})
    assert name.removesuffix("s").upper() in reason.replace("ALLOWED_HOSTS", "HOSTS")


def test_all_reasons_are_given_at_once() -> None:
    unsafe = {"secret_key": "", "hosts": [], "base_url": "", "email_url": "", "debug": True}
    assert len(objections(data_dir=Path("/not/there"), **unsafe)) == len(SAFE)


def test_a_checkout_keeps_one_secret_for_itself(tmp_path: Path) -> None:
    secret = development_secret(tmp_path)
    assert len(secret) >= 50
    assert development_secret(tmp_path) == secret
    assert (tmp_path / "development-secret").stat().st_mode & 0o777 == 0o600
    (tmp_path / "other").mkdir()
    assert development_secret(tmp_path / "other") != secret


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example:25", {"port": 25, "username": "", "use_ssl": False, "use_tls": False}),
        ("smtp://mail.example:587/?tls=1", {"port": 587, "use_tls": True}),
        ("smtps://us%40er:p%2Fw@mail.example:465", {"username": "us@er", "password": "p/w", "use_ssl": True}),
    ],
)
def test_a_mail_server_is_told_by_its_address(url: str, expected: dict) -> None:
    entry = mailer(url)
    assert entry["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert entry["OPTIONS"]["host"] == "mail.example"
    assert expected.items() <= entry["OPTIONS"].items()


@pytest.mark.parametrize(("url", "name"), [("console://", "console"), ("memory://", "locmem")])
def test_without_a_mail_server_letters_stay_here(url: str, name: str) -> None:
    assert mailer(url) == {"BACKEND": f"django.core.mail.backends.{name}.EmailBackend"}
