"""Taking questions of the bank out, as files of other programs."""

from collections.abc import Sequence

from exams import formats
from exams.formats.question import Loss, Neutral
from exams.models import Question, QuestionVersion, Topic
from exams.transfer import media

# Of each format we write.
ENDINGS = {
    "gift": "gift",
    "aiken": "txt",
    "moodle-xml": "xml",
    "qti21": "zip",
    "qti30": "zip",
    "xlsx": "xlsx",
}


def take_out(questions: Sequence[Question], format: str) -> tuple[bytes, str, list[Loss]]:
    """Return a file of the questions as they read now, its name, and what its format cannot say. Five queries."""
    rows = neutral(questions)
    losses = [loss for _row, found in rows for loss in found]
    data, more = formats.WRITERS[format]([row for row, _found in rows])
    return data, f"questions-{format}.{ENDINGS[format]}", [*losses, *more]


def neutral(questions: Sequence[Question]) -> list[tuple[Neutral, list[Loss]]]:
    """Return the questions with their pictures, and what is lost of each."""
    versions = {
        version.question_id: version
        for version in QuestionVersion.objects.current().filter(question__in=[question.pk for question in questions])
    }
    topics = Topic.objects.in_bulk()
    known = [question for question in questions if question.pk in versions]
    return [
        _neutral(question, versions[question.pk], _path(topics, question.topic_id), place)
        for place, question in enumerate(known, start=1)
    ]


def _neutral(
    question: Question, version: QuestionVersion, path: tuple[str, ...], place: int
) -> tuple[Neutral, list[Loss]]:
    bag = media.Bag()
    text, explanation, body = media.through([version.text, version.explanation, version.body], bag.packed)
    row = Neutral(
        kind=version.kind,
        name=version.name,
        text=text,
        body=body,
        explanation=explanation,
        topic=path,
        line=place,
        media=bag.media,
        ident=question.key,
    )
    return row, [Loss("", place, version.name or str(question), what) for what in bag.lost]


def _path(topics: dict[int, Topic], pk: int | None) -> tuple[str, ...]:
    """Return the titles from the root to this topic."""
    path: list[str] = []
    while pk is not None and len(path) < len(topics):
        path.insert(0, topics[pk].title)
        pk = topics[pk].parent_id
    return tuple(path)
