"""Machines that come and go while a case is open: loan units, the way to the factory and back, a swap."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kb.cases.act.standing import Kind, begin, required, same_serial, write
from kb.models import CaseEvent, Device, FaultReport
from kb.search.analysis import fold_code
from people.models import User
from people.refusal import Refused


def loan(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial: str,
    words: str = "",
    happened_at: datetime.datetime | None = None,
) -> CaseEvent:
    """The customer got a loan unit. Raises Refused."""
    return _out(Kind.LOANED, report, by, at, serial, words, happened_at)


def loan_back(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial: str = "",
    words: str = "",
    happened_at: datetime.datetime | None = None,
) -> CaseEvent:
    """The loan unit came back; its serial number may be left out where only one is out. Raises Refused."""
    return _back(Kind.LOAN_BACK, report, by, at, serial, words, happened_at)


def to_factory(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial: str,
    words: str = "",
    happened_at: datetime.datetime | None = None,
) -> CaseEvent:
    """The machine, or a part of it, went to the factory. Raises Refused."""
    return _out(Kind.TO_FACTORY, report, by, at, serial, words, happened_at)


def from_factory(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial: str = "",
    words: str = "",
    happened_at: datetime.datetime | None = None,
) -> CaseEvent:
    """It came back; its serial number may be left out where nothing else is there. Raises Refused."""
    return _back(Kind.FROM_FACTORY, report, by, at, serial, words, happened_at)


@transaction.atomic
def _out(
    kind: str,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial: str,
    words: str,
    happened_at: datetime.datetime | None,
) -> CaseEvent:
    stands, when = begin(report=report, by=by, at=at, kind=kind, happened_at=happened_at)
    serial = _serial(serial)
    if same_serial(stands.on_loan if kind == Kind.LOANED else stands.at_factory, serial) is not None:
        raise Refused(_("%s is out already.") % serial)
    return write(stands.report, kind, by=by, at=when, serial=serial, text=words)


@transaction.atomic
def _back(
    kind: str,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial: str,
    words: str,
    happened_at: datetime.datetime | None,
) -> CaseEvent:
    stands, when = begin(report=report, by=by, at=at, kind=kind, happened_at=happened_at)
    away = stands.on_loan if kind == Kind.LOAN_BACK else stands.at_factory
    meant = same_serial(away, serial) if serial.strip() else away[0] if len(away) == 1 else None
    if meant is None:
        raise Refused(_("Say which one came back: %s") % ", ".join(away))
    return write(stands.report, kind, by=by, at=when, serial=meant, text=words)


@transaction.atomic
def swap(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    serial_out: str,
    serial_in: str,
    words: str = "",
    registers: bool = False,
    happened_at: datetime.datetime | None = None,
) -> CaseEvent:
    """Another machine took the place of this one; who may can register it as a device like the old one. Raises Refused.

    The event names the machine that came; the one that went stands in its words.
    """
    stands, when = begin(report=report, by=by, at=at, kind=Kind.SWAPPED, happened_at=happened_at)
    went, came = _serial(serial_out), _serial(serial_in)
    if fold_code(went) == fold_code(came):
        raise Refused(_("The machine that came has the serial number of the one that went."))
    if stands.report.events.filter(kind=Kind.SWAPPED, serial=came).exists():
        raise Refused(_("That was done already: %s came.") % came)
    if registers:
        _registered(stands.report, came, by)
    text = "\n".join(filter(None, [f"{went} → {came}", words.strip()]))
    return write(stands.report, Kind.SWAPPED, by=by, at=when, serial=came, text=text)


@transaction.atomic
def register(*, report: FaultReport, by: User, at: datetime.datetime) -> Device:
    """Make the machine of a case, known by its serial number alone, a device of the register. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.NOTE)
    case = stands.report
    if case.device:
        raise Refused(_("There is such a device already, as %s.") % case.device.serial)
    case.device = _registered(case, _serial(case.serial), by)
    case.save(update_fields=["device"])
    write(case, Kind.NOTE, by=by, at=when, text=str(case.device))
    return case.device


def _registered(report: FaultReport, serial: str, by: User) -> Device:
    """Add a device like that of the case. Raises Refused where he may not, or it exists."""
    if not by.has_perm("kb.add_device"):
        raise Refused(_("You may not register devices."))
    old = report.device
    made = Device(model=report.model, serial=serial, unit=report.unit, area=report.area)
    if old:
        made.owner, made.unit, made.site = old.owner, old.unit, old.site
        made.area, made.scheme = old.area, old.scheme
    else:
        made.bought_on = report.bought_on
    try:
        made.full_clean()
    except ValidationError as mistake:
        raise Refused(*mistake.messages) from None
    made.save(force_insert=True)
    return made


def _serial(text: str) -> str:
    serial = " ".join(required(text, _("Give the serial number.")).split())
    if not fold_code(serial):
        raise Refused(_("A serial number needs a letter or a digit."))
    return serial
