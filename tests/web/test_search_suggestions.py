"""What is suggested to somebody who has begun to type: only what he may see, his language first, in any spelling."""

import pytest

from people.models import Audience
from tests import make

pytestmark = pytest.mark.django_db


def suggest(client, text, language=""):
    answer = client.get(f"{language}/search/suggest/", {"q": text})
    assert answer.status_code == 200
    return answer.json()["suggestions"]


def labels(client, text, language=""):
    return [each["label"] for each in suggest(client, text, language)]


@pytest.mark.parametrize("typed", ["电源", "電源", "故障", "f-1", "Ｆ－1", "f1"])
def test_a_document_is_suggested_by_its_title_and_its_number(client, typed):
    make.document(number="F-1", title="电源故障怎么办")

    (one,) = suggest(client, typed)

    assert (one["label"], one["detail"], one["url"]) == ("电源故障怎么办", "F-1", "/doc/F-1/")


@pytest.mark.parametrize("typed", ["E-04", "e0", "Ｅ 04", "e 04"])
def test_a_fault_code_is_suggested_in_any_spelling_and_once(client, typed):
    make.fault_code("E-04", meaning="电源故障")
    make.fault_code("E 04", meaning="别的")

    (one,) = suggest(client, typed)

    assert one["url"] == "/codes/e04/"


def test_products_and_courses_are_suggested_too(client):
    make.document(number="F-1", title="电源故障")
    make.product(key="ups", name="电源柜")
    make.course(key="power", title="电源课程", audience=Audience.PUBLIC)

    assert [each["url"] for each in suggest(client, "电源")] == ["/doc/F-1/", "/products/ups/", "/courses/power/"]


def test_of_a_document_in_two_languages_the_readers_own_is_suggested(client):
    make.document(number="F-1", title="UPS 电源")
    make.document(number="F-1", title="UPS power", language="en")
    make.document(number="F-2", title="UPS battery", language="en")

    assert labels(client, "UPS") == ["UPS 电源", "UPS battery"]
    assert sorted(labels(client, "UPS", "/en")) == ["UPS battery", "UPS power"]


def test_nothing_is_suggested_that_a_person_may_not_see(client, dealer):
    make.document(title="电源内部", audience=Audience.INTERNAL)
    make.document(title="电源受限", confidentiality="restricted")
    make.document(title="电源草稿", live=False)
    make.withdrawn(make.document(title="电源撤回"))
    make.course(title="电源内部课程", audience=Audience.INTERNAL)
    client.force_login(dealer)

    assert labels(client, "电源") == []


@pytest.mark.parametrize(
    "typed", ["电", "x", "😀", '"*?', "%_", "电" * 10_000, "\u202e\u200b", "<script>", "' OR 1=1 --"]
)
def test_hostile_and_short_input_suggests_nothing(client, typed):
    make.document(title="电源")

    assert suggest(client, typed) == []


def test_a_nul_character_is_refused(client):
    assert client.get("/search/suggest/?q=%00%00").status_code == 400


def test_it_is_a_bounded_number_of_lines_and_of_queries(client, django_assert_num_queries):
    for n in range(4):
        make.document(title=f"电源{n}")
    labels(client, "电源")  # what is read once per process

    with django_assert_num_queries(2):
        assert len(labels(client, "电源")) == 4
    for n in range(8):
        make.product(name=f"电源{n}")
        make.document(title=f"电源故障{n}")
    labels(client, "电源")

    with django_assert_num_queries(4):
        assert len(labels(client, "电源")) == 8
