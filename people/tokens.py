"""Keys with which a program acts as a person: made, recognised, taken back."""

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people.models import Token, User
from people.refusal import Refused

MOST = 10  # that a person has at once
MOST_A_DAY = 20
PREFIX = "bb_"  # so that what looks for leaked keys knows one when it sees it


@transaction.atomic
def make(*, person: User, name: str, at: datetime.datetime) -> tuple[Token, str]:
    """Make a key; return it and its words, which nobody can read again. Raises Refused."""
    User.objects.select_for_update().get(pk=person.pk)
    name, mine = " ".join(name.split()), Token.objects.filter(person=person)
    longest = Token._meta.get_field("name").max_length
    if not name or len(name) > longest:
        raise Refused(_("Say what it is for, in at most %s characters.") % longest)
    if mine.filter(revoked_at__isnull=True).count() >= MOST:
        raise Refused(_("You have %s keys. Take one back first.") % MOST)
    if mine.filter(created_at__gt=at - datetime.timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(_("You have made many keys today. Try again tomorrow."))
    words = f"{PREFIX}{secrets.token_urlsafe(32)}"
    return Token.objects.create(person=person, name=name, digest=_digest(words), created_at=at), words


def person_of(*, token: str, on: datetime.date) -> User | None:
    """Return whose key this is, if it is good; that it was used is written down once a day."""
    found = good(token).select_related("person__unit").first()
    if found is None:
        return None
    if found.last_used_on != on:
        Token.objects.filter(pk=found.pk).update(last_used_on=on)
    return found.person


def good(token: str) -> QuerySet[Token]:
    """Return the key of these words: one row, or none where it is not good."""
    return Token.objects.open().filter(digest=_digest(token))


def revoke(*, token: Token, at: datetime.datetime) -> None:
    """Take a key back; one that was taken back stays so."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)


def _digest(words: str) -> str:
    """SHA-256 (hex); the words have 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()
