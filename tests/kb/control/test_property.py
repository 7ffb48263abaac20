"""Whatever people do in whatever order: readers see the edition of the day, as it was signed by three, or nothing."""

import contextlib
import datetime
import itertools
import os
from collections import defaultdict
from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from kb.control import effect, log, sign, submit, verify, versions
from kb.models import Act, ControlledPage, Deputy, Edition, Frozen, ProcedurePage, Significance, SignOff, Submission
from people import roles
from people.models import User
from people.refusal import Refused
from tests import make
from tests.kb.control.estate import then_undone

pytestmark = pytest.mark.django_db

ROLES = (
    (roles.AUTHOR,),
    (roles.AUTHOR, roles.REVIEWER),
    (roles.REVIEWER,),
    (roles.REVIEWER, roles.APPROVER),
    (roles.APPROVER,),
    (roles.AUTHOR, roles.REVIEWER, roles.APPROVER),
)
START = datetime.datetime(2026, 3, 1, 9, 0, tzinfo=make.SHANGHAI)

PEOPLE = st.integers(0, len(ROLES) - 1)
DOCUMENTS = st.integers(0, 1)
DAYS = st.integers(0, 5)
SIGNIFICANCE = st.sampled_from(list(Significance))
# What comes next for a document, done by whom it is for, so that sequences get somewhere ...
NEXT = st.tuples(st.just("go_on"), DOCUMENTS, DAYS, SIGNIFICANCE)
# ... and what anybody might try at any time.
ANYTHING = st.one_of(
    st.tuples(st.just("edit"), DOCUMENTS, PEOPLE, st.integers(0, 3)),
    st.tuples(st.just("submit"), DOCUMENTS, PEOPLE, PEOPLE, PEOPLE, DAYS, SIGNIFICANCE),
    st.tuples(st.just("sign"), DOCUMENTS, PEOPLE, st.none() | DAYS, st.none() | SIGNIFICANCE),
    st.tuples(st.just("reject"), DOCUMENTS, st.none() | PEOPLE),
    st.tuples(st.just("recall"), DOCUMENTS, st.none() | PEOPLE),
    st.tuples(st.just("withdraw"), DOCUMENTS, DAYS),
)
LATER = st.tuples(st.just("pass"), st.integers(1, 7))
OPERATIONS = st.sampled_from([NEXT] * 7 + [ANYTHING] * 2 + [LATER]).flatmap(lambda kind: kind)
MANY = int(os.environ.get("MANY_SEQUENCES", "8"))


class Story:
    """Two documents, six people, and what the test itself remembers of them; each method is what a person tries."""

    def __init__(self, people: list[User], pages: list[ProcedurePage]) -> None:
        self.people, self.pages, self.now = people, pages, START
        self.touched: dict[int, set[int]] = defaultdict(set)
        self.count = itertools.count(1)

    @property
    def today(self) -> datetime.date:
        """The day of the story."""
        return self.now.date()

    def page(self, place: int) -> ProcedurePage:
        """Return a document as it is now."""
        return ProcedurePage.objects.get(pk=self.pages[place].pk)

    def open(self, place: int) -> Submission | None:
        """Return what waits for signatures."""
        return Submission.objects.open().filter(page=self.pages[place]).first()

    def edit(self, place: int, person: int, words: int) -> None:
        """Save a draft."""
        draft = self.page(place).get_latest_revision_as_object()
        draft.title = f"文字{next(self.count)}"
        draft.body = draft._meta.get_field("body").stream_block.to_python([make.step("a", f"第{words}种")])
        draft.save_revision(user=self.people[person])
        self.touched[place].add(person)

    def submit(self, place: int, author: int, reviewer: int, approver: int, days: int, significance: str) -> None:
        """Submit the draft."""
        self._submit(place, author, reviewer, approver, days, significance=significance)

    def withdraw(self, place: int, days: int) -> None:
        """Submit the end of a document to those who may sign it."""
        self._submit(place, 0, *self._signers(place, 0), days, significance="safety", act=Act.WITHDRAWAL)

    def _signers(self, place: int, author: int) -> tuple[int, int]:
        able = [
            [n for n, their in enumerate(ROLES) if role in their and n not in {author, *self.touched[place]}]
            for role in (roles.REVIEWER, roles.APPROVER)
        ]
        return next(((one, two) for one in able[0] for two in able[1] if one != two), (2, 4))

    def go_on(self, place: int, days: int, significance: str) -> None:
        """Do what comes next: write, submit, review or approve; or, now and then, withdraw what is in force."""
        if self.open(place):
            self.sign(place, None, days, significance)
        elif self.page(place).live and not self.touched[place] and days == 5:
            self.withdraw(place, 0)
        elif self.touched[place]:
            author = min(self.touched[place])
            self.submit(place, author, *self._signers(place, author), days, significance)
        else:
            self.edit(place, next(self.count) % 2, days)

    def _submit(self, place: int, author: int, reviewer: int, approver: int, days: int, **said: object) -> None:
        submit.submit(
            page=self.page(place), author=self.people[author], reviewer=self.people[reviewer],
            approver=self.people[approver], reason="改", effective_on=self.today + datetime.timedelta(days=days),
            at=self.now, **said,
        )  # fmt: skip

    def _whose(self, place: int, person: int | None) -> tuple[Submission, User]:
        submission = self.open(place)
        if submission is None:
            raise Refused("nothing waits")
        step = submission.reviewer if sign.step_of(submission) == sign.Step.REVIEW else submission.approver
        return submission, step if person is None else self.people[person]

    def sign(self, place: int, person: int | None, days: int | None, significance: str | None) -> None:
        """Sign, as this person or as whom the step is for."""
        submission, signer = self._whose(place, person)
        day = None if days is None else self.today + datetime.timedelta(days=days)
        signed = sign.sign(
            submission=submission, person=signer, digest=submission.digest, at=self.now,
            effective_on=day, significance=significance,
        )  # fmt: skip
        signer_place = self.people.index(signer)
        assert signer_place not in self.touched[place]
        if signed.outcome == Submission.Outcome.APPROVED:
            self.touched[place].clear()

    def reject(self, place: int, person: int | None) -> None:
        """Return it to its author."""
        submission, signer = self._whose(place, person)
        sign.reject(submission=submission, person=signer, reason="不行", at=self.now)

    def recall(self, place: int, person: int | None) -> None:
        """Take it back."""
        submission, _signer = self._whose(place, None)
        by = submission.author if person is None else self.people[person]
        submit.recall(submission=submission, by=by, reason="", at=self.now)


