"""Certification: who may be certified at a level and why not, and the decision."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Enrolment
from exams.models import Decision, Level, Requirement, Sitting
from people.credentials import issue
from people.dates import add_months
from people.models import Credential, CredentialEvent, CredentialQuerySet, Person, User
from people.refusal import Refused


@dataclass(frozen=True)
class Standing:
    """How a person stands to one requirement of a level, and what proves it."""

    requirement: Requirement
    proof: Model | None

    @property
    def is_met(self) -> bool:
        """Whether there is a proof."""
        return self.proof is not None

    @property
    def evidence(self) -> dict:
        """What is kept of the proof with a decision."""
        kept: dict = {"requirement": str(self.requirement)}
        if isinstance(self.proof, Enrolment):
            kept |= {"enrolment": self.proof.pk, "finished_at": timezone.localtime(self.proof.finished_at).isoformat()}
        elif isinstance(self.proof, Sitting):
            kept |= {"sitting": str(self.proof.public_id), "percent": self.proof.percent}
        elif isinstance(self.proof, Credential):
            kept |= {"credential": self.proof.number}
        return kept


class Proofs:
    """What may prove a requirement: courses completed, exams passed, levels held. One rule for one and for all."""

    def __init__(self, at: datetime.datetime) -> None:
        self.rows = {
            "course": (Enrolment.objects.completed(), "course"),
            "exam": (Sitting.objects.passed().order_by("finished_at"), "exam"),
            "held": (Credential.objects.valid(at), "decision__level"),
        }

    def people(self, requirement: Requirement) -> QuerySet:
        """Return the ids of everybody who meets the requirement."""
        rows, field = self.rows[requirement.kind]
        return rows.filter(**{field: requirement.target_id}).order_by().values("person")

    def of(self, person: User) -> dict[tuple[str, int], Model]:
        """Return this person's proofs by (kind, id of course, exam or level), the latest of each."""
        return {
            (kind, row.asked): row
            for kind, (rows, field) in self.rows.items()
            for row in rows.filter(person=person).annotate(asked=F(field))
        }


def standings(*, level: Level, person: User, at: datetime.datetime) -> list[Standing]:
    """Return how the person stands to each requirement, in the scheme's order."""
    return standings_of([level], person=person, at=at)[level.pk]


def standings_of(levels: Iterable[Level], *, person: Person, at: datetime.datetime) -> dict[int, list[Standing]]:
    """Return the same for several levels by their ids, in a number of queries that does not grow with them."""
    proofs = Proofs(at).of(person) if person.is_authenticated else {}
    requirements = Requirement.objects.filter(level__in=levels).select_related("course", "exam", "held__scheme")
    found: dict[int, list[Standing]] = {level.pk: [] for level in levels}
    for requirement in requirements:
        proof = proofs.get((requirement.kind, requirement.target_id))
        found[requirement.level_id].append(Standing(requirement, proof))
    return found


def objections(*, level: Level, person: User, by: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each reason why `by` may not certify this person at this level now."""
    stands = standings(level=level, person=person, at=at)
    found = [_("Not met: %s") % each.requirement for each in stands if not each.is_met] + _objections_to(by, person)
    if not stands:
        found.append(_("This level asks for nothing yet: enter its requirements first."))
    if not person.is_active:
        found.append(_("The person's account is closed."))
    if _certified(level).filter(person=person).exists():
        found.append(_("The person has or had a certificate of this level; another one is a matter of renewal."))
    return found


def _certified(level: Level) -> CredentialQuerySet:
    """Certificates of this level whatever became of them, at any time, or two decisions at once could both pass."""
    return Credential.objects.filter(decision__level=level).exclude(events__kind=CredentialEvent.Kind.SUPERSEDED)


def _objections_to(by: User, person: User) -> list[str]:
    """Reasons why `by` may decide neither way."""
    found = [_("Nobody decides on his own certification.")] if by.pk == person.pk else []
    if not by.has_perm("exams.decide_certification"):
        found.append(_("Only a certification manager decides."))
    return found


def candidates(*, level: Level, at: datetime.datetime) -> list[User]:
    """Return the people who meet every requirement of the level and never had a certificate of it."""
    people, requirements, proofs = User.objects.filter(is_active=True), level.requirements.all(), Proofs(at)
    for requirement in requirements:
        people = people.filter(pk__in=proofs.people(requirement))
    if not requirements:
        return []
    return list(people.exclude(pk__in=_certified(level).values("person")).select_related("unit").order_by("username"))


def waiting(*, at: datetime.datetime) -> list[tuple[Level, User]]:
    """Return every (level, candidate) that awaits a decision."""
    levels = Level.objects.select_related("scheme").prefetch_related("requirements")
    return [(level, person) for level in levels for person in candidates(level=level, at=at)]


@transaction.atomic
def decide(
    *,
    level: Level,
    person: User,
    outcome: Decision.Outcome,
    reason: str,
    by: User,
    at: datetime.datetime,
    on: datetime.date,
) -> Decision:
    """Decide on the certification 发证. Granting issues the credential, valid from `on` for the level's months.

    `on` is the day of the decision in the scheme's time zone. Raises Refused, with the reasons of `objections`;
    a refusal needs a reason.
    """
    User.objects.select_for_update().get(pk=person.pk)  # two managers deciding at once issue one certificate
    if outcome == Decision.Outcome.GRANTED:
        reasons = objections(level=level, person=person, by=by, at=at)
    else:
        reasons = _objections_to(by, person) + ([] if reason.strip() else [_("Say why.")])
    if reasons:
        raise Refused(*reasons)
    evidence = {"requirements": [standing.evidence for standing in standings(level=level, person=person, at=at)]}
    credential = None
    if outcome == Decision.Outcome.GRANTED:
        credential = issue(
            person=person, qualification=level.qualification, valid_from=on, valid_until=add_months(on, level.months),
            earned_by=Credential.EarnedBy.CERTIFICATE, evidence=evidence, by=by, at=at, reason=reason,
        )  # fmt: skip
    return Decision.objects.create(
        level=level, person=person, outcome=outcome, reason=reason, evidence=evidence, decided_by=by, decided_at=at,
        credential=credential,
    )  # fmt: skip
