"""All documents of a search as arrays: narrowed and counted without searching again, checked by the database."""

import pytest
from modelsearch.backends.base import FilterFieldError
from wagtail.models import Page

from .build import backend, page, store

pytestmark = pytest.mark.django_db


def found(query: str, floor: float = 0.0, **options: object) -> tuple:
    """Return what is found, and a function from documents to titles."""
    results = backend().search(query, Page)
    all_found = results.found(floor=floor, **options)
    titles = dict(Page.objects.values_list("pk", "title"))
    return all_found, lambda numbers: [titles[int(all_found.keys[number])] for number in numbers]


def test_documents_are_narrowed_and_counted_in_several_segments() -> None:
    for title, live in [("过热一", True), ("过热二", False), ("过热过热过热", True), ("别的", True)]:
        page(title, live=live)
        backend().search("x", Page).count()  # what waits is written: another segment

    every, titles = found("过热")
    live = every.having("live", [True])

    assert sorted(titles(every.best(every.mask))) == ["过热一", "过热二", "过热过热过热"]
    assert sorted(titles(every.best(live))) == ["过热一", "过热过热过热"]
    assert every.counts("live", every.mask) == {True: 2, False: 1}
    assert every.single("live", every.best(live)) == [1, 1]
    assert store()


def test_the_database_has_the_last_word_and_may_be_another_queryset() -> None:
    kept, gone, other = page("过热一"), page("过热二"), page("过热三")
    backend().search("过热", Page).count()
    Page.objects.filter(pk=gone.pk)._raw_delete("default")

    every, titles = found("过热")
    one, _titles = found("过热", among=Page.objects.filter(pk=other.pk))

    assert sorted(titles(every.best(every.mask))) == ["过热一", "过热三"]
    assert list(one.keys.values()) == [str(other.pk)]
    assert kept


def test_what_fits_far_worse_than_the_best_is_passed_over() -> None:
    page("电机过热保护动作后无法复位")
    page("电机")
    for n in range(9):
        page(f"电机型号{n}")

    every, _titles = found("电机过热保护动作后无法复位")
    few, titles = found("电机过热保护动作后无法复位", floor=0.5)

    assert (len(every.keys), titles(few.keys)) == (11, ["电机过热保护动作后无法复位"])


def test_values_of_documents_are_told_one_by_one() -> None:
    made = [page("过热"), page("过热 过热")]

    every, _titles = found("过热")
    numbers = every.best(every.mask)

    assert sorted(every.single("path", numbers)) == sorted(each.path for each in made)
    assert every.single("first_published_at", numbers) == [None, None]
    with pytest.raises(FilterFieldError):
        every.counts("nothing", every.mask)


def test_nothing_is_found_without_documents() -> None:
    every, _titles = found("过热")

    assert (every.best(every.mask), every.counts("live", every.mask)) == ([], {})
