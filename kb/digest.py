"""Digests of blocks: equal exactly where a reader would see the same words, limits and targets. Pure."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

type Value = Mapping[str, "Value"] | Sequence["Value"] | str | int | float | Decimal | bool | None


def digest(kind: str, value: Value) -> str:
    """Return SHA-256 in hex over the kind and the value; its id and its place in the page do not count.

    Neither do the ids that a list gives its items: they are made anew whenever a body is set from a file.
    Text counts in Unicode's composed form without trailing blanks, so another editor that saves it changes nothing.
    Empty members do not count, so a new optional field of a block kind leaves old digests alone.
    """
    canonical = json.dumps([kind, _canonical(value)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: Value) -> object:
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", value).strip().splitlines())
    if isinstance(value, Mapping):
        if value.keys() == {"type", "value", "id"}:  # an item of a list
            return _canonical(value["value"])
        members = {key: _canonical(member) for key, member in value.items()}
        return {key: member for key, member in members.items() if not _is_empty(member)}
    if isinstance(value, Sequence):
        return [_canonical(member) for member in value]
    return str(value) if isinstance(value, Decimal) else value


def _is_empty(member: object) -> bool:
    return member is None or member is False or member in ("", [], {})  # 0 is a value