def check_editions(story: Story) -> None:
    """On every date, of each document the last edition effective by then is in force, or none."""
    span = [story.today + datetime.timedelta(days=n) for n in range(-3, 9)]
    for day in {START.date() - datetime.timedelta(days=1), START.date(), *span}:
        expected = {}
        for edition in Edition.objects.order_by("sequence"):
            if edition.effective_on <= day:
                expected[edition.page_id] = edition
        in_force = list(Edition.objects.in_force(day))
        assert len({edition.page_id for edition in in_force}) == len(in_force)
        assert {edition.pk for edition in in_force} == {
            edition.pk for edition in expected.values() if not edition.is_withdrawal
        }
    for page in story.pages:
        editions = list(Edition.objects.filter(page=page).order_by("sequence").select_related("revision", "submission"))
        assert [edition.sequence for edition in editions] == list(range(1, len(editions) + 1))
        assert all(before.effective_on <= after.effective_on for before, after in itertools.pairwise(editions))
        issues = [versions.key(edition.version) for edition in editions if not edition.is_withdrawal]
        assert issues == sorted(set(issues))
        assert [edition.is_withdrawal for edition in editions].count(True) <= 1
        for edition in editions:
            assert edition.revision.as_object().content_digest() == edition.digest == edition.submission.digest
            assert edition.approved_on <= edition.effective_on


def check_what_is_shown(story: Story) -> None:
    """What is live is the edition in force today, word for word."""
    in_force = {edition.page_id: edition for edition in Edition.objects.in_force(story.today)}
    for page in ControlledPage.objects.all():
        edition = in_force.get(page.pk)
        assert page.live == (edition is not None)
        if edition:
            assert page.live_revision_id == edition.revision_id
            assert page.specific.content_digest() == edition.digest
            assert page.specific.edition == edition
    assert effect.overdue(story.today) == list(verify.faults(on=story.today)) == []


def check_signatures() -> None:
    """Nobody signed twice; the author, then two others; only what has three signatures became an edition."""
    for submission in Submission.objects.all():
        lines = list(submission.signatures)
        people = [line.person_id for line in lines]
        assert len(set(people)) == len(people)
        assert [line.act for line in lines] == list(SignOff.SIGNATURES)[: len(lines)]
        assert people[0] == submission.author_id
        assert {line.digest for line in lines} == {submission.digest}
        assert Edition.objects.filter(submission=submission).exists() == (len(lines) == 3)
        assert (submission.outcome == Submission.Outcome.APPROVED) == (len(lines) == 3)
    assert log.broken_line()[0] is None


@pytest.fixture
def people() -> Iterator[list[User]]:
    """Six people who hold the qualification; two stand in for others."""
    field = make.qualification(rank=3)
    made = [make.person(*their, is_superuser=place == 5) for place, their in enumerate(ROLES)]
    for person in made:
        make.credential(person, field)
    days = {"begins_on": START.date(), "ends_on": START.date() + datetime.timedelta(days=10)}
    Deputy.objects.create(person=made[2], deputy=made[3], **days)
    Deputy.objects.create(person=made[4], deputy=made[1], **days)
    with time_machine.travel(START, tick=False):
        make.document(ProcedurePage, body=[make.step("a")], live=False, qualification=field)
        make.document(ProcedurePage, body=[make.step("a")], live=False, qualification=field)
    return made


@given(operations=st.lists(OPERATIONS, min_size=15, max_size=40))
@settings(
    max_examples=MANY, deadline=None, derandomize=MANY == 8, print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_readers_see_the_edition_of_the_day_as_three_people_signed_it(
    people: list[User], operations: list[tuple]
) -> None:
    with then_undone(), time_machine.travel(START, tick=False) as clock:
        story = Story(people, list(ProcedurePage.objects.order_by("pk")))
        for place, (name, *said) in enumerate(operations):
            if name == "pass":
                story.now += datetime.timedelta(days=said[0])
                clock.move_to(story.now)
                assert effect.bring_all(at=story.now)[1] == 0
            else:
                story.now += datetime.timedelta(minutes=1)
                clock.move_to(story.now)
                with contextlib.suppress(Refused, Frozen), transaction.atomic():
                    getattr(story, name)(*said)
                    event(f"{name}: done")
            if name == "pass" or place % 3 == 0:
                check_what_is_shown(story)
        check_what_is_shown(story)
        check_signatures()
        check_editions(story)
        event(f"{Edition.objects.count()} editions")
