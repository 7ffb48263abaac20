"""Production mode: it starts with safe values and refuses the others, saying why."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

SECRET = "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8-aB3dE5gH7jK9mN1pQ2sT4vW6yZ8"


def check(folder, *command, **changes):
    """Run a command of the project as in production; a value of None is not set."""
    values = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": "kb.example.com",
        "BASE_URL": "https://kb.example.com",
        "EMAIL_URL": "smtp://mail.example.com:25",
        "DATA_DIR": str(folder),
    } | changes
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    set_ = {name: value for name, value in values.items() if value is not None}
    script = [sys.executable, "manage.py", *(command or ("check",))]
    return subprocess.run(script, cwd=settings.BASE_DIR, env=kept | set_, capture_output=True, text=True)


def test_with_safe_values_it_starts_and_has_nothing_to_warn_of(tmp_path):
    done = check(tmp_path, "check", "--deploy")

    assert done.returncode == 0, done.stderr
    framed = "security.W019"  # on purpose: the admin previews pages in a frame
    assert set(re.findall(r"\((\S+\.W\d+)\)", done.stderr)) <= {framed}


def test_all_that_is_unsafe_is_told_at_once(tmp_path):
    done = check(
        tmp_path,
        SECRET_KEY=None,
        ALLOWED_HOSTS="*",
        BASE_URL="http://x",
        EMAIL_URL=None,
        DEBUG="1",
        DATA_DIR="/nowhere/x",
    )

    assert done.returncode != 0
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL", "DATA_DIR", "DEBUG"):
        assert name in done.stderr


@pytest.mark.parametrize("value", ["Production", "prod", "staging"])
def test_a_misspelt_environment_is_refused_and_not_taken_for_development(tmp_path, value):
    done = check(tmp_path, ENVIRONMENT=value)

    assert done.returncode != 0
    assert "ENVIRONMENT" in done.stderr


def test_the_demo_puts_nobody_into_a_production_site(tmp_path):
    done = check(tmp_path, "demo", "--no-serve")

    assert done.returncode != 0
    assert "production" in done.stderr
