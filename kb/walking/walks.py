"""Walks through fault guides: pinned to the editions they began on, resumed where they were left, forgotten at last."""

import datetime
import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kb import diagnosis
from kb.diagnosis.tree import shown
from kb.models import Act, ControlledPage, DiagnosisRun, Edition, FaultGuidePage, Significance, Walk
from kb.models.control import is_open_to
from people.models import Person, User
from people.refusal import Refused

_RESUMED = datetime.timedelta(days=14)
_KEPT = datetime.timedelta(days=30)
_LONGEST_READING = 40


@dataclass(frozen=True)
class Pinned:
    """The editions one walk stands on, its guide's own first, and what became of them since."""

    editions: Sequence[Edition]
    later: Sequence[Edition] = field(default=())  # of the same guides, in effect by now, in order

    @property
    def edition(self) -> Edition:
        """That of the guide itself."""
        return self.editions[0]

    @property
    def guide(self) -> FaultGuidePage:
        """The guide as it is today."""
        return self.edition.page.faultguidepage

    @cached_property
    def tree(self) -> diagnosis.Graph:
        """What is walked: the guide with those it includes."""
        return tree_of(self.editions)

    @cached_property
    def titles(self) -> dict[int, str]:
        """The title of each guide by its primary key."""
        return {edition.page_id: edition.title for edition in self.editions}

    @property
    def end(self) -> Edition | None:
        """The withdrawal of one of them, if that is how it stands now."""
        newest = {edition.page_id: edition for edition in self.later}
        return next((edition for edition in newest.values() if edition.is_withdrawal), None)

    @property
    def is_unsafe(self) -> bool:
        """Whether one of them was changed since for the sake of safety."""
        return any(edition.significance == Significance.SAFETY for edition in self.later)


@dataclass(frozen=True)
class Place:
    """Where somebody looks: all turns he has taken, how many of them lead here, and the node after the last."""

    turns: Sequence[diagnosis.Turn]
    at: int
    last: diagnosis.Node

    @property
    def node(self) -> diagnosis.Node:
        """The node he looks at."""
        return self.turns[self.at].node if self.at < len(self.turns) else self.last

    @property
    def given(self) -> str | None:
        """The answer he gave here before, if he came back."""
        return self.turns[self.at].answer if self.at < len(self.turns) else None

    @property
    def path(self) -> list[diagnosis.Node]:
        """The nodes that lead here, this one included."""
        return [*(turn.node for turn in self.turns[: self.at]), self.node]


def graph_of(edition: Edition) -> diagnosis.Graph:
    """Return the guide's own nodes as they are in that edition, without a query: its revision must be there."""
    content = edition.revision.content
    blocks = [(raw["id"], raw["type"], raw["value"]) for raw in json.loads(content["body"])]
    return diagnosis.graph(start=content["start"], blocks=blocks)


def tree_of(editions: Sequence[Edition]) -> diagnosis.Graph:
    """Return the guide of the first edition, expanded with those of the others."""
    graphs = {edition.page_id: graph_of(edition) for edition in editions}
    return diagnosis.expand(graphs[editions[0].page_id], graphs, guide=editions[0].page_id)


def open_editions(person: Person, on: datetime.date) -> QuerySet[Edition]:
    """Return editions of guides that this person may read by what guide and edition say, in effect by that day."""
    found = Edition.objects.filter(is_open_to(person, "page__"), is_open_to(person, "revision__content__"))
    found = found.filter(page__faultguidepage__isnull=False, act=Act.ISSUE, effective_on__lte=on)
    return found.select_related("page__faultguidepage", "revision")


def begun(*, guide: FaultGuidePage, person: Person, on: datetime.date) -> list[Edition]:
    """Return what a walk that begins on that day is pinned to: the editions in force of the guide and all it includes.

    The guide's own is the first. Raises Refused where it has none that the person may read.
    """
    found: dict[int, Edition] = {}
    asked, wanted = set(), {guide.pk}
    while wanted:
        in_force = Edition.objects.in_force(on).filter(page__in=wanted).order_by().values("pk")
        rows = open_editions(person, on).filter(pk__in=in_force, page__live=True).order_by("pk")
        found |= {edition.page_id: edition for edition in rows}
        asked |= wanted
        wanted = _included(found[pk] for pk in wanted & set(found)) - asked
    if guide.pk not in found:
        raise Refused(_("This guide is not in force."))
    return list(found.values())


def pinned(*, pks: Sequence[int], number: str, person: Person, key: uuid.UUID, on: datetime.date) -> Pinned:
    """Return the editions a walk was pinned to, if they are such that it can have begun on them. Raises Refused.

    Whoever stood in a guide before it was withdrawn may finish; nobody else gets to read it.
    """
    rows = {edition.pk: edition for edition in open_editions(person, on).filter(pk__in=pks)}
    editions = [rows[pk] for pk in pks if pk in rows]
    if len(editions) < len(pks) or not _belong_together(editions, number):
        raise Refused(_("This way through the guide cannot be followed any more. Begin again from here."))
    found = Pinned(editions, _later(editions, on))
    if found.end and not _stood_in(pks, person, key) and not person.has_perm("kb.read_withdrawn"):
        raise Refused(_("This guide has been withdrawn."))
    return found


