"""What rests on text that has changed since: who looks after it, and "still right", one signed line each.

The packages to the right say which of their rows cite documents through a hook of ours: `kb_citations` takes nothing
and returns a `Citing`.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Revision

from kb import difference
from kb.control import log
from kb.digest import digest
from kb.models import Block, Citation, CitingQuerySet, ControlledPage, Edition, SignOff
from people.models import Person, User
from people.refusal import Refused

type Place = tuple[int, str]  # page, block id
type Bodies = Mapping[str, dict]  # raw blocks by id


@dataclass(frozen=True)
class Citing:
    """A model whose rows rest on documents: those in use, in order, and who looks after them.

    The rows come with their `page`. `words` says what a row is, `edit_url` where to change it or cite something else.
    """

    rows: CitingQuerySet
    label: str
    permission: str
    words: Callable[[Citation], str]
    edit_url: Callable[[Citation], str]

    @property
    def key(self) -> str:
        """How addresses and the log name it: `courses.lesson`."""
        return self.rows.model._meta.label_lower


class State(StrEnum):
    """What became of a passage that somebody cites."""

    CHANGED = "changed"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # to the person who asks


@dataclass(frozen=True)
class Stale:
    """A row to check again: what it is, where it is edited, and the passage it rests on, then and now.

    `document` is None where the person may not read it; `change` too, or where nothing of the passage was found.
    """

    citation: Citation
    words: str
    edit_url: str
    state: State
    document: ControlledPage | None
    seen: str
    heading: str
    change: difference.BlockChange | None
    was_found: bool


class Settled(Refused):
    """Nobody needs to check it any more."""


def looked_after_by(person: Person) -> list[Citing]:
    """Return the models whose rows this person looks after."""
    return [each for each in _citing() if person.has_perm(each.permission)]


def _citing() -> list[Citing]:
    return [hook() for hook in hooks.get_hooks("kb_citations")]


def stale(citing: Citing, citations: Sequence[Citation], person: Person) -> list[Stale]:
    """Return these stale rows with what became of their passages, in a number of queries that does not grow with them.

    It grows with the editions walked back to find the texts they were checked against.
    """
    pages = {row.page_id for row in citations}
    open_ = ControlledPage.objects.visible_to(person).in_bulk(pages)
    ids = {row.block_id for row in citations}
    blocks = {(row.page_id, row.block_id): row for row in Block.objects.filter(page__in=open_, block_id__in=ids)}
    texts = _Texts(open_)
    texts.walk_back({(row.page_id, row.block_id, row.digest) for row in citations if row.page_id in open_})
    found = []
    for row in citations:
        page, block = open_.get(row.page_id), blocks.get((row.page_id, row.block_id))
        before = texts.then.get((row.page_id, row.block_id, row.digest))
        change = texts.change(page, before, row.block_id) if page else None
        found.append(
            Stale(
                citation=row,
                words=citing.words(row),
                edit_url=citing.edit_url(row),
                state=_state(row, page, block),
                document=page,
                seen=block.digest if block else "",
                heading=change.heading if change else "",
                change=change,
                was_found=before is not None,
            )
        )
    return found


def _state(row: Citation, page: ControlledPage | None, block: Block | None) -> State:
    if not row.page.live:
        return State.WITHDRAWN
    if page is None:
        return State.CLOSED
    return State.CHANGED if block else State.GONE


class _Texts:
    """The blocks of documents as they read today and as they read when they had a digest."""

    def __init__(self, pages: Mapping[int, ControlledPage]) -> None:
        self.pages = pages
        self._bodies: dict[int, Bodies] = {}
        self._load(page.live_revision_id for page in pages.values())
        self.then: dict[tuple[int, str, str], dict] = {}

    def walk_back(self, wanted: Collection[tuple[int, str, str]]) -> None:
        """Find (page, block id, digest) in the editions of the pages, the newest that read so; one query a step."""
        missing, history = set(wanted), defaultdict(list)
        editions = Edition.objects.filter(page__in={page for page, *_rest in missing}).order_by("-sequence")
        for page, revision in editions.values_list("page", "revision"):
            if revision not in history[page]:
                history[page].append(revision)
        for place in range(max(map(len, history.values()), default=0)):
            step = {page: history[page][place] for page, *_rest in missing if place < len(history[page])}
            self._load(step.values())
            for sought in sorted(missing):
                page, block_id, said = sought
                raw = self._bodies.get(step.get(page), {}).get(block_id)
                if raw and digest(raw["type"], self._value(self.pages[page], raw)) == said:
                    self.then[sought] = raw
                    missing.discard(sought)

    def change(self, page: ControlledPage, before: dict | None, block_id: str) -> difference.BlockChange | None:
        """Return what became of a block since it read so; of one whose text then is unknown, what it says today."""
        today = self._bodies.get(page.live_revision_id, {}).get(block_id)
        sides = [[(block_id, raw["type"], self._value(page, raw))] if raw else [] for raw in (before, today)]
        return next(iter(difference.blocks(*sides, label=_labels(page))), None)

    def _load(self, revisions: Iterable[int]) -> None:
        wanted = set(revisions) - self._bodies.keys()
        for pk, content in Revision.objects.filter(pk__in=wanted).values_list("pk", "content") if wanted else ():
            body = content.get("body") or []
            blocks = json.loads(body) if isinstance(body, str) else body
            self._bodies[pk] = {block.get("id"): block for block in blocks}

    @staticmethod
    def _value(page: ControlledPage, raw: dict) -> object:
        """Return a block's value as pages keep it today: what a revision left out has its default."""
        child = _stream(page).to_python([raw])[0]
        return child.block.get_prep_value(child.value)


