"""Walking a path again on the editions it was walked on, so that only what they allow is recorded."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from kb import diagnosis
from kb.models import Act, Edition, FaultGuidePage
from kb.walking import walks
from people.refusal import Refused

GRACE_DAYS = 30  # that long after another edition took its place, a search begun on one can be recorded


@dataclass(frozen=True)
class Path:
    """What was walked: the turns, the end, and the editions of the guides it leads through, the own one first."""

    turns: Sequence[diagnosis.Turn]
    end: diagnosis.Node
    editions: Sequence[Edition]

    @property
    def said(self) -> dict:
        """What the guide itself says in its edition, field by field."""
        return self.editions[0].revision.content

    def edition_of(self, node: diagnosis.Node) -> Edition:
        """Return the edition in which a node stands."""
        return next((each for each in self.editions if each.page_id == node.guide), self.editions[0])

    def next_of(self, place: int) -> str:
        """Return the id of the node that a turn led to: as its own guide calls it while it stays in that guide."""
        ids = [*(turn.node.id for turn in self.turns), self.end.id]
        prefix, to = ids[place].rpartition("/")[0], ids[place + 1]
        return to.removeprefix(f"{prefix}/") if prefix else to


def retrace(
    *, guide: FaultGuidePage, editions: Sequence[Edition], answers: Sequence[str], at: datetime.datetime
) -> Path:
    """Follow the answers on these editions, the guide's own first. Raises Refused where they do not lead to an end."""
    if not editions or editions[0].page_id != guide.pk or not all(_was_in_force(each, at) for each in editions):
        raise Refused(_changed())
    try:
        turns, end = diagnosis.walk(walks.tree_of(editions), answers)
    except diagnosis.WrongTurn:
        raise Refused(_changed()) from None
    if end.kind != "end":
        raise Refused(_("Follow the guide to an end first."))
    return Path(turns, end, editions)


def _changed() -> str:
    return _("The guide has changed since you began. Please go through it once more.")


def _was_in_force(edition: Edition, at: datetime.datetime) -> bool:
    """Tell whether the edition was in force then, or lately enough that somebody may have begun on it."""
    day = timezone.localdate(at)
    if edition.act != Act.ISSUE or edition.effective_on > day:
        return False
    later = Edition.objects.filter(page=edition.page_id, sequence=edition.sequence + 1).first()
    return later is None or later.effective_on >= day - datetime.timedelta(days=GRACE_DAYS)
