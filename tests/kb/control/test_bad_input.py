"""What goes wrong around a signature: who may not sign after all, what broke meanwhile, a clock that is wrong."""

import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Revision

from kb.control import effect, log, sign, submit
from kb.models import (
    Act,
    Deputy,
    DocumentClass,
    Edition,
    FaqPage,
    FaultGuidePage,
    NotSigned,
    PersonsNeeded,
    Picture,
    ProcedurePage,
    Significance,
    SignOff,
    Submission,
)
from people import credentials, roles
from people.models import CredentialEvent, Notice, Qualification, User
from people.refusal import Refused
from tests import database, make
from tests.kb.control.estate import form, rewritten

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
@database.once
def team() -> make.Team:
    """Three people who can sign."""
    return make.team()


@pytest.fixture
def draft(team: make.Team) -> FaqPage:
    """A document that was never in force."""
    return make.document(live=False, qualification=team.qualification)


def signs(sent: Submission, person: User, **said: object) -> Submission:
    """Let this person sign."""
    return sign.sign(**{"submission": sent, "person": person, "digest": sent.digest, "at": timezone.now()} | said)


def qualified(team: make.Team, *may: roles.Role) -> User:
    """Return somebody else who may sign, as far as his roles go."""
    person = make.person(*may)
    make.credential(person, team.qualification)
    return person


# Whose text it is


def test_who_saved_a_draft_does_not_review_it(client: Client, draft: FaqPage, team: make.Team) -> None:
    client.force_login(team.reviewer)
    client.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), form(draft))

    with pytest.raises(Refused, match=str(team.reviewer)):
        make.submission(draft, team)


def test_who_went_back_to_an_earlier_text_does_not_approve_it(client: Client, draft: FaqPage, team: make.Team) -> None:
    first = draft.latest_revision
    rewritten(draft, team.author)
    client.force_login(team.approver)
    address = reverse("wagtailadmin_pages:revisions_revert", args=[draft.pk, first.pk])
    client.post(address, form(draft, revision=first.pk))
    client.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), form(draft, revision=first.pk))

    with pytest.raises(Refused, match=str(team.approver)):
        make.submission(draft, team)


def test_an_author_who_also_reviews_does_not_review_his_own(draft: FaqPage, team: make.Team) -> None:
    both = qualified(team, roles.AUTHOR, roles.REVIEWER, roles.APPROVER)
    rewritten(draft, both)

    for reviewer, approver in ((both, team.approver), (team.reviewer, both)):
        with pytest.raises(Refused):
            make.submission(draft, team, author=both, reviewer=reviewer, approver=approver)


def test_nobody_reviews_and_approves(draft: FaqPage, team: make.Team) -> None:
    both = qualified(team, roles.REVIEWER, roles.APPROVER)

    with pytest.raises(Refused):
        make.submission(draft, team, reviewer=both, approver=both)


def test_a_superuser_has_no_more_rights_than_his_roles(draft: FaqPage, team: make.Team) -> None:
    root = make.person(is_superuser=True)
    make.credential(root, team.qualification)

    with pytest.raises(Refused):
        make.submission(draft, team, reviewer=root)
    sent = make.submission(draft, team)
    with pytest.raises(Refused):
        signs(sent, root)


# Deputies


@pytest.mark.parametrize(("begins", "ends", "may"), [(0, 0, True), (-3, 3, True), (1, 3, False), (-3, -1, False)])
def test_a_deputy_signs_on_his_days(draft: FaqPage, team: make.Team, begins: int, ends: int, may: bool) -> None:
    deputy, today = qualified(team, roles.REVIEWER), timezone.localdate()
    Deputy.objects.create(
        person=team.reviewer, deputy=deputy, begins_on=today + begins * DAY, ends_on=today + ends * DAY
    )
    sent = make.submission(draft, team)

    if may:
        signs(sent, deputy)
        line = SignOff.objects.get(act="reviewed")
        assert (line.person, line.deputy_for) == (deputy, team.reviewer)
    else:
        with pytest.raises(Refused):
            signs(sent, deputy)


