"""Until when what was bought is under warranty, piece by piece."""

import datetime

import pytest

from kb import warranty
from kb.models import Component, WarrantyExclusion
from tests import make

pytestmark = pytest.mark.django_db
BOUGHT = datetime.date(2024, 1, 31)


def component(model, key, **fields):
    return Component.objects.create(model=model, key=key, name=key, **fields)


def standing(model, on, bought_on=BOUGHT):
    found = warranty.standing(warranty.terms(model), bought_on=bought_on, on=on)
    return {cover.term.component.key if cover.term.component else "": cover for cover in found}


def test_the_months_of_a_component_come_before_those_of_what_it_lies_in_and_those_before_the_models():
    model = make.product(warranty_months=36)
    psu = component(model, "psu", warranty_months=24)
    component(model, "psu-fan", parent=psu)
    component(model, "printer-head", warranty_months=6)
    component(model, "board")

    until = {key: cover.until for key, cover in standing(model, BOUGHT).items()}

    assert until == {
        "": datetime.date(2027, 1, 31), "board": datetime.date(2027, 1, 31), "printer-head": datetime.date(2024, 7, 31),
        "psu": datetime.date(2026, 1, 31), "psu-fan": datetime.date(2026, 1, 31),
    }  # fmt: skip


def test_components_stand_below_what_they_lie_in():
    model = make.product()
    outer = component(model, "b-outer")
    component(model, "a-inner", parent=outer)
    component(model, "c-last")

    found = [(term.component.key, term.depth) for term in warranty.terms(model)[1:]]

    assert found == [("b-outer", 0), ("a-inner", 1), ("c-last", 0)]


@pytest.mark.parametrize(("day", "holds"), [((2024, 2, 29), True), ((2024, 3, 1), False), ((2023, 1, 1), True)])
def test_the_last_day_counts_and_months_are_clipped(day, holds):
    model = make.product(warranty_months=1)

    assert standing(model, datetime.date(*day))[""].holds is holds


def test_without_months_there_is_none_and_without_the_day_of_purchase_nobody_knows():
    model = make.product(warranty_months=12)
    component(model, "lamp", warranty_months=0)

    found = standing(model, BOUGHT, bought_on=None)

    assert (found[""].holds, found["lamp"].holds) == (None, False)


def test_what_is_excluded_stands_with_its_component_and_in_general_with_the_model():
    model = make.product()
    board = component(model, "board")
    WarrantyExclusion.objects.create(key="flood", name="不可抗力")
    WarrantyExclusion.objects.create(key="burnt", name="烧毁").components.add(board)

    found = {str(term.component or ""): [str(each) for each in term.exclusions] for term in warranty.terms(model)}

    assert found == {"": ["不可抗力"], "board": ["烧毁"]}


def test_more_components_are_no_more_queries(django_assert_num_queries):
    model = make.product()
    for n in range(5):
        component(model, f"c{n}")

    with django_assert_num_queries(3):
        warranty.terms(model)
