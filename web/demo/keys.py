"""The keys of the demonstration's records: always the same, so that what is there already is found."""

import uuid

_SPACE = uuid.UUID("5c0f8e1e-6a5b-4a53-9f3e-0d2f6a5e7b11")


def key(name: str) -> uuid.UUID:
    """Return the key of the record of this name."""
    return uuid.uuid5(_SPACE, name)