def test_a_deputy_who_wrote_the_text_does_not_sign_it(draft: FaqPage, team: make.Team) -> None:
    both, today = qualified(team, roles.AUTHOR, roles.REVIEWER), timezone.localdate()
    Deputy.objects.create(person=team.reviewer, deputy=both, begins_on=today, ends_on=today)
    rewritten(draft, both)
    sent = make.submission(draft, team)

    with pytest.raises(Refused):
        signs(sent, both)
    other = make.submission(make.document(live=False, qualification=team.qualification), team, author=both)
    with pytest.raises(Refused):
        signs(other, both)


def test_a_deputy_of_two_signs_once(draft: FaqPage, team: make.Team) -> None:
    both, today = qualified(team, roles.REVIEWER, roles.APPROVER), timezone.localdate()
    for person in (team.reviewer, team.approver):
        Deputy.objects.create(person=person, deputy=both, begins_on=today, ends_on=today)
    sent = make.submission(draft, team)
    signs(sent, both)

    with pytest.raises(Refused):
        signs(sent, both)


@pytest.mark.parametrize("lacks", ["role", "credential"])
def test_a_deputy_needs_what_a_signer_needs(draft: FaqPage, team: make.Team, lacks: str) -> None:
    deputy = make.person(roles.REVIEWER) if lacks == "credential" else qualified(team, roles.AUTHOR)
    today = timezone.localdate()
    Deputy.objects.create(person=team.reviewer, deputy=deputy, begins_on=today, ends_on=today)
    sent = make.submission(draft, team)

    with pytest.raises(Refused):
        signs(sent, deputy)


# What lapsed or broke meanwhile


@pytest.mark.parametrize("step", ["reviewer", "approver"])
def test_a_credential_that_lapsed_between_opening_and_signing(draft: FaqPage, team: make.Team, step: str) -> None:
    sent = make.submission(draft, team)
    if step == "approver":
        signs(sent, team.reviewer)
    lines, person = SignOff.objects.count(), getattr(team, step)
    held = person.credentials.get()
    credentials.record(credential=held, kind=CredentialEvent.Kind.SUSPENDED, reason="", by=None, at=timezone.now())

    with pytest.raises(Refused, match=str(team.qualification)):
        signs(sent, person)

    assert SignOff.objects.count() == lines
    assert not Edition.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"groups": []}])
def test_a_signer_who_left_or_lost_his_role_meanwhile(draft: FaqPage, team: make.Team, change: dict) -> None:
    sent = make.submission(draft, team)
    if "groups" in change:
        team.reviewer.groups.clear()
    else:
        User.objects.filter(pk=team.reviewer.pk).update(**change)

    with pytest.raises(Refused):
        signs(sent, User.objects.get(pk=team.reviewer.pk))


def test_a_broken_guide_is_refused_with_every_reason(team: make.Team) -> None:
    guide = make.guide(live=False, qualification=team.qualification)
    text = guide.get_latest_revision_as_object()
    body = [make.ask("lamp", {"亮": "nowhere"}, none="over"), make.end("over"), make.end("lost")]
    text.body = text._meta.get_field("body").stream_block.to_python(body)
    text.save_revision(user=team.reviewer, clean=False)  # as Wagtail's editor saves drafts

    with pytest.raises(Refused) as refused:
        submit.submit(
            page=guide, author=team.author, reviewer=team.reviewer, approver=team.author, reason=" ",
            significance=Significance.CONTENT, effective_on=timezone.localdate() - DAY, at=timezone.now(),
            review_by=timezone.localdate() - 2 * DAY,
        )  # fmt: skip

    reasons = refused.value.reasons
    assert len(reasons) >= 6
    assert len(set(reasons)) == len(reasons)
    assert "nowhere" in str(reasons)
    assert not Submission.objects.exists()


