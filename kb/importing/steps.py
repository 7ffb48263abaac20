"""What imports in three steps at one address have in common: give a file, look at what it would be, done."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.importing import staging


@dataclass(frozen=True)
class Steps:
    """The steps of the import at an address, by its url's name, and the two things a session holds between them.

    Under `waiting` it holds the file that waits for a decision, {token, …}; under `done`, if it is
    named, what came of the last one.
    """

    url: str
    waiting: str
    done: str = ""

    def to(self, step: str) -> HttpResponse:
        """Lead to a step, "" for the first."""
        return redirect(reverse(self.url, query={"step": step} if step else None))

    def keep(self, request: HttpRequest, data: bytes, **members: object) -> HttpResponse:
        """Let a file wait, with what is to be remembered of it, in place of an earlier one; lead to the look at it."""
        staging.sweep(at=timezone.now())
        self.forget(request)
        request.session[self.waiting] = {"token": staging.keep(data), **members}
        return self.to("review")

    def take(self, request: HttpRequest) -> tuple[dict, bytes] | HttpResponse:
        """Take the file that waits, once: its token is good for one time. Where there is none, lead on."""
        waiting = request.session.get(self.waiting)
        if not waiting or waiting["token"] != request.POST.get("token"):
            return self.to("done") if self.done in request.session else self.gone(request)
        data = staging.take(waiting["token"], by=request.user)
        if data is None:  # another request has taken it and writes into this session: leave that alone
            messages.error(request, _gone_words())
            return self.to("done")
        return waiting, data

    def discard(self, request: HttpRequest) -> HttpResponse:
        """Delete the file that waits, and lead to the first step."""
        self.forget(request)
        return self.to("")

    def forget(self, request: HttpRequest) -> None:
        """Delete the file that waits, and what is remembered of the last import."""
        if waiting := request.session.pop(self.waiting, None):
            staging.discard(waiting["token"])
        request.session.pop(self.done, None)

    def gone(self, request: HttpRequest) -> HttpResponse:
        """Say that the file is no longer here, and lead to the first step."""
        request.session.pop(self.waiting, None)
        messages.error(request, _gone_words())
        return self.to("")


def _gone_words() -> str:
    return _("The file is no longer here: it was imported, or waited for more than a day.")
