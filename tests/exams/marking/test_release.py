"""Releasing: an act with a name, once, never of one's own."""

import pytest

from exams.marking.release import release, waiting
from exams.models import Release, Sitting
from people import roles
from people.models import Notice
from people.refusal import Refused
from tests import make
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(technician):
    return desk.sat(desk.exam("truefalse", essays=0), technician)


def test_a_marked_result_waits_and_is_released_once(sitting, technician):
    officer = desk.officer()
    assert list(waiting()) == [sitting]

    assert release(sittings=[sitting], by=officer, at=NOON, note="十一月场") == 1
    assert release(sittings=[sitting], by=officer, at=NOON) == 0

    made = Release.objects.get()
    assert (made.sitting, made.by, made.note) == (sitting, officer, "十一月场")
    assert Notice.objects.get().person == technician
    assert not waiting().exists()
    assert Sitting.objects.passed().get() == sitting


def test_what_is_not_marked_stays_unreleased(technician):
    sitting = desk.sat(desk.exam("truefalse"), technician)

    assert not waiting().exists()
    assert release(sittings=[sitting], by=desk.officer(), at=NOON) == 0
    assert not Notice.objects.exists()


@pytest.mark.parametrize("role", [roles.EXAMINER, roles.TECHNICIAN, roles.CERTIFICATION_MANAGER])
def test_only_the_officer_releases(sitting, role):
    with pytest.raises(Refused):
        release(sittings=[sitting], by=make.person(role), at=NOON)

    assert not Release.objects.exists()


def test_nobody_releases_his_own_nor_anything_beside_it(sitting):
    officer = desk.officer()
    own = desk.sat(sitting.exam, officer)

    with pytest.raises(Refused):
        release(sittings=[sitting, own], by=officer, at=NOON)

    assert not Release.objects.exists()
