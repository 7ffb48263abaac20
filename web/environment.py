"""What the environment says, and whether it is safe to serve with; imported by the settings, so free of models."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


def development_secret(data_dir: Path) -> str:
    """Return the secret key of this development checkout, made at its first start and kept beside its data."""
    path = data_dir / "development-secret"
    if not path.exists():
        own = data_dir / f"development-secret.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(own, path)
        own.unlink()
    return path.read_text()


def mailer(url: str) -> dict:
    """Turn `smtp://user:password@host:587/?tls=1`, `smtps://...`, `console://` or `memory://` into a MAILERS entry."""
    parts = urlsplit(url)
    if parts.scheme in {"smtp", "smtps"}:
        options = {
            "host": parts.hostname,
            "port": parts.port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parse_qs(parts.query).get("tls") == ["1"],
        }
        return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    name = {"memory": "locmem"}.get(parts.scheme, "console")
    return {"BACKEND": f"django.core.mail.backends.{name}.EmailBackend"}


def objections(
    *, secret_key: str, hosts: list[str], base_url: str, email_url: str, data_dir: Path, debug: bool
) -> list[str]:
    """Return a sentence for each value that is not safe in production; an empty list means: serve."""
    found = []
    if len(secret_key) < 50 or len(set(secret_key)) < 10:
        found.append("SECRET_KEY is missing or weak: set at least 50 random characters, and keep them secret.")
    if not hosts or "*" in hosts:
        found.append("ALLOWED_HOSTS is missing or '*': name the hosts this site answers to, separated by commas.")
    if not base_url.startswith("https://"):
        found.append("BASE_URL must be the https:// address people use; certificates and e-mails print it.")
    if urlsplit(email_url).scheme not in {"smtp", "smtps"}:
        found.append("EMAIL_URL must be smtp:// or smtps://user:password@host:port.")
    if not data_dir.is_dir():
        found.append(f"DATA_DIR '{data_dir}' is not a directory: make it, writable for this service alone.")
    if debug:
        found.append("DEBUG is on: it shows secrets to strangers. Unset it.")
    return found
