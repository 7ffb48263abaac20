"""The screens of documents: who sees them, in which language, and where else they are named."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ReferenceIndex

from courses.models import Lesson
from kb.models import BulletinPage, ChapterPage, ControlledPage, FaqPage, FaultGuidePage, ProcedurePage
from people.models import Audience
from tests import make
from tests.make import text

pytestmark = pytest.mark.django_db

OPEN, INTERNAL, RESTRICTED = ControlledPage.Confidentiality


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


def test_every_kind_has_its_dress(client, technician):
    client.force_login(technician)
    _manual, chapters = make.manual(number="MAN-1", title="手册")
    pages = [
        make.document(FaqPage),
        make.document(BulletinPage),
        make.procedure(asks=make.qualification()),
        make.guide(),
        _manual,
        *chapters,
    ]

    for page in pages:
        answer = client.get(page.get_absolute_url())
        assert answer.status_code == 200
        assert page.title in words(answer)
        assert page.number in words(answer)


def test_its_blocks_can_be_linked_to(client):
    page = make.document(body=[text("first", "第一段"), text("second", "第二段")])

    shown = words(client.get(page.get_absolute_url()))

    assert 'id="first"' in shown
    assert 'id="second"' in shown
    assert "第二段" in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": Audience.INTERNAL},
        {"audience": Audience.DEALER},
        {"confidentiality": INTERNAL},
        {"confidentiality": RESTRICTED},
        {"live": False},
    ],
    ids=str,
)
def test_what_a_person_may_not_see_is_answered_like_what_does_not_exist(client, customer, fields):
    page = make.document(number="A-1", title="机密题目", **fields)
    client.force_login(customer)

    hidden, unknown = client.get(page.get_absolute_url()), client.get(reverse("document", args=["A-2"]))

    assert hidden.status_code == unknown.status_code == 404
    assert words(hidden).replace("A-1", "") == words(unknown).replace("A-2", "")
    assert "机密题目" not in hidden.content.decode()


def test_each_language_at_its_own_address(client):
    make.document(number="A-1", title="中文题目")
    make.document(number="A-1", title="English title", language="en")

    assert "中文题目" in words(client.get("/doc/A-1/"))
    assert "English title" in words(client.get("/en/doc/A-1/"))


@pytest.mark.parametrize(("written", "read"), [("zh-hans", "/en/doc/A-1/"), ("en", "/doc/A-1/")])
def test_where_there_is_no_translation_the_other_language_is_shown_and_said_to_be_foreign(client, written, read):
    make.document(number="A-1", title="题目", language=written)

    answer = client.get(read)

    assert answer.status_code == 200
    assert answer.context["is_foreign"]


def test_a_translation_a_person_may_not_read_does_not_hide_the_one_he_may(client):
    make.document(number="A-1", title="中文题目")
    make.document(number="A-1", title="English title", language="en", audience=Audience.INTERNAL)

    assert "中文题目" in words(client.get("/en/doc/A-1/"))


def test_the_library_shows_each_document_once_in_the_language_of_the_reader_where_there_is_one(client):
    make.document(number="A-1", title="中文甲")
    make.document(number="A-1", title="English A", language="en")
    make.document(number="A-2", title="中文乙")

    chinese, english = words(client.get("/library/")), words(client.get("/en/library/"))

    assert "中文甲" in chinese
    assert "English A" not in chinese
    assert "English A" in english
    assert "中文甲" not in english
    assert "中文乙" in english


@pytest.mark.parametrize("name", ["library", "home"])
def test_lists_name_only_what_the_person_may_read(client, dealer, name):
    make.document(title="公开问答")
    make.document(title="内部问答", audience=Audience.INTERNAL)
    make.document(BulletinPage, title="内部通报", audience=Audience.INTERNAL)
    make.document(title="草稿问答", live=False)
    client.force_login(dealer)

    shown = words(client.get(reverse(name)))

    assert ("公开问答" in shown) is (name == "library")
    assert "内部" not in shown
    assert "草稿" not in shown


@pytest.mark.parametrize("kind", ["faq", "guide", "nonsense", "'"])
def test_the_library_can_be_narrowed_to_a_kind(client, kind):
    make.document(title="问答一")
    make.guide(title="指南一")

    shown = words(client.get(reverse("library"), {"kind": kind}))

    assert ("问答一" in shown) is (kind != "guide")
    assert ("指南一" in shown) is (kind != "faq")


def test_a_manual_lists_the_chapters_a_person_may_read(client):
    manual, (first, second) = make.manual()
    ControlledPage.objects.filter(pk=first.pk).update(audience=Audience.INTERNAL)

    shown = words(client.get(manual.get_absolute_url()))

    assert second.title in shown
    assert first.title not in shown


def test_a_chapter_leads_on_and_back_over_what_may_be_read(client):
    _manual, (first, second, third) = make.manual(chapters=3)
    ControlledPage.objects.filter(pk=second.pk).update(audience=Audience.INTERNAL)

    shown = words(client.get(third.get_absolute_url()))

    assert first.get_absolute_url() in shown
    assert second.title not in shown


def test_a_procedure_tells_whether_the_reader_holds_what_it_asks_for(client, technician):
    page = make.procedure(asks=make.qualification())

    assert client.get(page.get_absolute_url()).status_code == 200
    client.force_login(technician)
    assert client.get(page.get_absolute_url()).status_code == 200


def test_courses_and_levels_that_belong_to_a_document_stand_beside_it(client, technician):
    qualification = make.qualification()
    page = make.procedure(asks=qualification)
    course = make.course(title="更换电源")
    Lesson.objects.create(course=course, key="page", kind="page", title="规程", page=page, sort_order=9)
    make.level(qualification=qualification, title="初级工")
    hidden = make.course(title="内部课程", audience=Audience.INTERNAL)
    Lesson.objects.create(course=hidden, key="page", kind="page", title="规程", page=page, sort_order=9)

    stranger = client.get(page.get_absolute_url()).content.decode()
    client.force_login(technician)
    shown = client.get(page.get_absolute_url()).content.decode()

    assert "更换电源" in shown
    assert "初级工" in shown
    assert "内部课程" not in stranger


def test_scanning_the_code_of_a_document_leads_to_it(client):
    page = make.document(number="A-1")

    assert client.get(reverse("scan", args=["A-1"])).url == page.get_absolute_url()


@pytest.mark.parametrize("number", ["..", "a b", "é", "%", "'", "<b>", "A" * 400])
def test_no_number_breaks_the_server(client, number):
    for name in ("document", "walk", "scan"):
        assert client.get(reverse(name, args=[number]), follow=True).status_code == 404


def test_only_guides_can_be_walked(client):
    page = make.document()

    assert client.get(reverse("walk", args=[page.number])).status_code == 404
    assert not isinstance(page, FaultGuidePage | ProcedurePage)


def test_a_chapter_does_not_name_a_manual_that_is_closed_to_the_reader(client):
    manual, chapters = make.manual(title="内部手册")
    make.issue(manual, audience=Audience.INTERNAL)

    answer = client.get(f"/doc/{chapters[0].number}/")

    assert answer.status_code == 200
    assert "内部手册" not in answer.content.decode()


def test_a_guide_is_not_named_for_a_course_that_happens_to_have_its_id():
    page, guide = make.procedure(), make.guide()
    course = make.course(lessons=0, pk=guide.pk)
    Lesson.objects.create(course=course, key="page", kind="page", title="规程", page=page)
    assert ReferenceIndex.get_references_to(page).filter(object_id=str(guide.pk)).exists()

    assert not FaultGuidePage.objects.referring_to(page).exists()


def pages_of_every_list(product):
    """Documents of each kind with their versions, one more wherever documents are listed."""
    for model in (FaqPage, BulletinPage, ProcedurePage):
        make.document(model, title="绝缘", product_models=[product])
    _manual, chapters = make.manual(title="绝缘")
    return chapters


def test_lists_ask_the_same_however_many_documents_they_name(client, technician):
    product = make.product()
    client.force_login(technician)
    manual, _chapters = make.manual()
    pages_of_every_list(product)
    addresses = [
        reverse("library"),
        reverse("library") + "?kind=faq",
        reverse("home"),
        product.get_absolute_url(),
        manual.get_absolute_url(),
        reverse("search") + "?q=绝缘",
        reverse("search") + "?q=绝缘&kind=faq",
    ]
    counts = []
    for _time in range(2):
        for address in addresses:
            client.get(address)  # whatever is asked once for each process
        counts.append([])
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts[-1].append((address, len(queries)))
        for _more in range(0 if counts[1:] else 3):
            pages_of_every_list(product)
            make.document(ChapterPage, parent=manual, number=f"{manual.number}.{ControlledPage.objects.count()}")

    assert counts[0] == counts[1]


def test_lists_show_the_version_in_force_and_its_day(client):
    product = make.product()
    page = make.document(BulletinPage, number="A-1", product_models=[product])
    make.issue(page, version="3.7", effective_on=datetime.date(2026, 3, 4))
    page.refresh_from_db()
    page.title = "草稿"
    page.save_revision()

    library, home, of_product = (
        words(client.get(address)) for address in (reverse("library"), "/", product.get_absolute_url())
    )

    assert "3.7 · 2026-03-04" in library
    assert "3.7" in of_product
    assert "草稿" not in library + home + of_product


def test_the_latest_bulletins_are_those_that_took_effect_last(client):
    days = {"甲": 3, "乙": 9, "丙": 1, "丁": 5}
    for title, day in days.items():
        make.document(BulletinPage, title=title, effective_on=datetime.date(2026, 2, day))

    assert [page.title for page in client.get("/").context["bulletins"]] == ["乙", "丁", "甲"]
