"""The passages that questions rest on: as the edition examined has them, and what became of them since."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from wagtail.models import Revision

from exams.models import Item
from kb.difference import Difference, blocks
from kb.models import Block, ControlledPage
from people.models import Person

type _Raw = Mapping[str, object]


@dataclass(frozen=True)
class Passage:
    """A cited passage: where it stands, its words in the edition examined, and what reads otherwise today."""

    page: ControlledPage
    block_id: str
    edition: str
    heading: str
    text: str
    is_there: bool
    has_changed: bool
    changes: list[Difference] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it can be read today."""
        return self.page.get_absolute_url() + (f"#{self.block_id}" if self.is_there else "")


def passages(items: Collection[Item], person: Person) -> dict[int, Passage]:
    """Return for each item, by id, the passage it rests on, where this person may read the document.

    The items come with their versions and editions. The number of queries does not grow with them.
    """
    wanted = {item.version.page_id for item in items} - {None}
    pages = ControlledPage.objects.visible_to(person).in_bulk(wanted)
    cited = [item for item in items if item.version.page_id in pages]
    ids = {item.version.block_id for item in cited}
    live = {(row.page_id, row.block_id): row for row in Block.objects.filter(page__in=pages, block_id__in=ids)}
    editions = {item.edition.revision_id for item in cited if item.edition}
    bodies = _bodies(editions | {page.live_revision_id for page in pages.values()})
    found = {}
    for item in cited:
        place = (item.version.page_id, item.version.block_id)
        found[item.pk] = _passage(item, pages[item.version.page_id], live.get(place), bodies)
    return found


def _bodies(revisions: Iterable[int | None]) -> dict[int, dict[str, _Raw]]:
    """Return the raw blocks of revisions by their ids."""
    found = {}
    rows = Revision.objects.filter(pk__in={each for each in revisions if each}).values_list("pk", "content")
    for pk, content in rows:
        body = content.get("body") or []
        raw = json.loads(body) if isinstance(body, str) else body
        found[pk] = {each.get("id"): each for each in raw}
    return found


def _passage(item: Item, page: ControlledPage, today: Block | None, bodies: Mapping[int, dict[str, _Raw]]) -> Passage:
    version = item.version
    then = bodies.get(item.edition.revision_id if item.edition else None, {}).get(version.block_id)
    now = bodies.get(page.live_revision_id, {}).get(version.block_id)
    said = then["value"] if then and isinstance(then["value"], dict) else {}
    has_changed = today is None or today.basis != version.digest
    return Passage(
        page=page, block_id=version.block_id, edition=item.edition.version if item.edition else "",
        heading=str(said.get("heading") or (today.heading if today and not then else "")),
        text=str(said.get("text") or (today.text if today and not then else "")),
        is_there=today is not None, has_changed=has_changed,
        changes=_changes(page, then, now) if has_changed and then and now else [],
    )  # fmt: skip


def _changes(page: ControlledPage, then: _Raw, now: _Raw) -> list[Difference]:
    kinds = page.specific_class._meta.get_field("body").stream_block.child_blocks

    def label(kind: str, member: str) -> str:
        block = getattr(kinds.get(kind), "child_blocks", {}).get(member) if member else kinds.get(kind)
        return str(block.label) if block else member or kind

    sides = [[(raw["id"], raw["type"], raw["value"])] for raw in (then, now)]
    found = [member for change in blocks(*sides, label=label) for member in change.members]
    return [member for member in found if member.before != member.after]
