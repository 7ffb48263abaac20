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

from exams import book
from exams.views import book as closed_book
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


class BookOfExams:
    """Keeps the book locked for whoever sits a closed-book exam, and notes what he opens who sits an open-book one.

    It costs one query at addresses that may be locked, and none for strangers or where a sitting itself goes on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, then note the document that was shown."""
        response = self.get_response(request)
        sittings = getattr(request, "open_book", ())
        if sittings and request.method == "GET" and response.status_code == 200:
            closed_book.note_look(request, sittings)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Refuse what is locked; it is known only now what is asked for."""
        if closed_book.is_open(request.resolver_match):
            return None
        key = closed_book.key_of(request)
        sittings = book.under_way(person=request.user, key=key, at=timezone.now())
        sitting = book.closed(sittings)
        if sitting:
            return closed_book.locked(request, sitting)
        request.open_book = sittings
        return None
