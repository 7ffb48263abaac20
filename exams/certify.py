"""Certification: who may be certified at a level and why not, and the decision."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Enrolment
from exams.models import Decision, Level, Requirement, Sitting
from exams.validity import add_months
from people.credentials import issue
from people.models import Credential, User


class Refused(Exception):
    """The decision may not be made; the reasons are sentences for whoever decides."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Standing:
    """How a person stands to one requirement of a level, and what proves it."""

    requirement: Requirement
    is_met: bool
    evidence: dict


def standings(*, level: Level, person: User, at: datetime.datetime) -> list[Standing]:
    """Return how the person stands to each requirement, in the scheme's order."""
    requirements = level.requirements.select_related("course", "exam", "held__qualification__subject", "held__scheme")
    return [_standing(requirement, person, at) for requirement in requirements]


def _standing(requirement: Requirement, person: User, at: datetime.datetime) -> Standing:
    if requirement.course_id:
        enrolment = Enrolment.objects.completed().filter(person=person, course=requirement.course_id).first()
        evidence = {}
        if enrolment:
            evidence = {
                "enrolment": enrolment.pk,
                "finished_at": timezone.localtime(enrolment.finished_at).isoformat(),
            }
    elif requirement.exam_id:
        sitting = Sitting.objects.of(person).passed().filter(exam=requirement.exam_id).order_by("-finished_at").first()
        evidence = {"sitting": str(sitting.public_id), "percent": sitting.percent} if sitting else {}
    else:
        held = Credential.objects.filter(person=person, decision__level=requirement.held_id).valid(at).first()
        evidence = {"credential": held.number} if held else {}
    return Standing(requirement, bool(evidence), {"requirement": str(requirement), **evidence})


def objections(*, level: Level, person: User, by: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each reason why `by` may not certify this person at this level now."""
    unmet = [each for each in standings(level=level, person=person, at=at) if not each.is_met]
    found = [_("Not met: %s") % each.requirement for each in unmet] + _objections_to(by, person)
    if Credential.objects.filter(person=person, decision__level=level).standing(at).exists():
        found.append(_("The person has a certificate of this level already, in force or suspended."))
    return found


def _objections_to(by: User, person: User) -> list[str]:
    """Reasons why `by` may decide neither way."""
    found = [_("Nobody decides on his own certification.")] if by.pk == person.pk else []
    if not by.has_perm("exams.decide_certification"):
        found.append(_("Only a certification manager decides."))
    return found


def candidates(*, level: Level, at: datetime.datetime) -> list[User]:
    """Return the people who meet every requirement of the level and have no certificate of it."""
    people = User.objects.filter(is_active=True)
    for requirement in level.requirements.all():
        people = people.filter(_meets(requirement, at))
    certified = Credential.objects.filter(decision__level=level).standing(at).values("person")
    return list(people.exclude(pk__in=certified).select_related("unit").order_by("username").distinct())


def waiting(*, at: datetime.datetime) -> list[tuple[Level, User]]:
    """Return every (level, candidate) that awaits a decision."""
    levels = Level.objects.select_related("scheme")
    return [(level, person) for level in levels for person in candidates(level=level, at=at)]


def _meets(requirement: Requirement, at: datetime.datetime) -> Q:
    if requirement.course_id:
        return Q(pk__in=Enrolment.objects.completed().filter(course=requirement.course_id).values("person"))
    if requirement.exam_id:
        return Q(pk__in=Sitting.objects.passed().filter(exam=requirement.exam_id).values("person"))
    return Q(pk__in=Credential.objects.filter(decision__level=requirement.held_id).valid(at).values("person"))


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
        raise Refused(reasons)
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
