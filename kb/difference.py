"""What became of the blocks of a document between two states of it. Pure: raw values in, dataclasses out."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from kb.digest import Value, digest
from kb.wording import Span, rising, shortened, words

type RawBlock = tuple[str | None, str, Value]  # block id, kind, raw value, as a StreamField stores it
type Label = Callable[[str, str], str]  # (kind, member) -> words for the member, for the kind where member is ""
type Name = Callable[[str, str, Value], str]  # (kind, member, value) -> words for the value, "" where it has none


NODES = frozenset({"to", "none", "cannot", "then", "start"})  # members and fields that hold the id of a node


@dataclass(frozen=True)
class Difference:
    """A field of a page or member of a block that reads otherwise."""

    key: str
    label: str
    before: str
    after: str
    spans: Sequence[Span]

    @property
    def shortened(self) -> list[Span]:
        """Its spans without long unchanged runs."""
        return shortened(self.spans)


@dataclass(frozen=True)
class BlockChange:
    """What became of a block. Positions count from 1; members are those that differ.

    A block that changed and moved is "changed", with `is_moved`.
    """

    block_id: str
    kind: str
    label: str
    heading: str
    position_before: int | None
    position_after: int | None
    what: Literal["added", "removed", "changed", "moved", "same"]
    is_moved: bool
    members: Sequence[Difference]

    @property
    def is_whole(self) -> bool:
        """Say whether all of it is new or gone."""
        return self.what in ("added", "removed")

    @property
    def shown_members(self) -> list[Difference]:
        """The members to show below its heading, which says itself of a block that is new or gone."""
        return [member for member in self.members if not (self.is_whole and member.key == "heading")]


def difference(key: str, label: str, before: str, after: str) -> Difference:
    """Return the difference of two texts under a label."""
    return Difference(key, label, before, after, words(before, after))


def blocks(
    before: Sequence[RawBlock],
    after: Sequence[RawBlock],
    *,
    label: Label = lambda kind, member: member or kind,
    name: Name = lambda kind, member, value: "",
) -> list[BlockChange]:
    """Return what became of every block, in the order of `after`; removed ones stand where they stood.

    Blocks are told apart by id and are equal where `kb.digest` says so. Only those that moved relative to the
    others are moved: renumbering by an insertion is none.
    """
    old, new = _by_id(before), _by_id(after)
    shared = [key for key in new if key in old]
    stayed = {shared[place] for place in rising([old[key][0] for key in shared])}
    changes = []
    for key in _in_order(list(old), list(new)):
        was, now = old.get(key), new.get(key)
        is_moved = key not in stayed and was is not None and now is not None
        changes.append(_change(key[0], was, now, is_moved, label, name))
    return changes


type _Placed = tuple[int, str, Mapping[str, Value]]  # position, kind, members
type _Key = tuple[str, int]


def _by_id(raw: Sequence[RawBlock]) -> dict[_Key, _Placed]:
    """Return the blocks by (id, how often it came before): a signer must see every block, whatever ids it has."""
    seen: Counter[str] = Counter()
    placed = {}
    for position, (block_id, kind, value) in enumerate(raw, start=1):
        members = value if isinstance(value, Mapping) else {"text": value}
        placed[block_id or "", seen[block_id or ""]] = (position, kind, members)
        seen[block_id or ""] += 1
    return placed


def _in_order(old: list[_Key], new: list[_Key]) -> list[_Key]:
    order, known = list(new), set(new)
    for place, key in enumerate(old):
        if key not in known:
            order.insert(order.index(old[place - 1]) + 1 if place else 0, key)
    return order


def _change(
    block_id: str, was: _Placed | None, now: _Placed | None, is_moved: bool, label: Label, name: Name
) -> BlockChange:
    if was and now:
        is_same = digest(*was[1:]) == digest(*now[1:])
        what = "changed" if not is_same else "moved" if is_moved else "same"
    else:
        what, is_same = "added" if now else "removed", False
    _, kind, members = now or was
    return BlockChange(
        block_id=block_id,
        kind=kind,
        label=label(kind, ""),
        heading=str(members.get("heading") or ""),
        position_before=was[0] if was else None,
        position_after=now[0] if now else None,
        what=what,
        is_moved=is_moved,
        members=[] if is_same else list(_members(was, now, label, name)),
    )


def _members(was: _Placed | None, now: _Placed | None, label: Label, name: Name) -> Iterator[Difference]:
    """Yield the members that differ, in the order of the newer state."""
    _, old_kind, old = was or (0, now[1], {})
    _, new_kind, new = now or (0, was[1], {})
    if old_kind != new_kind:
        yield difference("kind", gettext("Kind"), label(old_kind, ""), label(new_kind, ""))
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if digest("", {key: before}) != digest("", {key: after}):
            texts = readable(old_kind, key, before, name), readable(new_kind, key, after, name)
            if texts[0] == texts[1]:  # two things of one name
                texts = readable(old_kind, key, before), readable(new_kind, key, after)
            yield difference(key, label(new_kind if key in new else old_kind, key), *texts)


def readable(kind: str, member: str, value: Value, name: Name = lambda kind, member, value: "") -> str:
    """Return a member's raw value as lines of text: a range as `11.4 … 12.6 → bad`, an answer as `words → node`."""
    if value is None or value is False or value == "":
        return ""
    if isinstance(value, Mapping):
        if value.keys() == {"type", "value", "id"}:  # an item of a list
            return readable(kind, member, value["value"], name)
        return _row(kind, value, name)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(readable(kind, member, item, name) for item in value)
    if named := name(kind, member, value):
        return named
    if value is True:
        return gettext("Yes")
    if member == "picture":
        return gettext("picture %s") % value
    return _tidy(value) if isinstance(value, str) else str(value)


def _row(kind: str, value: Mapping[str, Value], name: Name) -> str:
    """Return a struct on one line: bounds, other members, target."""
    texts = {key: readable(kind, key, member, name) for key, member in value.items()}
    target = texts.pop("to", None)
    bounds = [texts.pop("low", ""), "…", texts.pop("high", "")] if {"low", "high"} & texts.keys() else []
    rest = "; ".join(text if target is not None else f"{key}: {text}" for key, text in texts.items() if text)
    parts = [*bounds, rest, *(["→", target] if target is not None else [])]
    return " ".join(filter(None, parts))


def _tidy(text: str) -> str:
    """Return the text without what no digest counts: kinds of line ends, trailing blanks, decomposed letters."""
    return "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", text).strip().splitlines())
