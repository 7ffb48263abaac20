"""Who holds which qualification when, and the chain of events that says so."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.credentials import broken_link, issue, new_number, record
from people.models import Credential, CredentialEvent, holds
from tests import make
from tests.make import NOON, SHANGHAI, TODAY

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
Kind = CredentialEvent.Kind


def give(person, qualification=None, *, at=NOON, valid_from=TODAY, valid_until=TODAY + 30 * DAY):
    return issue(
        person=person,
        qualification=qualification or make.qualification(),
        valid_from=valid_from,
        valid_until=valid_until,
        earned_by=Credential.EarnedBy.CERTIFICATE,
        evidence={},
        by=None,
        at=at,
    )


def happen(credential, kind, at):
    return record(credential=credential, kind=kind, reason="缘由", by=None, at=at)


@pytest.mark.parametrize(("held", "asked", "answer"), [(2, 1, True), (2, 2, True), (2, 3, False), (4, 1, True)])
def test_a_rank_satisfies_the_lower_ranks_of_its_subject(technician, held, asked, answer):
    qualification = make.qualification(rank=held)
    wanted = qualification if held == asked else make.qualification(rank=asked, subject=qualification.subject)
    give(technician, qualification)

    assert holds(person=technician, qualification=wanted, at=NOON) is answer


def test_another_subject_and_another_person_count_for_nothing(technician, dealer):
    qualification = make.qualification(rank=1)
    give(technician, make.qualification(rank=4))
    give(dealer, qualification)

    assert not holds(person=technician, qualification=qualification, at=NOON)
    assert not holds(person=AnonymousUser(), qualification=qualification, at=NOON)


@pytest.mark.parametrize(("days", "answer"), [(-1, False), (0, True), (30, True), (31, False)])
def test_it_is_valid_from_its_first_to_its_last_day_both_included(technician, days, answer):
    credential = give(technician, at=NOON - 60 * DAY)

    assert holds(person=technician, qualification=credential.qualification, at=NOON + days * DAY) is answer


def test_without_a_last_day_it_does_not_end(technician):
    give(technician, valid_until=None)

    assert Credential.objects.valid(NOON + 40_000 * DAY).exists()


@pytest.mark.parametrize(
    ("hour", "answer"),
    [("2026-11-01T23:59", False), ("2026-11-02T00:00", True), ("2026-12-02T23:59", True), ("2026-12-03T00:00", False)],
)
def test_days_are_those_of_the_site_and_not_of_utc(technician, hour, answer):
    credential = give(technician, at=NOON - 60 * DAY)
    at = datetime.datetime.fromisoformat(hour).replace(tzinfo=SHANGHAI)

    assert holds(person=technician, qualification=credential.qualification, at=at) is answer
    assert holds(person=technician, qualification=credential.qualification, at=at.astimezone(datetime.UTC)) is answer


@pytest.mark.parametrize(
    ("days", "kind", "status"),
    [
        (-1, None, "future"),
        (0, None, "valid"),
        (30, None, "valid"),
        (31, None, "expired"),
        (30, Kind.SUSPENDED, "suspended"),
        (31, Kind.WITHDRAWN, "withdrawn"),
        (31, Kind.RESTORED, "expired"),
    ],
)
def test_its_status_in_a_word(technician, days, kind, status):
    credential, at = give(technician, at=NOON - 60 * DAY), NOON + days * DAY
    if kind:
        happen(credential, kind, at)

    assert Credential.objects.with_status(at).get().status(at) == status


def test_its_status_at_any_time_follows_from_its_events(technician):
    credential = give(technician, valid_from=TODAY, valid_until=None)
    happen(credential, Kind.SUSPENDED, NOON + 2 * DAY)
    happen(credential, Kind.RESTORED, NOON + 4 * DAY)
    happen(credential, Kind.WITHDRAWN, NOON + 6 * DAY)

    valid_on = [days for days in range(-1, 9) if Credential.objects.valid(NOON + days * DAY).exists()]
    status = [Credential.objects.with_status(NOON + days * DAY).get().last_event for days in (-1, 0, 3, 5, 9)]

    assert valid_on == [0, 1, 4, 5]
    assert status == [None, "issued", "suspended", "restored", "withdrawn"]


@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.WITHDRAWN, Kind.SUPERSEDED])
def test_an_event_counts_from_its_very_instant(technician, kind):
    credential = give(technician)
    happen(credential, kind, NOON + DAY)

    assert Credential.objects.valid(NOON + DAY - datetime.timedelta(microseconds=1)).exists()
    assert not Credential.objects.valid(NOON + DAY).exists()


def test_of_two_events_at_one_instant_the_later_in_the_chain_counts(technician):
    credential = give(technician)
    happen(credential, Kind.SUSPENDED, NOON)

    assert Credential.objects.with_status(NOON).get().last_event == "suspended"


def test_another_credential_still_holds_when_one_is_withdrawn(technician):
    first = give(technician)
    give(technician, first.qualification)
    happen(first, Kind.WITHDRAWN, NOON)

    assert holds(person=technician, qualification=first.qualification, at=NOON)


def test_it_does_not_end_before_it_begins(technician):
    with pytest.raises(IntegrityError):
        give(technician, valid_until=TODAY - DAY)


def test_a_chain_as_written_has_no_broken_link(technician, manager):
    credential = give(technician)
    record(credential=credential, kind=Kind.SUSPENDED, reason="复查", by=manager, at=NOON + DAY)
    record(credential=credential, kind=Kind.RESTORED, reason="", by=manager, at=NOON.astimezone(datetime.UTC))

    assert broken_link(credential) is None
    assert list(credential.events.values_list("sequence", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": Kind.RESTORED},
        {"reason": "别的缘由"},
        {"at": NOON + 3 * DAY},
        {"previous_hash": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_event_is_found(technician, change):
    credential = give(technician)
    suspended = happen(credential, Kind.SUSPENDED, NOON + DAY)
    happen(credential, Kind.RESTORED, NOON + 2 * DAY)
    CredentialEvent.objects.filter(pk=suspended.pk).update(**change)

    assert broken_link(credential) == suspended


def test_a_changed_author_is_found(technician, manager):
    credential = give(technician)
    CredentialEvent.objects.update(by=manager)

    assert broken_link(credential).sequence == 1


def test_a_removed_event_is_found(technician):
    credential = give(technician)
    suspended = happen(credential, Kind.SUSPENDED, NOON + DAY)
    restored = happen(credential, Kind.RESTORED, NOON + 2 * DAY)
    CredentialEvent.objects.filter(pk=suspended.pk).delete()

    assert broken_link(credential) == restored


def test_an_event_of_another_credential_does_not_fit(technician):
    first, second = give(technician), give(technician)
    happen(first, Kind.SUSPENDED, NOON)
    CredentialEvent.objects.filter(credential=first, sequence=2).update(credential=second)

    assert broken_link(second) is not None


def test_two_events_cannot_stand_at_one_place(technician):
    event = give(technician).events.get()
    event.pk = None

    with pytest.raises(IntegrityError):
        event.save(force_insert=True)


def test_numbers_are_many_and_have_nothing_to_misread():
    numbers = {new_number() for _ in range(2000)}

    assert len(numbers) == 2000
    assert all(len(number) == 15 and not set("ILOU") & set(number) for number in numbers)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from([kind for kind in Kind if kind != Kind.ISSUED]), max_size=5))
def test_a_person_is_qualified_exactly_while_the_last_event_is_issued_or_restored(technician, kinds):
    credential = give(technician)
    for days, kind in enumerate(kinds, start=1):
        happen(credential, kind, NOON + days * DAY)

    for days, kind in enumerate([Kind.ISSUED, *kinds]):
        expected = kind in (Kind.ISSUED, Kind.RESTORED)
        assert Credential.objects.filter(pk=credential.pk).valid(NOON + days * DAY).exists() is expected
    assert broken_link(credential) is None
