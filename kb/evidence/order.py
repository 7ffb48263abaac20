"""Whether the tests of a guide would cost less in another order: proposed to its owners, never changed by itself."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kb import diagnosis
from kb.control.owners import owners_of
from kb.diagnosis.order import counted, proposals
from kb.evidence import branches
from kb.models import FaultGuidePage
from people.inbox import tell

ENOUGH_RUNS, ENOUGH_GAIN = 30, 0.1  # fewer runs, or a smaller part of the time, are not worth a change of habit


@dataclass(frozen=True)
class Better:
    """A cheaper order of some tests of a guide, by the nodes themselves; minutes are what a search costs on average."""

    present: tuple[diagnosis.Node, ...]
    proposed: tuple[diagnosis.Node, ...]
    before: float
    after: float
    runs: int

    @property
    def percent(self) -> int:
        """What part of the time it saves, in whole percent."""
        return round(100 * (1 - self.after / self.before))


def better(*, guide: FaultGuidePage, rows: Iterable[branches.Row]) -> list[Better]:
    """Return the orders worth proposing for the tests of a guide, the greatest saving first."""
    tree = guide.graph
    found = counted(tree, (((row.node, branches.local(row.to)), row.runs) for row in rows))
    made = [
        Better(
            tuple(tree.nodes[id_] for id_ in each.present), tuple(tree.nodes[id_] for id_ in each.proposed),
            each.minutes_before, each.minutes_after, each.runs,
        )
        for each in proposals(tree, found)
        if each.runs >= ENOUGH_RUNS and each.minutes_after <= (1 - ENOUGH_GAIN) * each.minutes_before
    ]  # fmt: skip
    return sorted(made, key=lambda each: each.after - each.before)


def remind(*, at: datetime.datetime) -> int:
    """Tell the owners of guides whose tests would cost less in another order, once for each edition; say how many."""
    told = 0
    for guide in FaultGuidePage.objects.live().filter(runs__isnull=False).distinct():
        if not better(guide=guide, rows=branches.rows(guide=guide)):
            continue
        edition = guide.edition
        for person in owners_of(guide):
            tell(
                person=person, key=f"order-{guide.pk}-{edition.pk}", at=at,
                url=reverse("evidence", args=[guide.number]),
                text=_("%(number)s: by what past searches found, its tests would cost less in another order."),
                values={"number": guide.number},
            )  # fmt: skip
            told += 1
    return told
