"""Questions come into use and go out of it, each step by whoever may and only where it is possible."""

import pytest
from wagtail.models import ModelLogEntry

from exams.bank import review, use
from exams.bank.edit import edit
from exams.models import Form, FormItem, Question
from people.refusal import Refused
from tests import make
from tests.exams.bank.conftest import write
from tests.make import text

pytestmark = pytest.mark.django_db
State = Question.State


@pytest.fixture
def reviewed(draft, examiner):
    review.review(version=draft, by=examiner, approve=True, at=make.NOON)
    return Question.objects.get(pk=draft.question_id)


def test_a_reviewed_question_is_drawn_once_it_is_activated(reviewed, trainer):
    assert not Question.objects.drawable().exists()

    use.activate(question=reviewed, by=trainer, at=make.NOON)
    assert Question.objects.drawable().get() == reviewed


def test_a_draft_is_not_activated(draft, trainer):
    with pytest.raises(Refused):
        use.activate(question=draft.question, by=trainer, at=make.NOON)


def test_nor_is_what_rests_on_changed_text(reviewed, page, trainer):
    make.issue(page, body=[text("a", "别的"), text("b")])

    with pytest.raises(Refused):
        use.activate(question=reviewed, by=trainer, at=make.NOON)


def test_a_reviewer_quarantines_with_a_reason_that_is_kept(reviewed, trainer, examiner):
    use.activate(question=reviewed, by=trainer, at=make.NOON)
    with pytest.raises(Refused):
        use.quarantine(question=reviewed, by=examiner, at=make.NOON, reason="  ")
    use.quarantine(question=reviewed, by=examiner, at=make.NOON, reason="答案可疑")

    assert not Question.objects.drawable().exists()
    line = ModelLogEntry.objects.for_instance(reviewed).get(action="exams.quarantine")
    assert (line.user, line.timestamp, line.data["reason"]) == (examiner, make.NOON, "答案可疑")


def test_a_second_click_changes_nothing(reviewed, trainer):
    for _click in range(2):
        use.activate(question=reviewed, by=trainer, at=make.NOON)

    assert ModelLogEntry.objects.filter(action="exams.activate").count() == 1


def test_what_stands_on_a_paper_in_use_is_not_retired(reviewed, trainer):
    form = Form.objects.create(exam=make.exam(), name="A")
    FormItem.objects.create(form=form, position=1, question=reviewed)

    with pytest.raises(Refused, match="A"):
        use.retire(question=reviewed, by=trainer, at=make.NOON)
    form.is_active = False
    form.save()
    use.retire(question=reviewed, by=trainer, at=make.NOON)
    with pytest.raises(Refused):
        use.activate(question=reviewed, by=trainer, at=make.NOON)


def test_strangers_do_nothing(reviewed, technician):
    for to in use.BRING:
        assert use.objections(question=reviewed, to=to, by=technician)


def test_many_are_changed_each_by_its_own_rules(page, reviewed, trainer):
    waiting = write(page, trainer).question
    wished = {"state": State.ACTIVE, "difficulty": 3}

    edited = edit(questions=[reviewed, waiting], wished=wished, by=trainer, at=make.NOON)

    assert edited.changed == [reviewed]
    assert [row for row, _reasons in edited.refused] == [waiting]
    there = dict(Question.objects.values_list("pk", "difficulty"))
    assert (there[reviewed.pk], there[waiting.pk]) == (3, 1)  # all of it or nothing


def test_a_question_does_not_move_where_its_key_is_taken(trainer):
    there = make.question()
    other = make.question(key=there.key)

    edited = edit(questions=[other], wished={"topic": there.topic}, by=trainer, at=make.NOON)

    assert edited.refused
    assert Question.objects.get(pk=other.pk).topic == other.topic
    assert edit(questions=[there], wished={"topic": there.topic}, by=trainer, at=make.NOON).same == [there]
