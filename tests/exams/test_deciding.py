"""Certification: who awaits it, who may decide, and what a decision makes."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses import learn
from courses.models import Lesson
from exams import certify, sit
from exams.certify import Refused
from exams.models import Decision, Requirement
from people import roles
from people.credentials import broken_link, record
from people.models import Credential, CredentialEvent, holds
from tests import database, make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db

GRANTED, REFUSED = Decision.Outcome.GRANTED, Decision.Outcome.REFUSED
DAY = datetime.timedelta(days=1)


@pytest.fixture
@database.once
def level():
    return make.level(course=make.course(lessons=1), exam=make.exam(kinds=["truefalse"]), months=24)


def study(person, level):
    for lesson in level.requirements.get(course__isnull=False).course.lessons.all():
        learn.complete(person=person, lesson=lesson, confirmed=True, at=NOON)


def pass_exam(person, level, response=True):
    exam = level.requirements.get(exam__isnull=False).exam
    sitting = make.sitting(exam, person, at=NOON)
    make.saved(sitting.items.get(n=1), response, base=0, at=NOON)
    return sit.finish(sitting=sitting, at=NOON)


def qualify(person, level):
    study(person, level)
    pass_exam(person, level)


def decide(level, person, by, outcome=GRANTED, reason="", at=NOON, on=TODAY):
    return certify.decide(level=level, person=person, outcome=outcome, reason=reason, by=by, at=at, on=on)


def objections(level, person, by, at=NOON):
    return certify.objections(level=level, person=person, by=by, at=at)


def candidates(level, at=NOON):
    return certify.candidates(level=level, at=at)


def test_a_candidate_meets_every_requirement(technician, level):
    assert candidates(level) == []
    study(technician, level)
    assert candidates(level) == []
    pass_exam(technician, level)
    assert candidates(level) == [technician]


def test_a_failed_exam_and_half_a_course_are_not_enough(technician, level):
    study(technician, level)
    Lesson.objects.create(course=level.requirements.get(course__isnull=False).course, key="new", title="新课")
    pass_exam(technician, level, response=False)

    standings = certify.standings(level=level, person=technician, at=NOON)

    assert [(standing.is_met, set(standing.evidence)) for standing in standings] == [(False, {"requirement"})] * 2
    assert candidates(level) == []


def test_people_who_left_are_no_candidates(technician, level):
    qualify(technician, level)
    technician.is_active = False
    technician.save()

    assert candidates(level) == []


def test_whoever_has_or_had_a_certificate_is_no_candidate_on_the_same_evidence(technician, manager, level):
    qualify(technician, level)
    credential = decide(level, technician, manager).credential
    assert candidates(level) == []

    record(credential=credential, kind=CredentialEvent.Kind.WITHDRAWN, reason="缘由", by=manager, at=NOON)

    assert candidates(level) == []


def test_a_higher_level_asks_for_the_lower_one_in_force(technician, manager, level):
    higher = make.level(held=level)
    assert candidates(higher) == []
    qualify(technician, level)
    credential = decide(level, technician, manager).credential
    assert candidates(higher) == [technician]

    record(credential=credential, kind=CredentialEvent.Kind.SUSPENDED, reason="缘由", by=manager, at=NOON + DAY)

    assert candidates(higher, at=NOON + DAY) == []
    assert objections(higher, technician, manager, at=NOON + DAY)


def test_granting_issues_a_credential_valid_for_the_months_of_the_level(technician, manager, level):
    qualify(technician, level)

    decision = decide(level, technician, manager, reason="", on=datetime.date(2026, 11, 2))

    credential = decision.credential
    assert (credential.valid_from, credential.valid_until) == (datetime.date(2026, 11, 2), datetime.date(2028, 11, 2))
    assert credential.earned_by == Credential.EarnedBy.CERTIFICATE
    assert [(event.kind, event.by) for event in credential.events.all()] == [("issued", manager)]
    assert broken_link(credential) is None
    assert holds(person=technician, qualification=level.qualification, at=NOON)


def test_the_evidence_is_kept_as_it_was(technician, manager, level):
    qualify(technician, level)

    evidence = decide(level, technician, manager).evidence["requirements"]

    by_course, by_exam = (next(each for each in evidence if name in each) for name in ("enrolment", "sitting"))
    assert by_course["finished_at"].startswith("2026-11-02T12:00")
    assert by_exam["percent"] == 100


def test_twice_issues_one(technician, manager, level):
    qualify(technician, level)
    decide(level, technician, manager)

    with pytest.raises(Refused):
        decide(level, technician, manager)
    assert Credential.objects.count() == 1


@pytest.mark.parametrize("hour", [0, 1, 7, 8, 23])
def test_twice_issues_one_at_any_hour_of_the_day(technician, manager, level, hour):
    at = NOON.replace(hour=hour).astimezone(datetime.UTC)
    qualify(technician, level)
    decide(level, technician, manager, at=at)

    with pytest.raises(Refused):
        decide(level, technician, manager, at=at)
    assert candidates(level, at=at) == []


def test_nobody_decides_for_himself(manager, level):
    qualify(manager, level)

    for outcome in Decision.Outcome:
        with pytest.raises(Refused):
            decide(level, manager, manager, outcome=outcome, reason="缘由")
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "role", [role for role in roles.ROLES.values() if role != roles.CERTIFICATION_MANAGER], ids=str
)
def test_only_a_certification_manager_decides(technician, level, role):
    qualify(technician, level)
    other = make.person(role)

    assert len(objections(level, technician, other)) == 1
    for outcome in Decision.Outcome:
        with pytest.raises(Refused):
            decide(level, technician, other, outcome=outcome, reason="缘由")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_refusal_needs_a_reason(technician, manager, level, reason):
    qualify(technician, level)

    with pytest.raises(Refused):
        decide(level, technician, manager, outcome=REFUSED, reason=reason)
    assert decide(level, technician, manager, outcome=REFUSED, reason="实操未见证").credential is None


def test_nothing_is_granted_to_whoever_does_not_meet_it(technician, manager, level):
    study(technician, level)

    with pytest.raises(Refused) as caught:
        decide(level, technician, manager)

    assert len(caught.value.reasons) == 1
    assert not Credential.objects.exists()


def test_a_requirement_asks_for_exactly_one_thing(level):
    for wanted in ({}, {"course": make.course(), "exam": make.exam()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Requirement.objects.create(level=level, **wanted)


def test_a_grant_has_its_credential_and_a_refusal_none(technician, manager, level):
    qualify(technician, level)
    decision = decide(level, technician, manager)

    for changes in ({"outcome": REFUSED}, {"credential": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**changes)


def screen(level, person):
    return reverse("decide", args=[level.pk, person.pk])


def test_over_the_net_from_the_list_to_the_certificate(client, technician, manager, level):
    qualify(technician, level)
    client.force_login(manager)

    assert screen(level, technician) in client.get(reverse("decisions")).content.decode()
    assert client.get(screen(level, technician)).context["objections"] == []
    answer = client.post(screen(level, technician), {"outcome": "granted", "reason": ""}, follow=True)

    number = Credential.objects.get().number
    assert answer.redirect_chain[-1][0] == reverse("certificate", args=[number])
    assert number in answer.content.decode()
    assert screen(level, technician) not in client.get(reverse("decisions")).content.decode()


def test_a_second_tab_gets_409_and_the_reason(client, technician, manager, level):
    qualify(technician, level)
    decide(level, technician, manager, on=datetime.date.today())
    CredentialEvent.objects.update(at=NOON - DAY)
    Credential.objects.update(valid_from=TODAY - 300 * DAY)
    client.force_login(manager)

    answer = client.post(screen(level, technician), {"outcome": "granted"})

    assert answer.status_code == 409
    assert answer.context["refusals"]
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("outcome", ["", "maybe", "GRANTED"])
def test_without_an_outcome_it_asks_for_one(client, technician, manager, level, outcome):
    qualify(technician, level)
    client.force_login(manager)

    assert client.post(screen(level, technician), {"outcome": outcome}).status_code == 422
    assert not Decision.objects.exists()


def test_what_was_typed_stays_in_the_form(client, technician, manager, level):
    client.force_login(manager)

    answer = client.post(screen(level, technician), {"outcome": "granted", "reason": "材料齐全，待补"})

    assert answer.status_code == 409
    assert "材料齐全，待补" in answer.content.decode()


def test_the_screens_are_closed_to_everybody_else(client, technician, level):
    client.force_login(technician)

    assert client.get(reverse("decisions")).status_code == 403
    assert client.get(screen(level, technician)).status_code == 403
    assert client.post(screen(level, technician), {"outcome": "granted"}).status_code == 403


def test_the_page_of_schemes_shows_how_each_person_stands(client, technician, manager, level):
    assert client.get(reverse("certification")).status_code == 200
    qualify(technician, level)
    client.force_login(technician)
    before = client.get(reverse("certification")).context["schemes"][0][1][0]
    decide(level, technician, manager, at=NOON - 40 * DAY, on=TODAY - 40 * DAY)
    after = client.get(reverse("certification")).context["schemes"][0][1][0]

    assert [standing.is_met for standing in before[1]] == [True, True]
    assert before[2] is None
    assert after[2] == Credential.objects.get()


def test_a_suspended_holder_awaits_no_second_certificate(level, technician, manager):
    study(technician, level)
    pass_exam(technician, level)
    made = certify.decide(level=level, person=technician, outcome=GRANTED, reason="", by=manager, at=NOON, on=TODAY)
    record(credential=made.credential, kind=CredentialEvent.Kind.SUSPENDED, reason="投诉", by=manager, at=NOON)

    assert certify.candidates(level=level, at=NOON) == []
    with pytest.raises(Refused):
        certify.decide(level=level, person=technician, outcome=GRANTED, reason="", by=manager, at=NOON, on=TODAY)


def test_of_two_decisions_at_once_the_later_lock_finds_the_earlier_certificate(level, technician, manager):
    """The second took its time before it waited for the first."""
    study(technician, level)
    pass_exam(technician, level)
    certify.decide(level=level, person=technician, outcome=GRANTED, reason="", by=manager, at=NOON + DAY, on=TODAY)

    with pytest.raises(Refused):
        certify.decide(level=level, person=technician, outcome=GRANTED, reason="", by=manager, at=NOON, on=TODAY)


def test_a_level_that_asks_for_nothing_is_conferred_on_nobody(technician, manager):
    empty = make.level()

    assert certify.candidates(level=empty, at=NOON) == []
    with pytest.raises(Refused):
        certify.decide(level=empty, person=technician, outcome=GRANTED, reason="", by=manager, at=NOON, on=TODAY)


def test_nobody_whose_account_is_closed_is_certified(level, technician, manager):
    study(technician, level)
    pass_exam(technician, level)
    technician.is_active = False
    technician.save()

    with pytest.raises(Refused):
        certify.decide(level=level, person=technician, outcome=GRANTED, reason="", by=manager, at=NOON, on=TODAY)


def test_the_queries_of_the_page_of_schemes_do_not_grow_with_the_levels(
    client, technician, level, django_assert_max_num_queries
):
    client.force_login(technician)
    for _n in range(10):
        make.level(course=make.course(lessons=1), exam=make.exam(kinds=["truefalse"]), held=None)

    with django_assert_max_num_queries(14):
        client.get(reverse("certification"))
