"""The screens of products and fault codes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from kb.models import FaultCode
from people.models import Audience
from tests import make

pytestmark = pytest.mark.django_db


def code(text="E-04", **fields):
    fields = fields or {"model": make.product()}
    made = FaultCode(code=text, meaning="电源故障", severity=2, **fields)
    made.full_clean(exclude=["folded"])
    made.save()
    return made


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


@pytest.mark.parametrize("typed", ["E-04", "e04", "E 04", "Ｅ０４", "e_04"])
def test_any_spelling_of_a_code_leads_to_its_one_address(client, typed):
    code("E-04")

    answer = client.get(reverse("fault_code", args=[typed]), follow=True)

    assert answer.status_code == 200
    assert (answer.redirect_chain[-1][0] if answer.redirect_chain else answer.request["PATH_INFO"]).endswith(
        "/codes/e04/"
    )
    assert "电源故障" in words(answer)


@pytest.mark.parametrize("typed", ["E05", "-", "%", "'", "..", "<b>", "x" * 400])
def test_an_unknown_code_does_not_exist(client, typed):
    code("E-04")

    assert client.get(reverse("fault_code", args=[typed])).status_code == 404


def test_a_code_of_several_products_is_shown_for_each(client):
    first, second = make.product(name="甲型"), make.product(name="乙型")
    code("E04", model=first)
    code("E-04", model=second)

    shown = words(client.get("/codes/e04/"))

    assert "甲型" in shown
    assert "乙型" in shown


def test_its_guides_are_named_to_those_who_may_read_them(client, technician):
    wanted = code("E04")
    make.issue(make.guide(title="内部指南", audience=Audience.INTERNAL), codes=[wanted])

    assert "内部指南" not in words(client.get("/codes/e04/"))
    client.force_login(technician)
    assert "内部指南" in words(client.get("/codes/e04/"))


def test_one_code_however_spelt_per_product():
    product = make.product()
    code("E04", model=product)

    with pytest.raises(ValidationError, match="E04"):
        code("e-04", model=product)


def test_one_code_however_spelt_per_family_and_the_same_code_may_be_of_a_model_too():
    product = make.product()
    code("E04", family=product.family)
    code("E04", model=product)
    code("E04", family=make.product().family)

    with pytest.raises(ValidationError, match="E04"):
        code("Ｅ 04", family=product.family)


def test_a_code_can_be_saved_again():
    made = code("E04")
    made.full_clean(exclude=["folded"])


@pytest.mark.parametrize("typed", ["---", "#", ".", "／"])
def test_a_code_without_letter_or_digit_is_refused(typed):
    with pytest.raises(ValidationError) as refusal:
        code(typed)

    assert list(refusal.value.message_dict) == ["code"]


@pytest.mark.parametrize("typed", ["e 04", "---"])
def test_the_admin_says_what_is_wrong_with_a_code(client, administrator, typed):
    made = code("E-04")
    client.force_login(administrator)
    form = {"code": typed, "model": made.model_id, "meaning": "电源故障", "severity": 2}

    answer = client.post(reverse("codes:add"), form)

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["code"])
    assert FaultCode.objects.get() == made


def test_a_code_is_of_a_model_or_of_a_family_and_not_of_both():
    product = make.product()

    with pytest.raises((ValidationError, IntegrityError)):
        code("E04", model=product, family=product.family)


def test_a_product_shows_the_codes_of_its_family_too(client):
    product = make.product()
    code("F-1", family=product.family)
    code("M-1", model=product)
    code("X-1")

    shown = words(client.get(product.get_absolute_url()))

    assert "F-1" in shown
    assert "M-1" in shown
    assert "X-1" not in shown


def test_a_product_names_only_the_documents_a_person_may_read(client, technician):
    product = make.product()
    for title, fields in [
        ("公开文件", {}),
        ("内部文件", {"audience": Audience.INTERNAL}),
        ("草稿文件", {"live": False}),
    ]:
        page = make.document(title=title, **fields)
        page.product_models.add(product)
        if page.live:
            make.issue(page, product_models=[product])

    stranger = words(client.get(product.get_absolute_url()))
    client.force_login(technician)
    own = words(client.get(product.get_absolute_url()))

    assert ("公开文件" in stranger, "内部文件" in stranger, "草稿文件" in stranger) == (True, False, False)
    assert ("公开文件" in own, "内部文件" in own, "草稿文件" in own) == (True, True, False)


def test_the_list_of_products(client):
    product = make.product(name="甲型")

    assert "甲型" in words(client.get(reverse("products")))
    assert client.get(reverse("product", args=[product.key])).status_code == 200
    assert client.get(reverse("product", args=["none"])).status_code == 404
