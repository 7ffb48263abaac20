"""What keys a file may have: source -> draft -> source, and the English draft laid over the Chinese one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext as _

from kb.content.sources import Block, Entry, Mistake, Source
from kb.content.values import Value


@dataclass(frozen=True)
class Field:
    """A key and what stands behind it. `default` is what a missing key means where that is not nothing."""

    key: str
    value: Value
    is_required: bool = False
    is_repeated: bool = False
    is_words: bool = False  # an English file repeats it
    is_optional_in_english: bool = False
    is_always_shown: bool = False  # even where it is empty
    default: Any = None

    @property
    def empty(self) -> Any:
        """What a missing key means."""
        return [] if self.is_repeated else self.value.empty if self.default is None else self.default

    def or_empty(self, value: Any) -> Any:
        """Return the value, or what a missing key means where it is nothing; a zero is something."""
        return self.empty if value is None or value is False or value in ("", (), []) else value


type Shape = Sequence[Field]
type Members = dict[str, Any]  # by key; a list where the key may be repeated


@dataclass(frozen=True)
class Shapes:
    """The shape of a file: its head, and its blocks by kind."""

    head: Shape
    blocks: Mapping[str, Shape]
    title_limit: int = 300

    def english(self) -> "Shapes":
        """Return the shape of the English file beside it."""
        return Shapes(_words(self.head), {kind: _words(shape) for kind, shape in self.blocks.items()}, self.title_limit)


def _words(shape: Shape) -> Shape:
    return [replace(each, is_required=False, is_always_shown=False) for each in shape if each.is_words]


@dataclass
class Part:
    """A block: what its entries mean; `lines` says where a key stands in the file."""

    kind: str
    title: str
    id: str
    members: Members
    text: str = ""
    line: int = 0
    text_line: int = 0
    lines: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Draft:
    """A file: what its head means, and its blocks."""

    path: str
    members: Members
    parts: list[Part] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def line(self, key: str) -> int:
        """Return where the key stands in the head, or the first line."""
        return self.lines.get(key, [1])[0]


def read(source: Source, shapes: Shapes, mistakes: list[Mistake]) -> Draft:
    """Give meaning to a source; what has none is added to `mistakes` and left out."""
    members, lines = _read_entries(source.path, 1, source.entries, shapes.head, mistakes)
    draft = Draft(source.path, members, lines=lines)
    for block in source.blocks:
        if block.kind in shapes.blocks:
            draft.parts.append(_read_block(source.path, block, shapes, mistakes))
        else:
            known = {"kind": block.kind, "kinds": ", ".join(shapes.blocks) or "-"}
            mistakes.append(
                Mistake(source.path, block.line, _("A block “%(kind)s” cannot stand here; known: %(kinds)s.") % known)
            )
    return draft


def _read_block(path: str, block: Block, shapes: Shapes, mistakes: list[Mistake]) -> Part:
    if len(block.title) > shapes.title_limit:
        sentence = _("The title has %(found)d characters; %(limit)d are allowed.")
        counts = {"found": len(block.title), "limit": shapes.title_limit}
        mistakes.append(Mistake(path, block.line, sentence % counts))
    members, lines = _read_entries(path, block.line, block.entries, shapes.blocks[block.kind], mistakes)
    return Part(block.kind, block.title, block.id, members, block.text, block.line, block.text_line, lines)


def _read_entries(
    path: str, start: int, entries: Iterable[Entry], shape: Shape, mistakes: list[Mistake]
) -> tuple[Members, dict[str, list[int]]]:
    fields = {each.key: each for each in shape}
    members = {key: list(each.empty) if each.is_repeated else each.empty for key, each in fields.items()}
    lines: dict[str, list[int]] = {}
    for entry in entries:
        try:
            _read_entry(entry, fields, members, lines)
        except ValueError as wrong:
            mistakes.append(Mistake(path, entry.line, f"{entry.key}: {wrong}"))
        lines.setdefault(entry.key, []).append(entry.line)
    for key, each in fields.items():
        if each.is_required and key not in lines:
            mistakes.append(Mistake(path, start, _("The key “%s” is missing.") % key))
    return members, lines


def _read_entry(entry: Entry, fields: Mapping[str, Field], members: Members, lines: Mapping[str, list[int]]) -> None:
    known = fields.get(entry.key)
    if known is None:
        raise ValueError(_("This key is not known here; known: %s.") % (", ".join(fields) or "-"))
    if entry.key in lines and not known.is_repeated:
        raise ValueError(_("The key is already given in line %d.") % lines[entry.key][0])
    if not entry.value and known.is_required:
        raise ValueError(_("There is nothing behind the key."))
    if not entry.value:
        return
    value = known.value.read(entry.value)
    if known.is_repeated:
        members[entry.key].append(value)
    else:
        members[entry.key] = value


def show(draft: Draft, shapes: Shapes) -> Source:
    """Return the source that means this draft, in canonical form."""
    blocks = [
        Block(
            part.kind, " ".join(part.title.split()), part.id, _show(part.members, shapes.blocks[part.kind]), part.text
        )
        for part in draft.parts
    ]
    return Source(draft.path, _show(draft.members, shapes.head), blocks)


def _show(members: Members, shape: Shape) -> list[Entry]:
    entries = []
    for each in shape:
        value = members[each.key]
        if each.is_repeated:
            entries += [Entry(each.key, each.value.show(item)) for item in value]
        elif value != each.empty:
            entries.append(Entry(each.key, each.value.show(value)))
        elif each.is_always_shown:
            entries.append(Entry(each.key, "" if each.default is None else each.value.show(value)))
    return entries


def lay_over(english: Draft, chinese: Draft, shapes: Shapes, mistakes: list[Mistake]) -> Draft:
    """Return the whole English draft: its words, and all that is not words from the Chinese one.

    Where the two do not match, that is added to `mistakes`; both must have the same blocks in the same order.
    """
    members = _lay_members(english.path, 1, english, chinese, shapes.head, mistakes)
    ours, theirs = ([(part.kind, part.id) for part in draft.parts] for draft in (english, chinese))
    parts = []
    for part, original in zip(english.parts, chinese.parts, strict=False):
        if (part.kind, part.id) != (original.kind, original.id):
            names = {"found": f"{part.kind} #{part.id}", "wanted": f"{original.kind} #{original.id}"}
            sentence = _(
                "Here the Chinese file has %(wanted)s, not %(found)s: both need the same blocks in the same order."
            )
            mistakes.append(Mistake(english.path, part.line, sentence % names))
            break
        laid = _lay_members(english.path, part.line, part, original, shapes.blocks[part.kind], mistakes)
        parts.append(replace(part, members=laid))
        _compare_text(english.path, part, original, mistakes)
    else:
        _compare_ends(english, chinese, ours, theirs, mistakes)
    return replace(english, members=members, parts=parts)


def _compare_ends(english: Draft, chinese: Draft, ours: list, theirs: list, mistakes: list[Mistake]) -> None:
    if len(ours) > len(theirs):
        sentence = _("The Chinese file has no such block.")
        mistakes.append(Mistake(english.path, english.parts[len(theirs)].line, sentence))
    elif len(ours) < len(theirs):
        line = english.parts[-1].line if english.parts else 1
        sentence = _("After this the Chinese file has another block: %s.")
        mistakes.append(Mistake(english.path, line, sentence % "{} #{}".format(*theirs[len(ours)])))


def _compare_text(path: str, part: Part, original: Part, mistakes: list[Mistake]) -> None:
    if bool(part.text) != bool(original.text):
        sentence = _("The text is not translated.") if original.text else _("The Chinese block has no text.")
        mistakes.append(Mistake(path, part.line, sentence))


def _lay_members(
    path: str, start: int, english: Draft | Part, chinese: Draft | Part, shape: Shape, mistakes: list[Mistake]
) -> Members:
    laid = dict(chinese.members)
    for each in shape:
        if not each.is_words:
            continue
        value, original = english.members[each.key], chinese.members[each.key]
        line = english.lines.get(each.key, [start])[0]
        if each.is_repeated:
            ours, theirs = ([each.value.structure(item) for item in items] for items in (value, original))
            if ours != theirs:
                same = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False)))
                line = ([*english.lines.get(each.key, []), line])[same] if same < len(ours) else line
                sentence = _("“%s” must say the same as in the Chinese file, line by line, but for its words.")
                mistakes.append(Mistake(path, line, sentence % each.key))
        elif original and not value and not each.is_optional_in_english:
            mistakes.append(Mistake(path, line, _("“%s” is not translated.") % each.key))
        elif value and not original:
            mistakes.append(Mistake(path, line, _("“%s” is not in the Chinese file.") % each.key))
        laid[each.key] = value
    return laid
