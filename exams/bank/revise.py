"""A question's words are never edited: it gets another version."""

import datetime

from django.db import transaction

from exams.models import Question, QuestionVersion
from kb.models import Block, ControlledPage
from people.models import User


@transaction.atomic
def revise(
    *,
    question: Question,
    kind: str,
    text: str,
    explanation: str,
    body: dict,
    page: ControlledPage | None,
    block_id: str,
    by: User | None,
    at: datetime.datetime,
    name: str = "",
) -> QuestionVersion:
    """Give the question its next version, checked against the cited block as it reads today, to be reviewed.

    Papers go on drawing the last version that was reviewed. Where neither words nor citation differ, the present one is
    returned: whether it still holds after its block changed is signed elsewhere (kb/recheck.py). A draft may be without
    a page. Raises Block.DoesNotExist where the document has no such live block.
    """
    Question.objects.select_for_update().get(pk=question.pk)
    wanted = {"kind": kind, "text": text, "explanation": explanation, "body": body, "name": name}
    wanted |= {"page_id": page.pk if page else None, "block_id": block_id}
    last = question.version
    if last and says(last, wanted):
        return last
    wanted["digest"] = Block.objects.get(page=page, block_id=block_id).basis if page else ""
    return QuestionVersion.objects.create(
        question=question, number=last.number + 1 if last else 1, author=by, created_at=at, **wanted
    )


def says(version: QuestionVersion, wanted: dict) -> bool:
    """Say whether this version has these members: kind, text, explanation, body, name, page_id, block_id."""
    return all(getattr(version, name) == value for name, value in wanted.items())
