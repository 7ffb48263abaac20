"""Citations as files write them, `HB-01.4#fault-levels`, and as rows keep them."""

from typing import Any

from kb.content.names import Names
from kb.models import Block, Citation, ControlledPage


def citation(place: str, names: Names) -> dict[str, Any]:
    """Return the fields of a row that cites this place, checked against it as it reads today. Raises names.Gone.

    Where a person has taken the block away the digest is empty, and so the row is stale from the start.
    """
    if not place:
        return {"page_id": None, "block_id": "", "digest": ""}
    number, _hash, block_id = place.partition("#")
    page = names.pk(ControlledPage, number)
    digests = Block.objects.filter(page=page, block_id=block_id).values_list("basis", flat=True)
    return {"page_id": page, "block_id": block_id, "digest": digests.first() or ""}


def place_of(row: Citation, numbers: dict[int, str]) -> str:
    """Return what the row cites; `numbers` are the document numbers by primary key."""
    if not row.page_id:
        return ""
    number = numbers.get(row.page_id, "")
    return f"{number}#{row.block_id}" if row.block_id else number


def numbers() -> dict[int, str]:
    """Return the number of every document by the primary key of its page."""
    return dict(ControlledPage.objects.filter(number__isnull=False).values_list("pk", "number"))
