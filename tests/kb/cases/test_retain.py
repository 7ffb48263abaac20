"""How long cases say anything of customers; whom late promises are told."""

import datetime

import pytest
from django.core.files.base import ContentFile

from kb.cases import act, retain
from kb.models import Attachment, Contact, FaultReport, Retention
from people import roles
from people.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db

LATER = make.NOON + datetime.timedelta(hours=1)
LONG_AFTER = datetime.date(2029, 12, 1)


def closed(by, **fields):
    report = make.fault_report(by, contact={"name": "李女士", "phone": "139"}, **fields)
    act.close(report=report, by=by, at=LATER, outcome=FaultReport.Outcome.REPAIRED)
    report.refresh_from_db()
    return report


def picture(report, by):
    made = Attachment(report=report, digest="0" * 64, by=by, at=make.NOON)
    made.file.save("photo.jpg", ContentFile(b"x"))
    return made


def test_after_the_period_contact_pictures_and_digest_are_gone_and_the_case_stays(
    technician, django_capture_on_commit_callbacks
):
    report, still_open = closed(technician), make.fault_report(technician, contact={"phone": "137"})
    photo = picture(report, technician)
    before = FaultReport.objects.values("model", "level", "outcome", "closed_at").get(pk=report.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert retain.erase(on=LONG_AFTER, at=LATER) == 1
    assert retain.erase(on=LONG_AFTER, at=LATER) == 0

    contact = Contact.objects.get(report=report)
    assert (contact.name, contact.phone, contact.address, contact.erased_at) == ("", "", "", LATER)
    assert FaultReport.objects.values("model", "level", "outcome", "closed_at").get(pk=report.pk) == before
    assert FaultReport.objects.get(pk=report.pk).digest == ""
    assert still_open.contact.phone == "137"
    assert not photo.file.storage.exists(photo.file.name)
    assert Attachment.objects.get().file.name == ""


def test_not_a_day_earlier(technician):
    closed(technician)
    Retention.objects.update_or_create(kind=Retention.Kind.REPORT, defaults={"personal_months": 12})

    assert retain.erase(on=datetime.date(2027, 11, 2), at=LATER) == 0
    assert retain.erase(on=datetime.date(2027, 11, 3), at=LATER) == 1


def test_a_supervisor_of_the_unit_erases_a_contact_on_request(technician):
    report = closed(technician)
    supervisor, other = make.person(roles.SUPERVISOR, unit=technician.unit), make.person(roles.SUPERVISOR)

    for person in (technician, other):
        with pytest.raises(Refused):
            act.erase_contact(report=report, by=person, at=LATER, reason="客户要求")
    with pytest.raises(Refused):
        act.erase_contact(report=report, by=supervisor, at=LATER, reason="")
    event = act.erase_contact(report=report, by=supervisor, at=LATER, reason="客户要求")
    assert Contact.objects.get().phone == ""
    assert "客户要求" in event.text
    with pytest.raises(Refused):
        act.erase_contact(report=report, by=supervisor, at=LATER, reason="客户要求")


def test_the_supervisor_is_told_once_of_each_promise_that_ran_out(technician):
    supervisor = make.person(roles.SUPERVISOR, unit=technician.unit)
    make.severity_scheme()
    level = make.fault_report(technician).level.scheme.levels.get(rank=1)
    report = make.fault_report(technician, level=level, contact={"name": "李女士"})
    supervisor.notices.all().delete()

    for _night in range(2):
        retain.remind(at=LATER, on=LATER.date())
    notices = list(supervisor.notices.filter(text__contains=report.number))
    assert len(notices) == 2  # respond and report; there are two hours to be there
    assert not any("李女士" in notice.text for notice in notices)
    act.arrive(report=report, by=technician, at=LATER)
    assert retain.remind(at=LATER, on=LATER.date()) == 2  # report upwards, and the other case's first hour
