"""Fixed papers: by hand or drawn, parallel ones sharing little, the same again from their seed."""

import pytest

from exams import draw
from exams.models import Form, Question
from exams.papers import exposure, forms
from people import roles
from people.refusal import Refused
from tests import database, make

pytestmark = pytest.mark.django_db


@pytest.fixture
@database.once
def officer():
    return make.person(roles.EXAM_OFFICER)


@pytest.fixture
def exam():
    """An exam that asks 3 of 6 questions."""
    made = make.exam(["truefalse"] * 6)
    made.blueprint.update(count=3, points=2)
    return made


def ids(form):
    return list(form.items.values_list("question", flat=True))


def test_drawn_from_a_seed_it_is_drawn_the_same_again(exam, officer):
    first, second = forms.draw_forms(exam=exam, name="卷", count=2, seed="abc", by=officer)

    assert (first.name, second.name, second.seed) == ("卷 1", "卷 2", "abc/2")
    for form in (first, second):
        assert [each.id for each in forms.drawn_again(form)] == ids(form)
    assert {form.items.get(position=1).points for form in (first, second)} == {2}


def test_parallel_papers_share_nothing_while_there_are_others_and_then_as_little_as_can_be(exam, officer):
    made = forms.draw_forms(exam=exam, name="卷", count=4, seed="abc", by=officer)

    asked = [pk for form in made for pk in ids(form)]
    assert set(ids(made[0])).isdisjoint(ids(made[1]))
    assert sorted(asked.count(pk) for pk in set(asked)) == [2] * 6
    assert exposure.of_forms(exam).mean == pytest.approx(100 * 8 / 24, abs=12)


def test_a_bank_that_is_too_small_is_said(exam, officer):
    exam.blueprint.update(count=7)
    with pytest.raises(Refused):
        forms.draw_forms(exam=exam, name="卷", count=1, seed="abc", by=officer)


@pytest.mark.parametrize(("count", "seed"), [(0, "a"), (21, "a"), (1, ""), (1, "a b"), (1, "x" * 25)])
def test_what_cannot_be_drawn_is_said(exam, officer, count, seed):
    with pytest.raises(Refused):
        forms.draw_forms(exam=exam, name="卷", count=count, seed=seed, by=officer)
    assert not Form.objects.exists()


def test_nothing_is_made_of_what_may_not_be_asked(exam, officer):
    asked = [draw.Drawn(pk, 1) for pk in Question.objects.values_list("pk", flat=True)[:2]]
    Question.objects.filter(pk=asked[0].id).update(state=Question.State.QUARANTINED)

    for drawn in ([], asked, asked[1:] * 2, [draw.Drawn(0, 1)]):
        with pytest.raises(Refused):
            forms.make(exam=exam, name="A", drawn=drawn, by=officer)
    forms.make(exam=exam, name="A", drawn=asked[1:], by=officer)
    with pytest.raises(Refused):
        forms.make(exam=exam, name="A", drawn=asked[1:], by=officer)


def test_arranged_by_hand_it_is_no_longer_what_the_seed_draws(exam, officer):
    form = forms.draw_forms(exam=exam, name="卷", count=1, seed="abc", by=officer)[0]
    drawn = forms.drawn_again(form)

    assert forms.arrange(form=form, drawn=drawn, by=officer).seed == "abc/1"
    turned = forms.arrange(form=form, drawn=drawn[::-1], by=officer)
    assert (turned.seed, ids(turned)) == ("", [each.id for each in drawn[::-1]])


def test_a_paper_that_was_sat_stays_but_can_be_taken_out_of_use(exam, officer, technician):
    form = forms.draw_forms(exam=exam, name="卷", count=1, seed="abc", by=officer)[0]
    make.sitting(exam, technician)

    with pytest.raises(Refused):
        forms.arrange(form=form, drawn=forms.drawn_again(form), by=officer)
    assert not forms.switch(form=form, is_active=False, by=officer).is_active


def test_a_paper_comes_into_use_only_whole(exam, officer):
    form = forms.draw_forms(exam=exam, name="卷", count=1, seed="abc", by=officer)[0]
    forms.switch(form=form, is_active=False, by=officer)
    Question.objects.filter(pk=ids(form)[0]).update(state=Question.State.QUARANTINED)

    with pytest.raises(Refused):
        forms.switch(form=form, is_active=True, by=officer)


def test_what_was_asked_most_and_what_never(exam, technician):
    sitting = make.sitting(exam, technician)

    papers, asked = exposure.most_asked(exam)
    never, unasked = exposure.never_asked(exam)
    assert (papers, [each.percent for each in asked]) == (1, [100] * 3)
    assert (never, len(unasked)) == (3, 3)
    assert {each.question.pk for each in asked} == set(sitting.items.values_list("version__question", flat=True))
    assert len(exposure.of_sittings(exam).papers) == 1
