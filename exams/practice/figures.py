"""What people get wrong in practice, for those who teach: counts without names, and only of several people."""

from django.db.models import Avg, Count, OuterRef, QuerySet, Subquery

from exams.models import PracticeAnswer, Question, QuestionVersion, Topic

AT_LEAST = 5  # people, so that no figure speaks of one of them


def by_topic() -> QuerySet[Topic]:
    """Return the topics that enough people practised, with `people`, `answers` and `mean` share, the worst first."""
    return _counted(Topic.objects.all(), "version__question__topic")


def by_question(topic: Topic) -> QuerySet[Question]:
    """Return the questions of a topic that enough people practised, likewise, with `wording`, their words."""
    words = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("text")[:1]
    questions = Question.objects.filter(topic=topic).select_related("topic").annotate(wording=Subquery(words))
    return _counted(questions, "version__question")


def _counted(rows: QuerySet, place: str) -> QuerySet:
    answers = PracticeAnswer.objects.filter(**{place: OuterRef("pk")}).order_by().values(place)
    counted = {
        "people": Count("person", distinct=True), "answers": Count("pk"), "mean": Avg("share"),
    }  # fmt: skip
    found = {name: Subquery(answers.annotate(found=figure).values("found")) for name, figure in counted.items()}
    return rows.annotate(**found).filter(people__gte=AT_LEAST).order_by("mean", "key")
