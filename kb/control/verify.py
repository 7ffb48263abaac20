"""Proving the sign-off log and the documents: that every line stands, and that what readers see was signed."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched

from kb.control import effect, log
from kb.models import Act, ControlledPage, Edition, SignOff, Submission


@dataclass(frozen=True)
class Verdict:
    """How many lines and documents were read, and the first thing found wrong; empty where all is sound."""

    lines: int
    documents: int
    fault: str


def verify(*, on: datetime.date, expect: int | None = None, every_text: bool = False) -> Verdict:
    """Verify the log, then all editions, then the live text of every document in force on that day.

    `expect` is a number of lines noted before: fewer mean that the end was cut off, which no chain shows.
    `every_text` also compares the kept text of each edition there ever was with what was signed.
    """
    broken, lines = log.broken_line()
    documents = Edition.objects.order_by().values("page").distinct().count()
    return Verdict(lines, documents, _first_fault(broken, lines, on, expect, every_text))


def _first_fault(broken: SignOff | None, lines: int, on: datetime.date, expect: int | None, every_text: bool) -> str:
    if broken is not None:
        return f"line {broken.sequence} ({broken.get_act_display()}, {broken.name}) does not follow from the one before"
    if expect is not None and lines < expect:
        return f"the log has {lines} lines, and once had {expect}: its end was cut off"
    return next(faults(on=on, every_text=every_text), "")


def unsound(lines: Iterable[SignOff]) -> set[int]:
    """Return the ids of those among these lines that do not follow from their words and the line before each."""
    lines = list(lines)
    before = {line.sequence - 1 for line in lines}
    hashes = dict(SignOff.objects.filter(sequence__in=before).values_list("sequence", "hash")) | {0: ""}
    return {
        line.pk
        for line in lines
        if line.hash != line.expected_hash() or line.previous_hash != hashes.get(line.sequence - 1)
    }


def faults(*, on: datetime.date, every_text: bool = False) -> Iterator[str]:
    """Yield a sentence for everything wrong with editions and live documents, each beginning with its number."""
    for submission in Submission.objects.filter(outcome=Submission.Outcome.APPROVED, edition__isnull=True):
        yield f"document {submission.page.number}: an edition that was signed on {submission.lines.last()} is missing"
    for chunk in batched(Edition.objects.select_related("submission").iterator(500), 500, strict=False):
        lines = SignOff.objects.filter(submission__in=[edition.submission_id for edition in chunk])
        of: dict[int, list[SignOff]] = {}
        for line in lines.order_by("sequence"):
            of.setdefault(line.submission_id, []).append(line)
        for edition in chunk:
            said = [*faults_of(edition, of.get(edition.submission_id, []))]
            if every_text and edition.revision.as_object().content_digest() != edition.digest:
                said.append("its kept text is not what was signed")
            yield from (f"document {edition}: {words}" for words in said)
    yield from _faults_of_live_text(on)


def faults_of(edition: Edition, lines: list[SignOff]) -> Iterator[str]:
    """Yield what is wrong with an edition whose submission has these lines: signatures, or its row beside them."""
    signed = {line.act: line for line in lines if line.act in SignOff.SIGNATURES}
    if missing := [act.label for act in SignOff.SIGNATURES if act not in signed]:
        yield f"signatures are missing ({', '.join(map(str, missing))})"
        return
    people = [line.person_id for line in signed.values() if not line.facts.get("taken_over")]
    if None in people or len(set(people)) < len(people):
        yield "it was not signed by different persons"
    if {edition.digest, edition.submission.digest} != {line.digest for line in signed.values()}:
        yield "its signatures are those of another text"
    if {line.page_id for line in signed.values()} != {edition.page_id}:
        yield "its signatures are those of another document"
    approved = signed[SignOff.Act.APPROVED]
    stands = {name: str(value) for name, value in _row(edition).items()}
    said = {name: str(approved.facts[name]) for name in stands if name in approved.facts}
    confirmed = [line.facts["until"] for line in lines if line.act == SignOff.Act.CONFIRMED]
    said |= {"approved_on": str(approved.signed_on)} | ({"review_by": confirmed[-1]} if confirmed else {})
    if changed := [name for name in said if said[name] != stands[name]]:
        yield f"it is not as it was signed ({', '.join(changed)})"


def _row(edition: Edition) -> dict:
    """Return what the facts of an approval say of an edition, as its row has it."""
    return {
        "act": edition.act,
        "significance": edition.significance,
        "effective_on": edition.effective_on,
        "review_by": edition.review_by or "",
        "revision": edition.revision_id,
        "successor": edition.successor_id,
        "version": edition.version,
        "approved_on": edition.approved_on,
    }


def _faults_of_live_text(on: datetime.date) -> Iterator[str]:
    late = {page.pk for page in effect.overdue(on)}
    for page in ControlledPage.objects.filter(pk__in=late).order_by("number"):
        yield f"document {page.number}: readers do not see what is in force (manage.py nightly brings it into effect)"
    in_force = dict(Edition.objects.filter(act=Act.ISSUE).in_force(on).values_list("page", "digest"))
    for page in ControlledPage.objects.live().exclude(pk__in=late).order_by("number").iterator(200):
        if page.pk not in in_force:
            yield f"document {page.number}: it is live without an edition in force"
        elif page.specific.content_digest() != in_force[page.pk]:
            yield f"document {page.number}: its live text is not what was signed"
