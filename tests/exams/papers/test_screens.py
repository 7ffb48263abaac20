"""The desk's screens for papers."""

import pytest
from django.urls import reverse

from exams.models import Form, Question
from exams.papers import forms
from people import roles
from tests import database, make

pytestmark = pytest.mark.django_db


@pytest.fixture
@database.once
def officer():
    return make.person(roles.EXAM_OFFICER)


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def exam():
    made = make.exam(["truefalse"] * 4)
    made.blueprint.update(count=2)
    return made


def papers(exam):
    return reverse("paper_forms", args=[exam.key])


def test_they_are_not_for_those_who_are_examined(client, technician, exam):
    client.force_login(technician)
    for address in (reverse("paper_check"), papers(exam), reverse("paper_exposure", args=[exam.key])):
        assert client.get(address).status_code == 403


def test_whoever_may_only_look_makes_none(client, exam):
    client.force_login(make.person(roles.EXAMINER))

    assert client.get(papers(exam)).status_code == 200
    assert client.post(papers(exam), {"act": "draw", "name": "A", "count": "1", "seed": "s"}).status_code == 403


def test_every_exam_is_checked(desk, exam):
    make.exam(["single"]).blueprint.update(count=3)

    answer = desk.get(reverse("paper_check"))
    assert answer.context["short"] == 1
    assert [each.is_enough for _exam, each in answer.context["found"]] == [True, False]


def test_the_blueprint_is_checked_as_it_is_typed(desk, exam):
    topic = exam.blueprint.get().topic
    row = {"blueprint-0-topic": topic.pk, "blueprint-0-count": "9", "blueprint-0-points": "1"}

    address = reverse("check_rows")
    check = desk.post(address, row | {"blueprint-TOTAL_FORMS": "1"}).context["check"]
    assert (check.rows[0].available, check.rows[0].lacking) == (4, 5)
    for nonsense in ({}, {"blueprint-TOTAL_FORMS": "x"}, {"blueprint-TOTAL_FORMS": "9999"}, row | {
        "blueprint-TOTAL_FORMS": "1", "blueprint-0-DELETE": "on"
    }, {"blueprint-TOTAL_FORMS": "1", "blueprint-0-topic": "9" * 9, "blueprint-0-count": "1"}):  # fmt: skip
        assert desk.post(address, nonsense).context["check"].rows == []


def test_the_editor_of_an_exam_shows_it(desk, exam):
    answer = desk.get(reverse("exams:edit", args=[exam.pk]))
    assert answer.context["check"].is_enough


def test_papers_are_drawn_and_looked_at(desk, exam):
    said = {"act": "draw", "name": "卷", "count": "2", "seed": "abc"}
    assert desk.post(papers(exam), said).status_code == 302
    assert desk.post(papers(exam), said).status_code == 409  # the names are taken

    form = Form.objects.get(name="卷 2")
    address = reverse("paper_form", args=[form.pk])
    assert desk.get(address, {"again": 1}).context["again"] == {"same": 2, "all": 2}
    for how in ("candidate", "print"):
        assert len(desk.get(address, {"as": how}).context["items"]) == 2


def test_what_was_refused_is_still_typed(desk, exam):
    answer = desk.post(papers(exam), {"act": "make", "name": "A", "questions": "nonsense\n"})

    assert answer.status_code == 409
    assert "nonsense" in answer.content.decode()
    for questions in ("a#b 1", "", "x#y 99999"):
        assert desk.post(papers(exam), {"act": "make", "name": "A", "questions": questions}).status_code == 409
    assert desk.post(papers(exam), {"act": "draw", "name": "A", "count": "x", "seed": "s"}).status_code == 409


def test_by_hand_in_the_order_and_for_the_points_that_are_typed(desk, exam):
    first, second, third, _fourth = Question.objects.all()
    desk.post(papers(exam), {"act": "make", "name": "A", "questions": f"{second}\n{first} 3"})
    form = Form.objects.get()
    assert list(form.items.values_list("question", "points")) == [(second.pk, 1), (first.pk, 3)]

    one, two = form.items.all()
    said = {f"place-{one.pk}": "2", f"points-{one.pk}": "5", f"place-{two.pk}": "1", f"points-{two.pk}": "1"}
    desk.post(reverse("paper_form", args=[form.pk]), said | {"added": f"{third}"})
    rows = list(form.items.values_list("question", "points"))
    assert rows == [(first.pk, 1), (second.pk, 5), (third.pk, 1)]

    for broken in ({}, said | {f"place-{one.pk}": "x"}):
        assert desk.post(reverse("paper_form", args=[form.pk]), broken).status_code == 409


def test_a_paper_that_can_no_longer_be_given_is_named(desk, exam, officer):
    form = forms.draw_forms(exam=exam, name="卷", count=1, seed="s", by=officer)[0]
    assert not desk.get(reverse("paper_check")).context["broken"]
    Question.objects.filter(pk=form.items.first().question_id).update(state=Question.State.QUARANTINED)

    assert list(desk.get(reverse("paper_check")).context["broken"]) == [form]
    assert [row.is_usable for row in desk.get(papers(exam)).context["forms"]] == [False]


def test_a_paper_is_taken_out_of_use(desk, exam, officer):
    form = forms.draw_forms(exam=exam, name="卷", count=1, seed="s", by=officer)[0]

    for act, is_active in (("off", False), ("off", False), ("on", True)):
        desk.post(reverse("paper_form", args=[form.pk]), {"act": act})
        assert Form.objects.get().is_active is is_active


def test_overlap_and_exposure(desk, exam, officer, technician, django_assert_max_num_queries):
    make.sitting(exam, technician)
    forms.draw_forms(exam=exam, name="卷", count=3, seed="s", by=officer)

    with django_assert_max_num_queries(40):
        answer = desk.get(reverse("paper_exposure", args=[exam.key]))
    assert len(answer.context["asked"]) == 2
    assert len(answer.context["overlaps"][0][1].papers) == 3
