"""What changed between two states of a controlled document: field by field, block by block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext
from modelcluster.models import get_all_child_relations
from wagtail.blocks import ChoiceBlock, ChooserBlock, StreamBlock

from kb.difference import NODES, BlockChange, Difference, RawBlock, blocks, difference, readable
from kb.digest import Value
from kb.models import ControlledPage

UNCOMPARED = frozenset({"body", "language", "changes"})  # blocks are compared apart; the revision table is the log


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
    return page.raw_blocks() if page else []


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
        if member in NODES:
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
    return (names.node(value) if field.name in NODES else "") or readable(page.kind, field.name, value)


def _rows(page: ControlledPage | None, name: str, *, is_exact: bool = False) -> str:
    rows = getattr(page, name).all() if page else []
    return "\n".join(sorted(_line(row, is_exact) for row in rows))


def _line(row: object, is_exact: bool) -> str:
    return f"{row} (#{row.pk})" if is_exact else str(row)
