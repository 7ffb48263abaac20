"""Every place where Wagtail searches finds our documents: in Chinese, and codes however they are spelt."""

from collections.abc import Callable, Sequence

import pytest
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageViewRestriction

from kb.models import ControlledPage, FaqPage, File, KnowledgeIndexPage, ProcedurePage, ProductModel
from people.models import Audience
from tests import database, make
from tests.make import step, text

pytestmark = pytest.mark.django_db

api = WagtailAPIRouter("wagtailapi")
api.register_endpoint("pages", PagesAPIViewSet)
urlpatterns = [path("api/", api.urls)]


@database.once
def planted() -> None:
    model = make.product(name="伺服驱动器 ENP-4031", name_en="Servo drive ENP-4031", key="enp")
    make.document(
        number="F-1", title="电机过热保护动作", body=[text("a", "故障 E-04：先断电，再检查散热风扇。")],
        product_models=[model], audience=Audience.PUBLIC,
    )  # fmt: skip
    make.document(number="F-2", title="電池組更換週期", body=[text("a", "每三年一次。")], audience=Audience.DEALER)
    make.document(number="F-3", title="Motor overheating", language="en", body=[text("a", "Check the cooling fan.")])
    make.document(
        ProcedurePage, number="P-1", title="更换散热风扇", body=[step("a", "拆下电源模块 ENP-4031，电机停止后再做。")]
    )


@pytest.fixture
def library(db: None) -> None:
    """Four documents, one of them English, one for dealers, one about a product."""
    planted()


def numbers(found: Sequence[ControlledPage]) -> list[str]:
    return [page.number for page in found]


def shown(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("电机过热", "F-1"), ("電機過熱", "F-1"), ("电 机 过 热 保 护", "F-1"), ("e04", "F-1"), ("Ｅ－０４", "F-1"),
        ("电池组更换周期", "F-2"), ("overheated motors", "F-3"), ("更换散热风扇", "P-1"), ("p1", "P-1"),
        ("enp4031 模块", "P-1"),
    ],
)  # fmt: skip
def test_querysets_are_searched(library: None, query: str, expected: str) -> None:
    assert numbers(ControlledPage.objects.search(query))[0] == expected
    found = Page.objects.search(query)
    assert found[0].specific.number == expected


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("电机", ["F-1"]),
        ("電池", ["F-2"]),
        ("更换散", ["P-1"]),
        ("mot", ["F-3"]),
        ("motor ov", ["F-3"]),
        ("f-2", ["F-2"]),
    ],
)
def test_querysets_are_completed(library: None, begun: str, expected: list[str]) -> None:
    assert numbers(ControlledPage.objects.autocomplete(begun)) == expected


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (lambda pages: pages, {"F-1", "P-1"}),
        (lambda pages: pages.live(), {"F-1", "P-1"}),
        (lambda pages: pages.not_live(), set()),
        (lambda pages: pages.filter(audience=Audience.DEALER), set()),
        (lambda pages: pages.filter(language="en"), set()),
        (lambda pages: pages.exclude(number="F-1"), {"P-1"}),
        (lambda pages: pages.type(FaqPage), {"F-1"}),
        (lambda pages: pages.not_type(FaqPage), {"P-1"}),
        (lambda pages: pages.exact_type(ProcedurePage), {"P-1"}),
        (lambda pages: pages.descendant_of(KnowledgeIndexPage.objects.get(locale__language_code="en")), set()),
        (lambda pages: pages.child_of(KnowledgeIndexPage.objects.get(locale__language_code="zh-hans")), {"F-1", "P-1"}),
        (lambda pages: pages.public(), {"F-1"}),
        (lambda pages: pages.private(), {"P-1"}),
    ],
)
def test_a_search_is_narrowed_as_its_queryset(
    library: None, narrowed: Callable[[QuerySet], QuerySet], expected: set[str]
) -> None:
    private = ProcedurePage.objects.get()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)

    found = narrowed(ControlledPage.objects.all()).search("电机")

    assert set(numbers(found)) == expected
    assert found.count() == len(expected)


def test_a_search_is_ordered_sliced_and_scored(library: None) -> None:
    pages = ControlledPage.objects.search("电机 风扇", order_by="-number")
    assert numbers(pages) == ["P-1", "F-1"]
    assert numbers(pages[1:2]) == ["F-1"]

    best = list(ControlledPage.objects.search("风扇 更换").annotate_score("score"))
    assert numbers(best)[0] == "P-1"
    assert [page.score for page in best] == sorted((page.score for page in best), reverse=True)
    assert ControlledPage.objects.search("电机 更换", operator="and").count() == 1