def asking(team: make.Team) -> tuple[FaultGuidePage, Qualification]:
    """Return a guide in force, and the qualification that a node of its next text asks for."""
    asked = make.qualification(rank=2)
    guide = make.guide(live=False, qualification=team.qualification)
    make.signed(guide, team)
    text = FaultGuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object()
    body = [make.act("do", then="over", qualification=asked.key), make.end("over")]
    text.start, text.body = "do", text._meta.get_field("body").stream_block.to_python(body)
    text.save_revision(user=team.author)
    return FaultGuidePage.objects.get(pk=guide.pk), asked


def test_a_guide_that_broke_while_it_waited_is_not_approved(team: make.Team) -> None:
    guide, asked = asking(team)
    sent = make.submission(guide, team)
    signs(sent, team.reviewer)
    lines = SignOff.objects.count()
    key = asked.key
    asked.delete()

    with pytest.raises(Refused, match=key):
        signs(sent, team.approver)

    assert (SignOff.objects.count(), Edition.objects.count()) == (lines, 1)
    sign.reject(submission=sent, person=team.approver, reason="断了", at=timezone.now())


def test_a_guide_that_broke_after_it_was_signed_does_not_take_effect_and_the_author_is_told(
    team: make.Team, caplog: pytest.LogCaptureFixture
) -> None:
    guide, asked = asking(team)
    edition = make.signed(guide, team, effective_on=timezone.localdate() + DAY)
    subject, rank, key = asked.subject, asked.rank, asked.key
    asked.delete()
    other = make.document(live=False, qualification=team.qualification)
    make.signed(other, team, effective_on=timezone.localdate() + DAY)

    with time_machine.travel(timezone.now() + DAY):
        assert effect.bring_all(at=timezone.now()) == (1, 1)
        assert effect.bring_all(at=timezone.now()) == (0, 1)
        assert FaultGuidePage.objects.get(pk=guide.pk).start == "lamp"
        assert FaqPage.objects.get(pk=other.pk).live
        assert key in Notice.objects.get(person=team.author, key=f"stuck-{edition.pk}").text

        Qualification.objects.create(subject=subject, rank=rank)
        assert effect.bring_all(at=timezone.now()) == (1, 0)
        assert FaultGuidePage.objects.get(pk=guide.pk).start == "do"
    assert log.broken_line()[0] is None


def test_what_a_row_of_a_text_names_was_deleted_after_it_was_signed(team: make.Team) -> None:
    page = make.procedure(live=False, qualification=team.qualification)
    asked = make.qualification()
    text = page.get_latest_revision_as_object()
    text.persons = [PersonsNeeded(qualification=asked, count=2)]
    text.save_revision(user=team.author)
    make.signed(page, team, effective_on=timezone.localdate() + DAY)
    asked.delete()

    with time_machine.travel(timezone.now() + DAY):
        assert effect.bring_all(at=timezone.now()) == (0, 1)
    assert not ProcedurePage.objects.get(pk=page.pk).live
    assert not PersonsNeeded.objects.exists()


def test_a_revision_that_was_changed_in_the_database_is_not_signed(draft: FaqPage, team: make.Team) -> None:
    sent = make.submission(draft, team)
    revision = Revision.objects.get(pk=sent.revision_id)
    revision.content["title"] = "没有人签署的标题"
    revision.save()

    with pytest.raises(Refused):
        signs(sent, team.reviewer)


def test_a_revision_that_was_changed_after_it_was_signed_does_not_take_effect(draft: FaqPage, team: make.Team) -> None:
    edition = make.signed(draft, team, effective_on=timezone.localdate() + DAY)
    revision = edition.revision
    revision.content["title"] = "没有人签署的标题"
    revision.save()

    with time_machine.travel(timezone.now() + DAY):
        assert effect.bring_all(at=timezone.now()) == (0, 1)
    assert not FaqPage.objects.get().live


