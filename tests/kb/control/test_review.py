"""Signing that a document is still valid, and being reminded of it."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.control import review, sign
from kb.models import ControlledPage, Correction, DocumentClass, Edition, FaqPage, SignOff, Vote
from people import credentials, roles
from people.models import CredentialEvent, Notice
from people.refusal import Refused
from tests import database, make

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
@database.once
def signed() -> tuple[make.Team, Edition]:
    """An edition in force, signed by this team, to be reviewed in 30 days."""
    team = make.team()
    page = make.document(number="PR-1", live=False)
    return team, make.signed(page, team, review_by=timezone.localdate() + 30 * DAY)


@pytest.fixture
def team(signed: tuple[make.Team, Edition]) -> make.Team:
    """Three people who can sign."""
    return signed[0]


@pytest.fixture
def edition(signed: tuple[make.Team, Edition]) -> Edition:
    """What they signed."""
    return signed[1]


def confirm(edition, by, **said):
    return review.confirm(edition=edition, by=by, at=timezone.now(), **said)


def test_a_reviewer_or_an_approver_confirms_and_the_log_says_so(edition, team):
    was, today = edition.review_by, timezone.localdate()
    until = today + 200 * DAY
    confirm(edition, team.reviewer, until=until, comment=" 仍然有效 ")
    edition.refresh_from_db()
    line = SignOff.objects.last()
    assert edition.review_by == until
    assert (line.act, line.person, line.digest, line.reason) == (
        "confirmed", team.reviewer, edition.digest, "仍然有效",
    )  # fmt: skip
    assert line.facts == {"from": str(was), "until": str(until), "version": "1.0"}
    confirm(edition, team.approver, until=until + DAY)
    assert list(review.confirmations(edition).values_list("person", flat=True)) == [team.approver.pk, team.reviewer.pk]


def test_without_a_day_the_class_of_the_document_says_when_it_is_reviewed_next(edition, team):
    DocumentClass.objects.filter(kind="faq").update(review_months=6)
    with time_machine.travel(datetime.datetime(2027, 8, 31, 12, tzinfo=make.SHANGHAI)):
        assert confirm(edition, team.reviewer).review_by == datetime.date(2028, 2, 29)


def test_who_wrote_it_or_works_on_the_next_text_does_not_confirm_it(edition, team):
    for role in (roles.REVIEWER, roles.APPROVER):
        team.author.groups.add(*type(team.author.groups.first()).objects.filter(name=role.group))
    make.credential(team.author, team.qualification)
    with pytest.raises(Refused) as refusal:
        confirm(edition, team.author)
    assert len(refusal.value.reasons) == 1
    FaqPage.objects.get().get_latest_revision_as_object().save_revision(user=team.reviewer)
    with pytest.raises(Refused):
        confirm(edition, team.reviewer)
    confirm(edition, team.approver)


def test_whoever_lacks_the_role_or_the_qualification_does_not_confirm(edition, team, technician, administrator):
    make.credential(technician, team.qualification)
    held = team.reviewer.credentials.get()
    credentials.record(credential=held, kind=CredentialEvent.Kind.SUSPENDED, reason="", by=None, at=timezone.now())
    for person in (technician, administrator, team.reviewer, make.person(roles.APPROVER)):
        with pytest.raises(Refused):
            confirm(edition, person)
    assert not review.confirmations(edition).exists()


def test_what_waits_for_signatures_or_is_not_in_force_is_not_confirmed(edition, team):
    draft = FaqPage.objects.get().get_latest_revision_as_object()
    draft.title = "新"
    draft.save_revision(user=team.author)
    sent = make.submission(draft, team)
    with pytest.raises(Refused):
        confirm(edition, team.reviewer)
    for person in (team.reviewer, team.approver):
        sent = sign.sign(submission=sent, person=person, digest=sent.digest, at=timezone.now())
    with pytest.raises(Refused):
        confirm(edition, team.reviewer)
    confirm(sent.edition, team.reviewer)


def test_what_somebody_else_confirmed_meanwhile_is_not_confirmed_blindly(edition, team):
    seen = Edition.objects.get(pk=edition.pk)
    confirm(edition, team.reviewer)
    with pytest.raises(Refused):
        confirm(seen, team.approver)
    assert review.confirmations(edition).count() == 1


@pytest.mark.parametrize("days", [-1, 0, 4000])
def test_the_next_review_is_after_today_and_within_ten_years(edition, team, days):
    with pytest.raises(Refused):
        confirm(edition, team.reviewer, until=timezone.localdate() + days * DAY)


def post(person, edition, **said):
    client = Client()
    client.force_login(person)
    until = timezone.localdate() + 90 * DAY
    return client.post(
        reverse("confirm_review", args=[edition.number]),
        {"edition": edition.pk, "seen": edition.review_by, "until": until, "comment": "仍然有效", "password": "secret"}
        | said,
    )


def test_the_screen_asks_for_the_password_and_keeps_what_was_typed(edition, team):
    answer = post(team.reviewer, edition, password="wrong", comment="看过了")
    assert answer.status_code == 422
    assert "看过了" in answer.content.decode()
    assert not review.confirmations(edition).exists()
    assert post(team.reviewer, edition).status_code == 302
    assert review.confirmations(edition).count() == 1


def test_the_same_form_sent_twice_signs_once(edition, team):
    assert post(team.reviewer, edition).status_code == 302
    again = post(team.reviewer, edition)
    assert again.status_code == 409
    assert "仍然有效" in again.content.decode()
    assert review.confirmations(edition).count() == 1


def test_a_form_that_showed_an_older_edition_signs_nothing(edition, team):
    draft = FaqPage.objects.get()
    team_of_others = make.team()
    for signer in (team_of_others.reviewer, team_of_others.approver):
        make.credential(signer, team.qualification)
    newer = draft.get_latest_revision_as_object()
    newer.title = "新"
    newer.save_revision(user=team.author)
    make.signed(newer, team)
    assert post(team.reviewer, edition).status_code == 409
    assert not SignOff.objects.filter(act="confirmed").exists()


def test_too_many_attempts_are_stopped_and_nothing_typed_is_lost(edition, team):
    answers = [post(team.reviewer, edition, password="wrong", comment="看过了") for _ in range(11)]
    assert answers[-1].status_code == 429
    assert "看过了" in answers[-1].content.decode()


def test_the_screen_shows_what_readers_said_and_who_could_sign(edition, team, technician):
    page = ControlledPage.objects.get()
    page_readers = [make.person(roles.TECHNICIAN) for _ in range(2)]
    for reader in page_readers:
        Vote.objects.create(edition=edition, person=reader, was_helpful=False, reason="unclear", at=timezone.now())
    Correction.objects.create(edition=edition, text="改", proposed_by=technician, proposed_at=timezone.now())
    client = Client()
    client.force_login(team.author)
    answer = client.get(reverse("confirm_review", args=[page.number]))
    assert (answer.context["unhelpful"], answer.context["corrections"]) == (2, 1)
    assert answer.context["reasons"] == [(Vote.Reason.UNCLEAR.label, 2)]
    assert set(answer.context["candidates"]) == {team.reviewer, team.approver}
    assert "password" not in answer.content.decode()


def test_the_screen_is_for_those_who_oversee_documents_and_may_read_this_one(edition, team, technician):
    def status(person, number=edition.number):
        client = Client()
        if person:
            client.force_login(person)
        return client.get(reverse("confirm_review", args=[number])).status_code

    hidden = make.document(confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    assert status(None) == 302
    assert status(technician) == 403
    assert status(technician, hidden.number) == 404
    assert status(team.reviewer) == 200
    assert status(team.reviewer, "PR-404") == 404
    make.withdrawn(FaqPage.objects.get(number="PR-1"), team)
    assert status(team.reviewer) == 404


def test_each_language_is_confirmed_by_itself(edition, team):
    english = make.document(number="PR-1", language="en", title="In English", qualification=team.qualification)
    client = Client()
    client.force_login(team.reviewer)
    address = reverse("confirm_review", args=["PR-1"])
    assert client.get(address).context["page"].pk == edition.page_id
    assert client.get(address, {"language": "en"}).context["page"].pk == english.pk
    sent = {"edition": english.edition.pk, "seen": "", "until": timezone.localdate() + DAY, "password": "secret"}
    assert client.post(f"{address}?language=en", sent).status_code == 302
    assert review.confirmations(english.edition).count() == 1
    assert not review.confirmations(edition).exists()


def remind(on):
    review.remind(at=timezone.now(), on=on)
    return Notice.objects.filter(key__startswith="review-").count()


def test_owners_are_told_at_30_7_and_0_days_each_once(edition, team):
    due = edition.review_by
    told = [remind(due - days * DAY) for days in (31, 30, 29, 8, 7, 7, 1, 0, -1, -40)]
    assert told == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert {notice.person for notice in Notice.objects.filter(key__startswith="review-")} == {team.author}


def test_a_missed_night_is_made_up_for(edition):
    assert remind(edition.review_by - 12 * DAY) == 1
    assert remind(edition.review_by + 3 * DAY) == 2


def test_a_review_confirmed_is_told_of_again_before_the_next(edition, team):
    due = edition.review_by
    assert remind(due) == 1
    confirm(edition, team.reviewer, until=due + 300 * DAY)
    assert remind(due + DAY) == 1
    assert remind(due + 270 * DAY) == 2


def test_what_was_withdrawn_is_not_reviewed(edition, team):
    make.withdrawn(FaqPage.objects.get(), team)
    assert remind(edition.review_by) == 0


def test_an_overdue_signature_is_told_to_the_signer_and_the_author_once_a_step(
    team, django_capture_on_commit_callbacks
):
    team.reviewer.email = "reviewer@example.org"
    team.reviewer.save()
    sent = make.submission(make.document(live=False), team)
    due, late = timezone.localdate() + 5 * DAY, Notice.objects.filter(key__startswith="sign-overdue-")
    with django_capture_on_commit_callbacks(execute=True):
        for on in (due, due + DAY, due + 2 * DAY):
            review.remind(at=timezone.now(), on=on)
    assert {notice.person for notice in late} == {team.reviewer, team.author}
    assert late.count() == 2
    assert len([message for message in mail.outbox if "reviewer@example.org" in message.to]) == 1
    sign.sign(submission=sent, person=team.reviewer, digest=sent.digest, at=timezone.now())
    review.remind(at=timezone.now(), on=timezone.localdate() + 4 * DAY)
    assert {notice.person for notice in late.all()} == {team.reviewer, team.author, team.approver}


def test_the_nightly_run_reminds_and_twice_changes_nothing(edition):
    with time_machine.travel(timezone.now() + 25 * DAY):
        for _night in range(2):
            call_command("nightly", verbosity=0)
    assert Notice.objects.filter(key=f"review-{edition.pk}-{edition.review_by}-7").count() == 1
