"""Recording that a fault guide was followed to an end: once, however often it is sent."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kb import diagnosis
from kb.blocks import EndBlock
from kb.models import (
    CaseEvent,
    Component,
    Device,
    DiagnosisRun,
    Edition,
    FaultGuidePage,
    FaultReport,
    Part,
    PartUsed,
    ProductModel,
    RunTurn,
)
from kb.runs.gaps import credentials_of, gaps_of, tell_supervisors
from kb.runs.retrace import Path, retrace
from people.models import User
from people.refusal import Conflict, Refused

AHEAD = datetime.timedelta(minutes=5)  # a clock may be wrong by that much
LATE = datetime.timedelta(days=30)  # a phone may be without a network for so long
MOST_PARTS, MOST_PIECES, LONGEST_NOTE = 30, 999, 2000
MOST_MINUTES = 60 * 24 * 30


@dataclass(frozen=True)
class Used:
    """A part that was put in; the number as it was typed or scanned."""

    number: str
    quantity: int = 1
    serial_out: str = ""
    serial_in: str = ""


@dataclass(frozen=True)
class Said:
    """What somebody sends."""

    guide: FaultGuidePage
    editions: Sequence[Edition]
    person: User
    answers: Sequence[str]
    seen: Sequence[str]
    result: str
    device: Device | None
    report: FaultReport | None
    note: str
    minutes: int | None
    parts: Sequence[Used]
    consent: str
    consent_by: str
    started_at: datetime.datetime | None

    def digest(self, at: datetime.datetime | None) -> str:
        """SHA-256 (hex) over what is said, the same however it arrives; with the moment where the sender says it."""
        words = {
            "guide": self.guide.pk,
            "editions": sorted(each.pk for each in self.editions),
            "answers": list(self.answers),
            "seen": sorted(set(self.seen)),
            "result": self.result,
            "device": self.device and self.device.pk,
            "report": self.report and self.report.pk,
            "note": self.note,
            "minutes": self.minutes,
            "parts": [astuple(part) for part in self.parts],
            "consent": [self.consent, self.consent_by],
            "times": [each and each.astimezone(datetime.UTC).isoformat() for each in (self.started_at, at)],
        }
        return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def record(
    *,
    guide: FaultGuidePage,
    editions: Sequence[Edition],
    person: User,
    answers: Sequence[str],
    seen: Sequence[str],
    result: str,
    key: uuid.UUID,
    at: datetime.datetime,
    device: Device | None = None,
    report: FaultReport | None = None,
    note: str = "",
    minutes: int | None = None,
    parts: Sequence[Used] = (),
    consent: str = DiagnosisRun.Consent.NONE,
    consent_by: str = "",
    started_at: datetime.datetime | None = None,
    received_at: datetime.datetime | None = None,
) -> DiagnosisRun:
    """Record a run on the editions it was walked on, the guide's own first; return it.

    `at` is when it ended; where that is the sender's word, `received_at` is our clock. The same again (key, person,
    content) returns what is recorded and writes nothing. Raises Conflict where the key holds other content, Refused
    where what is said cannot be.
    """
    said = Said(
        guide, editions, person, answers, seen, result, device, report, _tidy(note), minutes, tuple(parts), consent,
        consent_by.strip() if consent != DiagnosisRun.Consent.NONE else "", started_at,
    )  # fmt: skip
    digest = said.digest(at if received_at else None)
    if known := _known(key=key, person=person, digest=digest):
        return known
    if objections := _objections(said, at=at, now=received_at or at):
        raise Refused(*objections)
    path = retrace(guide=guide, editions=editions, answers=answers, at=at)
    try:
        with transaction.atomic():
            return _write(said, path, key=key, digest=digest, at=at, received_at=received_at or at)
    except IntegrityError:  # the same key has arrived in the meantime
        if known := _known(key=key, person=person, digest=digest):
            return known
        raise


def _known(*, key: uuid.UUID, person: User, digest: str) -> DiagnosisRun | None:
    """Return the run recorded under this key, if it is this one. Raises Refused or Conflict if it is another."""
    run = DiagnosisRun.objects.filter(key=key).first()
    if run is None or (run.person_id, run.digest) == (person.pk, digest):
        return run
    if run.person_id != person.pk:
        raise Refused(_("This form is broken; please try again."))
    raise Conflict(_("This search is recorded already, with other details. What was recorded first stands."), run)


def _tidy(text: str) -> str:
    """Return what was typed with line ends counted as one character each, as the form counts them."""
    return text.replace("\r\n", "\n").strip()


def _objections(said: Said, *, at: datetime.datetime, now: datetime.datetime) -> list[str]:
    """Return what is wrong with what is said, in sentences."""
    found = []
    if said.result not in EndBlock.Result:
        found.append(_("Say what came of it: resolved, workaround or unresolved."))
    if at > now + AHEAD:
        found.append(_("The time of the record lies in the future. Set the clock of the device right."))
    if at < now - LATE:
        found.append(_("The record is older than %s days and is not taken any more.") % LATE.days)
    if said.started_at and said.started_at > at + AHEAD:
        found.append(_("The search cannot begin after its end."))
    if said.minutes is not None and not 0 <= said.minutes <= MOST_MINUTES:
        found.append(_("Minutes: a whole number from 0 to %s.") % MOST_MINUTES)
    if len(said.note) > LONGEST_NOTE:
        found.append(_("The remark has more than %s characters.") % LONGEST_NOTE)
    if said.consent not in DiagnosisRun.Consent or len(said.consent_by) > _longest(DiagnosisRun, "consent_by"):
        found.append(_("Consent: none, oral or written, and the name of whoever gave it."))
    return found + _part_objections(said.parts)


def _part_objections(parts: Sequence[Used]) -> list[str]:
    found = []
    if len(parts) > MOST_PARTS:
        found.append(_("At most %s kinds of parts belong to a record.") % MOST_PARTS)
    for part in parts[:MOST_PARTS]:
        if not part.number or len(part.number) > _longest(PartUsed, "number"):
            found.append(_("Part %s: this is not a part number.") % part.number[:20])
        if not 1 <= part.quantity <= MOST_PIECES:
            found.append(_("Part %(part)s: 1 to %(most)s pieces.") % {"part": part.number[:20], "most": MOST_PIECES})
        if max(len(part.serial_out), len(part.serial_in)) > _longest(PartUsed, "serial_in"):
            found.append(_("Part %s: a serial number is too long.") % part.number[:20])
    return found


def _longest(model: type, field: str) -> int:
    return model._meta.get_field(field).max_length


def _write(
    said: Said,
    path: Path,
    *,
    key: uuid.UUID,
    digest: str,
    at: datetime.datetime,
    received_at: datetime.datetime,
) -> DiagnosisRun:
    """Write the run with its turns and parts, and what follows from it."""
    device = said.device or (said.report and said.report.device)
    own = path.editions[0]
    with translation.override(own.language):  # a record speaks the language of its guide
        frozen = {
            "path": _steps(path),
            "credentials": credentials_of(said.person, at=at),
            "gaps": gaps_of(path, person=said.person, walk=key, seen=said.seen, at=at),
        }
    run = DiagnosisRun.objects.create(
        key=key, digest=digest, guide=said.guide, edition=own, version=own.version, person=said.person,
        unit=said.person.unit, report=said.report, device=device, model=_model(said, device, path), end=path.end.id,
        result=said.result, fault_class=path.said.get("fault_class") or "",
        cause=str(path.end.value.get("cause") or "")[:300],
        component=_component(path.end), minutes=said.minutes, consent=said.consent, consent_by=said.consent_by,
        note=said.note, started_at=said.started_at, recorded_at=at, received_at=received_at, **frozen,
    )  # fmt: skip
    RunTurn.objects.bulk_create(_turns(run, path))
    PartUsed.objects.bulk_create(_parts(run, said.parts))
    if said.report:
        CaseEvent.objects.create(report=said.report, kind=CaseEvent.Kind.RUN, at=at, by=said.person, run=run)
    tell_supervisors(run, at=received_at)
    return run


def _model(said: Said, device: Device | None, path: Path) -> ProductModel | None:
    """Return the model of the device, else of the case, else the only one the guide is for."""
    if device or said.report:
        return (device or said.report).model
    models = path.said.get("product_models") or []
    return ProductModel.objects.filter(pk=models[0]).first() if len(models) == 1 else None


def _component(end: diagnosis.Node) -> Component | None:
    return Component.objects.filter(key=str(end.value.get("component") or "").strip()).first()


def _steps(path: Path) -> list[dict]:
    """Return the path as it is kept: every node with its words, and the guide and version it stands in."""
    return [
        {
            "node": turn.node.id,
            "kind": turn.node.kind,
            "guide": path.edition_of(turn.node).number,
            "version": path.edition_of(turn.node).version,
            "heading": str(turn.node.value.get("heading") or ""),
            "answer": turn.answer,
            "words": turn.words,
        }
        for turn in path.turns
    ]


def _turns(run: DiagnosisRun, path: Path) -> list[RunTurn]:
    return [
        RunTurn(
            run=run, guide_id=path.edition_of(turn.node).page_id, node=turn.node.id.rpartition("/")[2],
            way=way_of(turn), to=path.next_of(place), end=path.end.id, result=run.result,
        )
        for place, turn in enumerate(path.turns)
    ]  # fmt: skip


def way_of(turn: diagnosis.Turn) -> str:
    """Return the way taken: the answer, or for a reading the place of the range that holds it (r0, r1 and so on)."""
    if turn.answer in turn.node.ways:
        return turn.answer
    number = diagnosis.reading(turn.answer)
    return f"r{next(place for place, each in enumerate(turn.node.ranges) if each.holds(number))}"


def _parts(run: DiagnosisRun, parts: Sequence[Used]) -> list[PartUsed]:
    known = {part.number: part for part in Part.objects.filter(number__in={part.number for part in parts})}
    return [
        PartUsed(
            run=run, part=known.get(part.number), number=part.number, quantity=part.quantity,
            serial_out=part.serial_out, serial_in=part.serial_in,
        )
        for part in parts
    ]  # fmt: skip
