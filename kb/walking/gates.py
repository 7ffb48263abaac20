"""Gates: steps that ask for a qualification; who may pass, who can be called, and a supervisor's leave."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.diagnosis import Node
from kb.models import DiagnosisRun, FaultGuidePage, Override
from people.inbox import tell
from people.models import Audience, Credential, OrgUnit, Person, Qualification, User, audience_of
from people.refusal import Refused

OPEN_FOR = datetime.timedelta(hours=24)  # within which what was asked must be decided
_CALLED = 10
_EXTERNAL = [OrgUnit.Kind.DEALER, OrgUnit.Kind.CUSTOMER]


@dataclass(frozen=True)
class Gate:
    """How a person stands before one step: what it asks for, what of it he holds, what he was allowed."""

    qualification: Qualification | None = None
    credential: Credential | None = None  # in force, by which he passes
    others: tuple[Credential, ...] = ()  # what else he has in the field, with its status
    override: Override | None = None

    @property
    def is_open(self) -> bool:
        """Whether he may do the step; what asks for nothing that exists is open."""
        return self.qualification is None or self.credential is not None or self.is_overridden

    @property
    def is_overridden(self) -> bool:
        """Whether a supervisor allowed it."""
        return self.override is not None and bool(self.override.is_granted)

    @property
    def state(self) -> str:
        """One word: open, shut, asked or refused."""
        if self.is_open:
            return "open"
        if self.override is None:
            return "shut"
        return "asked" if self.override.is_granted is None else "refused"


def standing(*, person: Person, node: Node, walk: uuid.UUID, at: datetime.datetime) -> Gate:
    """Return how a person stands before this step of this walk."""
    return standings(person=person, nodes=[node], walk=walk, at=at).get(node.id, Gate())


def standings(*, person: Person, nodes: Sequence[Node], walk: uuid.UUID, at: datetime.datetime) -> dict[str, Gate]:
    """Return the gates of those nodes that ask for a qualification there is, by node, in at most three queries."""
    asked = {node.id: str(node.value.get("qualification") or "") for node in nodes}
    asked = {id_: key for id_, key in asked.items() if key}
    if not asked:
        return {}
    subjects = {key.partition("/")[0] for key in asked.values()}
    known = Qualification.objects.filter(subject__key__in=subjects).select_related("subject")
    wanted = {row.key: row for row in known}
    held, overrides = _held(person, subjects, at), _overrides(person, walk)
    return {
        id_: _gate(wanted[key], held, overrides.get(id_), at) for id_, key in asked.items() if key in wanted
    }  # fmt: skip


def _held(person: Person, subjects: set[str], at: datetime.datetime) -> list[Credential]:
    if not person.is_authenticated:
        return []
    mine = Credential.objects.filter(person=person, qualification__subject__key__in=subjects)
    return list(mine.with_status(at).select_related("qualification__subject").order_by("-qualification__rank", "-pk"))


def _overrides(person: Person, walk: uuid.UUID) -> dict[str, Override]:
    if not person.is_authenticated:
        return {}
    return {row.node: row for row in Override.objects.filter(walk=walk, person=person).select_related("supervisor")}


def _gate(
    qualification: Qualification, held: list[Credential], override: Override | None, at: datetime.datetime
) -> Gate:
    mine = [each for each in held if each.qualification.subject_id == qualification.subject_id]
    fit = [each for each in mine if each.qualification.rank >= qualification.rank and each.status(at) == "valid"]
    fit.sort(key=lambda each: each.valid_until or datetime.date.max, reverse=True)
    others = tuple(each for each in mine if each not in fit)
    override = override if override and override.qualification_id == qualification.pk else None
    return Gate(qualification, fit[0] if fit else None, others, override)


def is_outsider(person: Person) -> bool:
    """Say whether this person reads what is public and no more: he calls service, and does no live work by a guide."""
    return audience_of(person) == Audience.PUBLIC


def who_can(*, person: Person, qualification: Qualification, at: datetime.datetime) -> list[Credential]:
    """Return credentials in force of those who can be called, at most ten, those nearest to the person first.

    They are people of his own unit and the units above, and our own staff anywhere; none for outsiders.
    """
    if is_outsider(person):
        return []
    line = _line(person.unit_id)
    near = Case(*_near(line), default=Value(len(line)), output_field=IntegerField())
    found = Credential.objects.satisfying(qualification).valid(at).filter(person__is_active=True)
    found = found.filter(Q(person__unit__in=line) | ~Q(person__unit__kind__in=_EXTERNAL), person__unit__isnull=False)
    found = found.exclude(person=person.pk).annotate(near=near)
    rows = found.select_related("person__unit", "qualification__subject")
    rows = rows.order_by("near", "-qualification__rank", "person__name", "person", "-pk")
    first_of: dict[int, Credential] = {}
    for row in rows[: _CALLED * 4]:  # people with several credentials come once
        first_of.setdefault(row.person_id, row)
    return list(first_of.values())[:_CALLED]


def _near(line: Sequence[int]) -> list[When]:
    return [When(person__unit=pk, then=Value(place)) for place, pk in enumerate(line)]


def _line(unit: int | None) -> list[int]:
    """Return a unit and those above it, from below, in one query."""
    above, found = dict(OrgUnit.objects.values_list("pk", "parent")), []
    while unit is not None and unit not in found:
        found.append(unit)
        unit = above.get(unit)
    return found


def supervisors(person: User) -> QuerySet[User]:
    """Return those who may allow this person a step: with the permission, in his unit or a unit above, not himself."""
    found = User.objects.with_perm(
        "kb.override_gate", include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    )
    return found.filter(unit__in=_line(person.unit_id)).exclude(pk=person.pk)


def open_to(supervisor: User) -> QuerySet[Override]:
    """Return what people of a supervisor's unit and its parts have asked for, and what was said to it."""
    rows = Override.objects.filter(person__unit__in=OrgUnit.objects.within(supervisor.unit))
    return rows.select_related("person__unit", "guide", "qualification__subject", "supervisor").defer("guide__body")


