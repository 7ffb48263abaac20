"""Document numbers: unique in a language, the same in both."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from kb.models import BulletinPage, ControlledPage, FaqPage
from people import roles
from tests import make

pytestmark = pytest.mark.django_db


def test_a_number_is_taken_over_all_kinds():
    make.document(FaqPage, number="PR-001")

    with pytest.raises(ValidationError, match="PR-001"):
        make.document(BulletinPage, number="PR-001")


def test_drafts_and_what_was_unpublished_keep_their_numbers():
    make.document(number="A-1", live=False)
    make.document(number="A-2").unpublish()

    for number in ("A-1", "A-2"):
        with pytest.raises(ValidationError):
            make.document(number=number)


def test_the_english_edition_has_the_number_of_the_chinese_one():
    chinese, english = make.document(number="PR-001"), make.document(number="PR-001", language="en")

    assert [chinese.language, english.language] == ["zh-hans", "en"]


def test_the_database_holds_it_too():
    first, second = make.document(), make.document()

    with pytest.raises(IntegrityError), transaction.atomic():
        ControlledPage.objects.filter(pk=second.pk).update(number=first.number)


def test_saving_a_document_again_is_no_clash():
    page = make.document()
    page.title = "新题"
    page.save_revision().publish()

    assert FaqPage.objects.get().title == "新题"


def test_a_draft_knows_its_language_so_both_editions_may_be_drafts():
    make.document(number="A-1", live=False)
    english = make.document(number="A-1", language="en", live=False)

    assert ControlledPage.objects.get(pk=english.pk).language == "en"


@pytest.mark.parametrize("number", ["A/1", "A 1", "A#1", "一号"])
def test_a_number_that_cannot_stand_in_an_address_is_refused_or_works(client, number):
    try:
        page = make.document(number=number)
    except ValidationError:
        return

    assert client.get(page.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("number", ["BB-1", "BB-7K2M-9QXA-4T", "bb-2"])
def test_a_number_of_the_form_of_certificates_is_refused(number):
    with pytest.raises(ValidationError, match="BB-"):
        make.document(number=number)


def copied(client, page, **fields):
    parent = page.get_parent()
    form = {"new_title": "副本", "new_slug": "copy", "new_parent_page": parent.pk, **fields}
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form)


@pytest.mark.parametrize("options", [{}, {"publish_copies": "on"}, {"alias": "on"}], ids=str)
def test_a_copy_in_the_admin_is_a_draft_without_a_number(client, administrator, options):
    page = make.document(number="A-1")
    client.force_login(administrator)

    assert copied(client, page, **options).status_code == 302

    copy = ControlledPage.objects.exclude(pk=page.pk).get()
    assert (copy.number, copy.live, copy.alias_of) == (None, False, None)
    assert ControlledPage.objects.visible_to(administrator).count() == 1


def test_a_folder_is_copied_with_drafts_in_it(client, administrator):
    page = make.document(number="A-1")
    client.force_login(administrator)

    answer = copied(client, page.get_parent(), copy_subpages="on", publish_copies="on", alias="on")

    assert answer.status_code == 302
    assert ControlledPage.objects.exclude(pk=page.pk).get().live is False


def test_a_home_is_copied_with_drafts_in_it(client, administrator):
    page = make.document(number="A-1")
    client.force_login(administrator)

    answer = copied(client, page.get_parent().get_parent(), copy_subpages="on", publish_copies="on", alias="on")

    assert answer.status_code == 302
    copy = ControlledPage.objects.exclude(pk=page.pk).get()
    assert (copy.number, copy.live, copy.alias_of) == (None, False, None)


def test_two_copies_do_not_clash(client, administrator):
    page = make.document(number="A-1")
    client.force_login(administrator)

    answers = [copied(client, page, new_slug=slug).status_code for slug in ("copy-1", "copy-2")]

    assert answers == [302, 302]
    assert ControlledPage.objects.filter(number=None).count() == 2


def test_whoever_edits_the_copy_must_give_it_a_number(client):
    author = make.person(roles.AUTHOR)
    page = make.document(number="A-1")
    client.force_login(author)
    copied(client, page)
    copy = ControlledPage.objects.get(number=None)

    screen = client.get(reverse("wagtailadmin_pages:edit", args=[copy.pk]))

    assert screen.status_code == 200
    assert screen.context["form"].fields["number"].required
