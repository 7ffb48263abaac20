"""Certificates that rest on an exam whose pass was taken away: seen and decided on by a person, never by a regrade."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exams.models import Decision, Grade, Sitting
from people.inbox import tell
from people.models import Credential, User


@dataclass(frozen=True)
class Unfounded:
    """A certificate in force and the sitting it rests on, which is not passed any more."""

    decision: Decision
    sitting: Sitting


def unfounded(*, at: datetime.datetime) -> list[Unfounded]:
    """Return the certificates in force that rest on a sitting whose pass is gone.

    Left out is who has passed that exam otherwise: what the level asks for is met again.
    """
    lost = list(_lost().select_related("exam", "person"))
    decisions = Decision.objects.filter(
        outcome=Decision.Outcome.GRANTED, person__in={sitting.person_id for sitting in lost},
        credential__in=Credential.objects.valid(at).values("pk"),
    ).select_related("level__scheme", "person", "credential")  # fmt: skip
    kept = {(decision.person_id, proof): decision for decision in decisions for proof in _proofs(decision)}
    keys = [(sitting, (sitting.person_id, str(sitting.public_id))) for sitting in lost]
    return [Unfounded(kept[key], sitting) for sitting, key in keys if key in kept]


def _lost() -> QuerySet[Sitting]:
    """Return the sittings that were passed once and are not now, of people who have no other pass of that exam."""
    passed = Grade.objects.filter(sitting=OuterRef("pk"), has_passed=True)
    other = Sitting.objects.passed().filter(person=OuterRef("person"), exam=OuterRef("exam"))
    return Sitting.objects.filter(Exists(passed), ~Exists(other), has_passed=False).order_by("-marked_at", "pk")


def _proofs(decision: Decision) -> list[str]:
    """Return the sittings, by public id, that a decision was founded on."""
    requirements = decision.evidence.get("requirements", []) if isinstance(decision.evidence, dict) else []
    return [each["sitting"] for each in requirements if isinstance(each, dict) and "sitting" in each]


def tell_managers(*, sitting: Sitting, at: datetime.datetime) -> None:
    """Tell those who decide on certificates, if one rests on this sitting."""
    found = [each for each in unfounded(at=at) if each.sitting.pk == sitting.pk]
    if not found:
        return
    for manager in User.objects.with_perm("exams.decide_certification", include_superusers=False):
        tell(
            person=manager, key=f"unfounded-{sitting.pk}-{sitting.grades.count()}", at=at, url=reverse("decisions"),
            text=_("A certificate of %(person)s rests on an exam that is not passed any more: %(exam)s."),
            values={"person": sitting.person, "exam": sitting.exam},
        )  # fmt: skip