def ask(
    *,
    person: User,
    guide: FaultGuidePage,
    node: str,
    qualification: Qualification,
    walk: uuid.UUID,
    reason: str,
    at: datetime.datetime,
) -> Override:
    """Ask for leave to do one step of one walk, and tell the supervisors; asked again it stays as it was.

    Raises Refused.
    """
    asked = list(supervisors(person)) if not is_outsider(person) else []
    if not asked:
        raise Refused(_("Nobody in your unit or above it can allow this. Call one of those who may do the step."))
    with transaction.atomic():
        said = {"guide": guide, "qualification": qualification, "person": person, "asked_at": at}
        row, made = Override.objects.get_or_create(
            walk=walk, node=node, defaults=said | {"asked_because": reason[:500]}
        )
        if row.person_id != person.pk:
            raise Refused(_("This search is somebody else’s. Begin one of your own."))
        for supervisor in asked if made else ():
            tell(
                person=supervisor, key=f"gate-{row.pk}", at=at, by_mail=True, url=reverse("gate", args=[row.pk]),
                text=gettext_lazy("%(person)s asks to do a step of %(guide)s without %(qualification)s."),
                values={"person": person, "guide": guide.number, "qualification": qualification},
            )  # fmt: skip
    return row


def objections(*, override: Override, by: User, at: datetime.datetime) -> list[str]:
    """Say why this person cannot decide what was asked; empty where he can."""
    reasons = []
    if override.person_id == by.pk:
        reasons.append(_("Nobody decides for himself."))
    elif not supervisors(override.person).filter(pk=by.pk).exists():
        reasons.append(_("A supervisor of his unit or a unit above it decides."))
    if override.is_granted is not None:
        reasons.append(_("%s has decided this already.") % override.supervisor)
    elif at - override.asked_at > OPEN_FOR:
        reasons.append(_("This was asked more than 24 hours ago. He asks anew in a new search."))
    if DiagnosisRun.objects.filter(key=override.walk).exists():
        reasons.append(_("The search is over and recorded."))
    return reasons


@transaction.atomic
def decide(*, override: Override, by: User, is_granted: bool, reason: str, at: datetime.datetime) -> Override:
    """Allow or refuse the step, with a reason, and tell whoever asked. Raises Refused."""
    row = Override.objects.select_for_update().get(pk=override.pk)
    if refusals := objections(override=row, by=by, at=at):
        raise Refused(*refusals)
    row.supervisor, row.decided_at, row.is_granted, row.reason = by, at, is_granted, reason[:500]
    row.save(update_fields=["supervisor", "decided_at", "is_granted", "reason"])
    allowed = gettext_lazy("%(supervisor)s allows you the step of %(guide)s you asked for.")
    refused = gettext_lazy("%(supervisor)s does not allow you the step of %(guide)s you asked for.")
    tell(
        person=row.person, key=f"gate-{row.pk}-decided", at=at, url=reverse("profile"),
        text=allowed if is_granted else refused, values={"supervisor": by, "guide": row.guide.number},
    )  # fmt: skip
    return row