def test_facets_count_what_is_found(library: None) -> None:
    found = ControlledPage.objects.search("电机 更换 motor")

    assert found.facet("language") == {"zh-hans": 3, "en": 1}
    assert found.facet("audience") == {int(Audience.PUBLIC): 3, int(Audience.DEALER): 1}
    assert found.facet("product_models") == {None: 3, ProductModel.objects.get(key="enp").pk: 1}


@pytest.mark.parametrize("query", ["電機過熱", "电机", "F-1"])
def test_the_admin_finds_pages(library: None, client: Client, administrator: object, query: str) -> None:
    client.force_login(administrator)

    found = shown(client.get(reverse("wagtailadmin_pages:search"), {"q": query}))
    assert "电机过热保护动作" in found
    assert "Motor overheating" not in found

    narrowed = {"q": query, "content_type": "kb.procedurepage"}
    assert "电机过热保护动作" not in shown(client.get(reverse("wagtailadmin_pages:search"), narrowed))


def test_the_list_of_pages_in_a_folder_is_searched(library: None, client: Client, administrator: object) -> None:
    client.force_login(administrator)
    address = reverse("wagtailadmin_explore", args=[KnowledgeIndexPage.objects.get(locale__language_code="en").pk])

    assert "Motor overheating" in shown(client.get(address, {"q": "motor"}))
    assert "电机过热保护动作" not in shown(client.get(address, {"q": "电机"}))


def test_choosers_find_pages_pictures_and_files(library: None, client: Client, administrator: object) -> None:
    client.force_login(administrator)
    picture = get_test_image_file()
    get_image_model().objects.create(title="散热风扇的照片", file=picture)
    get_image_model().objects.create(title="铭牌", file=picture)
    File.objects.create(title="电机接线图", file=ContentFile(b"1", "a.pdf"), uploaded_by_user=administrator)
    File.objects.create(title="合格证", file=ContentFile(b"2", "b.pdf"), uploaded_by_user=administrator)

    pages = shown(client.get(reverse("wagtailadmin_choose_page_search"), {"q": "電機過熱"}))
    assert "电机过热保护动作" in pages
    assert "更换散热风扇" not in pages

    pictures = shown(client.get(reverse("wagtailimages_chooser:choose_results"), {"q": "散熱風扇"}))
    assert "散热风扇的照片" in pictures
    assert "铭牌" not in pictures

    files = shown(client.get(reverse("wagtaildocs_chooser:choose_results"), {"q": "接线"}))
    assert "电机接线图" in files
    assert "合格证" not in files


def test_all_pictures_of_a_search_are_taken_at_once(client: Client, administrator: object) -> None:
    client.force_login(administrator)
    for title in ("散热风扇", "风扇的铭牌", "铭牌"):
        get_image_model().objects.create(title=title, file=get_test_image_file())

    address = reverse("wagtail_bulk_action", args=["kb", "picture", "add_tags"])
    taken = shown(client.get(address, {"id": "all", "q": "風扇", "next": "/admin/"}))

    assert "风扇的铭牌" in taken
    assert "散热风扇" in taken
    assert taken.count("铭牌") == 1


def test_people_and_the_catalogue_are_searched(library: None, client: Client, administrator: object) -> None:
    client.force_login(administrator)
    make.person(username="lintao", name="林涛")
    make.product(name="水泵 PX-7")

    people = shown(client.get(reverse("wagtailusers_users:index_results"), {"q": "林涛"}))
    assert "lintao" in people
    assert "管理员" not in people

    models = reverse("models:index_results")
    for query in ("伺服驅動器", "enp4031", "ＥＮＰ－４０３１", "servo"):
        assert "ENP-4031" in (found := shown(client.get(models, {"q": query})))
        assert "PX-7" not in found

    family = ProductModel.objects.get(key="enp").family
    assert family.name in shown(client.get(reverse("families:index_results"), {"q": family.name}))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"search": "電機過熱"}, ["电机过热保护动作", "更换散热风扇"]),
        ({"search": "电机 过热", "search_operator": "and"}, ["电机过热保护动作"]),
        ({"search": "电机", "search_operator": "or", "type": "kb.ProcedurePage"}, ["更换散热风扇"]),
        ({"search": "e04"}, ["电机过热保护动作"]),
        ({"search": "不存在"}, []),
    ],
)
def test_the_api_of_wagtail_searches(library: None, client: Client, asked: dict, expected: list[str]) -> None:
    answer = client.get("/api/pages/", asked).json()

    assert [page["title"] for page in answer["items"]] == expected
    assert answer["meta"]["total_count"] == len(expected)
