"""What of exams and certification rests on blocks of a document: questions, exams that draw them, levels."""

from collections.abc import Set as AbstractSet

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.models import Lesson
from exams import draw
from exams.models import BlueprintRow, Exam, Level, Question, Topic
from exams.models.bank import QuestionQuerySet
from kb.models import ControlledPage
from kb.reach import LISTED, Said, Touched, touched
from people.models import Person


def of(page: ControlledPage, block_ids: AbstractSet[str], person: Person) -> list[Touched]:
    """Return the active questions that cite the blocks, the exams that may draw them, and the levels concerned.

    Those are the levels that ask for such an exam, or for a course with a lesson that cites the blocks.
    """
    questions = Question.objects.active().citing(page, block_ids)
    exams = drawing(questions)
    courses = Lesson.objects.citing(page, block_ids).order_by().values("course")
    asking = Q(requirements__exam__in=exams.order_by().values("pk")) | Q(requirements__course__in=courses)
    levels = list(Level.objects.filter(asking).distinct().select_related("scheme", "qualification"))
    known = exams.filter(pk__in=Exam.objects.visible_to(person).order_by().values("pk"))
    return [
        _questions(questions, person),
        touched("exams", _("Exams"), known, lambda row: (str(row), row.get_absolute_url()), exams),
        Touched(
            kind="levels",
            label=_("Certification levels"),
            rows=[(str(level), _address(level)) for level in levels[:LISTED]],
            total=len(levels),
            qualifications={level.qualification for level in levels},
        ),
    ]


def drawing(questions: QuerySet[Question]) -> QuerySet[Exam]:
    """Return the exams whose blueprint has a row that admits one of these questions."""
    asked = [draw.Candidate(0, *kind) for kind in _kinds_of(questions)]
    rows = list(BlueprintRow.objects.all()) if asked else []
    topics = Topic.objects.within({row.topic_id for row in rows})
    found = set()
    for row in rows:
        asks = draw.Row(frozenset(topics[row.topic_id]), row.difficulty, row.is_critical, row.count, row.points)
        if any(map(asks.admits, asked)):
            found.add(row.exam_id)
    return Exam.objects.filter(pk__in=found)


def _kinds_of(questions: QuerySet[Question]) -> QuerySet:
    return questions.order_by().values_list("topic", "difficulty", "is_critical").distinct()


def _questions(questions: QuestionQuerySet, person: Person) -> Touched:
    """Questions in their words for those who keep the bank; for others, who may be examined, by topic and key."""
    may_read = person.has_perm("exams.view_question") or person.has_perm("exams.change_question")
    may_edit = person.has_perm("exams.change_question")
    label = capfirst(str(Question._meta.verbose_name_plural))

    def say(row: Question) -> Said:
        words = row.wording if may_read else f"{row.topic} #{row.key}"
        return words[:120], reverse("questions:edit", args=[row.pk]) if may_edit else ""

    return touched("questions", label, questions.with_current().select_related("topic"), say, questions)


def _address(level: Level) -> str:
    return f"{reverse('certification')}#{level.scheme.key}-{level.key}"
