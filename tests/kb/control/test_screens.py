"""The screens of the sign-off: who sees what, what a mistake does, what comes twice."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.models import Deputy, Edition, FaqPage, SignOff, Submission
from people import roles
from people.models import Credential, User
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> make.Team:
    """Three people who can sign."""
    return make.team()


@pytest.fixture
def draft(team: make.Team) -> FaqPage:
    """A document that was never in force."""
    return make.document(live=False, qualification=team.qualification)


def said(team: make.Team, **changes: object) -> dict:
    """What the author's form sends."""
    day = timezone.localdate()
    return {
        "significance": "content", "reason": "初次发行", "effective_on": f"{day}", "review_by": f"{day.year + 1}-01-01",
        "reviewer": team.reviewer.pk, "approver": team.approver.pk,
    } | changes  # fmt: skip


def signature(submission: Submission, **changes: object) -> dict:
    """What a signer's form sends."""
    day = timezone.localdate()
    return {
        "digest": submission.digest,
        "password": "secret",
        "effective_on": f"{day}",
        "significance": "content",
    } | changes


def test_a_document_goes_through_the_screens_to_its_readers(client: Client, team: make.Team, draft: FaqPage) -> None:
    client.force_login(team.author)
    client.post(reverse("submit", args=[draft.pk]), said(team))
    submission = Submission.objects.get()
    for person in (team.reviewer, team.approver):
        client.force_login(person)
        assert client.get(reverse("sign", args=[submission.pk])).status_code == 200
        client.post(reverse("sign", args=[submission.pk]), signature(submission))

    assert Edition.objects.get().page_id == draft.pk
    assert client.get(f"/doc/{draft.number}/").status_code == 200


def test_the_next_signer_is_told_by_notice_and_by_mail(
    client: Client, team: make.Team, draft: FaqPage, mailoutbox: list, django_capture_on_commit_callbacks: object
) -> None:
    User.objects.filter(pk=team.reviewer.pk).update(email="reviewer@example.org")
    client.force_login(team.author)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("submit", args=[draft.pk]), said(team))

    assert [mail.to for mail in mailoutbox] == [["reviewer@example.org"]]
    assert draft.number in mailoutbox[0].body
    assert reverse("sign", args=[Submission.objects.get().pk]) in mailoutbox[0].body
    assert team.reviewer.notices.count() == 1


def test_a_form_sent_twice_submits_once_and_says_so(client: Client, team: make.Team, draft: FaqPage) -> None:
    client.force_login(team.author)
    client.post(reverse("submit", args=[draft.pk]), said(team))

    again = client.post(reverse("submit", args=[draft.pk]), said(team, reason="再来一次"))

    assert again.status_code in (409, 422)
    assert Submission.objects.count() == 1


def test_nothing_typed_is_lost_when_something_is_wrong(client: Client, team: make.Team, draft: FaqPage) -> None:
    client.force_login(team.author)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)

    answer = client.post(reverse("submit", args=[draft.pk]), said(team, reason="说明很长", effective_on=f"{yesterday}"))

    assert answer.status_code == 409
    assert "说明很长" in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_wrong_password_signs_nothing_and_too_many_are_stopped(
    client: Client, team: make.Team, draft: FaqPage
) -> None:
    submission = make.submission(draft, team)
    client.force_login(team.reviewer)
    address = reverse("sign", args=[submission.pk])

    statuses = [client.post(address, signature(submission, password=f"wrong-{n}")).status_code for n in range(11)]

    assert statuses == [422] * 10 + [429]
    assert not SignOff.objects.filter(act=SignOff.Act.REVIEWED).exists()


def test_a_text_that_is_not_what_was_shown_is_not_signed(client: Client, team: make.Team, draft: FaqPage) -> None:
    submission = make.submission(draft, team)
    client.force_login(team.reviewer)

    answer = client.post(reverse("sign", args=[submission.pk]), signature(submission, digest="0" * 64))

    assert answer.status_code == 409
    assert not SignOff.objects.filter(act=SignOff.Act.REVIEWED).exists()


def test_strangers_learn_nothing_of_a_submission(client: Client, team: make.Team, draft: FaqPage) -> None:
    submission = make.submission(draft, team)
    addresses = [reverse(name, args=[submission.pk]) for name in ("sign", "submitted_text")]
    for stranger in (make.person(roles.TECHNICIAN), make.person(roles.TRAINER)):
        client.force_login(stranger)
        assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(make.person(roles.AUDITOR))
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_an_author_takes_his_text_back_and_nobody_else_does(client: Client, team: make.Team, draft: FaqPage) -> None:
    submission = make.submission(draft, team)
    address = reverse("recall", args=[submission.pk])
    client.force_login(team.reviewer)
    client.post(address, {"reason": "不是我的"})
    submission.refresh_from_db()
    assert submission.outcome == Submission.Outcome.OPEN

    client.force_login(team.author)
    client.post(address, {"reason": "再改一处"})

    submission.refresh_from_db()
    assert submission.outcome == Submission.Outcome.RECALLED
    draft.get_latest_revision_as_object().save_revision(user=team.author)


def test_a_deputy_finds_what_waits_and_signs_it_in_his_own_name(
    client: Client, team: make.Team, draft: FaqPage
) -> None:
    deputy = make.person(roles.REVIEWER)
    make.credential(deputy, team.qualification)
    client.force_login(team.reviewer)
    day = timezone.localdate()
    client.post(reverse("deputies"), {"deputy": deputy.pk, "begins_on": f"{day}", "ends_on": f"{day}"})
    client.post(reverse("deputies"), {"deputy": deputy.pk, "begins_on": f"{day}", "ends_on": f"{day}"})
    assert Deputy.objects.count() == 1
    submission = make.submission(draft, team)
    client.force_login(deputy)

    assert draft.number in client.get(reverse("waiting")).content.decode()
    client.post(reverse("sign", args=[submission.pk]), signature(submission))

    line = SignOff.objects.get(act=SignOff.Act.REVIEWED)
    assert (line.person, line.deputy_for) == (deputy, team.reviewer)


def test_what_waits_costs_the_same_however_much_it_is(client: Client, team: make.Team) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("waiting")).status_code == 200
        return len(found)

    make.submission(make.document(live=False, qualification=team.qualification), team)
    client.force_login(team.reviewer)
    queries()
    few = queries()
    for _ in range(4):
        make.submission(make.document(live=False, qualification=team.qualification), team)

    assert queries() == few


def test_the_certification_manager_enters_what_was_earned_elsewhere_once(
    client: Client, manager: User, technician: User
) -> None:
    qualification = make.qualification(rank=2)
    entry = {
        "person": technician.pk, "qualification": qualification.pk, "valid_from": "2026-01-01", "valid_until": "",
        "earned_by": "external", "proof": "电工证 T-123",
    }  # fmt: skip
    client.force_login(manager)

    for _ in range(2):
        client.post(reverse("entered_credentials"), entry)
    himself = client.post(reverse("entered_credentials"), entry | {"person": manager.pk})

    held = Credential.objects.get()
    assert (held.person, himself.status_code) == (technician, 422)
    client.post(reverse("withdraw_credential", args=[held.number]), {"reason": "证书已吊销"})
    assert not Credential.objects.valid(timezone.now()).exists()


def test_nobody_else_enters_credentials(client: Client, technician: User) -> None:
    client.force_login(technician)

    assert client.get(reverse("entered_credentials")).status_code == 403