# The clock


def test_before_its_day_an_edition_is_not_shown(draft: FaqPage, team: make.Team) -> None:
    edition = make.signed(draft, team, effective_on=timezone.localdate() + DAY)

    assert effect.bring_all(at=timezone.now()) == (0, 0)
    with pytest.raises(NotSigned):
        edition.revision.publish()
    assert not effect.bring(page=draft, at=timezone.now())
    assert not FaqPage.objects.get().live


def test_a_clock_set_back_neither_hides_nor_shows_anything(draft: FaqPage, team: make.Team) -> None:
    make.signed(draft, team)
    with time_machine.travel(timezone.now() - 3 * DAY):
        assert effect.bring_all(at=timezone.now()) == (0, 0)
        page = FaqPage.objects.get()
        assert page.live
        with pytest.raises(NotSigned):
            page.unpublish()
        with pytest.raises(NotSigned):
            page.save()
        rewritten(page, team.author)


def test_a_day_that_passed_while_it_waited_is_chosen_anew(draft: FaqPage, team: make.Team) -> None:
    sent = make.submission(draft, team)
    signs(sent, team.reviewer)
    with time_machine.travel(timezone.now() + 2 * DAY):
        with pytest.raises(Refused):
            signs(sent, team.approver)
        signed = signs(sent, team.approver, effective_on=timezone.localdate())
    assert signed.outcome == Submission.Outcome.APPROVED


def test_the_end_of_a_document_comes_on_its_day(draft: FaqPage, team: make.Team) -> None:
    make.signed(draft, team)
    make.signed(FaqPage.objects.get(), team, act=Act.WITHDRAWAL, effective_on=timezone.localdate() + DAY)

    assert FaqPage.objects.get().live
    with pytest.raises(Refused):
        make.submission(FaqPage.objects.get(), team)
    with time_machine.travel(timezone.now() + DAY):
        assert effect.bring_all(at=timezone.now()) == (1, 0)
        assert not FaqPage.objects.get().live


# Pictures


def test_the_file_of_a_picture_is_not_replaced(client: Client, team: make.Team) -> None:
    picture = Picture.objects.create(title="图", file=get_test_image_file(), uploaded_by_user=team.author)
    before = picture.file.read()
    client.force_login(team.author)
    other = SimpleUploadedFile("other.png", get_test_image_file(colour="blue").file.getvalue(), "image/png")
    data = {"title": "图二", "collection": picture.collection_id, "description": "", "tags": ""}
    address = reverse("wagtailimages:edit", args=[picture.pk])

    assert client.post(address, data | {"file": other}).status_code == 200
    assert Picture.objects.get().file.read() == before
    client.post(address, data)
    assert Picture.objects.get().title == "图二"


@pytest.mark.parametrize("name", ["author", "superuser"])
def test_a_picture_that_a_signed_text_shows_is_not_deleted(client: Client, name: str) -> None:
    author = make.person(roles.AUTHOR, is_superuser=name == "superuser")
    picture = Picture.objects.create(title="电源", file=get_test_image_file(), uploaded_by_user=author)
    other = Picture.objects.create(title="风扇", file=get_test_image_file(), uploaded_by_user=author)
    make.procedure(body=[make.step("off", picture=picture.pk)])
    client.force_login(author)

    for each in (picture, other):
        client.post(reverse("wagtailimages:delete", args=[each.pk]))

    assert list(Picture.objects.all()) == [picture]


def test_the_classes_of_documents_are_changed_but_never_deleted(client: Client) -> None:
    client.force_login(make.person(roles.ADMINISTRATOR, is_superuser=True))
    faq = DocumentClass.objects.get(kind="faq")

    client.post(reverse("document-classes:delete", args=[faq.pk]))

    assert DocumentClass.objects.filter(pk=faq.pk).exists()
    assert client.get(reverse("document-classes:edit", args=[faq.pk])).status_code == 200
