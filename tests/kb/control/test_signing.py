"""From a draft to an edition: three people, one text."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from kb.control import effect, log, sign
from kb.models import Block, Edition, FaqPage, Frozen, NotSigned, Significance, SignOff, Submission
from people.models import CredentialEvent
from people.refusal import Refused
from tests import make


@pytest.fixture
def team(db: None) -> make.Team:
    """Three people who can sign."""
    return make.team()


@pytest.fixture
def draft(team: make.Team) -> FaqPage:
    """A document that was never in force."""
    return make.document(live=False, qualification=team.qualification)


def test_three_signatures_make_an_edition_that_readers_see(draft: FaqPage, team: make.Team) -> None:
    edition = make.signed(draft, team)
    draft.refresh_from_db()
    assert (edition.version, draft.live, draft.live_revision_id) == ("1.0", True, edition.revision_id)
    assert [line.person for line in edition.submission.signatures] == [team.author, team.reviewer, team.approver]
    assert FaqPage.objects.get().content_digest() == edition.digest
    assert log.broken_line()[0] is None


def test_the_text_is_frozen_while_it_waits(draft: FaqPage, team: make.Team) -> None:
    make.submission(draft, team)
    with pytest.raises(Frozen):
        draft.get_latest_revision_as_object().save_revision(user=team.author)


def test_readers_keep_the_old_edition_until_the_day(draft: FaqPage, team: make.Team) -> None:
    make.signed(draft, team)
    changed = FaqPage.objects.get().get_latest_revision_as_object()
    changed.title = "新的标题"
    changed.save_revision(user=team.author)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    edition = make.signed(changed, team, effective_on=tomorrow, significance=Significance.SAFETY)
    assert (edition.version, FaqPage.objects.get().title) == ("2.0", draft.title)
    assert effect.overdue(tomorrow)[0].pk == draft.pk
    with pytest.raises(NotSigned):
        edition.revision.publish()


def test_a_rejected_text_begins_at_the_beginning(draft: FaqPage, team: make.Team) -> None:
    sent = make.submission(draft, team)
    sign.sign(submission=sent, person=team.reviewer, digest=sent.digest, at=timezone.now())
    sign.reject(submission=sent, person=team.approver, reason="缺少安全说明", at=timezone.now())
    sent.refresh_from_db()
    assert sent.outcome == Submission.Outcome.REJECTED
    again = make.submission(draft, team)
    assert sign.step_of(again) == "reviewed"
    with pytest.raises(Refused):
        sign.sign(submission=again, person=team.approver, digest=again.digest, at=timezone.now())


def test_a_signer_whose_credential_lapsed_meanwhile_is_refused(draft: FaqPage, team: make.Team) -> None:
    sent = make.submission(draft, team)
    from people import credentials

    held = team.reviewer.credentials.get()
    credentials.record(credential=held, kind=CredentialEvent.Kind.SUSPENDED, reason="", by=None, at=timezone.now())
    with pytest.raises(Refused):
        sign.sign(submission=sent, person=team.reviewer, digest=sent.digest, at=timezone.now())
    assert SignOff.objects.filter(act="reviewed").count() == 0


def test_withdrawal_is_signed_by_three(draft: FaqPage, team: make.Team) -> None:
    make.signed(draft, team)
    make.signed(FaqPage.objects.get(), team, act="withdrawal")
    page = FaqPage.objects.get()
    assert not page.live
    assert Edition.objects.in_force(timezone.localdate()).count() == 0


def test_what_editions_changed_that_nobody_saw_counts_as_well(draft: FaqPage, team: make.Team) -> None:
    make.signed(draft, team)
    before = Block.objects.get(page=draft)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    make.issue(FaqPage.objects.get(), body=[make.text("first", "11.0 V")], effective_on=tomorrow)
    make.issue(FaqPage.objects.get(), "erratum", body=[make.text("first", "11.0 V。")], effective_on=tomorrow)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert effect.bring_all(at=timezone.now()) == (1, 0)
    after = Block.objects.get(page=draft)
    assert after.basis not in (before.basis, after.digest)
