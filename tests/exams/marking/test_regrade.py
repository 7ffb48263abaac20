"""A wrong key: the preview says what the regrade then does; history stays; open sittings are left alone."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from exams import sit
from exams.marking.mark import mark
from exams.marking.regrade import fits, look, objections, preview, regrade
from exams.marking.release import release
from exams.models import Grade, Item, QuestionVersion, Regrade, Sitting
from people.models import Notice
from people.refusal import Conflict, Refused
from tests import make
from tests.exams.invigilation import hall
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(days=1)
Rule = Regrade.Rule
OTHER_KEY = {"options": [{"text": "对"}, {"text": "错", "right": True}, {"text": "都不是"}]}


def another(version, body=OTHER_KEY):
    """The next version of a question, with another key."""
    return QuestionVersion.objects.create(
        question=version.question, number=version.number + 1, kind=version.kind, text=version.text, body=body,
        reviewed_at=LATER,
    )  # fmt: skip


@pytest.fixture
def officer(db):
    return desk.officer()


@pytest.fixture
def sitting(technician):
    """Two questions; the one of one choice answered by the key, the other not at all."""
    made = make.sitting(desk.exam("single", "truefalse", essays=0), technician)
    item = made.items.select_related("version", "sitting").get(version__kind="single")
    make.saved(item, make.right(item))
    return sit.finish(sitting=made, at=NOON)


def version_of(sitting, kind="single"):
    return QuestionVersion.objects.get(items__sitting=sitting, kind=kind)


def run(version, rule, by, new_version=None, **said):
    return regrade(
        **{"version": version, "rule": rule, "new_version": new_version, "by": by, "reason": "答案有误", "at": LATER}
        | said
    )


def state(sitting):
    sitting.refresh_from_db()
    return sitting.points, sitting.points_possible, sitting.has_passed


def test_another_key_takes_points_and_the_pass_away_and_history_keeps_them(sitting, officer):
    version = version_of(sitting)
    assert state(sitting) == (1, 2, True)

    record, changed = run(version, Rule.KEY, officer, another(version))

    assert changed == 1
    assert state(sitting) == (0, 2, False)
    first, second = sitting.grades.all()
    assert (first.points, first.has_passed, first.reason) == (1, True, "marking")
    assert (second.points, second.has_passed, second.reason, second.by) == (0, False, "regrade", officer)
    assert second.changes == [
        {"n": make.item(sitting, "single").n, "before": "1.0000", "after": "0.0000", "rule": "key"}
    ]
    assert make.item(sitting, "single").regrade == record


def test_the_first_key_again_brings_all_back(sitting, officer):
    version = version_of(sitting)
    run(version, Rule.KEY, officer, another(version))

    run(version, Rule.KEY, officer, version)

    assert state(sitting) == (1, 2, True)
    assert sitting.grades.count() == 3


@pytest.mark.parametrize(
    ("kind", "rule", "then"),
    [
        ("truefalse", Rule.EVERYONE, (2, 2, True)),
        ("truefalse", Rule.NOBODY, (1, 1, True)),
        ("single", Rule.NOBODY, (0, 1, False)),
        ("single", Rule.EVERYONE, (1, 2, True)),
    ],
)
def test_everyone_gets_the_points_or_nobody_is_asked(sitting, officer, kind, rule, then):
    run(version_of(sitting, kind), rule, officer)

    assert state(sitting) == then


def test_what_no_result_hangs_on_is_noted_and_changes_nothing(sitting, officer):
    record, changed = run(version_of(sitting), Rule.EVERYONE, officer)

    assert changed == 0
    assert sitting.grades.count() == 1
    assert make.item(sitting, "single").regrade == record


def test_a_paper_of_nothing_is_not_passed(technician, officer):
    sitting = desk.sat(desk.exam("truefalse", essays=0), technician)

    run(version_of(sitting, "truefalse"), Rule.NOBODY, officer)

    assert state(sitting) == (0, 0, False)
    assert sitting.percent == 0


def test_open_and_void_sittings_are_left_alone(technician, dealer, officer):
    exam = desk.exam("single", essays=0, timeout="abandon")
    open_one, void = make.sitting(exam, technician), make.sitting(exam, dealer)
    for each in (open_one, void):
        make.answered(each)
    sit.close_if_over(sitting=void, at=LATER)
    before = list(Sitting.objects.order_by("pk").values()), list(Item.objects.order_by("pk").values())
    version = version_of(open_one) if exam else None

    assert not list(preview(version=version, rule=Rule.EVERYONE))
    run(version, Rule.EVERYONE, officer)

    assert (list(Sitting.objects.order_by("pk").values()), list(Item.objects.order_by("pk").values())) == before
    assert sit.finish(sitting=open_one, at=NOON).points == 1


def test_who_waits_for_a_marker_is_regraded_too(technician, officer):
    sitting = desk.sat(desk.exam("single"), technician)
    version = version_of(sitting)

    run(version, Rule.KEY, officer, another(version))

    assert (sitting.grades.count(), make.item(sitting, "single").share) == (0, 0)
    mark(item=desk.essay(sitting), by=desk.examiner(), share=Decimal(1), at=LATER)
    assert state(sitting) == (1, 2, True)


def test_a_candidate_who_knows_his_result_is_told_of_another(sitting, officer, technician):
    version = version_of(sitting)
    run(version, Rule.EVERYONE, officer)
    assert not Notice.objects.exists()
    release(sittings=[sitting], by=officer, at=LATER)

    run(version, Rule.KEY, officer, another(version))

    assert Notice.objects.filter(person=technician).count() == 2


def test_another_order_of_the_options_does_not_matter(sitting, officer):
    version = version_of(sitting)
    turned = another(version, {"options": list(reversed(OTHER_KEY["options"]))})

    assert fits(version, turned)
    run(version, Rule.KEY, officer, turned)

    assert state(sitting) == (0, 2, False)


def test_a_corrected_order_is_a_key_of_the_same_question(technician, officer):
    sitting = make.sitting(desk.exam("ordering", essays=0), technician)
    item = make.item(sitting, "ordering")
    lines = {line["text"]: str(line["id"]) for line in _shown(item)["lines"]}
    corrected = ["拆盖", "断电", "更换", "上电"]
    make.saved(item, [lines[text] for text in corrected])
    sit.finish(sitting=sitting, at=NOON)
    assert state(sitting) == (0, 1, False)

    run(item.version, Rule.KEY, officer, another(item.version, {"lines": corrected}))

    assert state(sitting) == (1, 1, True)


def _shown(item):
    from exams.kinds import KINDS

    return KINDS[item.version.kind].shown(item.version.body, item.order)


@pytest.mark.parametrize(
    "body", [{"options": [{"text": "别的", "right": True}, {"text": "错"}]}, {"options": OTHER_KEY["options"][:2]}, {}]
)
def test_another_question_is_no_key(sitting, officer, body):
    version = version_of(sitting)

    with pytest.raises(Refused):
        run(version, Rule.KEY, officer, another(version, body))


def test_what_cannot_be_regraded_is_refused_with_the_reason(sitting, technician, officer):
    version = version_of(sitting)
    essay = desk.essay(desk.sat(desk.exam(), technician)).version

    for by, rule, new, of in [
        (technician, Rule.EVERYONE, None, version),
        (officer, "all", None, version),
        (officer, Rule.KEY, None, version),
        (officer, Rule.KEY, version_of(sitting, "truefalse"), version),
        (officer, Rule.KEY, essay, essay),
    ]:
        assert objections(version=of, rule=rule, new_version=new, by=by)
    with pytest.raises(Refused):
        run(version, Rule.EVERYONE, officer, reason=" ")
    assert not Regrade.objects.exists()


def test_a_regrade_is_what_was_looked_at_or_nothing(sitting, officer, dealer):
    version = version_of(sitting)
    seen = look(version=version, rule=Rule.NOBODY).seen
    desk.sat(sitting.exam, dealer)

    with pytest.raises(Conflict):
        run(version, Rule.NOBODY, officer, seen=seen)

    assert not Regrade.objects.exists()
    run(version, Rule.NOBODY, officer, seen=look(version=version, rule=Rule.NOBODY).seen)
    assert state(sitting) == (0, 1, False)


# ------------------------------------------------------------------------------------ the preview is what then happens

SHARES = st.sampled_from(["0", "0.5", "1"]).map(Decimal)
PAPER = st.fixed_dictionaries(
    {
        "target": st.booleans(),  # answered by the key, or by what is right by the other one
        "others": st.lists(st.tuples(SHARES, st.integers(1, 3), st.booleans()), max_size=2),
        "points": st.integers(1, 3),
        "is_critical": st.booleans(),
        "pass_mark": st.sampled_from([1, 50, 67, 100]),
        "is_open": st.integers(0, 4).map(lambda n: n == 0),
    }
)


def _lay(exam, version, other, drawn, n):
    """A sitting of these items as the marking would have left it."""
    person = make.User(username=f"p{n}", name=f"p{n}")
    person.save()
    sitting = hall.sitting(person, exam, questions=0, pass_mark=drawn["pass_mark"])
    rows = [(version, None, drawn["points"], drawn["is_critical"])]
    rows += [(other, share, points, critical) for share, points, critical in drawn["others"]]
    items = Item.objects.bulk_create(
        Item(
            sitting=sitting, n=place, version=each, points=points, is_critical=critical, order=[2, 0, 1],
            response=["2"] if drawn["target"] else ["3"], marked_at=None if drawn["is_open"] else NOON, share=share,
        )
        for place, (each, share, points, critical) in enumerate(rows, start=1)
    )  # fmt: skip
    if drawn["is_open"]:
        return sitting
    items[0].share = Decimal(1 if drawn["target"] else 0)
    items[0].save()
    sitting.finished_at, sitting.ended_by = NOON, "candidate"
    sitting.save()
    from exams.sit.grading import settle

    return settle(sitting=sitting, items=items, reason=Grade.Reason.MARKING, at=NOON)


def _expected(drawn, rule):
    """What a paper is worth after the rule, worked out from the definition."""
    own = {Rule.EVERYONE: Decimal(1), Rule.KEY: Decimal(0 if drawn["target"] else 1)}.get(rule)
    items = [(share, points, critical) for share, points, critical in drawn["others"]]
    if rule != Rule.NOBODY:
        items.append((own, drawn["points"], drawn["is_critical"]))
    points, possible = sum(share * each for share, each, _ in items), sum(each for _, each, _ in items)
    reached = bool(items) and points * 100 >= drawn["pass_mark"] * possible
    return points, possible, reached and all(share == 1 for share, _, critical in items if critical)


def _everything(sitting):
    return Sitting.objects.filter(pk=sitting.pk).values().get(), list(sitting.items.order_by("n").values())


def test_the_preview_is_what_then_happens(officer):
    exam = desk.exam("single", "truefalse", essays=0)
    version, other = (QuestionVersion.objects.get(kind=kind) for kind in ("single", "truefalse"))
    new = another(version)  # the order [2, 0, 1] shows 都不是, 对, 错

    @settings(max_examples=25, deadline=None, database=None)
    @given(st.lists(PAPER, min_size=1, max_size=3), st.sampled_from(list(Rule)))
    def check(papers, rule):
        with transaction.atomic():
            laid = [(_lay(exam, version, other, drawn, n), drawn) for n, drawn in enumerate(papers)]
            before = {sitting.pk: (_everything(sitting), list(sitting.grades.values())) for sitting, _drawn in laid}
            key = new if rule == Rule.KEY else None
            told = {change.sitting.pk: change.after for change in preview(version=version, rule=rule, new_version=key)}

            _record, changed = run(version, rule, officer, key)

            assert changed == len(told)
            for sitting, drawn in laid:
                was, history = before[sitting.pk]
                assert list(sitting.grades.values())[: len(history)] == history
                if drawn["is_open"]:
                    assert _everything(sitting) == was
                    continue
                now = state(sitting)
                assert now == _expected(drawn, rule)
                if sitting.pk in told:
                    after = told[sitting.pk]
                    assert now == (after.points, after.possible, after.has_passed)
                    assert sitting.grades.count() == len(history) + 1
                else:
                    assert was[0] == _everything(sitting)[0]
                    assert sitting.grades.count() == len(history)
            transaction.set_rollback(True)

    check()
