"""Appeals of a question: by its candidate, within thirty days, decided by somebody who had no part in it."""

import datetime
from decimal import Decimal

import pytest

from exams.marking import appeal
from exams.marking.mark import mark
from exams.marking.release import release
from exams.models import ItemAppeal, Question, QuestionVersion
from people import roles
from people.models import Notice
from people.refusal import Refused
from tests import make
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def item(technician):
    sitting = desk.sat(desk.exam("truefalse", essays=0), technician)
    release(sittings=[sitting], by=desk.officer(), at=NOON)
    return _fresh(sitting.items.get())


def _fresh(item):
    return type(item).objects.select_related("sitting__exam", "version__question").get(pk=item.pk)


def make_appeal(item, at=NOON):
    return appeal.appeal(item=item, person=item.sitting.person, text="题干有歧义", at=at)


def decide(made, by, is_upheld=True, **said):
    return appeal.decide(
        **{"made": made, "is_upheld": is_upheld, "answer": "有道理", "by": by, "at": NOON + DAY} | said
    )


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (30, True), (31, False)])
def test_it_is_taken_for_thirty_days(item, days, is_taken):
    if is_taken:
        assert make_appeal(item, NOON + days * DAY).state == "open"
    else:
        with pytest.raises(Refused):
            make_appeal(item, NOON + days * DAY)


def test_it_is_taken_once(item):
    make_appeal(item)
    with pytest.raises(Refused):
        make_appeal(item)
    assert ItemAppeal.objects.count() == 1


def test_not_before_the_release_nor_by_others_nor_without_words(technician, dealer):
    item = _fresh(desk.sat(desk.exam("truefalse", essays=0), technician).items.get())

    for person, text in [(technician, "题干有歧义"), (dealer, "题干有歧义")]:
        with pytest.raises(Refused):
            appeal.appeal(item=item, person=person, text=text, at=NOON)
    release(sittings=[item.sitting], by=desk.officer(), at=NOON)
    with pytest.raises(Refused):
        appeal.appeal(item=_fresh(item), person=technician, text="  ", at=NOON)


@pytest.mark.parametrize("is_upheld", [True, False])
def test_it_is_decided_once_and_the_candidate_is_told(item, technician, manager, is_upheld):
    made = make_appeal(item)

    assert decide(made, manager, is_upheld)
    assert not decide(made, desk.officer(), not is_upheld)

    made.refresh_from_db()
    assert (made.state, made.decided_by, made.answer) == ("upheld" if is_upheld else "rejected", manager, "有道理")
    assert Notice.objects.filter(person=technician, key=f"appeal-{made.pk}").count() == 1


@pytest.mark.parametrize("part", ["sat", "wrote", "wrote the question", "reviewed", "marked", "none but no permission"])
def test_whoever_has_a_part_in_it_does_not_decide(item, part):
    by = make.person(*([] if part.startswith("none") else [roles.EXAM_OFFICER, roles.EXAMINER]))
    if part == "sat":
        type(item.sitting).objects.filter(pk=item.sitting_id).update(person=by)
        item = _fresh(item)
    QuestionVersion.objects.update(
        author=by if part == "wrote" else None, reviewed_by=by if part == "reviewed" else None
    )
    Question.objects.update(author=by if part == "wrote the question" else None)
    if part == "marked":
        item.markings.create(marker=by, at=NOON, share=1)
    made = ItemAppeal.objects.create(item=_fresh(item), text="题干有歧义", at=NOON)

    with pytest.raises(Refused):
        decide(made, by)

    assert ItemAppeal.objects.get().state == "open"


def test_it_needs_an_answer(item, manager):
    with pytest.raises(Refused):
        decide(make_appeal(item), manager, answer=" ")


def test_an_essay_gets_another_mark_when_it_is_upheld(technician, manager):
    sitting = desk.sat(desk.exam(), technician)
    mark(item=desk.essay(sitting), by=desk.examiner(), share=Decimal("0.25"), at=NOON)
    sitting.refresh_from_db()
    release(sittings=[sitting], by=desk.officer(), at=NOON)
    made = make_appeal(_fresh(desk.essay(sitting)))
    with pytest.raises(Refused):
        decide(made, manager)

    assert decide(made, manager, share=Decimal("0.75"))

    sitting.refresh_from_db()
    assert (sitting.points, sitting.has_passed) == (Decimal("0.75"), True)
    grade = sitting.grades.last()
    assert (grade.reason, grade.by, grade.changes) == (
        "appeal", manager, [{"n": 1, "before": "0.2500", "after": "0.7500"}]
    )  # fmt: skip
