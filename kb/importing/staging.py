"""Uploaded files between the dry run and the import: kept apart from what can be served, for a day."""

import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from people.models import User

FOLDER = "imports"
KEPT_FOR = datetime.timedelta(days=1)


def _storage() -> Storage:
    return storages["files"]


def keep(data: bytes) -> str:
    """Keep the file and return the token that it can be had by."""
    token = get_random_string(32)
    _storage().save(f"{FOLDER}/{token}", ContentFile(data))
    return token


def look(token: str) -> bytes | None:
    """Return the file; None where it was taken or is too old. The token must be one that `keep` returned."""
    try:
        with _storage().open(f"{FOLDER}/{token}") as file:
            return file.read()
    except FileNotFoundError:
        return None


def take(token: str, *, by: User) -> bytes | None:
    """Return the file and delete it: of two who take it at the same time one gets None."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # the second waits here; SQLite writes one at a time anyway
        data = look(token)
        discard(token)
    return data


def discard(token: str) -> None:
    """Delete the file."""
    _storage().delete(f"{FOLDER}/{token}")


def sweep(*, at: datetime.datetime) -> int:
    """Delete what nobody came back for within a day; return how many files."""
    try:
        _folders, names = _storage().listdir(FOLDER)
    except FileNotFoundError:
        return 0
    old = [name for name in names if _modified_at(name) < at - KEPT_FOR]
    for name in old:
        discard(name)
    return len(old)


def _modified_at(name: str) -> datetime.datetime:
    try:
        return _storage().get_modified_time(f"{FOLDER}/{name}")
    except FileNotFoundError:  # taken meanwhile
        return timezone.now()
