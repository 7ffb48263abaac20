"""What a person may practise, what is asked next, and how far he is."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from exams.models import Item, PracticeAnswer, PracticeCard, Question, QuestionVersion, Sitting, Topic
from exams.models.bank import QuestionQuerySet
from kb.models import ControlledPage
from people.models import Person

_DIFFICULT = 3  # topics named as such


def practisable(person: Person) -> QuestionQuerySet:
    """Return the questions that practice may show to this person now; every address of practice asks this.

    Besides what the bank keeps back: none of a paper of his own whose result he does not have, and none that rests on
    a document he may not read.
    """
    void = Sitting.Ended.ABANDONED
    own = Item.objects.filter(sitting__person=person.pk, sitting__released_at__isnull=True)
    own = own.exclude(sitting__ended_by=void).order_by().values("version__question")
    readable = ControlledPage.objects.visible_to(person).order_by().values("pk")
    in_force = QuestionVersion.objects.in_force().filter(question=OuterRef("pk")).order_by()
    open_to_him = in_force.filter(Q(page__isnull=True) | Q(page__in=readable))
    return Question.objects.may_be_practised().filter(Exists(open_to_him)).exclude(pk__in=own)


def of_topics(person: Person, topics: Iterable[Topic]) -> QuestionQuerySet:
    """Return those of these topics and all below them."""
    within = Topic.objects.within([topic.pk for topic in topics])
    return practisable(person).filter(topic__in={pk for below in within.values() for pk in below})


def following(
    *, person: Person, at: datetime.datetime, topic: Topic | None = None, again: bool = False
) -> Question | None:
    """Return what is asked next, of this topic or of all: what is due, the longest overdue first.

    Of a topic then what was never answered, the easy ones first; and if all are wanted `again`, those answered longest
    ago. None where nothing is left.
    """
    asked = of_topics(person, [topic]) if topic else practisable(person)
    due = PracticeCard.objects.of(person).due(at).filter(question__in=asked.order_by().values("pk"))
    if card := due.select_related("question__topic").first():
        return card.question
    if topic is None:
        return None
    answers = PracticeAnswer.objects.filter(person=person.pk)
    asked = asked.select_related("topic")
    fresh = asked.exclude(pk__in=answers.order_by().values("version__question"))
    if (found := fresh.order_by("difficulty", "pk").first()) or not again:
        return found
    last = Subquery(answers.filter(version__question=OuterRef("pk")).order_by("-at").values("at")[:1])
    return asked.annotate(last_at=last).order_by("last_at", "pk").first()


@dataclass(frozen=True)
class Standing:
    """How far a person is with the questions of a topic: so many there are, answered, coming back, due now."""

    questions: int = 0
    answered: int = 0
    coming: int = 0
    due: int = 0

    @property
    def learnt(self) -> int:
        """How many stick: answered, and not coming back."""
        return max(0, self.answered - self.coming)

    @property
    def fresh(self) -> int:
        """How many were never answered."""
        return max(0, self.questions - self.answered)

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            self.questions + other.questions, self.answered + other.answered, self.coming + other.coming,
            self.due + other.due,
        )  # fmt: skip


@dataclass(frozen=True)
class Branch:
    """A topic of the tree with how a person stands in it and all below it; `depth` is 0 at the top."""

    topic: Topic
    depth: int
    standing: Standing


@dataclass(frozen=True)
class Overview:
    """How a person stands: in all, topic by topic, and where he had most wrong."""

    whole: Standing
    branches: list[Branch]
    difficult: list[Branch]


def overview(*, person: Person, at: datetime.datetime) -> Overview:
    """Return how a person stands, in five queries whatever the size of the bank."""
    own = standings(person=person, at=at, questions=practisable(person))
    topics = list(Topic.objects.order_by("key"))
    branches = [branch for branch in _grown(topics, own) if branch.standing.questions]
    by_topic = {topic.pk: topic for topic in topics}
    wrong = sorted((pk for pk in own if own[pk].coming), key=lambda pk: (-own[pk].coming, by_topic[pk].key))
    difficult = [Branch(by_topic[pk], 0, own[pk]) for pk in wrong[:_DIFFICULT]]
    return Overview(sum(own.values(), Standing()), branches, difficult)


def standings(*, person: Person, at: datetime.datetime, questions: QuestionQuerySet) -> dict[int, Standing]:
    """Return how a person stands with these questions, by the id of the topic that each lies in itself."""
    wanted = questions.order_by().values("pk")
    counted = dict(questions.order_by().values_list("topic").annotate(Count("pk")))
    answers = PracticeAnswer.objects.filter(person=person.pk, version__question__in=wanted).order_by()
    answered = dict(answers.values_list("version__question__topic").annotate(Count("version__question", distinct=True)))
    cards = PracticeCard.objects.of(person).filter(question__in=wanted).order_by()
    counts = {"cards": Count("pk"), "due": Count("pk", filter=Q(due_at__lte=at))}
    coming = {topic: rest for topic, *rest in cards.values_list("question__topic").annotate(**counts)}
    return {
        topic: Standing(count, answered.get(topic, 0), *coming.get(topic, (0, 0))) for topic, count in counted.items()
    }


def _grown(topics: list[Topic], own: Mapping[int, Standing]) -> Iterator[Branch]:
    """Yield the topics as a tree from the top, each with what lies below it."""
    parts: dict[int | None, list[Topic]] = {}
    for topic in topics:
        parts.setdefault(topic.parent_id, []).append(topic)

    def grow(topic: Topic, depth: int) -> list[Branch]:
        below = [grow(part, depth + 1) for part in parts.get(topic.pk, ())]
        standing = sum((branches[0].standing for branches in below), own.get(topic.pk, Standing()))
        return [Branch(topic, depth, standing), *(branch for branches in below for branch in branches)]

    for top in parts.get(None, ()):
        yield from grow(top, 0)


def went_wrong(*, sitting: Sitting, person: Person) -> list[Topic]:
    """Return the topics of released items that were not wholly right and this person can practise, the worst first."""
    if sitting.released_at is None:
        return []
    wrong = sitting.items.exclude(share=1).order_by().values_list("version__question__topic", flat=True)
    count = Counter(wrong)
    may = practisable(person).filter(topic__in=count).order_by().values("topic")
    topics = Topic.objects.filter(pk__in=may)
    return sorted(topics, key=lambda topic: (-count[topic.pk], topic.key))
