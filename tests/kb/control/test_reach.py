"""The reach of a change: what cites a changed passage, from documents to the people who are certified on it."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from courses.models import Lesson
from exams.models import BlueprintRow, Exam, Question
from kb import reach
from kb.models import ControlledPage, ProcedurePage, Significance
from people import roles
from people.models import User
from tests import make
from tests.make import NOON, act, end, step, text

pytestmark = pytest.mark.django_db


def procedure(**fields: object) -> ProcedurePage:
    """A procedure of three steps; the second has a limit."""
    body = [step("off", "断电"), step("rail", "12 V 不低于 11.4 V"), step("lid", "装回盖板")]
    return make.document(ProcedurePage, body=body, **fields)


def draft(page: ControlledPage, *body: dict) -> list:
    """What a draft with this body changes."""
    page.body = page._meta.get_field("body").stream_block.to_python(list(body))
    return reach.changed_blocks(page, page.save_revision())


def ids(changes: list) -> set[str]:
    """The blocks that were added, removed or changed."""
    return {change.block_id for change in changes if change.what != "moved"}


def lesson(page: ControlledPage, block_id: str, **fields: object) -> Lesson:
    """A lesson that shows a passage, in a course of its own unless one is given."""
    course = fields.pop("course", None) or make.course(lessons=0)
    basis = page.blocks.get(block_id=block_id).basis if block_id else ""
    place = course.lessons.count() + 1
    return Lesson.objects.create(
        course=course, key=f"on-{place}", title="测量供电", kind="page", page=page, block_id=block_id, digest=basis,
        sort_order=place,
    )  # fmt: skip


def exam_on(question: Question, **fields: object) -> Exam:
    """An exam whose blueprint draws from the topic of the question."""
    made = Exam.objects.create(key=f"exam-{question.pk}", title=f"考试{question.pk}", minutes=10)
    BlueprintRow.objects.create(exam=made, topic=question.topic, count=1, **fields)
    return made


def totals(found: reach.Reach) -> dict[str, int]:
    """How many of each kind."""
    return {each.kind: each.total for each in found.kinds}


def words(found: reach.Reach, kind: str) -> list[str]:
    """The rows of a kind."""
    return [said for said, _url in found.of(kind).rows]


@pytest.fixture
def reader(db: None) -> User:
    """Somebody who signs documents and keeps the bank, so that nothing is hidden from him."""
    return make.person(roles.REVIEWER, roles.EXAM_OFFICER)


def everything_rests_on(page: ControlledPage, block_id: str) -> User:
    """A lesson, a question, an exam, a level, a holder, a document and a guide on this passage; returns the holder."""
    shown = lesson(page, block_id)
    asked = make.question("numeric", cites=(page, block_id))
    level = make.level(exam=exam_on(asked))
    make.level(course=shown.course, qualification=level.qualification)
    holder = make.person()
    make.credential(holder, level.qualification)
    make.document(body=[text("see", f"见 [供电](doc:{page.number}#{block_id})")])
    make.guide([act("do", then="over", procedure=page.pk, step=block_id), end("over")])
    return holder


ONE_OF_EACH = {"documents": 2, "lessons": 1, "questions": 1, "exams": 1, "levels": 2, "holders": 1}


def test_changing_a_limit_touches_exactly_what_cites_it(reader: User) -> None:
    page = procedure()
    holder = everything_rests_on(page, "rail")
    everything_rests_on(page, "off")
    everything_rests_on(procedure(), "rail")

    changes = draft(page, step("off", "断电"), step("rail", "12 V 不低于 11.0 V"), step("lid", "装回盖板"))
    found = reach.of(page, ids(changes), reader, at=NOON)

    assert [(change.block_id, change.what) for change in changes] == [("rail", "changed")]
    assert totals(found) == ONE_OF_EACH
    assert words(found, "holders") == [f"{holder} · {holder.unit}"]


def test_renumbering_and_moving_touch_nothing(reader: User) -> None:
    page = procedure()
    everything_rests_on(page, "rail")
    moved = draft(page, step("rail", "12 V 不低于 11.4 V"), step("off", "断电"), step("lid", "装回盖板"))

    assert {change.what for change in moved} == {"moved"}
    assert reach.of(page, ids(moved), reader, at=NOON).kinds == []

    before = draft(page, step("new"), step("off", "断电"), step("rail", "12 V 不低于 11.4 V"), step("lid", "装回盖板"))
    assert [(change.block_id, change.what) for change in before] == [("new", "added")]
    assert reach.of(page, ids(before), reader, at=NOON).kinds == []


def test_a_passage_taken_out_touches_what_cites_it(reader: User) -> None:
    page = procedure()
    everything_rests_on(page, "rail")

    changes = draft(page, step("off", "断电"), step("lid", "装回盖板"))

    assert [(change.block_id, change.what) for change in changes] == [("rail", "removed")]
    assert totals(reach.of(page, ids(changes), reader, at=NOON)) == ONE_OF_EACH


def test_of_a_document_that_was_never_live_everything_is_new(reader: User) -> None:
    page = make.document(live=False, body=[text("a")])

    assert [change.what for change in reach.changed_blocks(page, page.latest_revision)] == ["added"]


def test_whoever_cites_the_whole_document_rests_on_each_block(reader: User) -> None:
    page = procedure()
    lesson(page, "")
    make.document(body=[text("see", f"见 [规程](doc:{page.number})")])
    make.guide([act("do", then="over", procedure=page.pk), end("over", remedy=page.pk)])

    assert totals(reach.of(page, {"lid"}, reader, at=NOON)) == {"documents": 2, "lessons": 1}


def test_a_guide_that_asks_for_another_step_is_not_touched(reader: User) -> None:
    page = procedure()
    guide = make.guide([act("do", then="over", procedure=page.pk, step="off"), end("over")])

    assert totals(reach.of(page, {"rail"}, reader, at=NOON)) == {}
    touched = reach.of(page, {"off"}, reader, at=NOON).of("documents")
    assert touched.rows == [(f"{guide.number} {guide.title}", f"/doc/{guide.number}/#do")]


def test_only_the_question_as_it_is_drawn_today_counts(reader: User) -> None:
    page = procedure()
    question = make.question(cites=(page, "rail"))
    exam_on(question)
    make.question(cites=(page, "rail"), state=Question.State.RETIRED)
    assert totals(reach.of(page, {"rail"}, reader, at=NOON)) == {"questions": 1, "exams": 1}

    question.versions.create(
        number=2, kind="single", text="改过", body=make.BODIES["single"], page=page, block_id="off"
    )

    assert totals(reach.of(page, {"rail"}, reader, at=NOON)) == {}
    assert words(reach.of(page, {"off"}, reader, at=NOON), "questions") == ["改过"]


def test_an_exam_that_cannot_draw_the_question_is_not_touched(reader: User) -> None:
    page = procedure()
    exam_on(make.question(cites=(page, "rail"), difficulty=1), difficulty=3)
    exam_on(make.question(cites=(page, "rail")), is_critical=True)

    assert totals(reach.of(page, {"rail"}, reader, at=NOON)) == {"questions": 2}


def test_holders_are_those_whose_credential_is_valid_then_of_that_rank_or_a_higher_one(reader: User) -> None:
    asked = make.qualification(rank=2)
    page = make.procedure(asks=asked)
    higher, lapsed, lower, gone = make.person(), make.person(), make.person(), make.person(is_active=False)
    make.credential(higher, make.qualification(rank=3, subject=asked.subject))
    make.credential(lapsed, asked, valid_until=make.TODAY.replace(year=2025))
    make.credential(lower, make.qualification(rank=1, subject=asked.subject))
    make.credential(gone, asked)

    assert words(reach.of(page, {"off"}, reader, at=NOON), "holders") == [f"{higher} · {higher.unit}"]


def test_the_change_of_a_translation_touches_its_own_citations(reader: User) -> None:
    chinese = make.document(number="D-1", body=[text("a", "甲")])
    english = make.document(number="D-1", language="en", body=[text("a", "A")])
    lesson(chinese, "a")
    make.document(number="L-1", body=[text("see", "见 [此](doc:D-1#a)")])
    make.document(number="L-1", language="en", body=[text("see", "see [this](doc:D-1#a)")])

    assert totals(reach.of(chinese, {"a"}, reader, at=NOON)) == {"documents": 1, "lessons": 1}
    assert totals(reach.of(english, {"a"}, reader, at=NOON)) == {"documents": 1}


def test_english_readers_of_a_document_without_a_translation_rest_on_the_chinese_one(reader: User) -> None:
    chinese = make.document(number="D-1", body=[text("a", "甲")])
    make.document(number="L-1", language="en", body=[text("see", "see [this](doc:D-1#a)")])

    assert totals(reach.of(chinese, {"a"}, reader, at=NOON)) == {"documents": 1}


def test_what_a_person_may_not_know_is_counted_and_not_named(technician: User) -> None:
    page = procedure()
    everything_rests_on(page, "rail")
    secret = ControlledPage.Confidentiality.RESTRICTED
    make.document(body=[text("see", f"[供电](doc:{page.number}#rail)")], confidentiality=secret)

    found = reach.of(page, {"rail"}, technician, at=NOON)

    assert totals(found) == ONE_OF_EACH | {"documents": 3}
    assert (len(found.of("documents").rows), found.of("documents").unlisted) == (2, 1)
    assert found.of("holders").rows == []
    question = Question.objects.get()
    assert found.of("questions").rows == [(f"{question.topic} #{question.key}", "")]


def test_what_is_not_in_force_does_not_rest_on_anything(reader: User) -> None:
    page = procedure()
    linking = make.document(body=[text("see", f"[供电](doc:{page.number}#rail)")])
    guide = make.guide([act("do", then="over", procedure=page.pk), end("over")])
    for each in (linking, guide):
        make.withdrawn(each)

    assert totals(reach.of(page, {"rail"}, reader, at=NOON)) == {}


def test_long_lists_are_cut_and_counted(reader: User) -> None:
    page, course = procedure(), make.course(lessons=0)
    for _n in range(reach.LISTED + 2):
        lesson(page, "rail", course=course)

    found = reach.of(page, {"rail"}, reader, at=NOON).of("lessons")

    assert (len(found.rows), found.total, found.unlisted) == (reach.LISTED, reach.LISTED + 2, 2)


def test_the_number_of_queries_does_not_grow(reader: User) -> None:
    page = procedure()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            reach.of(page, {"rail"}, User.objects.get(pk=reader.pk), at=NOON)
        return len(queries)

    everything_rests_on(page, "rail")
    cost()  # what is remembered for each process
    small = cost()
    for _n in range(8):
        everything_rests_on(page, "rail")

    assert (small, cost()) == (small, small)
    assert small <= 26


def test_the_comparison_costs_a_constant_number_of_queries() -> None:
    pages = [make.document(body=[text(f"b{n}") for n in range(size)]) for size in (2, 2, 30)]
    costs = []
    for page in pages:
        revision = page.latest_revision
        with CaptureQueriesContext(connection) as queries:
            reach.changed_blocks(page, revision)
        costs.append(len(queries))

    assert costs[1] == costs[2] <= 8


def test_an_erratum_makes_nothing_stale_and_a_change_of_content_does() -> None:
    page = procedure()
    everything_rests_on(page, "rail")
    body = [step("off", "断电"), step("rail", "12 V 不低于 11.4 伏"), step("lid", "装回盖板")]
    make.issue(page, Significance.ERRATUM, body=body)
    assert not Lesson.objects.stale().exists()
    assert not Question.objects.stale().exists()

    body[1] = step("rail", "12 V 不低于 11.0 V")
    make.issue(page, Significance.SAFETY, body=body)

    assert Lesson.objects.stale().count() == 1
    assert [question.is_stale for question in Question.objects.stale()] == [True]


def test_a_question_whose_earlier_version_is_stale_is_not() -> None:
    page = procedure()
    question = make.question(cites=(page, "rail"))
    make.issue(page, body=[step("off", "断电"), step("rail", "11.0 V")])
    assert list(Question.objects.stale()) == [question]

    fresh = page.blocks.get(block_id="rail").basis
    question.versions.create(
        number=2, kind="single", text="改过", body=make.BODIES["single"], page=page, block_id="rail", digest=fresh
    )

    assert list(Question.objects.stale()) == []


def test_it_is_shown_with_counts_and_links(reader: User) -> None:
    page = procedure()
    everything_rests_on(page, "rail")
    changes = draft(page, step("off", "断电"), step("rail", "11.0 V"), step("lid", "装回盖板"))

    html = render_to_string(
        "kb/reach/_reach.html", {"reach": reach.of(page, {"rail"}, reader, at=NOON), "changed": changes}
    )

    assert html.count("<details") == len(ONE_OF_EACH)
    assert f'href="/exams/{Exam.objects.get().key}/"' in html
    nothing = render_to_string("kb/reach/_reach.html", {"reach": reach.of(page, {"lid"}, reader, at=NOON)})
    assert 'class="empty"' in nothing
