"""A second independent success verifies a field note."""

import datetime

import pytest

from kb.models import Confirmation, Solution
from kb.notes import adopt
from kb.notes.confirm import confirm
from kb.notes.standing import State, standing_of
from people import roles
from people.models import Notice, OrgUnit
from people.refusal import Refused
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + datetime.timedelta(hours=1)


@pytest.fixture
def note(dealer):
    return make.note(dealer)


def told(person):
    return Notice.objects.filter(person=person).count()


def test_the_first_success_of_somebody_else_verifies_it_and_all_concerned_are_told_once(
    note, technician, dealer, author
):
    third = make.person(roles.TECHNICIAN)

    confirm(solution=note, by=technician, worked=True, note="同样", at=NOON)
    confirm(solution=note, by=third, worked=True, at=LATER)

    assert standing_of(note) == State.VERIFIED
    assert (told(dealer), told(author), told(technician), told(third)) == (1, 1, 0, 0)
    assert Solution.objects.with_successes().get().successes == 2


def test_the_authors_own_success_counts_for_nothing(note, dealer):
    with pytest.raises(Refused):
        confirm(solution=note, by=dealer, worked=True, at=NOON)
    Confirmation.objects.create(solution=note, person=dealer, worked=True, at=NOON)

    assert standing_of(note) == State.UNVERIFIED


def test_who_says_it_again_changes_his_mind_and_counts_once(note, technician):
    confirm(solution=note, by=technician, worked=True, at=NOON)
    confirm(solution=note, by=technician, worked=False, note="第二天又坏", at=LATER)

    assert (Confirmation.objects.get().worked, Confirmation.objects.get().at) == (False, LATER)
    assert standing_of(note) == State.UNVERIFIED


def test_that_it_did_not_work_tells_the_author_and_verifies_nothing(note, technician, dealer, author):
    confirm(solution=note, by=technician, worked=False, at=NOON)

    assert (standing_of(note), told(dealer), told(author)) == (State.UNVERIFIED, 1, 0)


def test_a_success_names_a_run_of_the_same_person_or_none(note, technician, author):
    guide = make.guide()
    own, anothers = make.diagnosis(technician, guide), make.diagnosis(author, guide)

    with pytest.raises(Refused):
        confirm(solution=note, by=technician, worked=True, run=anothers, at=NOON)
    assert confirm(solution=note, by=technician, worked=True, run=own, at=NOON).run == own
    assert confirm(solution=note, by=technician, worked=True, at=LATER).run == own


def test_questions_notes_put_aside_and_those_of_strangers_are_not_confirmed(note, technician, author, dealer):
    stranger = make.person(kind=OrgUnit.Kind.DEALER)
    with pytest.raises(Solution.DoesNotExist):
        confirm(solution=note, by=stranger, worked=True, at=NOON)
    with pytest.raises(Refused):
        confirm(solution=make.note(dealer, remedy=""), by=technician, worked=True, at=NOON)
    adopt.put_aside(solution=note, by=author, because="重复", at=NOON)

    with pytest.raises(Refused):
        confirm(solution=note, by=technician, worked=True, at=NOON)
    assert not Confirmation.objects.exists()


def test_a_note_that_is_too_long_is_refused(note, technician):
    with pytest.raises(Refused):
        confirm(solution=note, by=technician, worked=True, note="长" * 501, at=NOON)


def test_who_makes_documents_but_may_not_see_the_note_is_not_told(technician):
    outside = make.person(roles.AUTHOR, kind=OrgUnit.Kind.DEALER)

    confirm(solution=make.note(technician), by=make.person(roles.TECHNICIAN), worked=True, at=NOON)

    assert told(outside) == 0
