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

    Where nothing differs, the digest of the cited block included, the present version is returned.
    Raises Block.DoesNotExist where the document has no such live block.
    """
    Question.objects.select_for_update().get(pk=question.pk)
    wanted = {
        "kind": kind, "text": text, "explanation": explanation, "body": body, "page_id": page.pk, "block_id": block_id,
        "digest": Block.objects.get(page=page, block_id=block_id).digest,
    }  # fmt: skip
    last = question.version
    if last and all(getattr(last, name) == value for name, value in wanted.items()):
        return last
    return QuestionVersion.objects.create(question=question, number=last.number + 1 if last else 1, **wanted)
