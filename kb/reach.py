"""The reach of a change: everything that rests on some blocks of a document, and the people it concerns.

What the packages to the right know they say through a hook of ours: `kb_reach` takes (page, block ids, person) and
returns a list of `Touched`.
"""

import datetime
import operator
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page, Revision

from kb import difference
from kb.models import ControlledPage, FaultGuidePage, Link, PersonsNeeded
from people.models import Credential, Person, Qualification, User

LISTED = 50  # rows of a kind; of what is beyond, and of what the person may not know, the number alone

type Said = tuple[str, str]  # words, address or ""


@dataclass(frozen=True)
class Touched:
    """What of one kind rests on the blocks: the rows this person may know, and how many there are in all.

    `qualifications` are those whose holders it concerns.
    """

    kind: str
    label: str
    rows: Sequence[Said]
    total: int
    qualifications: Collection[Qualification] = ()

    @property
    def unlisted(self) -> int:
        """How many are not among the rows."""
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Reach:
    """What rests on blocks of a document, kind by kind; kinds of which there is nothing are left out."""

    block_ids: AbstractSet[str]
    kinds: Sequence[Touched]

    def of(self, kind: str) -> Touched | None:
        """Return what rests on them of one kind."""
        return next((each for each in self.kinds if each.kind == kind), None)


def touched(
    kind: str, label: str, rows: QuerySet, say: Callable[[Model], Said], among: QuerySet | None = None
) -> Touched:
    """Return the first of these rows, said in words, and how many there are: of them or, wider, of `among`."""
    said = [say(row) for row in rows[:LISTED]]
    return Touched(kind, label, said, (rows if among is None else among).count())


def changed_blocks(page: ControlledPage, revision: Revision) -> list[difference.BlockChange]:
    """Return what becomes of the live blocks if that revision takes their place: added, removed, changed or moved."""
    live = Page.objects.filter(pk=page.pk, live=True).specific().first()
    changes = difference.blocks(live.raw_blocks() if live else [], revision.as_object().raw_blocks())
    return [change for change in changes if change.what != "same"]


def of(page: ControlledPage, block_ids: AbstractSet[str], person: Person, *, at: datetime.datetime) -> Reach:
    """Return what rests on these blocks of this page, as far as the person may know it.

    Whoever cites the whole document rests on each of its blocks; "" stands for the document itself. Blocks that only
    moved do not belong in `block_ids`; without any, nothing is touched. Its other languages are pages of their own.
    """
    if not block_ids:
        return Reach(block_ids, [])
    kinds = [_documents(page, block_ids, person)]
    for hook in hooks.get_hooks("kb_reach"):
        kinds += hook(page, block_ids, person)
    asked = {need.qualification for need in PersonsNeeded.objects.filter(page=page.pk).select_related("qualification")}
    asked = asked.union(*(each.qualifications for each in kinds))
    kinds.append(_holders(asked, person, at))
    return Reach(block_ids, [each for each in kinds if each.total])


def _documents(page: ControlledPage, block_ids: AbstractSet[str], person: Person) -> Touched:
    """Documents in force whose text links to the blocks, and guides whose nodes name them; each once."""
    places = dict(_nodes(page, block_ids)) | dict(_links(page, block_ids))
    known = ControlledPage.objects.visible_to(person).filter(pk__in=places).order_by("number", "language")

    def say(row: ControlledPage) -> Said:
        return f"{row.number} {row.title}", f"{row.get_absolute_url()}#{places[row.pk]}"

    return touched("documents", _("Documents"), known, say, ControlledPage.objects.live().filter(pk__in=places))


def _links(page: ControlledPage, block_ids: AbstractSet[str]) -> Iterator[tuple[int, str]]:
    """Yield (page, its block) for every link; a number leads readers of a language to its page in theirs."""
    elsewhere = ControlledPage.objects.live().filter(number=page.number).exclude(pk=page.pk)
    links = Link.objects.filter(number=page.number, target__in=[*block_ids, ""], page__live=True).exclude(page=page.pk)
    own = Q(page__language=page.language) | ~Q(page__language__in=elsewhere.order_by().values("language"))
    yield from links.filter(own).order_by("-pk").values_list("page", "block_id")  # in a dict the first one stays


def _nodes(page: ControlledPage, block_ids: AbstractSet[str]) -> Iterator[tuple[int, str]]:
    """Yield (guide, its node) for every act or end that names the page, or one of the blocks as its only step."""
    for guide, body in FaultGuidePage.objects.live().referring_to(page).values_list("pk", "body"):
        for node in reversed(body.raw_data):
            value = node["value"]
            step = value.get("step") or "" if value.get("procedure") == page.pk else None
            if step == "" or step in block_ids or value.get("remedy") == page.pk:
                yield guide, node["id"]


def _holders(asked: Collection[Qualification], person: Person, at: datetime.datetime) -> Touched:
    """People who hold one of the qualifications, or a higher rank of it; by name for whoever may know that."""
    label = _("People who hold the qualification")
    if not asked:
        return Touched("holders", label, [], 0)
    held = reduce(operator.or_, (Credential.objects.satisfying(each) for each in asked)).valid(at)
    people = User.objects.filter(is_active=True, pk__in=held.order_by().values("person"))
    may_know = person.has_perm("people.view_credential") or person.has_perm("kb.see_control")
    known = people.select_related("unit").order_by("username") if may_know else people.none()
    return touched("holders", label, known, lambda row: (f"{row} · {row.unit}" if row.unit else str(row), ""), people)
