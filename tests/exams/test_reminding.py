"""Reminding people of certificates that end."""

import datetime

import pytest

from exams.remind import remind
from people.credentials import issue, record
from people.models import Credential, CredentialEvent, Notice
from tests import make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def credential(technician):
    return issue(
        person=technician, qualification=make.qualification(), valid_from=TODAY, valid_until=TODAY + 400 * DAY,
        earned_by=Credential.EarnedBy.CERTIFICATE, evidence={}, by=None, at=NOON,
    )  # fmt: skip


def night(credential, left):
    """Run with so many days left."""
    day = credential.valid_until - left * DAY
    return remind(at=NOON + (day - TODAY), on=day)


@pytest.mark.parametrize(("left", "lines"), [(91, 0), (90, 1), (60, 1), (0, 1), (-1, 0)])
def test_from_ninety_days_before_the_end(credential, left, lines):
    night(credential, left)

    assert Notice.objects.count() == lines


def test_four_times_in_all_each_once(credential):
    for left in range(100, -5, -1):
        night(credential, left)
        night(credential, left)

    assert Notice.objects.count() == 4


def test_a_missed_night_loses_nothing(credential):
    for left in (75, 45, 20, 3):
        night(credential, left)

    assert Notice.objects.count() == 4


def test_what_was_withdrawn_or_does_not_end_needs_no_reminder(credential):
    record(credential=credential, kind=CredentialEvent.Kind.WITHDRAWN, reason="", by=None, at=NOON)
    assert night(credential, 30) == 0

    record(credential=credential, kind=CredentialEvent.Kind.RESTORED, reason="", by=None, at=NOON)
    Credential.objects.update(valid_until=None)
    assert night(credential, 30) == 0


def test_the_line_leads_to_the_certificate(client, credential):
    night(credential, 30)
    client.force_login(credential.person)

    notice = Notice.objects.get()
    assert credential.number in notice.text
    assert credential.number in notice.text_en
    assert client.get(notice.url).status_code == 200
