"""Feedback on an edition: whether it helped, and corrections that owners answer."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import feedback
from kb.models import ControlledPage, Correction, Vote
from people import roles
from people.models import Audience, Notice, OrgUnit, User
from people.refusal import Refused
from tests import database, make

NOW = timezone.now()
TODAY = timezone.localdate()
HOUR = datetime.timedelta(hours=1)


pytestmark = pytest.mark.django_db


@pytest.fixture
@database.once
def owned() -> tuple[User, ControlledPage]:
    """An author and a document of his unit."""
    owner, body = make.person(roles.AUTHOR, name="陈立"), [("first", "第一段", "开头"), ("second", "第二段")]
    return owner, make.document(unit=owner.unit, body=[make.text(*said) for said in body])


@pytest.fixture
def owner(owned: tuple[User, ControlledPage]) -> User:
    """The author who looks after the document."""
    return owned[0]


@pytest.fixture
def page(owned: tuple[User, ControlledPage]) -> ControlledPage:
    """The document."""
    return owned[1]


def proposed(person: User, page: ControlledPage, text: str = "12 应为 11.4", **fields: object) -> Correction:
    """A correction proposed by this person."""
    return feedback.propose(**{"person": person, "edition": page.edition, "text": text, "at": NOW} | fields)


def words(answer) -> str:
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


# ------------------------------------------------------------------------------------------------ votes


def test_a_person_has_one_vote_for_an_edition_and_can_change_it(page, technician):
    feedback.vote(person=technician, edition=page.edition, was_helpful=False, reason="wrong", note="少一步", at=NOW)
    feedback.vote(person=technician, edition=page.edition, was_helpful=True, at=NOW + HOUR)

    vote = Vote.objects.get()
    assert (vote.was_helpful, vote.reason, vote.note, vote.at) == (True, "", "", NOW + HOUR)

    make.issue(page, "content", title="新", effective_on=TODAY)
    again = ControlledPage.objects.get(pk=page.pk)
    feedback.vote(person=technician, edition=again.edition, was_helpful=True, at=NOW)
    assert Vote.objects.count() == 2


@pytest.mark.parametrize("fields", [{"reason": ""}, {"reason": "x"}, {"reason": "wrong", "note": "长" * 501}], ids=str)
def test_an_unhelpful_vote_needs_a_reason_and_a_note_that_fits(page, technician, fields):
    with pytest.raises(Refused):
        feedback.vote(person=technician, edition=page.edition, was_helpful=False, at=NOW, **fields)
    assert not Vote.objects.exists()


def test_a_vote_is_for_the_edition_in_force(page, technician):
    make.issue(page, "content", title="新", effective_on=TODAY)

    with pytest.raises(Refused, match=r"1\.0.*1\.1"):
        feedback.vote(person=technician, edition=page.edition, was_helpful=True, at=NOW)


def test_voting_on_the_screen_and_seeing_ones_own_vote_alone(client: Client, page, technician):
    client.force_login(technician)
    address = reverse("vote", args=[page.number])
    said = {"edition": page.edition.pk, "helpful": "no", "reason": "unclear", "note": "看不懂第二段"}

    for _ in range(2):
        assert client.post(address, said).status_code == 302

    assert Vote.objects.get().reason == Vote.Reason.UNCLEAR
    assert "看不懂第二段" in words(client.get(page.get_absolute_url()))
    client.force_login(make.person(roles.TECHNICIAN))
    shown = words(client.get(page.get_absolute_url()))
    assert "看不懂第二段" not in shown
    assert str(technician) not in shown


def test_a_vote_without_a_reason_keeps_what_was_typed(client: Client, page, technician):
    client.force_login(technician)

    answer = client.post(
        reverse("vote", args=[page.number]), {"edition": page.edition.pk, "helpful": "no", "note": "我写的话"}
    )

    assert answer.status_code == 422
    assert "我写的话" in words(answer)
    assert 'role="alert"' in words(answer)


# ------------------------------------------------------------------------------------------------ proposing


def test_a_correction_waits_for_the_owner_with_the_fewest_open_ones(page, owner, technician):
    second = make.person(roles.AUTHOR, unit=owner.unit)

    made = [proposed(technician, page, text=f"第{n}处") for n in range(3)]
    assert [each.assignee for each in made] == [owner, second, owner]
    feedback.answer(correction=made[0], accepted=True, answer="好", by=owner, at=NOW)
    feedback.answer(correction=made[2], accepted=True, answer="好", by=owner, at=NOW)

    assert proposed(technician, page, text="再一处").assignee == owner
    assert Notice.objects.filter(person=owner).count() == 3


def test_the_same_again_is_the_first(page, technician):
    assert proposed(technician, page) == proposed(technician, page, text=" 12 应为 11.4\r\n")
    assert proposed(technician, page, block_id="first") != proposed(technician, page)


def test_an_edition_replaced_meanwhile_can_still_be_corrected(page, technician):
    old = page.edition
    make.issue(page, "content", body=[make.text("other")], effective_on=TODAY)

    assert proposed(technician, page, block_id="first").edition == old


@pytest.mark.parametrize(
    "fields", [{"text": " \r\n"}, {"text": "长" * 1001}, {"block_id": "nowhere"}, {"block_id": "x" * 100}], ids=str
)
def test_what_cannot_be_proposed_is_refused_in_words(page, technician, fields):
    with pytest.raises(Refused):
        proposed(technician, page, **fields)
    assert not Correction.objects.exists()


def test_lines_count_as_the_form_counts_them(page, technician):
    assert proposed(technician, page, text="长\r\n" * 500).text.count("\n") == 499


def test_an_edition_still_to_come_is_not_corrected(page, technician):
    later = make.issue(page, "content", title="以后", effective_on=TODAY + datetime.timedelta(days=1))

    with pytest.raises(Refused):
        proposed(technician, page, edition=later)


def test_twenty_a_day_are_enough(page, technician):
    for place in range(20):
        proposed(technician, page, text=f"第{place}处")

    with pytest.raises(Refused, match="20"):
        proposed(technician, page, text="又一处")
    assert proposed(technician, page, text="明天", at=NOW + 25 * HOUR)


def test_proposing_on_the_screen(client: Client, page, owner, technician):
    client.force_login(technician)
    address = reverse("propose_correction", args=[page.number])
    assert '<option value="second"' in words(client.get(address))

    said = {"edition": page.edition.pk, "block": "first", "text": "<b>改正</b>"}
    for _ in range(2):
        assert client.post(address, said).status_code == 302

    made = Correction.objects.get()
    assert (made.block_id, made.proposed_by, made.assignee) == ("first", technician, owner)
    assert reverse("correction", args=[made.pk]) in words(client.get(page.get_absolute_url()))


def test_what_was_refused_keeps_what_was_typed(client: Client, page, technician):
    client.force_login(technician)
    said = {"edition": page.edition.pk, "block": "second", "text": "长" * 1001}

    answer = client.post(reverse("propose_correction", args=[page.number]), said)

    assert answer.status_code == 422
    assert "长" * 1001 in words(answer)
    assert '<option value="second" lang="zh-hans" selected>' in words(answer)
    assert "1001" in words(answer)


@pytest.mark.parametrize("name", ["vote", "propose_correction"])
def test_a_document_a_person_may_not_see_is_not_there(client: Client, customer, name):
    page = make.document(audience=Audience.INTERNAL)
    said = {"edition": page.edition.pk, "helpful": "yes", "text": "改"}
    address = reverse(name, args=[page.number])

    assert client.post(address, said).url.startswith(reverse("account_login"))
    client.force_login(customer)
    assert client.get(address).status_code == client.post(address, said).status_code == 404
    seen = make.document()
    assert client.post(reverse(name, args=[seen.number]), said).status_code == 404
    for rule in (feedback.propose, feedback.vote):
        said = {"text": "改"} if rule is feedback.propose else {"was_helpful": True}
        with pytest.raises(ControlledPage.DoesNotExist):
            rule(person=customer, edition=page.edition, at=NOW, **said)
    assert not Vote.objects.exists()
    assert not Correction.objects.exists()


# ------------------------------------------------------------------------------------------------ answering


@pytest.mark.parametrize("accepted", [True, False])
def test_whoever_proposed_it_is_told(page, owner, technician, accepted):
    made = proposed(technician, page)

    feedback.answer(correction=made, accepted=accepted, answer="已核对\r\n" + "长" * 400, by=owner, at=NOW)

    made.refresh_from_db()
    assert (made.state, made.answered_by) == ("accepted" if accepted else "declined", owner)
    told = Notice.objects.get(person=technician)
    assert told.url == reverse("correction", args=[made.pk])
    assert "已核对" in told.text
    assert len(told.text) <= 300


def test_it_is_answered_once(page, owner, technician):
    made = proposed(technician, page)
    feedback.answer(correction=made, accepted=True, answer="好", by=owner, at=NOW)

    with pytest.raises(Refused, match="陈立"):
        feedback.answer(correction=made, accepted=False, answer="不好", by=owner, at=NOW)
    with pytest.raises(Refused):
        feedback.assign(correction=made, to=owner, by=owner, at=NOW)
    assert Notice.objects.filter(person=technician).count() == 1


@pytest.mark.parametrize("answer", ["", "  ", "长" * 501])
def test_an_answer_says_something_and_not_too_much(page, owner, technician, answer):
    made = proposed(technician, page)

    with pytest.raises(Refused):
        feedback.answer(correction=made, accepted=True, answer=answer, by=owner, at=NOW)


def test_only_owners_and_whoever_it_is_assigned_to_answer(page, owner, technician):
    stranger = make.person(roles.AUTHOR)
    made = proposed(technician, page)

    for person in (technician, stranger):
        with pytest.raises(Correction.DoesNotExist):
            feedback.answer(correction=made, accepted=True, answer="好", by=person, at=NOW)
    feedback.assign(correction=made, to=stranger, by=owner, at=NOW)
    assert Notice.objects.filter(person=stranger).count() == 1
    assert feedback.answer(correction=made, accepted=True, answer="好", by=stranger, at=NOW)


def test_it_is_assigned_to_authors_who_may_read_the_document(technician):
    owner = make.person(roles.AUTHOR)
    page = make.document(unit=owner.unit, audience=Audience.INTERNAL)
    made = proposed(technician, page)
    dealer = make.person(roles.AUTHOR, kind=OrgUnit.Kind.DEALER)
    other = make.person(roles.AUTHOR)

    assert set(feedback.candidates(made)) == {owner, other}
    for person in (technician, dealer):
        with pytest.raises(Refused):
            feedback.assign(correction=made, to=person, by=owner, at=NOW)


def test_the_queue_of_an_owner(client: Client, page, owner, technician):
    colleague = make.person(roles.AUTHOR, unit=owner.unit)
    first, second = proposed(technician, page, text="第一", block_id="first"), proposed(technician, page, text="第二")
    proposed(technician, make.document(unit=make.person(roles.AUTHOR).unit), text="别人的")
    client.force_login(owner)
    address = reverse("corrections")

    def shown(**query: str) -> list[Correction]:
        return [each for each, _heading in client.get(address, query).context["rows"]]

    assert (first.assignee, second.assignee) == (owner, colleague)
    assert shown() == shown(whose="x", state="x", page="x") == [first]
    assert shown(whose="all") == [first, second]
    assert shown(state="closed") == []
    assert "开头" in words(client.get(address))
    answer = client.post(reverse("correction", args=[first.pk]), {"decision": "accept", "answer": "多谢"})
    assert answer.url == address
    assert shown() == []
    assert shown(state="closed") == [first]


def test_the_queue_takes_the_same_number_of_queries_however_long(
    client: Client, page, owner, technician, django_assert_max_num_queries
):
    proposed(technician, page)
    client.force_login(owner)
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("corrections"))
    for place in range(5):
        proposed(make.person(roles.TECHNICIAN), make.document(unit=owner.unit), text=f"第{place}处", block_id="first")
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("corrections"))


def test_the_queue_is_for_those_who_look_after_documents(client: Client, page, technician):
    client.force_login(technician)

    assert client.get(reverse("corrections")).status_code == 403


def test_a_correction_is_shown_to_its_proposer_and_answered_by_owners(client: Client, page, owner, technician):
    made = proposed(technician, page, block_id="first")
    address, assign = reverse("correction", args=[made.pk]), reverse("assign_correction", args=[made.pk])

    client.force_login(make.person(roles.TECHNICIAN))
    assert client.get(address).status_code == client.post(address, {}).status_code == 404
    assert client.post(assign, {}).status_code == 404
    client.force_login(technician)
    assert "第一段" in words(client.get(address))
    assert client.post(address, {"decision": "accept", "answer": "好"}).status_code == 404
    assert client.post(assign, {"assignee": owner.pk}).status_code == 404
    client.force_login(owner)
    assert "<textarea" in words(client.get(address))
    kept = client.post(address, {"answer": "没选"})
    assert kept.status_code == 422
    assert "没选" in words(kept)
    for assignee in ("", "x", "9" * 30, technician.pk):
        assert client.post(assign, {"assignee": assignee}).status_code == 422
    other = make.person(roles.AUTHOR)
    assert client.post(assign, {"assignee": other.pk}).status_code == 302
    made.refresh_from_db()
    assert made.assignee == other


def test_a_correction_of_what_was_withdrawn_is_still_answered(client: Client, page, owner, technician):
    made = proposed(technician, page)
    make.withdrawn(page)
    client.force_login(owner)

    answer = client.post(reverse("correction", args=[made.pk]), {"decision": "decline", "answer": "已作废"})

    assert answer.status_code == 302
    client.force_login(technician)
    assert "已作废" in words(client.get(reverse("correction", args=[made.pk])))
