"""Whom to give a case to: people of the unit who may do the work, those with few open cases first."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from kb.cases import similar
from kb.cases.in_charge import people_for
from kb.models import DiagnosisRun, FaultReport
from people.models import Credential, Qualification, Subject, User

GUIDES = 3  # how many of the guides for a case are asked what they take
MOST = 60  # people


@dataclass(frozen=True)
class Suggestion:
    """A person, what he holds in the subject of the work, how busy he is, and when he last worked on such a machine.

    `missing` says what he lacks, "" where he may do all of it.
    """

    person: User
    credential: Credential | None
    missing: str
    open_cases: int
    on_device_at: datetime.datetime | None
    on_model_at: datetime.datetime | None
    is_assigned: bool

    @property
    def fits(self) -> bool:
        """Whether he may do all of it."""
        return not self.missing


def needed(report: FaultReport) -> tuple[Subject | None, Qualification | None]:
    """Return the subject of the work, and the highest qualification that the guides for the fault ask for in it.

    Where they ask for none in the subject of the product's family, any rank of it will do.
    """
    subject = report.model.family.subject
    asked = {
        node.value.get("qualification")
        for guide in similar.for_report(report)[:GUIDES]
        for node in guide.graph.nodes.values()
    } - {None, ""}
    if not asked:
        return subject, None
    subjects = {key.partition("/")[0] for key in asked}
    known = Qualification.objects.filter(subject__key__in=subjects).select_related("subject").order_by("-rank")
    named = [each for each in known if each.key in asked]
    own = [each for each in named if subject is None or each.subject_id == subject.pk]
    highest = next(iter(own or named), None)
    return (highest.subject if highest else subject), highest


def suggestions(*, report: FaultReport, at: datetime.datetime) -> list[Suggestion]:
    """Return the people to whom the case can be given, who may do the work first; a constant number of queries."""
    subject, qualification = needed(report)
    people = list(people_for(report).select_related("unit").order_by("name", "pk")[:MOST])
    held = _held(people, subject, at)
    busy = _busy(people)
    worked = _worked(people, report)
    found = [
        Suggestion(
            person,
            held.get(person.pk),
            _missing(held.get(person.pk), subject, qualification),
            busy.get(person.pk, 0),
            *worked.get(person.pk, (None, None)),
            person.pk == report.assigned_to_id,
        )
        for person in people
    ]
    return sorted(found, key=lambda each: (not each.fits, each.open_cases, each.on_device_at is None))


def _held(people: Iterable[User], subject: Subject | None, at: datetime.datetime) -> dict[int, Credential]:
    """Return the highest credential of each in the subject, valid now."""
    if subject is None:
        return {}
    valid = Credential.objects.filter(person__in=people, qualification__subject=subject).valid(at)
    ranked = valid.select_related("qualification__subject").order_by("qualification__rank", "valid_until")
    return {credential.person_id: credential for credential in ranked}


def _missing(held: Credential | None, subject: Subject | None, qualification: Qualification | None) -> str:
    if subject is None:
        return ""
    if held is None:
        return _("holds nothing valid in %s") % (qualification or subject.label)
    if qualification and held.qualification.rank < qualification.rank:
        return _("needs %s") % qualification
    return ""


def _busy(people: Iterable[User]) -> dict[int, int]:
    mine = FaultReport.objects.open().filter(assigned_to__in=people).order_by()
    return dict(mine.values_list("assigned_to").annotate(count=Count("pk")))


def _worked(people: Iterable[User], report: FaultReport) -> dict[int, tuple]:
    """Return when each worked last on this device, and on any of this model."""
    runs = DiagnosisRun.objects.filter(Q(model=report.model_id) | Q(device__model=report.model_id), person__in=people)
    device = Q(device=report.device_id) if report.device_id else Q(pk__in=[])
    last = runs.order_by().values_list("person").annotate(
        on_device=Max("recorded_at", filter=device), on_model=Max("recorded_at")
    )  # fmt: skip
    return {person: (on_device, on_model) for person, on_device, on_model in last}
