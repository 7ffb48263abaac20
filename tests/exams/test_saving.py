"""Saving an answer: twice, late, from two tabs."""

import datetime

import pytest

from exams import sit
from exams.kinds import BadResponse
from exams.sit import Closed, Stale
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def sitting(technician):
    return make.sitting(make.exam(kinds=["truefalse", "numeric"], minutes=20), technician)


def save(sitting, response, base=0, at=NOON, kind="numeric"):
    return make.saved(make.item(sitting, kind), response, base, at)


def kept(sitting):
    """The number as it is in the database."""
    return make.item(sitting, "numeric")


def test_an_answer_is_kept_with_its_revision_and_time(sitting):
    save(sitting, "12")
    save(sitting, "11,9", base=1, at=NOON + SECOND)

    answer = kept(sitting)
    assert (answer.response, answer.revision, answer.saved_at) == ("11.9", 2, NOON + SECOND)
    assert answer.share is None


def test_each_item_has_its_own_revisions(sitting):
    save(sitting, "12")

    assert save(sitting, "true", kind="truefalse").revision == 1


def test_a_retry_after_a_lost_reply_changes_nothing(sitting):
    first = save(sitting, "12")

    again = save(sitting, " 12 ", at=NOON + SECOND)

    assert again == first
    assert (again.revision, again.saved_at) == (1, NOON)


def test_a_stale_tab_is_told_the_newer_answer(sitting):
    save(sitting, "12")
    save(sitting, "13", base=1)

    with pytest.raises(Stale) as caught:
        save(sitting, "14", base=1)

    assert (caught.value.response, caught.value.revision) == ("13", 2)
    assert kept(sitting).response == "13"


def test_a_blank_from_a_stale_base_overwrites_nothing(sitting):
    save(sitting, "12")

    with pytest.raises(Stale):
        save(sitting, None, base=0)

    assert kept(sitting).response == "12"


@pytest.mark.parametrize("base", [1, 7, -1])
def test_a_base_from_nowhere_is_stale(sitting, base):
    with pytest.raises(Stale) as caught:
        save(sitting, "12", base=base)

    assert (caught.value.response, caught.value.revision) == (None, 0)
    assert kept(sitting).revision == 0


def test_an_answer_can_be_cleared_and_given_again(sitting):
    save(sitting, "12")

    assert save(sitting, None, base=1).response is None
    assert save(sitting, "13", base=2).revision == 3


def test_an_answer_the_question_cannot_have_changes_nothing(sitting):
    save(sitting, "12")

    with pytest.raises(BadResponse):
        save(sitting, "about 12", base=1)

    assert kept(sitting).response == "12"


@pytest.mark.parametrize("number", [0, 3, -1, 10**9])
def test_an_item_the_paper_does_not_have(sitting, number):
    with pytest.raises(LookupError):
        sit.save(sitting=sitting.public_id, item=number, response="12", base=0, lease=None, at=NOON)


@pytest.mark.parametrize(
    ("late", "is_accepted"), [(-1, True), (0, True), (1, True), (60, True), (61, False), (3600, False)]
)
def test_what_comes_within_a_minute_after_the_deadline_counts(sitting, late, is_accepted):
    at = sitting.deadline_at + late * SECOND
    if is_accepted:
        assert save(sitting, "12", at=at).saved_at == at
    else:
        with pytest.raises(Closed):
            save(sitting, "12", at=at)
        assert kept(sitting).revision == 0


def test_nothing_is_accepted_after_handing_in(sitting):
    save(sitting, "12")
    sit.finish(sitting=sitting, at=NOON + SECOND)

    with pytest.raises(Closed):
        save(sitting, "13", base=1, at=NOON + 2 * SECOND)
    with pytest.raises(Closed):
        save(sitting, "12", at=NOON + 2 * SECOND)
    assert kept(sitting).response == "12"


def test_saving_makes_no_sitting(sitting):
    sit.finish(sitting=sitting, at=NOON)
    with pytest.raises(Closed):
        save(sitting, "12")

    assert sitting.exam.sittings.count() == 1


def test_what_comes_too_late_is_kept_and_not_scored(sitting):
    save(sitting, "12")
    finished = sit.finish(sitting=sitting, at=NOON + SECOND)

    for response in ("11", "11.5"):
        with pytest.raises(Closed):
            save(sitting, response, base=1, at=NOON + 2 * SECOND)

    late = sitting.late_answers.get()
    assert (late.item, late.response, late.received_at) == (make.item(sitting, "numeric").n, "11.5", NOON + 2 * SECOND)
    assert kept(sitting).response == "12"
    finished.refresh_from_db()
    assert finished.points == 1


@pytest.mark.parametrize("response", ["12", None, "twelve"], ids=["saved in time", "none", "nonsense"])
def test_late_or_not_there_is_nothing_to_keep(sitting, response):
    save(sitting, "12")
    sit.finish(sitting=sitting, at=NOON + SECOND)

    with pytest.raises(Closed):
        save(sitting, response, base=1, at=NOON + 2 * SECOND)

    assert not sitting.late_answers.exists()
