"""A question of a topic's file: checked, compared, saved as a version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from exams.kinds import KINDS
from exams.load import questions
from exams.models import Question, QuestionVersion, Topic
from exams.simulation import recipe
from exams.simulation.body import recipe_flaws
from exams.simulation.freeze import resolve
from exams.written import Unreadable
from kb.content import sources
from kb.content.citations import citation, numbers, place_of
from kb.content.documents import check_references
from kb.content.kinds import Place
from kb.content.links import Links
from kb.content.names import Names
from kb.content.shapes import Draft, Field, Part, Shape, Shapes, show
from kb.content.sources import Mistake, tidy
from kb.content.values import Choice, Whole, Words, Yes
from kb.models import FaultGuidePage
from people.refusal import Refused

RETIRED = "retired\n"
_EVERY = (
    Field("cites", Place(block=True), is_required=True),
    Field("difficulty", Whole(1, 3), is_required=True),
    Field("critical", Yes()),
    Field("practice", Yes()),
    Field("name", Words(200)),
    Field("state", Choice(Question.State.values), default=Question.State.ACTIVE.value),
)
BLOCKS: Mapping[str, Shape] = {kind: (*_EVERY, *shape) for kind, shape in questions.KEYS.items()}
_ALONE = Shapes((), BLOCKS)


def name_of(topic: str, key: str) -> str:
    """Return the name of the piece."""
    return f"question/{topic}#{key}"


def find(topic: str, key: str) -> Question | None:
    """Return the question."""
    return Question.objects.filter(topic__key=topic, key=key).first()


def part_of(row: Question, version: QuestionVersion | None, known: Mapping[int, str]) -> Part:
    """Return the block that says this version; `known` are the document numbers by primary key."""
    version = version or QuestionVersion(kind="truefalse", body={"right": True})
    title, _break, more = tidy(version.text).partition("\n")
    members = {
        "cites": place_of(version, known),
        "difficulty": row.difficulty,
        "critical": row.is_critical,
        "practice": row.for_practice,
        "name": version.name,
        "state": row.state,
        **questions.members(version.kind, version.body),
    }
    text = questions.text(version.kind, tidy(more), version.body, tidy(version.explanation))
    return Part(version.kind, " ".join(title.split()), row.key, members, text)


def compared(part: Part) -> str:
    """Return the block without its state."""
    active = replace(part, members=part.members | {"state": Question.State.ACTIVE})
    return sources.show(show(Draft("", {}, [active]), _ALONE))


@dataclass
class QuestionPiece:
    """A question. What is compared leaves out its state, which belongs to the exam officer once it is loaded."""

    topic: str
    part: Part
    path: str
    position: int
    links: Links

    @property
    def line(self) -> int:
        """The heading."""
        return self.part.line

    @property
    def name(self) -> str:
        """The topic and the id."""
        return name_of(self.topic, self.part.id)

    @property
    def written(self) -> questions.Written:
        """Its text in parts."""
        return questions.read(self.part.kind, self.part.text)

    @property
    def body(self) -> dict[str, Any]:
        """Its options and key; of a simulation its recipe. Raises Unreadable."""
        return questions.body(self.part.kind, self.written, self.part.members)

    @property
    def words(self) -> str:
        """The question itself."""
        return "\n\n".join(filter(None, (self.part.title, self.written.more)))

    def wanted(self) -> str:
        """Return the block of the file, in canonical form."""
        if self.part.members["state"] == Question.State.RETIRED:
            return RETIRED
        written = self.written
        text = questions.text(self.part.kind, written.more, self.body, written.explanation)
        return compared(replace(self.part, text=text))

    def present(self) -> str | None:
        """Return the block as the database says it."""
        row = find(self.topic, self.part.id)
        if row is None:
            return None
        return RETIRED if row.state == Question.State.RETIRED else compared(part_of(row, row.version, numbers()))

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield what is wrong with its citation, its links, its options and its key."""
        yield from check_references(self.path, self.part, BLOCKS[self.part.kind], names)
        yield from self.links.check(self.part.text, self.path, self.part.text_line, names)
        for place_ in self.written.stray:
            yield Mistake(self.path, self.part.text_line + place_, questions.stray_sentence())
        try:
            body = self.body
        except Unreadable as wrong:
            yield Mistake(self.path, self.part.text_line + wrong.line, questions.unreadable_sentence())
            return
        required = (each.key for each in questions.KEYS[self.part.kind] if each.is_required)
        if all(self.part.members[key] for key in required):
            for sentence in self._mistakes(body):
                yield Mistake(self.path, self.line, sentence)

    def _mistakes(self, body: Mapping[str, Any]) -> Sequence[str]:
        if self.part.kind == "simulation":
            return recipe_flaws(body)  # its guide may be loaded only after this
        kind = KINDS[self.part.kind]
        return [*kind.mistakes(body), *kind.text_mistakes(self.words, body)]

    def save(self, names: Names) -> Sequence[Model]:
        """Write the question, and a new version where its words, key or citation differ from the last one."""
        members = self.part.members
        row = find(self.topic, self.part.id) or Question(topic_id=names.pk(Topic, self.topic), key=self.part.id)
        if row.pk is None or row.state == Question.State.RETIRED:
            row.state = members["state"]
        row.difficulty, row.is_critical = members["difficulty"], members["critical"]
        row.for_practice = members["practice"]
        row.full_clean()
        row.save()
        last = row.version
        if last is None or self._differs(last):
            self._add_version(row, last.number + 1 if last else 1, names)
        return [row]

    def _differs(self, last: QuestionVersion) -> bool:
        members = self.part.members
        says = (self.part.kind, members["name"], self.words, self.written.explanation, self.body, members["cites"])
        body = recipe(last.body) if last.kind == "simulation" else last.body
        return says != (last.kind, last.name, last.text, last.explanation, body, place_of(last, numbers()))

    def _add_version(self, row: Question, number: int, names: Names) -> None:
        now = timezone.now()  # content files are taken over as reviewed on paper
        version = QuestionVersion(
            question=row,
            number=number,
            kind=self.part.kind,
            text=self.words,
            explanation=self.written.explanation,
            name=self.part.members["name"],
            body=self._whole(names),
            created_at=now,
            reviewed_at=None if self.part.members["state"] == Question.State.DRAFT else now,
            **citation(self.part.members["cites"], names),
        )
        version.full_clean()
        version.save()

    def _whole(self, names: Names) -> dict[str, Any]:
        """Return the body as it is kept: a simulation with its guide looked up. Raises ValidationError, names.Gone."""
        body = self.body
        if self.part.kind != "simulation":
            return body
        names.pk(FaultGuidePage, body["guide"])
        try:
            return resolve(body)
        except Refused as refused:
            raise ValidationError(refused.reasons) from None


@dataclass
class LeftOut:
    """A question that was loaded from a file which does not have it any more: it is retired, never deleted."""

    topic: str
    key: str
    path: str
    line: int = 1
    position: int = 0

    @property
    def name(self) -> str:
        """The topic and the id."""
        return name_of(self.topic, self.key)

    def wanted(self) -> str:
        """Return what stands for a retired question."""
        return RETIRED

    def present(self) -> str | None:
        """Return the block as the database says it."""
        row = find(self.topic, self.key)
        if row is None or row.state == Question.State.RETIRED:
            return RETIRED
        return compared(part_of(row, row.version, numbers()))

    def check(self, names: Names) -> Iterator[Mistake]:
        """Object to nothing."""
        yield from ()

    def save(self, names: Names) -> Sequence[Model]:
        """Retire it."""
        row = find(self.topic, self.key)
        row.state = Question.State.RETIRED
        row.save()
        return [row]
