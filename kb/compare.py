"""What changed between two states of a controlled document: field by field, block by block, word by word.

Everything but `document` is pure: texts and raw values in, dataclasses out.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from operator import itemgetter
from typing import Literal

from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext
from modelcluster.models import get_all_child_relations
from wagtail.blocks import ChoiceBlock, ChooserBlock, StreamBlock

from kb.digest import Value, digest
from kb.models import ControlledPage

type RawBlock = tuple[str | None, str, Value]  # block id, kind, raw value, as a StreamField stores it
type Label = Callable[[str, str], str]  # (kind, member) -> words for the member, for the kind where member is ""
type Name = Callable[[str, str, Value], str]  # (kind, member, value) -> words for the value, "" where it has none

# A run of letters and digits; Chinese, Japanese and other wide scripts without spaces are read a character at a time.
_RUN = r"[^\W\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_TOKEN = re.compile(
    rf"(?>{_RUN}+(?:-{_RUN}+){{1,4}})(?![.,]\d)"  # PR-003, 2026-11-02, but not 11.4-12.6
    rf"|(?:(?<!{_RUN})[-+−±](?=\d))?{_RUN}+(?:(?<=\d)[.,](?=\d){_RUN}+)*(?:[%‰℃℉]|°[CF]?)?"  # 11.4, -12V, V2.1.3, 50%
    r"|\n|[^\S\n]+"
    r"|([^\w\s])\1*[\u0300-\u036f\ufe00-\ufe0f]*"  # **, ---, ⚠ with what belongs to it
    r"|.",
    re.DOTALL,
)
_WORD = re.compile(r"\w")
_SENTENCE_ENDS = "。！？；.!?;"
_VISIBLE = str.maketrans({" ": "␣", "\u3000": "␣", "\t": "⇥", "\n": "↵\n"})

_LARGEST_ISLAND = 3  # characters; what is longer stays visible as unchanged
_ALIKE = 0.4  # the part of their words that two lines share at least if one is the other, changed
_MOST_PAIRS = 600  # of lines that are weighed against each other
_DEEPEST = 16  # levels of splitting at unique tokens, so that no text takes quadratic time

UNCOMPARED = frozenset({"body", "language", "changes"})  # blocks are compared apart; the revision table is the log
_NODES = frozenset({"to", "none", "cannot", "then", "start"})  # members and fields that hold the id of a node


# ------------------------------------------------------------------------------------------------------------ texts


@dataclass(frozen=True)
class Span:
    """A run of text; a "gap" stands for unchanged text that `shortened` left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str

    @property
    def shown(self) -> str:
        """Its text; where nothing but blanks or line ends changed, with signs for them."""
        is_blank = self.kind in ("added", "removed") and not self.text.strip()
        return self.text.translate(_VISIBLE) if is_blank else self.text


@dataclass
class _Stretch:
    """Tokens in a row that are either the same in both texts or a change."""

    is_same: bool
    before: list[str]
    after: list[str]

    @property
    def size(self) -> int:
        return max(sum(map(len, self.before)), sum(map(len, self.after)))


def words(before: str, after: str) -> list[Span]:
    """Return the readable difference of two Markdown texts, what was removed before what was added in its place.

    Spans "same" and "removed" give the text before, "same" and "added" the text after, to the character.
    """
    spans: list[Span] = []
    for lines in _lines(before, after):
        if lines.is_same:
            _append(spans, "same", lines.after)
            continue
        tokens = [_tokens("".join(side)) for side in (lines.before, lines.after)]
        for stretch in _slid(_merged(_stretches(*tokens, _pairs(*tokens)))):
            if stretch.is_same:
                _append(spans, "same", stretch.after)
            else:
                _append(spans, "removed", stretch.before)
                _append(spans, "added", stretch.after)
    return spans


def shortened(spans: Sequence[Span], context: int = 60) -> list[Span]:
    """Return the spans with long unchanged runs cut to about `context` characters beside each change and a gap."""
    if all(span.kind == "same" for span in spans):
        return list(spans)
    short: list[Span] = []
    for place, span in enumerate(spans):
        sides = (place > 0) + (place < len(spans) - 1)
        if span.kind != "same" or len(span.text) <= sides * context + context // 2:
            short.append(span)
            continue
        tokens = _tokens(span.text)
        head = _first(tokens, context) if place else 0
        tail = len(tokens) - (_first(tokens[::-1], context) if place < len(spans) - 1 else 0)
        _append(short, "same", tokens[:head])
        short.append(Span("gap", "\n…\n" if "\n" in tokens[head:tail] else "…"))
        _append(short, "same", tokens[tail:])
    return short


