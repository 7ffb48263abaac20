"""From a verified field note to a document in force, and telling whoever asked."""

import datetime

import pytest
from django.utils import timezone

from kb.models import Confirmation, DocumentClass, FaqPage, Solution
from kb.notes import adopt, write
from kb.notes.standing import State, counts, standing_of, waiting
from people import roles
from people.models import Notice, OrgUnit
from people.refusal import Refused
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + datetime.timedelta(hours=2)


@pytest.fixture
def note(dealer, technician):
    """A verified note of a dealer's engineer."""
    made = make.note(dealer, model=make.product(), code="E-04", cause="松动", query="黑屏")
    Confirmation.objects.create(solution=made, person=technician, worked=True, at=NOON)
    return made


def told(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("url", flat=True))


def test_an_faq_is_drafted_with_its_number_its_words_and_its_product(note, author):
    folder = make.folder()
    prefix = DocumentClass.objects.get(kind="faq").prefix

    page = adopt.draft_faq(solution=note, by=author, folder=folder, at=NOW)

    page = FaqPage.objects.get(pk=page.pk)
    draft = page.get_latest_revision_as_object()
    assert (page.live, page.owner, page.unit, page.number[: len(prefix)]) == (False, author, author.unit, prefix)
    assert [block.value["text"] for block in draft.body] == ["开机无显示", "松动", "重插电源模块"]
    assert [block.value["heading"] for block in draft.body][1:2] == ["原因"]
    assert (list(draft.product_models.all()), draft.keywords) == ([note.model], "E-04, 黑屏")
    note.refresh_from_db()
    assert (note.document_id, standing_of(note)) == (page.pk, State.VERIFIED)


def test_it_is_in_hand_once_and_a_mistake_can_be_undone(note, author):
    adopt.draft_faq(solution=note, by=author, folder=make.folder(), at=NOW)
    with pytest.raises(Refused):
        adopt.draft_faq(solution=note, by=author, folder=make.folder(), at=NOW)
    with pytest.raises(Refused):
        adopt.into_guide(solution=note, by=author, guide=make.guide(), at=NOW)
    assert FaqPage.objects.count() == 1

    adopt.reopen(solution=note, by=author, at=NOW)

    note.refresh_from_db()
    assert note.document is None


def test_what_nobody_confirmed_needs_a_tick_and_a_question_cannot_be_adopted(dealer, author):
    note, folder = make.note(dealer), make.folder()

    with pytest.raises(Refused):
        adopt.draft_faq(solution=note, by=author, folder=folder, at=NOW)
    assert adopt.draft_faq(solution=note, by=author, folder=folder, at=NOW, even_unverified=True)
    with pytest.raises(Refused):
        adopt.draft_faq(solution=make.note(dealer, remedy=""), by=author, folder=folder, at=NOW, even_unverified=True)


def test_only_the_role_makes_documents_of_notes_or_puts_them_aside(note, technician):
    with pytest.raises(Refused):
        adopt.draft_faq(solution=note, by=technician, folder=make.folder(), at=NOW)
    with pytest.raises(Refused):
        adopt.into_guide(solution=note, by=technician, guide=make.guide(), at=NOW)
    with pytest.raises(Refused):
        adopt.put_aside(solution=note, by=technician, because="重复", at=NOW)
    with pytest.raises(Refused):
        adopt.reopen(solution=note, by=technician, at=NOW)
    assert not FaqPage.objects.exists()


def test_whoever_asked_is_told_once_when_the_signed_document_takes_effect(note, dealer, technician, author):
    write.follow(solution=note, by=technician, at=NOON)
    page = adopt.draft_faq(solution=note, by=author, folder=make.folder(), at=NOW)
    assert adopt.tell_adopted(at=NOW) == 0

    make.taken_over(page, at=LATER)

    assert standing_of(note) == State.ADOPTED
    assert told(technician) == [f"/doc/{page.number}/"]
    assert told(dealer) == [note.get_absolute_url()]  # the document is internal, so he is led to the note
    assert adopt.tell_adopted(at=LATER) == 0
    for undo in (adopt.reopen, adopt.put_aside):
        with pytest.raises(Refused):
            undo(solution=note, by=author, at=LATER, **{"because": "重复"} if undo == adopt.put_aside else {})


