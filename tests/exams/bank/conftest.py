"""A document, people who keep the bank, and a question one of them wrote."""

import pytest

from exams.bank import revise
from exams.models import Question
from people import roles
from tests import database, make
from tests.make import text


@pytest.fixture
@database.once
def page():
    return make.document(body=[text("a"), text("b")])


@pytest.fixture
@database.once
def officer():
    return make.person(roles.EXAM_OFFICER, username="officer")


@pytest.fixture
@database.once
def trainer():
    return make.person(roles.TRAINER, username="teacher")


@pytest.fixture
@database.once
def examiner():
    return make.person(roles.EXAMINER, username="examiner-one")


def write(page, by, question=None, **said):
    """A version of a question, of a new draft where none is given."""
    if question is None:
        question = make.question(author=by, state=Question.State.DRAFT)
        question.versions.all().delete()
    words = {"kind": "truefalse", "text": "先断电？", "explanation": "", "body": {"right": True}, "block_id": "a"}
    return revise.revise(question=question, page=page, by=by, at=make.NOON, **words | said)


@pytest.fixture
def draft(page, trainer):
    """The first version of a draft, which waits for a review."""
    return write(page, trainer)
