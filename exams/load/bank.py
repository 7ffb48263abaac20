"""Content files of topics: every question is loaded, compared and kept by itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model

from exams.draw import Candidate
from exams.load.question import BLOCKS, LeftOut, QuestionPiece, name_of, part_of
from exams.models import Question, QuestionVersion, Topic
from kb.content import sources
from kb.content.citations import numbers
from kb.content.documents import check_references
from kb.content.library import Paths
from kb.content.links import Links
from kb.content.names import Names
from kb.content.objects import misnamed, sorted_by_need
from kb.content.pieces import Files, Piece
from kb.content.shapes import Draft, Field, Shapes, read, show
from kb.content.sources import Mistake
from kb.content.tables import place
from kb.content.values import Key, Slug, Words, Yes

_FOLDER = "exams/topics"
SHAPES = Shapes(
    head=(
        Field("title", Words(120), is_required=True),
        Field("title_en", Words(120)),
        Field("key", Slug(60), is_required=True),
        Field("parent", Key(Topic)),
        Field("practice", Yes()),
    ),
    blocks=BLOCKS,
    title_limit=2000,
)


@dataclass
class TopicPiece:
    """A topic; its questions are pieces of their own."""

    draft: Draft
    line: int = 1
    position: int = 0

    @property
    def path(self) -> str:
        """The file."""
        return self.draft.path

    @property
    def key(self) -> str:
        """What others call it."""
        return self.draft.members["key"]

    @property
    def name(self) -> str:
        """The kind and the key."""
        return f"topic/{self.key or self.path}"

    def wanted(self) -> str:
        """Return the head of the file."""
        return sources.show(show(replace(self.draft, parts=[]), SHAPES))

    def present(self) -> str | None:
        """Return the head as the database says it."""
        row = Topic.objects.filter(key=self.key).first()
        return sources.show(show(Draft("", topic_members(row)), SHAPES)) if row else None

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield a parent that does not exist."""
        yield from check_references(self.path, self.draft, SHAPES.head, names)

    def save(self, names: Names) -> Sequence[Model]:
        """Write the topic."""
        members = self.draft.members
        row = Topic.objects.filter(key=self.key).first() or Topic(key=self.key)
        row.title, row.title_en, row.may_practise = members["title"], members["title_en"], members["practice"]
        row.parent_id = names.pk(Topic, members["parent"]) if members["parent"] else None
        row.full_clean()
        row.save()
        names.settle(Topic, self.key, row.pk)
        return [row]


def topic_members(row: Topic) -> dict[str, Any]:
    """Return the head of a topic's file."""
    return {
        "title": row.title,
        "title_en": row.title_en,
        "key": row.key,
        "parent": row.parent.key if row.parent else "",
        "practice": row.may_practise,
    }


class Topics:
    """The section of topics and their questions."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._questions: list[QuestionPiece] = []
        self._parents: dict[str, str] = {}

    def takes(self, path: str) -> bool:
        """Take every file of the folder."""
        return bool(re.fullmatch(rf"{_FOLDER}/[^/]+\.md", path))

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> list[Piece]:
        """Return the topics, those that have parts first, then the questions."""
        topics = [
            TopicPiece(read(sources.parse(path, text, mistakes), SHAPES, mistakes)) for path, text in files.items()
        ]
        for topic in topics:
            mistakes += misnamed(topic.draft)
            if topic.key:
                names.promise(Topic, topic.key, topic.name)
        topics = sorted_by_need(topics, lambda topic: filter(None, [topic.draft.members["parent"]]), mistakes)
        self._parents = {topic.key: topic.draft.members["parent"] for topic in topics}
        self._questions = [
            QuestionPiece(topic.key, part, topic.path, position, self._links)
            for topic in topics
            for position, part in enumerate(topic.draft.parts)
        ]
        return [*topics, *self._questions, *self._left_out(topics, names)]

    def _left_out(self, topics: Sequence[TopicPiece], names: Names) -> Iterator[LeftOut]:
        there = {question.name for question in self._questions}
        for topic in topics:
            start = name_of(topic.key, "")
            for name in names.loaded:
                if name.startswith(start) and name not in there:
                    yield LeftOut(topic.key, name.removeprefix(start), topic.path)

    def within(self, key: str) -> frozenset[str]:
        """Return the keys of this topic and of all below it, once the files are loaded."""
        parents = dict(Topic.objects.values_list("key", "parent__key")) | self._parents
        return frozenset(topic for topic in {*parents, key} if key in _line_of(topic, parents))

    def candidates(self) -> list[Candidate]:
        """Return what may be drawn once the files are loaded, with keys of topics for their ids."""
        drawn = Question.objects.filter(for_practice=False)
        rows = drawn.values_list("topic__key", "key", "state", "difficulty", "is_critical")
        bank = {(topic, key): (state, difficulty, critical) for topic, key, state, difficulty, critical in rows}
        for question in self._questions:
            before, members = bank.get((question.topic, question.part.id)), question.part.members
            state = before[0] if before and before[0] != Question.State.RETIRED else members["state"]
            bank[question.topic, question.part.id] = (state, members["difficulty"], members["critical"])
            if members["practice"]:
                del bank[question.topic, question.part.id]
        return [
            Candidate(number, topic, difficulty, critical)
            for number, ((topic, _key), (state, difficulty, critical)) in enumerate(bank.items())
            if state == Question.State.ACTIVE
        ]

    def dump(self, paths: Paths) -> Iterator[tuple[str, str]]:
        """Yield the file of every topic."""
        known = numbers()
        versions = {version.question_id: version for version in QuestionVersion.objects.current()}
        for topic in Topic.objects.order_by("key"):
            rows = sorted(topic.questions.all(), key=lambda row: place(paths, name_of(topic.key, row.key)))
            parts = [part_of(row, versions[row.pk], known) for row in rows if row.pk in versions]
            draft = Draft(f"{_FOLDER}/{topic.key}.md", topic_members(topic), parts)
            yield draft.path, sources.show(show(draft, SHAPES))


def _line_of(topic: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the topic and those above it; a circle, which is refused elsewhere, ends."""
    line: list[str] = []
    while topic and topic not in line:
        line.append(topic)
        topic = parents.get(topic) or ""
    yield from line
