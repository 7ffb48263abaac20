"""What every answer passes through that Django does not bring."""

import datetime
from collections.abc import Callable, Iterator
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.utils import timezone
from django.utils.csp import CSP

from kb.control.effect import bring_all


class ContentSecurityPolicy(ContentSecurityPolicyMiddleware):
    """Django's strict policy with nonces; below /admin/ Wagtail's inline scripts and styles are allowed."""

    RELAXED = settings.SECURE_CSP | {
        "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
        "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
        "img-src": [CSP.SELF, "data:", "blob:"],
    }

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the header, relaxed below /admin/ only."""
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = self.RELAXED
        return super().process_response(request, response)


class NoNulCharacters:
    """Answers 400 to requests with a NUL character: nobody types one, and PostgreSQL takes none in text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or pass on."""
        if any("\0" in text for text in self._texts(request)):
            raise SuspiciousOperation("a NUL character in the request")
        return self.get_response(request)

    @staticmethod
    def _texts(request: HttpRequest) -> Iterator[str]:
        yield request.path_info
        for sent in (request.GET, request.POST):
            for key, values in sent.lists():
                yield key
                yield from values


class EditionsTakeEffect:
    """Brings editions into effect whose day has come, at the first request of each day in each process.

    So readers see what is in force whether or not `manage.py nightly` has run. What could not take effect is tried
    again by the next process, the next nightly run and the next day.
    """

    done_on: ClassVar[datetime.date | None] = None  # of the process, not of a handler

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the date, and pass on."""
        now = timezone.now()
        today = timezone.localdate(now)
        if EditionsTakeEffect.done_on != today:
            bring_all(at=now)
            EditionsTakeEffect.done_on = today
        return self.get_response(request)
