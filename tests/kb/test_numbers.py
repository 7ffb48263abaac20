"""Document numbers: given at the first save, unique in a language, the same in both, never used again."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from kb.models import (
    BulletinPage,
    ChapterPage,
    ControlledPage,
    DocumentClass,
    DocumentNumber,
    FaqPage,
    HomePage,
    PolicyPage,
    ProcedurePage,
)
from people import roles
from tests import make

pytestmark = pytest.mark.django_db


def begun(model: type[ControlledPage] = FaqPage, **fields: object) -> str:
    """Begin a document without typing a number, and return the one it was given."""
    return make.document(model, number=None, live=False, **fields).number


def test_a_number_is_taken_over_all_kinds():
    make.document(FaqPage, number="PR-001")

    with pytest.raises(ValidationError, match="PR-001"):
        make.document(BulletinPage, number="PR-001")


def test_drafts_and_what_was_withdrawn_keep_their_numbers():
    make.document(number="A-1", live=False)
    make.withdrawn(make.document(number="A-2"))

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
    make.issue(page, title="新题")

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


def test_a_draft_gets_the_next_number_of_its_class():
    assert [begun(), begun(), begun(PolicyPage)] == ["FAQ-001", "FAQ-002", "PO-001"]
    make.document(ProcedurePage, number="PR-041", live=False)

    assert [begun(ProcedurePage), begun()] == ["PR-042", "FAQ-003"]


def test_the_scheme_of_a_class_is_what_its_rules_say():
    DocumentClass.objects.filter(kind="faq").update(prefix="问-")
    DocumentClass.objects.filter(kind="policy").update(prefix="")

    assert (begun(), begun(PolicyPage)) == ("问-001", "POLICY-001")


@pytest.mark.parametrize("other", ["FAQ-", "FAQ-9-old", "FAQ-x", "FAQ-00³", f"FAQ-{'9' * 12}"])
def test_numbers_of_another_scheme_are_passed_over(other):
    make.document(number=other, live=False)

    assert begun() == "FAQ-001"


def test_after_the_last_of_three_digits_comes_one_of_four():
    make.document(number="FAQ-999", live=False)

    assert begun() == "FAQ-1000"


def test_chapters_count_inside_their_manual():
    (first, _chapters), (second, _none) = make.manual(number="HB-07", chapters=1), make.manual(chapters=0)

    assert [begun(ChapterPage, parent=first), begun(ChapterPage, parent=first)] == ["HB-07.2", "HB-07.3"]
    assert begun(ChapterPage, parent=second) == f"{second.number}.1"


def test_the_number_of_a_deleted_draft_is_never_given_again():
    make.document(number=None, live=False).delete()

    assert begun() == "FAQ-002"
    with pytest.raises(ValidationError, match="FAQ-001"):
        make.document(number="FAQ-001")
    assert DocumentNumber.objects.filter(number="FAQ-001").exists()


def test_a_translation_has_the_number_and_a_copy_the_next_one():
    page = make.document(number=None)
    english = make.folder("en")
    page.get_parent().specific.save_revision()
    type(english).objects.filter(pk=english.pk).update(translation_key=page.get_parent().translation_key)

    translated = page.copy_for_translation(english.locale)
    copy = page.copy(update_attrs={"slug": "copy", "title": "副本"}, keep_live=False)

    numbers = ControlledPage.objects.in_bulk([page.pk, translated.pk, copy.pk])
    assert [numbers[each.pk].number for each in (page, translated, copy)] == ["FAQ-001", "FAQ-001", "FAQ-002"]


def test_a_number_stays_while_drafts_are_saved():
    page = make.document(number=None, live=False)
    for title in ("一稿", "二稿"):
        page.title = title
        page.save_revision()

    assert FaqPage.objects.get().number == "FAQ-001"
    assert list(DocumentNumber.objects.values_list("number", flat=True)) == ["FAQ-001"]


def just_before_it_is_written(meanwhile: Callable[[], object]) -> Callable:
    """Return a wrapper of queries that does something once: after a number was chosen and before it is written."""
    chosen = []

    def wrap(execute: Callable, sql: str, params: object, many: bool, context: dict) -> object:
        if sql.startswith("SAVEPOINT") and chosen == [True]:
            chosen.append(False)
            meanwhile()
        done = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "kb_documentnumber" in sql and "LIKE" in sql and not chosen:
            chosen.append(True)
        return done

    return wrap


def test_of_two_who_are_given_a_number_at_once_one_gets_the_one_after():
    with connection.execute_wrapper(just_before_it_is_written(lambda: DocumentNumber.objects.create(number="FAQ-001"))):
        assert begun() == "FAQ-002"


def copied(client, page, **fields):
    parent = page.get_parent()
    form = {"new_title": "副本", "new_slug": "copy", "new_parent_page": parent.pk, **fields}
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form)


@pytest.mark.parametrize("options", [{}, {"publish_copies": "on"}, {"alias": "on"}], ids=str)
def test_a_copy_in_the_admin_is_a_draft_with_the_next_number(client, administrator, options):
    page = make.document(number="FAQ-7")
    client.force_login(administrator)

    assert copied(client, page, **options).status_code == 302

    copy = ControlledPage.objects.exclude(pk=page.pk).get()
    assert (copy.number, copy.live, copy.alias_of) == ("FAQ-008", False, None)
    assert (copy.version, copy.effective_on, list(copy.editions.all())) == ("", None, [])
    assert ControlledPage.objects.visible_to(administrator).count() == 1


def test_a_folder_is_copied_with_drafts_in_it(client, administrator):
    page = make.document(number="FAQ-7")
    client.force_login(administrator)

    answer = copied(client, page.get_parent(), copy_subpages="on", publish_copies="on", alias="on")

    assert answer.status_code == 302
    copy = ControlledPage.objects.exclude(pk=page.pk).get()
    assert (copy.number, copy.live, copy.alias_of) == ("FAQ-008", False, None)


def test_a_home_is_not_copied(client, administrator):
    page = make.document(number="FAQ-7")
    client.force_login(administrator)

    copied(client, page.get_parent().get_parent(), copy_subpages="on", publish_copies="on", alias="on")

    assert ControlledPage.objects.get() == page.controlledpage_ptr
    assert HomePage.objects.count() == 1


def test_a_manual_is_copied_with_the_numbers_of_its_chapters_following_its_own(client, administrator):
    manual, _chapters = make.manual(number="HB-07")
    client.force_login(administrator)

    assert copied(client, manual, copy_subpages="on").status_code == 302

    numbers = ControlledPage.objects.filter(live=False).order_by("path").values_list("number", flat=True)
    assert list(numbers) == ["HB-008", "HB-008.1", "HB-008.2"]


def test_two_copies_have_each_a_number(client, administrator):
    page = make.document(number="FAQ-7")
    client.force_login(administrator)

    answers = [copied(client, page, new_slug=slug).status_code for slug in ("copy-1", "copy-2")]

    assert answers == [302, 302]
    assert set(ControlledPage.objects.values_list("number", flat=True)) == {"FAQ-7", "FAQ-008", "FAQ-009"}


@pytest.fixture
def author(client):
    """An author at the editing screen."""
    person = make.person(roles.AUTHOR)
    client.force_login(person)
    return person


def sent(client, address, **typed):
    """Send the editing form of that address with these fields typed."""
    form = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
    form.update({"body-count": "0"} | typed)  # blocks are put into the form by a script
    return client.post(address, form)


def test_whoever_begins_a_document_may_leave_its_number_to_us(client, author):
    folder = make.folder()

    answer = sent(client, reverse("wagtailadmin_pages:add", args=["kb", "faqpage", folder.pk]), title="问", slug="ask")

    assert answer.status_code == 302
    assert (FaqPage.objects.get().number, FaqPage.objects.get().live) == ("FAQ-001", False)


@pytest.mark.parametrize("of", ["live", "deleted", "withdrawn"])
def test_a_typed_number_of_another_document_is_refused_in_words_and_nothing_typed_is_lost(client, author, of):
    other = make.document(number="A-1", live=of != "deleted")
    if of == "deleted":
        other.delete()
    elif of == "withdrawn":
        make.withdrawn(other)
    address = reverse("wagtailadmin_pages:add", args=["kb", "faqpage", make.folder().pk])

    answer = sent(client, address, title="问", slug="ask", number="A-1")

    assert answer.status_code == 200
    assert "A-1" in " ".join(answer.context["form"].errors["number"])
    assert answer.context["form"]["title"].value() == "问"
    assert not FaqPage.objects.filter(title="问").exists()


def test_a_number_once_given_is_not_edited(client, author):
    page = make.document(number="A-1", live=False)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert client.get(address).context["form"].fields["number"].disabled

    assert sent(client, address, number="A-2", title="新题").status_code == 302

    page = FaqPage.objects.get()
    assert (page.number, page.get_latest_revision_as_object().number) == ("A-1", "A-1")
    assert page.get_latest_revision_as_object().title == "新题"
    assert not DocumentNumber.objects.filter(number="A-2").exists()


def test_an_earlier_revision_brings_no_other_number_back():
    page = make.document(number="A-1")
    revision = page.latest_revision
    revision.content["number"] = "A-9"
    revision.save()

    assert revision.as_object().number == "A-1"
