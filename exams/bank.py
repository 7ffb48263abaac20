"""Keeping the question bank: a question's words are never edited, they get another version."""

from django.db import transaction

from exams.models import Question, QuestionVersion
from kb.models import Block, ControlledPage


@transaction.atomic
def revise(
    *,
    question: Question,
    kind: str,
    text: str,
    explanation: str,
    body: dict,
    page: ControlledPage,
    block_id: str,
) -> QuestionVersion:
    """Give the question its next version, checked against the cited block as it reads today.

    Where neither words nor citation differ, the present version is returned: whether it still holds after its block
    changed is signed elsewhere (kb/recheck.py). Raises Block.DoesNotExist where the document has no such live block.
    """
    Question.objects.select_for_update().get(pk=question.pk)
    wanted = {"kind": kind, "text": text, "explanation": explanation, "body": body}
    wanted |= {"page_id": page.pk, "block_id": block_id}
    last = question.version
    if last and says(last, wanted):
        return last
    wanted["digest"] = Block.objects.get(page=page, block_id=block_id).basis
    return QuestionVersion.objects.create(question=question, number=last.number + 1 if last else 1, **wanted)


def says(version: QuestionVersion, wanted: dict) -> bool:
    """Say whether this version has these members: kind, text, explanation, body, page_id, block_id."""
    return all(getattr(version, name) == value for name, value in wanted.items())
