"""A certificate whose exam a regrade failed: its manager sees it and is told; nothing else happens."""

import datetime

import pytest

from exams import certify
from exams.marking.certificates import unfounded
from exams.marking.regrade import regrade
from exams.models import Decision, Regrade, Sitting
from people import credentials
from people.models import Credential, CredentialEvent, Notice
from tests import make
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(days=1)


@pytest.fixture
def sitting(technician, manager):
    """A pass with a certificate on it."""
    exam = desk.exam("truefalse", essays=0, release="at-once")
    made = desk.sat(exam, technician)
    certify.decide(
        level=make.level(exam=exam), person=technician, outcome=Decision.Outcome.GRANTED, reason="", by=manager,
        at=NOON, on=NOON.date(),
    )  # fmt: skip
    return made


def take_back(sitting, rule=Regrade.Rule.NOBODY):
    version = sitting.items.get().version
    regrade(version=version, rule=rule, new_version=None, by=desk.officer(), reason="题目有误", at=LATER)


def test_its_manager_sees_it_and_is_told(sitting, manager):
    assert not unfounded(at=LATER)

    take_back(sitting)

    (found,) = unfounded(at=LATER)
    assert (found.sitting, found.decision.person) == (sitting, sitting.person)
    assert Notice.objects.filter(person=manager).count() == 1
    assert Credential.objects.valid(LATER).filter(person=sitting.person).exists()


def test_it_is_settled_by_another_pass_or_the_end_of_the_certificate(sitting, manager):
    take_back(sitting)
    other = Sitting.objects.create(
        exam=sitting.exam, person=sitting.person, attempt=2, seed="s", pass_mark=1, minutes=1, checked_in_at=NOON,
        finished_at=NOON, marked_at=NOON, released_at=NOON, has_passed=True, points=1, points_possible=1,
    )  # fmt: skip
    assert not unfounded(at=LATER)
    other.delete()
    assert unfounded(at=LATER)

    credentials.record(
        credential=Credential.objects.get(), kind=CredentialEvent.Kind.WITHDRAWN, reason="考试不再通过", by=manager,
        at=LATER,
    )  # fmt: skip

    assert not unfounded(at=LATER)


def test_a_pass_that_comes_back_founds_it_again(sitting):
    take_back(sitting)
    take_back(sitting, Regrade.Rule.EVERYONE)

    assert not unfounded(at=LATER)
