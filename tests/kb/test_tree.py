"""The page tree in the admin: what cannot be deleted, and what can be chosen from it."""

import pytest
from django.urls import reverse

from courses.models import Lesson
from kb.models import ControlledPage
from people import roles
from people.models import Audience
from tests import database, make

pytestmark = pytest.mark.django_db

RESTRICTED = ControlledPage.Confidentiality.RESTRICTED


@pytest.fixture
def cited(client, administrator):
    """A draft in a folder that a lesson shows, in front of an administrator."""
    page = make.document(title="断电规程", live=False)
    Lesson.objects.create(course=make.course(lessons=0), key="page", kind="page", title="规程", page=page)
    client.force_login(administrator)
    return page


def delete(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)


def delete_many(client, *pages):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    chosen = "".join(f"&id={page.pk}" for page in pages)
    return client.post(f"{address}?next={reverse('wagtailadmin_explore_root')}{chosen}", follow=True)


def told(answer):
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.mark.parametrize("send", [delete, delete_many])
@pytest.mark.parametrize("level", [1, 2], ids=["folder", "home"])
def test_what_holds_a_cited_document_is_not_deleted(client, cited, send, level):
    page = list(cited.get_ancestors().order_by("-depth"))[level - 1]

    answer = send(client, page)

    assert answer.status_code == 200
    assert page.title in told(answer)
    assert str(Lesson._meta.verbose_name_plural) in told(answer)
    assert ControlledPage.objects.filter(pk=cited.pk).exists()


@pytest.mark.parametrize("send", [delete, delete_many])
def test_a_cited_document_is_not_deleted_itself(client, cited, send):
    assert told(send(client, cited))
    assert ControlledPage.objects.filter(pk=cited.pk).exists()


@pytest.mark.parametrize("send", [delete, delete_many])
def test_what_nothing_rests_on_is_deleted(client, cited, send):
    other = make.document(live=False)

    assert send(client, other).status_code == 200
    assert ControlledPage.objects.get().pk == cited.pk


@pytest.mark.parametrize("send", [delete, delete_many])
@pytest.mark.parametrize("build", [make.document, lambda: make.withdrawn(make.document()).page], ids=["live", "over"])
def test_what_was_once_in_force_stays_though_nothing_rests_on_it(client, administrator, send, build):
    page = build()
    client.force_login(administrator)

    for each in (page, page.get_parent()):
        assert send(client, each).status_code == 200

    assert ControlledPage.objects.get().pk == page.pk


def test_many_pages_are_deleted_together_or_not_at_all(client, cited):
    other = make.document(live=False)

    delete_many(client, other, cited)

    assert ControlledPage.objects.count() == 2


def browsed(client, page, **query):
    answer = client.get(reverse("wagtailadmin_choose_page_child", args=[page.get_parent().pk]), query)
    return answer.json()["html"]


def searched(client, page, **query):
    return client.get(reverse("wagtailadmin_choose_page_search"), {"q": "文件", **query}).content.decode()


@pytest.fixture
@database.once
def documents():
    """Two documents, of which one is restricted."""
    return make.document(title="文件甲"), make.document(title="文件乙", confidentiality=RESTRICTED)


@pytest.mark.parametrize("look", [browsed, searched])
@pytest.mark.parametrize("query", [{}, {"page_type": "kb.controlledpage"}, {"page_type": "kb.faqpage"}], ids=str)
@pytest.mark.parametrize(
    ("role", "shown"),
    [(roles.TRAINER, False), (roles.EXAM_OFFICER, False), (roles.AUTHOR, True), (roles.AUDITOR, True)],
)
def test_restricted_documents_are_chosen_by_those_who_may_read_them(client, documents, look, query, role, shown):
    client.force_login(make.person(role))

    answer = look(client, documents[0], **query)

    assert ("文件甲" in answer, "文件乙" in answer) == (True, shown)


def test_whoever_may_edit_a_document_chooses_it_even_where_it_is_not_for_him_to_read(client):
    draft = make.document(title="文件丙", live=False, audience=Audience.INTERNAL)
    client.force_login(make.person(roles.AUTHOR))

    assert "文件丙" in browsed(client, draft)
    assert "文件丙" in searched(client, draft)


def test_a_restricted_document_is_not_named_as_the_place_one_looks_in(client):
    manual, chapters = make.manual(title="机密手册", confidentiality=RESTRICTED)
    client.force_login(make.person(roles.TRAINER))

    assert client.get(reverse("wagtailadmin_choose_page_child", args=[manual.pk])).status_code == 404
    client.force_login(make.person(roles.AUTHOR))
    assert "机密手册" in browsed(client, chapters[0])
