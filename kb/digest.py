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


# What a page carries besides its text: its place in the tree, its state, and what editions say.
_NOT_SIGNED = frozenset(
    (
        # of Wagtail's page
        *("pk", "path", "depth", "numchild", "translation_key", "locale", "content_type", "url_path", "owner", "slug"),
        *("latest_revision", "latest_revision_created_at", "live_revision", "live", "has_unpublished_changes"),
        *("first_published_at", "last_published_at", "draft_title", "seo_title", "search_description"),
        *("show_in_menus", "go_live_at", "expire_at", "expired", "locked", "locked_at", "locked_by", "alias_of"),
        *("page_ptr", "controlledpage_ptr", "language", "wagtail_admin_comments"),
        # of revisions saved when pages carried their signatures themselves
        *("version", "effective_on", "review_by"),
        *("prepared_by", "prepared_on", "reviewed_by", "reviewed_on", "approved_by", "approved_on"),
    )
)


def content_digest(content: Mapping[str, Value]) -> str:
    """Return SHA-256 in hex over what three people sign: the document as `serializable_data` gives it.

    Blocks count with their ids, because questions and lessons point at them; rows that belong to the page count
    without theirs, because those change when a draft is published.
    """
    said = {key: _signed(key, value) for key, value in content.items() if key not in _NOT_SIGNED}
    said = {key: value for key, value in said.items() if not _is_empty(value)}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _signed(key: str, value: Value) -> object:
    if key == "body":
        blocks = json.loads(value) if isinstance(value, str) else value
        return [[block.get("id"), block["type"], _plain(_canonical(block["value"]))] for block in blocks or []]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        rows = sorted(value, key=lambda row: row.get("sort_order") or 0)
        return [_plain({name: row[name] for name in row if name not in {"pk", "page", "sort_order"}}) for row in rows]
    if isinstance(value, list):
        return sorted(map(str, value))
    return _plain(_canonical(value))


def _plain(value: object) -> object:
    """Write numbers and dates as text: a draft may hold 11.4 where the saved page holds "11.4"."""
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value if value is None else str(value)


def _is_empty(member: object) -> bool:
    return member is None or member is False or member in ("", [], {})  # 0 is a value
