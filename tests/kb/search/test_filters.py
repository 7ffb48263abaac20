"""The filters of a queryset, evaluated in the index, agree with the database."""

import datetime
from collections.abc import Callable

import pytest
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from modelsearch.backends.base import FilterError, FilterFieldError, OrderByFieldError
from modelsearch.query import MATCH_ALL
from wagtail.models import Page

from .build import backend, page

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def tree() -> Page:
    """Return a page with a child and a grandchild, beside another page; all different in every field."""
    top = page("电机", first_published_at=NOON)
    child = page("Motor", top, live=False, first_published_at=NOON + datetime.timedelta(days=400))
    page("电机过热", child)
    page("Pump", locked=True, first_published_at=NOON - datetime.timedelta(microseconds=1))
    return top


@pytest.mark.parametrize(
    "narrowed",
    [
        lambda pages, top: pages.all(),
        lambda pages, top: pages.none(),
        lambda pages, top: pages.live(),
        lambda pages, top: pages.not_live(),
        lambda pages, top: pages.filter(live=True, locked=True),
        lambda pages, top: pages.exclude(live=True),
        lambda pages, top: pages.filter(Q(locked=True) | Q(live=False)),
        lambda pages, top: pages.filter(~(Q(locked=True) | Q(live=False))),
        lambda pages, top: pages.exclude(first_published_at__gt=NOON),
        lambda pages, top: pages.filter(pk=top.pk),
        lambda pages, top: pages.filter(pk__in=[top.pk, 0]),
        lambda pages, top: pages.filter(pk__in=[]),
        lambda pages, top: pages.filter(id__in=Page.objects.filter(title="电机").values("id")),
        lambda pages, top: pages.filter(id=Page.objects.filter(title="电机").values("id")[:1]),
        lambda pages, top: pages.filter(depth__gt=2),
        lambda pages, top: pages.filter(depth__range=(2, 3)),
        lambda pages, top: pages.filter(title="电机"),
        lambda pages, top: pages.filter(title__in=["Motor", "Pump", "Valve"]),
        lambda pages, top: pages.filter(title__startswith="电机"),
        lambda pages, top: pages.filter(title__istartswith="MOT"),
        lambda pages, top: pages.filter(title__contains="过热"),
        lambda pages, top: pages.filter(title__icontains="UM"),
        lambda pages, top: pages.filter(title__iexact="motor"),
        lambda pages, top: pages.filter(title__gte="Motor", title__lt="Q"),
        lambda pages, top: pages.filter(title__gt="N"),
        lambda pages, top: pages.filter(first_published_at=NOON),
        lambda pages, top: pages.filter(first_published_at__gte=NOON),
        lambda pages, top: pages.filter(first_published_at__lt=NOON),
        lambda pages, top: pages.filter(first_published_at__lte=NOON),
        lambda pages, top: pages.filter(first_published_at__range=(NOON, timezone.now())),
        lambda pages, top: pages.filter(first_published_at__isnull=True),
        lambda pages, top: pages.filter(first_published_at__isnull=False),
        lambda pages, top: pages.filter(first_published_at__year=2027),
        lambda pages, top: pages.filter(owner=None),
        lambda pages, top: pages.filter(locale=top.locale),
        lambda pages, top: pages.filter(translation_key=top.translation_key),
        lambda pages, top: pages.type(Page),
        lambda pages, top: pages.public(),
        lambda pages, top: pages.descendant_of(top),
        lambda pages, top: pages.descendant_of(top, inclusive=True),
        lambda pages, top: pages.not_descendant_of(top),
        lambda pages, top: pages.child_of(top),
        lambda pages, top: pages.ancestor_of(top.get_children().get()),
        lambda pages, top: pages.sibling_of(top),
        lambda pages, top: top.get_children(),
        lambda pages, top: top.get_descendants(),
    ],
)
def test_the_index_filters_as_the_database_does(tree: Page, narrowed: Callable[[QuerySet, Page], QuerySet]) -> None:
    below = Page.objects.filter(depth__gt=1, title__in=["电机", "Motor", "电机过热", "Pump"])
    queryset = narrowed(below, tree)
    found = backend().search(MATCH_ALL, queryset)
    assert set(found) == set(queryset)
    assert backend().search(MATCH_ALL, queryset).count() == queryset.count()


def test_a_filter_narrows_what_the_database_is_asked_for(tree: Page) -> None:
    found = backend().search(MATCH_ALL, Page.objects.filter(title__in=["电机", "Motor", "Pump"], live=True))
    assert len(found._hits.ranking) == 2


def test_a_page_that_was_moved_is_found_below_its_new_parent(tree: Page) -> None:
    list(Page.objects.search("电机"))
    pump = Page.objects.get(title="Pump")
    tree.move(pump, pos="last-child")
    found = Page.objects.descendant_of(Page.objects.get(pk=pump.pk)).search("电机")
    assert {hit.title for hit in found} == {"电机", "电机过热"}
    assert list(Page.objects.not_descendant_of(Page.objects.get(pk=pump.pk)).search("电机")) == []


def test_an_unknown_lookup_is_refused(tree: Page) -> None:
    with pytest.raises(FilterError):
        list(backend().search(MATCH_ALL, Page.objects.filter(title__regex="^M")))


def test_a_comparison_of_two_columns_is_refused(tree: Page) -> None:
    with pytest.raises(FilterError):
        list(backend().search(MATCH_ALL, Page.objects.filter(title=F("slug"))))


def test_a_field_that_is_not_kept_is_refused(tree: Page) -> None:
    with pytest.raises(FilterFieldError):
        list(backend().search(MATCH_ALL, Page.objects.filter(slug="x")))
    with pytest.raises(OrderByFieldError):
        list(Page.objects.search(MATCH_ALL, order_by="slug"))
    with pytest.raises(FilterFieldError):
        Page.objects.search(MATCH_ALL).facet("slug")


@pytest.mark.parametrize("change", [{"live": False}, {"locked": True}])
def test_the_database_has_the_last_word(tree: Page, change: dict[str, bool]) -> None:
    list(Page.objects.search("电机"))
    Page.objects.filter(title="电机").update(**change)
    found = Page.objects.filter(live=True, locked=False).search("电机")
    assert [hit.title for hit in found[:1]] == ["电机过热"]
    assert found.count() == 1
    assert found.facet("live") == {True: 1}
