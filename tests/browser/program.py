"""The site's program, imported once in a process of its own: a server forked from that answers at once."""

import datetime
import os
from pathlib import Path

import django
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.servers import basehttp
from django.urls import get_resolver
from django.utils import translation


def read() -> None:
    """Read what every start would read: the settings, the middleware, the addresses and the words."""
    django.setup()
    basehttp.get_internal_wsgi_application()
    assert get_resolver().url_patterns
    for language, _name in settings.LANGUAGES:
        translation.activate(language)


def serve(address: str, log: Path, at: datetime.datetime | None) -> None:
    """Be the development server of an address until killed; with `at` the clock says so, and goes on from there."""
    with log.open("a") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    if at:
        time_machine.travel(at, tick=True).start()
    host, port = address.split(":")
    basehttp.run(host, int(port), basehttp.get_internal_wsgi_application(), threading=True)


if not apps.ready:  # not within the tests, then, but where servers come from
    read()