def _stream(page: ControlledPage):  # noqa: ANN202 (a StreamBlock, whichever kinds it takes)
    return page.specific_class._meta.get_field("body").stream_block


def _labels(page: ControlledPage) -> difference.Label:
    kinds = _stream(page).child_blocks

    def label(kind: str, member: str) -> str:
        block = kinds.get(kind)
        block = getattr(block, "child_blocks", {}).get(member) if member else block
        return str(block.label) if block else member or kind

    return label


@transaction.atomic
def confirm(*, citation: Citation, by: User, seen: str, at: datetime.datetime) -> SignOff:
    """Put a name under "still right": the row was checked against the passage as it reads now, whose digest is `seen`.

    Returns the line of the sign-off log. Raises Settled where nobody needs to any more, else Refused with the reason.
    """
    citing = next((each for each in _citing() if isinstance(citation, each.rows.model)), None)
    if citing is None or not by.has_perm(citing.permission):
        raise Refused(_("You do not look after this."))
    row = citing.rows.model._default_manager.select_for_update().filter(pk=citation.pk).first()
    if row is None or not citing.rows.filter(pk=row.pk).exists():
        raise Settled(_("This was edited or taken out meanwhile."))
    if not citing.rows.stale().filter(pk=row.pk).exists():
        raise Settled(_settled(citing, row))
    block = _readable_block(row, by)
    if block.digest != seen:
        raise Refused(_("The passage changed again after you opened this list. Read it as it is now."))
    before, row.digest = row.digest, block.basis
    row.save(update_fields=["digest"])
    return log.write(
        page=row.page, act=SignOff.Act.RECHECKED, at=at, on=timezone.localdate(at), person=by, digest=block.digest,
        facts={"model": citing.key, "pk": row.pk, "block_id": row.block_id, "from": before, "to": row.digest},
    )  # fmt: skip


def _settled(citing: Citing, row: Citation) -> str:
    lines = SignOff.objects.filter(page=row.page_id, act=SignOff.Act.RECHECKED)
    last = lines.filter(facts__model=citing.key, facts__pk=row.pk).order_by("sequence").last()
    if last is None:
        return _("This rests on the present text: there is nothing to check.")
    return _("%s has confirmed this already.") % last.name


def _readable_block(row: Citation, person: User) -> Block:
    """Return the passage a row rests on. Raises Refused where there is none, or none that this person may read."""
    if not row.page.live:
        raise Refused(_("The document is no longer in force. Cite another one."))
    if not ControlledPage.objects.visible_to(person).filter(pk=row.page_id).exists():
        raise Refused(_("You may not read this document, so you cannot say that this is still right."))
    block = row.cited_block()
    if block is None:
        raise Refused(_("The document does not have this passage any more. Cite another one."))
    return block