def _append(spans: list[Span], kind: Literal["same", "added", "removed"], tokens: Sequence[str]) -> None:
    text = "".join(tokens)
    if text and spans and spans[-1].kind == kind:
        text = spans.pop().text + text
    if text:
        spans.append(Span(kind, text))


def _tokens(text: str) -> list[str]:
    return [match.group() for match in _TOKEN.finditer(text)]


def _first(tokens: Sequence[str], length: int) -> int:
    """Return how many tokens make up that many characters; a number is never cut in two."""
    seen = 0
    for place, token in enumerate(tokens):
        if seen >= length:
            return place
        seen += len(token)
    return len(tokens)


def _lines(before: str, after: str) -> Iterator[_Stretch]:
    """Align whole lines, then those that are alike: an item of a list or row of a table is read against itself.

    Lines without a word are no hold: paragraphs would be paired by the blanks between them.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for stretch in _stretches(old, new, [(i, j) for i, j in _pairs(old, new) if _WORD.search(old[i])]):
        if stretch.is_same:
            yield stretch
            continue
        i = j = 0
        for old_place, new_place in _alike(stretch.before, stretch.after):
            yield _Stretch(False, stretch.before[i:old_place], stretch.after[j:new_place])
            yield _Stretch(False, [stretch.before[old_place]], [stretch.after[new_place]])
            i, j = old_place + 1, new_place + 1
        yield _Stretch(False, stretch.before[i:], stretch.after[j:])


def _alike(before: list[str], after: list[str]) -> list[tuple[int, int]]:
    """Return the places of lines that share most words, rising in both.

    Too many to be weighed against each other are weighed in pairs if they are equally many.
    """
    if len(before) * len(after) < 2:
        return []
    old, new = ([Counter(filter(_WORD.search, _tokens(line))) for line in side] for side in (before, after))
    if len(old) * len(new) > _MOST_PAIRS:
        pairs = zip(old, new, strict=True) if len(old) == len(new) else ()
        return [(place, place) for place, pair in enumerate(pairs) if _likeness(*pair) >= _ALIKE]
    best = [[(0.0, ())] * (len(new) + 1) for _ in range(len(old) + 1)]  # (likeness, chain of pairs) of the beginnings
    for i, ours in enumerate(old):
        for j, theirs in enumerate(new):
            likeness = _likeness(ours, theirs)
            total, chain = best[i][j]
            paired = (total + likeness, (chain, (i, j))) if likeness >= _ALIKE else (0.0, ())
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], paired, key=itemgetter(0))
    pairs, chain = [], best[-1][-1][1]
    while chain:
        chain, pair = chain
        pairs.append(pair)
    return pairs[::-1]


def _likeness(ours: Counter[str], theirs: Counter[str]) -> float:
    """Return which part of their words two lines share, from 0 to 1."""
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total() or 1)


def _stretches(before: list[str], after: list[str], pairs: Sequence[tuple[int, int]]) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    i = j = 0
    for old, new in [*pairs, (len(before), len(after))]:
        if i < old or j < new:
            stretches.append(_Stretch(False, before[i:old], after[j:new]))
        if old < len(before):
            if not stretches or not stretches[-1].is_same:
                stretches.append(_Stretch(True, [], []))
            stretches[-1].before.append(before[old])
            stretches[-1].after.append(after[new])
        i, j = old + 1, new + 1
    return stretches


def _pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places (before, after) of what stands in both, rising in both.

    Stretches whose tokens seldom repeat go to difflib; others are first split at tokens that are unique in both
    (patience difference). What cannot be split shares nothing worth showing.
    """
    pairs = []
    todo = [(0, len(before), 0, len(after), 0)]
    while todo:
        i, i_end, j, j_end, depth = todo.pop()
        while i < i_end and j < j_end and before[i] == after[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and before[i_end - 1] == after[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            pairs.append((i_end, j_end))
        old, new = before[i:i_end], after[j:j_end]
        counts, others = Counter(old), Counter(new)
        effort = sum(count * others[token] for token, count in counts.items() if not token.isspace())
        if effort <= 8 * (len(old) + len(new)):
            found = SequenceMatcher(str.isspace, old, new, autojunk=False).get_matching_blocks() if effort else []
            pairs += [(i + match.a + n, j + match.b + n) for match in found for n in range(match.size)]
        elif depth < _DEEPEST:
            unique = {token: place for place, token in enumerate(new) if others[token] == counts[token] == 1}
            shared = [(place, unique[token]) for place, token in enumerate(old) if token in unique]
            holds = [(i + shared[n][0], j + shared[n][1]) for n in _rising([place for _, place in shared])]
            pairs += holds
            starts = [(i, j), *((old_place + 1, new_place + 1) for old_place, new_place in holds)]
            ends = [*holds, (i_end, j_end)]
            if holds:
                todo += [(*pair, depth + 1) for pair in _gaps(starts, ends)]
    return sorted(pairs)


def _gaps(starts: list[tuple[int, int]], ends: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    for (i, j), (i_end, j_end) in zip(starts, ends, strict=True):
        if i < i_end and j < j_end:
            yield i, i_end, j, j_end


def _rising(numbers: Sequence[int]) -> list[int]:
    """Return the places of a longest subsequence that rises."""
    ends: list[int] = []  # place of the smallest number that ends a rising subsequence of each length
    values: list[int] = []
    previous: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(values, number)
        previous.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [place]
        values[length : length + 1] = [number]
    chain = []
    place = ends[-1] if ends else None
    while place is not None:
        chain.append(place)
        place = previous[place]
    return chain[::-1]


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    """Swallow small islands between changes: words are read, not letters that happen to be equal."""
    for _ in range(_DEEPEST):
        merged: list[_Stretch] = []
        for place, stretch in enumerate(stretches):
            following = stretches[place + 1] if place + 1 < len(stretches) else None
            if merged and not merged[-1].is_same:
                is_change_or_island = not stretch.is_same or (following and _is_small(stretch, merged[-1], following))
                if is_change_or_island:
                    merged[-1].before += stretch.before
                    merged[-1].after += stretch.after
                    continue
            merged.append(_Stretch(stretch.is_same, [*stretch.before], [*stretch.after]))
        if len(merged) == len(stretches):
            return merged
        stretches = merged
    return stretches


def _is_small(island: _Stretch, left: _Stretch, right: _Stretch) -> bool:
    """Say whether an island goes under between these changes.

    Lines and cells of tables stay apart; so do two additions or two removals, which read well around a word.
    """
    text = "".join(island.after)
    if "\n" in text or "|" in text or not (left.before or right.before) or not (left.after or right.after):
        return False
    return len("".join(text.split())) <= min(_LARGEST_ISLAND, left.size, right.size)


def _slid(stretches: list[_Stretch]) -> list[_Stretch]:
    """Move what was only added or only removed to where a line or a sentence begins, if it reads the same there."""
    for place in range(1, len(stretches) - 1):
        left, change, right = stretches[place - 1 : place + 2]
        if change.is_same or (change.before and change.after):
            continue
        moving = change.before or change.after
        tokens = [*left.after, *moving, *right.after]
        start, size = len(left.after), len(moving)
        first = 0 if place == 1 else 1  # between two changes a token stays
        last = len(tokens) - size - (0 if place == len(stretches) - 2 else 1)
        best = max(_starts(tokens, start, size, first, last), key=partial(_hold, tokens))
        if best != start:
            left.before[:] = left.after[:] = tokens[:best]
            moving[:] = tokens[best : best + size]
            right.before[:] = right.after[:] = tokens[best + size :]
    return stretches


def _starts(tokens: list[str], start: int, size: int, first: int, last: int) -> list[int]:
    """Return every place from `first` to `last` where a change of this size may begin and read the same."""
    starts, at = [start], start
    while at > first and tokens[at - 1] == tokens[at + size - 1]:
        at -= 1
        starts.append(at)
    at = start
    while at < last and tokens[at] == tokens[at + size]:
        at += 1
        starts.append(at)
    return starts


def _hold(tokens: list[str], at: int) -> int:
    """Return how good a place is to begin: after a line, a sentence, another sign or blank, within words."""
    before = tokens[at - 1] if at else "\n"
    if before == "\n":
        return 3
    if before[-1] in _SENTENCE_ENDS:
        return 2
    return 0 if _WORD.search(before) else 1


# ----------------------------------------------------------------------------------------------------------- blocks


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
    stayed = {shared[place] for place in _rising([old[key][0] for key in shared])}
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


# -------------------------------------------------------------------------------------------------------- documents


@dataclass(frozen=True)
class Comparison:
    """Two states of one document: fields that differ, and what became of every block."""

    language: str
    is_first: bool
    fields: Sequence[Difference]
    blocks: Sequence[BlockChange]

    @property
    def differing(self) -> list[BlockChange]:
        """The blocks that are not the same or stand elsewhere, in order."""
        return [block for block in self.blocks if block.what != "same"]

    @property
    def changed_blocks(self) -> set[str]:
        """The ids of blocks that were added, removed or changed; not of those that only moved."""
        return {block.block_id for block in self.blocks if block.what in ("added", "removed", "changed")}

    @property
    def is_empty(self) -> bool:
        """Say whether a reader would notice nothing."""
        return not self.fields and not self.differing


def document(before: ControlledPage | None, after: ControlledPage) -> Comparison:
    """Compare two states of a document as they are in memory; before a first edition there is None.

    Labels and choices are in the language of the moment. What is in UNCOMPARED does not count.
    """
    before, after = before and before.specific, after.specific
    names = _Names(before, after)
    return Comparison(
        language=after.language,
        is_first=before is None,
        fields=[*_fields(before, after, names)],
        blocks=blocks(_raw(before), _raw(after), label=names.label, name=names.name),
    )


def _raw(page: ControlledPage | None) -> list[RawBlock]:
    stream = page.stream() if page else []
    return [(child.id, child.block_type, child.block.get_prep_value(child.value)) for child in stream]


class _Names:
    """What the blocks and nodes of a document are called; nodes of both states by their newest heading."""

    def __init__(self, before: ControlledPage | None, after: ControlledPage) -> None:
        self.stream_block: StreamBlock = after.stream().stream_block
        raw = [*_raw(before), *_raw(after)]
        self.headings = {id_: value.get("heading") for id_, _, value in raw if isinstance(value, Mapping)}

    def label(self, kind: str, member: str) -> str:
        """Return the label of a member, or of the kind."""
        block = self._block(kind, member) if member else self.stream_block.child_blocks.get(kind)
        return str(block.label) if block else member or kind

    def name(self, kind: str, member: str, value: Value) -> str:
        """Return the words of a choice, the heading of a node, the number of a document, the title of a picture."""
        if member in _NODES:
            return self.node(value)
        block = self._block(kind, member)
        if isinstance(block, ChoiceBlock):
            return str(dict(block.field.choices).get(value, ""))
        if isinstance(block, ChooserBlock):
            found = block.to_python(value)
            return str(getattr(found, "number", None) or found or "")  # titles are for those who may read them
        return ""

    def node(self, id_: Value) -> str:
        """Return the heading and the id of a node."""
        heading = self.headings.get(id_)
        return f"{heading} ({id_})" if heading else ""

    def _block(self, kind: str, member: str) -> object:
        return getattr(self.stream_block.child_blocks.get(kind), "child_blocks", {}).get(member)


def _fields(before: ControlledPage | None, after: ControlledPage, names: _Names) -> Iterator[Difference]:
    """Yield the fields that differ: title, head, those of the kind, relations, rows."""
    for field in _own_fields(type(after)):
        texts = [_text(page, field, names) for page in (before, after)]
        if field.is_relation and texts[0] == texts[1]:  # two things of one name
            texts = [_text(page, field, names, is_exact=True) for page in (before, after)]
            if texts[0] == texts[1]:
                continue
        if texts[0] != texts[1]:
            yield difference(field.name, capfirst(str(field.verbose_name)), *texts)
    for relation in get_all_child_relations(type(after)):
        name = relation.get_accessor_name()
        if relation.related_model._meta.app_label == after._meta.app_label and name not in UNCOMPARED:
            texts = [_rows(page, name) for page in (before, after)]
            if texts[0] != texts[1]:
                yield difference(name, capfirst(str(relation.related_model._meta.verbose_name)), *texts)


def _own_fields(model: type[ControlledPage]) -> Iterator[Field]:
    """Yield the fields that authors write: the title, and what our own page models add to it."""
    yield model._meta.get_field("title")
    for field in [*model._meta.fields, *model._meta.many_to_many]:
        is_ours = issubclass(field.model, ControlledPage)
        if is_ours and field.editable and not field.auto_created and field.name not in UNCOMPARED:
            yield field


def _text(page: ControlledPage | None, field: Field, names: _Names, *, is_exact: bool = False) -> str:
    """Return what a field holds as a reader sees it; of relations with their keys if it must be exact."""
    if page is None:
        return ""
    if field.many_to_many:
        return _rows(page, field.name, is_exact=is_exact)
    value = getattr(page, field.name, None)
    if field.is_relation:
        return "" if value is None else _line(value, is_exact)
    if field.choices:
        return str(getattr(page, f"get_{field.name}_display")())
    if value is False:
        return gettext("No")
    return (names.node(value) if field.name in _NODES else "") or readable(page.kind, field.name, value)


def _rows(page: ControlledPage | None, name: str, *, is_exact: bool = False) -> str:
    rows = getattr(page, name).all() if page else []
    return "\n".join(sorted(_line(row, is_exact) for row in rows))


def _line(row: object, is_exact: bool) -> str:
    return f"{row} (#{row.pk})" if is_exact else str(row)
