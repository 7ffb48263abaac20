"""Builders of papers that wait for a marker or a release, and of the people of the exam officer's desk."""

from exams import sit
from exams.models import Exam, Item, QuestionVersion, Sitting
from people import roles
from people.models import User
from tests import make
from tests.make import NOON

RUBRIC = {
    "rubric": [
        {
            "criterion": "先断电", "points": "2",
            "levels": [{"text": "只提到", "points": "1"}, {"text": "说明原因", "points": "2"}],
        },
        {"criterion": "验电", "points": "2"},
    ],
    "sample": "先断电，再验电。",
}  # fmt: skip


def examiner(**fields: object) -> User:
    """Somebody who marks."""
    return make.person(roles.EXAMINER, **fields)


def officer(**fields: object) -> User:
    """Somebody who releases and has questions marked again."""
    return make.person(roles.EXAM_OFFICER, **fields)


def exam(*kinds: str, essays: int = 1, **fields: object) -> Exam:
    """An exam with these questions and essays, a point each, whose results an officer releases."""
    made = make.exam([*kinds, *["single"] * essays], **{"release": "by-officer", "pass_mark": 50} | fields)
    own = QuestionVersion.objects.filter(question__topic=made.blueprint.get().topic).order_by("-pk")
    for version in own[:essays]:
        version.kind, version.body, version.text = "essay", RUBRIC, "怎样更换电源模块？"
        version.save()
    return made


def sat(of: Exam, person: User, *, rightly: bool = True, essay: str | None = "先断电。", seed: str = "s") -> Sitting:
    """A paper handed in with everything else answered rightly, or nothing, and this essay."""
    sitting = make.sitting(of, person, seed=seed)
    for item in sitting.items.select_related("version", "sitting"):
        if item.version.kind == "essay" and essay:
            make.saved(item, essay)
        elif item.version.kind != "essay" and rightly:
            make.saved(item, make.right(item))
    return sit.finish(sitting=sitting, at=NOON)


def essay(of: Sitting) -> Item:
    """The essay on a paper, as it stands in the database."""
    return of.items.select_related("version", "sitting__exam", "sitting__booking").get(version__kind="essay")
