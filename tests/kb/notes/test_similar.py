"""What is like a problem: field notes first by code and model, documents beside them; and the search screen."""

import pytest

from kb.models import FaultCode, Solution
from kb.notes import adopt
from kb.notes.similar import documents_for, similar
from people.models import Audience, OrgUnit
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def code():
    made = FaultCode(code="E-04", meaning="电源故障", severity=2, model=make.product())
    made.clean()
    made.save()
    return made


def problems(found):
    return [note.problem for note in found]


def test_notes_are_found_by_their_words_with_where_they_stand(technician):
    make.note(technician, problem="电源模块异响", remedy="换风扇")
    make.note(technician, problem="屏幕闪烁", remedy="换线")

    (found,) = similar(person=technician, text="电源模块有异响")

    assert (found.problem, found.standing) == ("电源模块异响", "unverified")


def test_the_same_code_in_any_spelling_comes_first_then_the_same_model_then_what_was_put_aside(technician, author):
    model = make.product()
    aside = make.note(technician, problem="异响异响异响", code="E04")
    adopt.put_aside(solution=aside, by=author, because="重复", at=NOON)
    make.note(technician, problem="异响异响")
    make.note(technician, problem="有异响", model=model)
    make.note(technician, problem="灯不亮", code="e 04")

    found = similar(person=technician, text="异响", model=model, code="Ｅ-０４")

    assert problems(found) == ["灯不亮", "有异响", "异响异响", "异响异响异响"]


def test_a_code_in_the_words_counts_as_one(technician):
    make.note(technician, problem="灯不亮", code="E-04")

    assert problems(similar(person=technician, text="显示 E04 之后停机")) == ["灯不亮"]


def test_at_most_five_are_given_in_a_constant_number_of_queries(technician, django_assert_num_queries):
    for n in range(8):
        make.note(technician, problem=f"异响 {n}", code="E04")

    similar(person=technician, text="异响", code="E04")  # the index is written
    with django_assert_num_queries(5):
        assert len(similar(person=technician, text="异响", code="E04")) == 5


def test_nobody_finds_what_he_may_not_see(technician, dealer, client):
    make.note(technician, problem="内部异响")
    make.note(dealer, problem="经销商异响")
    stranger = make.person(kind=OrgUnit.Kind.DEALER)

    assert problems(similar(person=dealer, text="异响")) == ["经销商异响"]
    assert similar(person=stranger, text="异响") == []
    assert client.get("/search/", {"q": "异响"}).context["notes"] == []


@pytest.mark.parametrize("text", ["", "   ", "？", "长" * 10_000, "*", '"'])
def test_nothing_typed_breaks_it(technician, text):
    make.note(technician)

    assert similar(person=technician, text=text, code=text) == []
    assert documents_for(person=technician, text=text, code=text) == []


def test_a_note_is_written_whether_or_not_there_is_an_index(technician, settings, tmp_path):
    blocked = tmp_path / "search"
    blocked.write_text("not a folder")
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "kb.search.backend", "PATH": str(blocked), "REPAIR": False}
    }

    make.note(technician, problem="异响")

    assert Solution.objects.count() == 1


def test_documents_are_guides_and_faqs_those_of_the_code_first(technician, dealer, code):
    make.document(number="F-1", title="异响问答", audience=Audience.PUBLIC)
    make.document(number="F-2", title="异响内部问答", audience=Audience.INTERNAL)
    make.procedure(number="P-1", title="异响检修")
    make.guide(number="G-1", title="灯不亮", codes=[code])

    def numbers(person):
        return [page.number for page in documents_for(person=person, text="异响", code="e04")]

    assert numbers(technician)[0] == "G-1"
    assert set(numbers(technician)) == {"G-1", "F-1", "F-2"}
    assert set(numbers(dealer)) == {"G-1", "F-1"}


def test_the_search_screen_shows_notes_below_and_offers_to_write(client, technician):
    make.note(technician, problem="水泵异响", remedy="换轴承")
    client.force_login(technician)

    answer = client.get("/search/", {"q": "水泵异响"})
    shown = answer.content.decode()

    assert answer.context["count"] == 0
    assert [note.standing for note in answer.context["notes"]] == ["unverified"]
    assert "水泵异响</span>" in shown
    assert "/notes/new/?q=%E6%B0%B4" in shown
    assert client.get("/search/", {"q": "无人知晓"}).context["notes"] == []


def test_strangers_are_not_offered_to_write(client):
    assert "/notes/new/" not in client.get("/search/", {"q": "无人知晓"}).content.decode()
