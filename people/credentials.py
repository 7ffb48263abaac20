"""Issuing a credential and recording what happens to it, each with its line in the chain of events."""

import datetime
import secrets

from django.db import transaction

from people.models import Credential, CredentialEvent, Qualification, User

# Crockford's base 32 without I, L, O, U: nothing to misread on paper or over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """Return a certificate number such as BB-7K2M-9QXA-4T: 50 random bits, so numbers cannot be guessed in turn."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"BB-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


@transaction.atomic
def issue(
    *,
    person: User,
    qualification: Qualification,
    valid_from: datetime.date,
    valid_until: datetime.date | None,
    earned_by: Credential.EarnedBy,
    evidence: dict,
    by: User | None,
    at: datetime.datetime,
    reason: str = "",
) -> Credential:
    """Give the person the qualification and open its chain of events with `issued`."""
    credential = Credential.objects.create(
        number=new_number(), person=person, qualification=qualification, valid_from=valid_from, valid_until=valid_until,
        earned_by=earned_by, evidence=evidence,
    )  # fmt: skip
    record(credential=credential, kind=CredentialEvent.Kind.ISSUED, reason=reason, by=by, at=at)
    return credential


@transaction.atomic
def record(
    *, credential: Credential, kind: CredentialEvent.Kind, reason: str, by: User | None, at: datetime.datetime
) -> CredentialEvent:
    """Append an event to the chain of this credential."""
    Credential.objects.select_for_update().get(pk=credential.pk)
    last = credential.events.order_by("-sequence").first()
    event = CredentialEvent(
        credential=credential, sequence=last.sequence + 1 if last else 1, kind=kind, at=at, by=by, reason=reason,
        previous_hash=last.hash if last else "",
    )  # fmt: skip
    event.hash = event.expected_hash()
    event.save(force_insert=True)
    return event


def broken_link(credential: Credential) -> CredentialEvent | None:
    """Return the first event whose hash does not follow from its content and the event before it, or None."""
    previous = ""
    for event in credential.events.order_by("sequence"):
        if event.previous_hash != previous or event.hash != event.expected_hash():
            return event
        previous = event.hash
    return None
