"""The log of a sitting in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.models import Sitting, SittingEvent

_Kind = SittingEvent.Kind


def lasting(seconds: float) -> str:
    """Return a length in words: seconds below two minutes, minutes below two hours, then hours and minutes."""
    seconds = int(seconds)
    if seconds < 120:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = seconds // 60
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def words(event: SittingEvent) -> str:
    """Return what an event says beyond its kind."""
    detail = event.detail if isinstance(event.detail, dict) else {}
    return " · ".join(says(detail[name]) for name, says in _SAID.items() if _is_said(detail.get(name), says))


def _is_said(value: object, says: object) -> bool:
    """Whether a detail says something, with the type its words need: what is there was partly sent by a browser."""
    if says in _OF_NUMBERS:
        return isinstance(value, int | float) and (value != 0 or says is _answers)
    return isinstance(value, str | int) and value != ""


def _ended(value: object) -> str:
    return str(Sitting.Ended(value).label) if value in Sitting.Ended.values else str(value)


def _minutes(value: float) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", int(value)) % {"n": value}


def _back(value: float) -> str:
    return _("the server’s clock went back by %s") % lasting(value)


def _answers(value: float) -> str:
    return ngettext("%(n)s answer", "%(n)s answers", int(value)) % {"n": value}


_OF_NUMBERS = (_minutes, lasting, _back, _answers)
_SAID = {
    "text": str,
    "minutes": _minutes,
    "reason": str,
    "seconds": lasting,
    "server_seconds_back": _back,
    "n": lambda value: _("question %s") % value,
    "device": lambda value: _("device %s") % value,
    "from": lambda value: _("from device %s") % value,
    "to": lambda value: _("to device %s") % value,
    "ended_by": _ended,
    "answered": _answers,
}