def _included(editions: Iterable[Edition]) -> set[int]:
    return {pk for edition in editions for pk in diagnosis.included(graph_of(edition))}


def _belong_together(editions: Sequence[Edition], number: str) -> bool:
    """Say whether the first is of this document, and each of the others of a guide that is included, once."""
    pages = {edition.page_id: edition for edition in editions}
    if not editions or editions[0].number != number or len(pages) < len(editions):
        return False
    reached, fresh = set(), {editions[0].page_id}
    while fresh:
        reached |= fresh
        fresh = (_included(pages[pk] for pk in fresh) & set(pages)) - reached
    return reached == set(pages)


def _later(editions: Sequence[Edition], on: datetime.date) -> list[Edition]:
    place = {edition.page_id: edition.sequence for edition in editions}
    rows = Edition.objects.filter(page__in=place, effective_on__lte=on).order_by("sequence")
    return [edition for edition in rows if edition.sequence > place[edition.page_id]]


def _stood_in(pks: Sequence[int], person: Person, key: uuid.UUID) -> bool:
    kept = Walk.objects.filter(key=key, person=person).first() if person.is_authenticated else None
    return kept is not None and QueryDict(kept.query).getlist("e") == [str(pk) for pk in pks]


def stand(tree: diagnosis.Graph, answers: Sequence[str], at: int | None) -> tuple[Place, str | None]:
    """Return where the answers lead as far as they are answers, and the first that is none or None.

    `at` beyond them is after the last. Raises WrongTurn where the guide starts nowhere.
    """
    turns, last, wrong = diagnosis.walk_as_far(tree, answers)
    return Place(turns, len(turns) if at is None else min(at, len(turns)), last), wrong


def still_given(turns: Sequence[diagnosis.Turn], tree: diagnosis.Graph) -> list[str]:
    """Return the answers given to what another edition of the guide asks as well, up to the first that is not asked.

    "The second answer" to another question is nothing anybody said.
    """
    kept, here = [], tree.nodes.get(tree.start)
    for turn in turns:
        if here is None or not _is_asked(turn, here):
            break
        kept.append(turn.answer)
        here = tree.nodes.get(diagnosis.step(here, turn.answer))
    return kept


def _is_asked(turn: diagnosis.Turn, here: diagnosis.Node) -> bool:
    asked = [(node.kind, node.value.get("heading"), node.value.get("point")) for node in (turn.node, here)]
    try:
        diagnosis.step(here, turn.answer)
    except diagnosis.WrongTurn:
        return False
    return asked[0] == asked[1] and turn.words == diagnosis.said(here, turn.answer)


def reading(node: diagnosis.Node, typed: str) -> str:
    """Return what was typed at a measurement as the answer to keep: in plain digits, as exact as it was typed.

    Raises WrongTurn for what is no number, and where the node takes none.
    """
    number = diagnosis.reading(typed)
    diagnosis.land(node, number)
    plain = shown(number)
    return plain if len(plain) <= _LONGEST_READING and "E" not in plain else typed.strip()


def is_same(node: diagnosis.Node, answer: str, before: str | None) -> bool:
    """Say whether an answer is the one given before; readings are the same however they are spelt."""
    if before is None or answer == before or answer in node.ways or before in node.ways:
        return answer == before
    return diagnosis.reading(answer) == diagnosis.reading(before)


def keep(
    *, key: uuid.UUID, person: User, guide: FaultGuidePage, query: str, has_begun: bool, at: datetime.datetime
) -> None:
    """Remember where a person stands; a walk is first kept when it `has_begun`, one of somebody else is left alone."""
    said = {"guide": guide, "query": query, "seen_at": at}
    if Walk.objects.filter(key=key, person=person).update(**said) or not has_begun:
        return
    Walk.objects.bulk_create([Walk(key=key, person=person, begun_at=at, **said)], ignore_conflicts=True)


def left(*, person: Person, at: datetime.datetime) -> QuerySet[Walk]:
    """Return the walks a person can go on with: of the last 14 days, not recorded, the last left first."""
    if not person.is_authenticated:
        return Walk.objects.none()
    recorded = DiagnosisRun.objects.filter(key=OuterRef("key"))
    guides = ControlledPage.objects.open_to(person).order_by().values("pk")
    mine = Walk.objects.filter(~Exists(recorded), person=person, seen_at__gte=at - _RESUMED, guide__in=guides)
    return mine.select_related("guide").defer("guide__body")


def discard(*, key: uuid.UUID, person: User) -> None:
    """Forget where a person stood."""
    Walk.objects.filter(key=key, person=person).delete()


def tidy(*, at: datetime.datetime) -> int:
    """Forget the walks nobody has looked at for 30 days; return how many there were."""
    return Walk.objects.filter(seen_at__lt=at - _KEPT).delete()[0]


def names(text: object) -> Collection[str]:
    """Return the keys in a node's list of them, which are separated by commas."""
    return [key.strip() for key in str(text or "").split(",") if key.strip()]
