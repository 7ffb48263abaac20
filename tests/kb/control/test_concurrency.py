"""Two people at once: one of them does it, the other is told; nothing is done by halves."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from kb.control import effect, log, sign, submit
from kb.models import Deputy, DocumentNumber, Edition, FaqPage, Significance, SignOff, Submission
from people import roles
from people.refusal import Refused
from tests import make
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]


def refusals(results: list[object]) -> list[str]:
    """Return what those were told who were refused; everything else that was raised is a mistake."""
    mistakes = [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]
    assert not mistakes, mistakes
    return [str(result) for result in results if isinstance(result, Refused)]


@pytest.fixture
def team(committed: None) -> make.Team:
    """Three people who can sign."""
    return make.team()


@pytest.fixture
def sent(team: make.Team) -> Submission:
    """A text that waits for its review."""
    return make.submission(make.document(live=False, qualification=team.qualification), team)


def deputy_of(person: object, *may: roles.Role, team: make.Team) -> object:
    """Return somebody who stands in for this person today."""
    other = make.person(*may)
    make.credential(other, team.qualification)
    today = timezone.localdate()
    Deputy.objects.create(person=person, deputy=other, begins_on=today, ends_on=today)
    return other


def signing(sent: Submission, person: object) -> Callable[[], Submission]:
    """Return the call with which this person signs."""
    return lambda: sign.sign(submission=sent, person=person, digest=sent.digest, at=timezone.now())


def test_a_signer_and_his_deputy_sign_at_once(sent: Submission, team: make.Team) -> None:
    deputy = deputy_of(team.reviewer, roles.REVIEWER, team=team)

    told = refusals(at_once(signing(sent, team.reviewer), signing(sent, deputy)))

    assert len(told) == 1
    assert told[0]
    assert SignOff.objects.filter(submission=sent, act="reviewed").count() == 1
    assert log.broken_line()[0] is None


def test_two_approve_at_once(sent: Submission, team: make.Team) -> None:
    signing(sent, team.reviewer)()
    deputy = deputy_of(team.approver, roles.APPROVER, team=team)

    told = refusals(at_once(signing(sent, team.approver), signing(sent, deputy)))

    assert len(told) == 1
    assert Edition.objects.count() == 1
    assert FaqPage.objects.get().live
    assert log.broken_line()[0] is None


def test_one_person_signs_in_two_tabs(sent: Submission, team: make.Team) -> None:
    told = refusals(at_once(*[signing(sent, team.reviewer)] * 3))

    assert len(told) == 2
    assert SignOff.objects.filter(submission=sent, act="reviewed").count() == 1


def test_two_authors_submit_at_once(team: make.Team) -> None:
    page = make.document(live=False, qualification=team.qualification)
    other = make.person(roles.AUTHOR)

    def submitting(author: object) -> Callable[[], Submission]:
        return lambda: submit.submit(
            page=page, author=author, reviewer=team.reviewer, approver=team.approver, reason="改", at=timezone.now(),
            significance=Significance.CONTENT, effective_on=timezone.localdate(),
        )  # fmt: skip

    told = refusals(at_once(submitting(team.author), submitting(other)))

    assert len(told) == 1
    assert Submission.objects.count() == SignOff.objects.count() == 1


def test_a_signer_signs_while_the_author_takes_it_back(sent: Submission, team: make.Team) -> None:
    signing(sent, team.reviewer)()

    told = refusals(
        at_once(
            signing(sent, team.approver),
            lambda: submit.recall(submission=sent, by=team.author, reason="", at=timezone.now()),
        )
    )

    assert len(told) == 1
    sent.refresh_from_db()
    assert Edition.objects.count() == (sent.outcome == Submission.Outcome.APPROVED)
    assert {"approved", "recalled"} & set(sent.lines.values_list("act", flat=True)) == {sent.outcome}
    assert log.broken_line()[0] is None


def test_a_draft_is_saved_while_its_author_submits(team: make.Team) -> None:
    page = make.document(live=False, qualification=team.qualification)
    draft = page.get_latest_revision_as_object()
    draft.title = "另一个标题"

    results = at_once(
        lambda: draft.save_revision(user=team.author),
        lambda: submit.submit(
            page=page, author=team.author, reviewer=team.reviewer, approver=team.approver, reason="改",
            significance=Significance.CONTENT, effective_on=timezone.localdate(), at=timezone.now(),
        ),
    )  # fmt: skip

    sent = Submission.objects.get()
    assert sent.revision.as_object().content_digest() == sent.digest
    assert sent.revision_id == FaqPage.objects.get().latest_revision_id
    assert isinstance(results[1], Submission)


def test_two_documents_ask_for_the_next_number_at_once(team: make.Team) -> None:
    folder = make.folder()
    pages = [
        folder.add_child(instance=FaqPage(title=f"文件{n}", slug=f"new-{n}", locale=folder.locale, live=False))
        for n in range(4)
    ]

    told = refusals(at_once(*[page.save_revision for page in pages]))

    assert told == []
    numbers = set(FaqPage.objects.values_list("number", flat=True))
    assert len(numbers) == DocumentNumber.objects.count() == 4
    assert None not in numbers


def test_many_lines_are_written_at_once(team: make.Team) -> None:
    pages = [make.document(live=False, qualification=team.qualification) for _n in range(4)]

    told = refusals(at_once(*[lambda page=page: make.signed(page, team) for page in pages]))

    assert told == []
    assert Edition.objects.count() == 4
    assert log.broken_line() == (None, 4 * 4)  # three signatures and "took effect"


def test_an_edition_is_brought_into_effect_by_two_nights_at_once(team: make.Team) -> None:
    page = make.document(live=False, qualification=team.qualification)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    edition = make.signed(page, team, at=yesterday, effective_on=timezone.localdate() + datetime.timedelta(days=1))
    Edition.objects.filter(pk=edition.pk).update(effective_on=timezone.localdate())

    results = at_once(*[lambda: effect.bring_all(at=timezone.now())] * 2)

    assert sorted(results) == [(0, 0), (1, 0)]
    assert SignOff.objects.filter(act="effective").count() == 1
