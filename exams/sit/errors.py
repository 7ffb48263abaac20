"""Why an answer was not taken."""

from django.utils.translation import gettext as _

from exams.kinds import Response


class Closed(Exception):
    """The sitting is over: nothing more is accepted. `response` and `revision` are what was saved in time, if asked."""

    def __init__(self, response: Response = None, revision: int = 0) -> None:
        super().__init__()
        self.response, self.revision = response, revision


class Paused(Exception):
    """The candidate is on a break: his paper is closed meanwhile."""


class NotSeated(Exception):
    """Another window or device has taken the seat since."""


class Ineligible(Exception):
    """The candidate is not entitled to sit the exam any more; what he sent is kept for the exam officer."""


class Stale(Exception):
    """A newer answer exists than the one this save was based on: `response`, `revision`, and what it reveals."""

    def __init__(self, response: Response, revision: int, reveal: dict) -> None:
        super().__init__(_("A newer answer exists; it is shown now."))
        self.response, self.revision, self.reveal = response, revision, reveal
