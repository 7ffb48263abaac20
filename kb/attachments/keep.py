"""Taking a picture in, and who may see it: whoever may see its record."""

import datetime
import hashlib
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kb.attachments import pictures
from kb.models import Attachment, DiagnosisRun, FaultReport, Inspection, Solution
from people.models import OrgUnit, Person, User
from people.refusal import Refused

MOST = 20  # pictures of a record
_LONGEST_NAME = 60


def attach(
    *,
    file: UploadedFile,
    by: User,
    at: datetime.datetime,
    kind: str = Attachment.Kind.PHOTO,
    report: FaultReport | None = None,
    run: DiagnosisRun | None = None,
    solution: Solution | None = None,
    inspection: Inspection | None = None,
) -> Attachment:
    """Keep a picture with a record; one that the record has already is not kept twice. Raises Refused.

    Exactly one of report, run, solution and inspection is given.
    """
    owners = {"report": report, "run": run, "solution": solution, "inspection": inspection}
    (field, record), *others = [(name, each) for name, each in owners.items() if each is not None]
    if others:
        raise TypeError("a picture belongs to one record")
    name = _name(file)
    fit = pictures.fit_signature if kind == Attachment.Kind.SIGNATURE else pictures.fit
    data = fit(file, size=file.size or 0, name=name)
    digest = _digest(file)
    with transaction.atomic():
        type(record).objects.select_for_update().get(pk=record.pk)
        own = Attachment.objects.filter(kind=kind, **{field: record})
        if same := own.filter(digest=digest).first():
            return same
        if own.count() >= (1 if kind == Attachment.Kind.SIGNATURE else MOST):
            raise Refused(_full(kind, name))
        made = Attachment(kind=kind, digest=digest, by=by, at=at, **{field: record})
        ending = "png" if kind == Attachment.Kind.SIGNATURE else "jpg"
        made.file.save(f"{made.key}.{ending}", ContentFile(data), save=False)
        _saved(made)
    return made


def _saved(made: Attachment) -> None:
    try:
        made.save(force_insert=True)
    except BaseException:
        made.file.delete(save=False)
        raise


def _full(kind: str, name: str) -> str:
    if kind == Attachment.Kind.SIGNATURE:
        return _("There is a signature already.")
    return _("“%(name)s” was not kept: a record has %(most)s pictures at most.") % {"name": name, "most": MOST}


def _name(file: UploadedFile) -> str:
    """Return what the file is called, short enough for a sentence."""
    name = file.name or "?"
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _digest(file: UploadedFile) -> str:
    """SHA-256 (hex) of what was sent."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def attach_all(*, files: Iterable[UploadedFile], by: User, at: datetime.datetime, **record: object) -> list[str]:
    """Keep those that can be kept; return a sentence for each that cannot. The record itself is saved already."""
    refusals = []
    for file in files:
        try:
            attach(file=file, by=by, at=at, **record)
        except Refused as refusal:
            refusals.extend(refusal.reasons)
    return refusals


def visible_to(person: Person) -> models.QuerySet[Attachment]:
    """Return the pictures of records that a person may see; signatures only those of his unit and his own.

    What was erased is gone.
    """
    if not person.is_authenticated:
        return Attachment.objects.none()
    seen = Q(run__in=_known(DiagnosisRun, person)) | Q(report__in=_known(FaultReport, person))
    seen |= Q(solution__in=_known(Solution, person)) | Q(inspection__in=_known(Inspection, person))
    units = OrgUnit.objects.within(person.unit)
    own = Q(run__unit__in=units) | Q(run__person=person) | Q(inspection__unit__in=units) | Q(inspection__person=person)
    return Attachment.objects.filter(seen, ~Q(kind=Attachment.Kind.SIGNATURE) | own).exclude(file="")


def _known(model: type[models.Model], person: User) -> models.QuerySet:
    return model.objects.visible_to(person).order_by().values("pk")