def test_a_guide_in_force_holds_it_only_from_its_next_edition_on(note, dealer, author):
    guide = make.guide()

    adopt.into_guide(solution=note, by=author, guide=guide, at=timezone.now())

    assert (standing_of(note), adopt.tell_adopted(at=timezone.now())) == (State.VERIFIED, 0)
    make.issue(guide, title="新指南", at=LATER)
    assert standing_of(note) == State.ADOPTED
    assert told(dealer) == [f"/doc/{guide.number}/"]
    make.issue(guide, title="更新的指南", at=LATER + datetime.timedelta(days=1))
    assert (standing_of(note), len(told(dealer))) == (State.ADOPTED, 1)


def test_who_follows_later_is_told_by_the_next_night(note, author, technician):
    guide = make.guide()
    adopt.into_guide(solution=note, by=author, guide=guide, at=timezone.now())
    make.issue(guide, title="新指南", at=LATER)
    write.follow(solution=note, by=technician, at=LATER)

    assert (adopt.tell_adopted(at=LATER), adopt.tell_adopted(at=LATER)) == (1, 0)
    assert told(technician) == [f"/doc/{guide.number}/"]


def test_an_edition_that_was_submitted_before_does_not_hold_it(note, author):
    guide = make.guide()
    make.issue(guide, title="新指南", at=NOW)

    adopt.into_guide(solution=note, by=author, guide=guide, at=LATER)

    assert standing_of(note) == State.VERIFIED


def test_a_note_is_put_aside_with_a_reason_that_its_author_reads_and_can_wait_again(note, dealer, author):
    with pytest.raises(Refused):
        adopt.put_aside(solution=note, by=author, because=" ", at=NOW)
    adopt.put_aside(solution=note, by=author, because="与 FAQ-003 重复", at=NOW)

    assert standing_of(note) == State.CLOSED
    assert "与 FAQ-003 重复" in Notice.objects.get(person=dealer).text
    with pytest.raises(Refused):
        adopt.put_aside(solution=note, by=author, because="再一次", at=NOW)
    with pytest.raises(Refused):
        adopt.draft_faq(solution=note, by=author, folder=make.folder(), at=NOW)
    adopt.reopen(solution=note, by=author, at=NOW)
    assert standing_of(note) == State.VERIFIED


def test_whoever_may_write_in_no_folder_makes_no_draft(note):
    reviewer = make.person(roles.REVIEWER)
    outside = make.person(roles.AUTHOR, kind=OrgUnit.Kind.DEALER)
    for person in (reviewer, outside):
        with pytest.raises((Refused, Solution.DoesNotExist)):
            adopt.draft_faq(solution=note, by=person, folder=make.folder(), at=NOW)


def test_states_are_counted_and_what_waits_too_long_is_known(note, dealer):
    make.note(dealer, remedy="")
    make.note(dealer, remedy="", at=NOON + datetime.timedelta(days=20))
    make.note(dealer)

    notes = Solution.objects.visible_to(dealer)
    assert counts(notes) == {"question": 2, "unverified": 1, "verified": 1, "adopted": 0, "closed": 0}
    assert waiting(notes, NOON + datetime.timedelta(days=21)) == (1, 1)


def test_telling_asks_a_number_of_queries_that_depends_on_nothing_when_nobody_waits(note, django_assert_num_queries):
    for _each in range(3):
        make.note(note.author)
    with django_assert_num_queries(2):  # who was not told; who reads what is restricted
        adopt.tell_adopted(at=NOW)
