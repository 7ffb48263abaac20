"""The sign-off log: writing a line, and proving that none was changed, put in or taken out."""

import datetime

from django.db import connection, transaction

from kb.models import ControlledPage, SignOff, Submission
from people.models import User


@transaction.atomic
def write(
    *,
    page: ControlledPage,
    act: SignOff.Act,
    at: datetime.datetime,
    on: datetime.date,
    person: User | None,
    name: str = "",
    deputy_for: User | None = None,
    submission: Submission | None = None,
    digest: str = "",
    reason: str = "",
    facts: dict | None = None,
) -> SignOff:
    """Append a line. `on` is the day it counts for, `at` when it was written; `name` is needed where no person is."""
    sequence, previous_hash = _last_line()
    line = SignOff(
        sequence=sequence + 1, page_id=page.pk, submission=submission, act=act, person=person,
        name=name or str(person or ""), deputy_for=deputy_for, signed_on=on, at=at, digest=digest, reason=reason,
        facts=facts or {}, previous_hash=previous_hash,
    )  # fmt: skip
    line.hash = line.expected_hash()
    line.save(force_insert=True)
    return line


def _last_line() -> tuple[int, str]:
    # Who writes waits for the first line, which all have in common; only then is the last line looked for. On SQLite
    # whoever writes waits for the whole database.
    if connection.features.has_select_for_update:
        list(SignOff.objects.select_for_update().order_by("sequence").values("pk")[:1])
    return SignOff.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, "")


def broken_line() -> tuple[SignOff | None, int]:
    """Return the first line that does not follow from its words and the line before, or None; and how many were read.

    What this cannot see is that the end was cut off; the number of lines, kept elsewhere, shows that.
    """
    previous, count = "", 0
    for count, line in enumerate(SignOff.objects.order_by("sequence").iterator(), start=1):
        if (line.sequence, line.previous_hash) != (count, previous) or line.hash != line.expected_hash():
            return line, count
        previous = line.hash
    return None, count
