"""A wrong key: a version of a question is marked again in all finished sittings, after a look at who changes."""

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from exams.kinds import KINDS
from exams.marking import certificates, outcome
from exams.marking.refit import refitted
from exams.models import Grade, Item, QuestionVersion, Regrade, Sitting
from exams.sit.grading import Worth, worth
from people.models import User
from people.refusal import Conflict, Refused

_AT_ONCE = 200  # sittings that are read together


@dataclass(frozen=True)
class Change:
    """What a regrade makes of a sitting: its items of that version with their shares before, and what it is worth.

    The items have their new shares. A worth is None while another answer waits for a marker.
    """

    sitting: Sitting
    items: Sequence[tuple[Item, Decimal | None]]
    before: Worth | None
    after: Worth | None

    @property
    def is_real(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after or any(item.share != before for item, before in self.items)

    @property
    def passes(self) -> bool:
        """Whether he passes only now."""
        return bool(self.before and self.after and self.after.has_passed and not self.before.has_passed)

    @property
    def fails(self) -> bool:
        """Whether his pass is gone."""
        return bool(self.before and self.after and self.before.has_passed and not self.after.has_passed)


def objections(*, version: QuestionVersion, rule: str, new_version: QuestionVersion | None, by: User) -> list[str]:
    """Return a sentence for each reason why this person may not have the version marked again by this rule."""
    if not by.has_perm("exams.regrade"):
        return [_("Only the exam officer has questions marked again.")]
    if asked(version).filter(person=by).exists():
        return [_("A paper of your own would be marked again: somebody else has to do it.")]
    if rule not in Regrade.Rule.values:
        return [_("Choose how it is to be marked.")]
    if rule != Regrade.Rule.KEY:
        return []
    if KINDS[version.kind].is_marked_by_hand:
        return [_("This question is marked by hand: no key marks it.")]
    if new_version is None or new_version.question_id != version.question_id:
        return [_("Choose the version of this question that has the right key.")]
    if not fits(version, new_version):
        return [_("The other version asks something else; the answers given cannot be marked by its key.")]
    return []


def fits(version: QuestionVersion, other: QuestionVersion) -> bool:
    """Whether answers to a version can be marked by another: the candidate would see the same."""
    return version.kind == other.kind and refitted(version.kind, version.body, other.body, []) is not None


def asked(version: QuestionVersion) -> QuerySet[Sitting]:
    """Return the finished sittings that asked the version. Those under way are never touched, void ones are nothing."""
    items = Item.objects.filter(sitting=OuterRef("pk"), version=version)
    return Sitting.objects.finished().filter(Exists(items)).order_by("pk")


def under_way(version: QuestionVersion) -> int:
    """Return how many sittings that ask it are open: they are marked by its own key when they end."""
    return Sitting.objects.open().filter(items__version=version).distinct().count()


def preview(*, version: QuestionVersion, rule: str, new_version: QuestionVersion | None = None) -> Iterator[Change]:
    """Yield what would change, sitting by sitting; those that stay as they are are left out. Writes nothing."""
    record = Regrade(version=version, rule=rule, new_version=new_version)
    for change in _changes(version, record):
        if change.is_real:
            yield change


def _changes(version: QuestionVersion, record: Regrade) -> Iterator[Change]:
    """Yield what a record, which need not be saved, makes of every sitting; of those too that stay as they are.

    Read by the hundred, so that the sittings may be written meanwhile and never stand in memory together.
    """
    items = Prefetch("items", Item.objects.select_related("regrade").order_by("n"))
    keys = list(asked(version).values_list("pk", flat=True))
    for chunk in batched(keys, _AT_ONCE, strict=False):
        rows = Sitting.objects.filter(pk__in=chunk).select_related("exam", "person").prefetch_related(items)
        yield from (_change(sitting, version, record) for sitting in rows.order_by("pk"))


def _change(sitting: Sitting, version: QuestionVersion, record: Regrade) -> Change:
    before = _worth_now(sitting)
    marked = [(item, item.share) for item in sitting.items.all() if item.version_id == version.pk]
    for item, _share in marked:
        item.share, item.regrade = share_by(item, version, record), record
    return Change(sitting, marked, before, worth(sitting=sitting, items=sitting.items.all()))


def _worth_now(sitting: Sitting) -> Worth | None:
    return Worth(sitting.points, sitting.points_possible, sitting.has_passed) if sitting.marked_at else None


def share_by(item: Item, version: QuestionVersion, record: Regrade) -> Decimal | None:
    """Return the share of an item of this version by the rule of a regrade."""
    if record.rule == Regrade.Rule.EVERYONE:
        return Decimal(1)
    if record.rule == Regrade.Rule.KEY:
        body = record.new_version.body
        order = refitted(version.kind, version.body, body, item.order)
        return KINDS[version.kind].share(body, item.order if order is None else order, item.response)
    return item.share


@dataclass
class Look:
    """What a regrade would do: how many results change, pass only then, lose their pass, are released; some of them.

    `seen` stands for all of it: another outcome has another.
    """

    changed: int = 0
    passing: int = 0
    failing: int = 0
    released: int = 0
    seen: str = ""
    shown: Sequence[Change] = ()


def look(*, version: QuestionVersion, rule: str, new_version: QuestionVersion | None = None, most: int = 0) -> Look:
    """Return what would change, with up to `most` of the changes, those first who lose or gain their pass."""
    found, said = Look(), hashlib.sha256()
    groups: tuple[list[Change], ...] = ([], [], [])
    for change in preview(version=version, rule=rule, new_version=new_version):
        said.update(_line(change).encode())
        found.changed += 1
        found.failing += change.fails
        found.passing += change.passes
        found.released += change.sitting.released_at is not None
        group = groups[0 if change.fails else 1 if change.passes else 2]
        if len(group) < most:
            group.append(change)
    found.seen, found.shown = said.hexdigest(), [change for group in groups for change in group][:most]
    return found


def _line(change: Change) -> str:
    shares = [(item.n, str(item.share)) for item, _before in change.items]
    return f"{change.sitting.pk} {change.before} {change.after} {shares}\n"


@transaction.atomic
def regrade(
    *,
    version: QuestionVersion,
    rule: str,
    new_version: QuestionVersion | None,
    by: User,
    reason: str,
    at: datetime.datetime,
    seen: str | None = None,
) -> tuple[Regrade, int]:
    """Mark the version again by this rule wherever it was asked; return the record and how many sittings changed.

    Grades are added, never changed: what somebody had before stays readable. Who had passed and would not any more is
    changed too; what follows for a certificate is decided by a person, who is told. `seen` is that of the `look`
    that was taken. Raises Refused, or Conflict where the preview is not what would happen any more.
    """
    reasons = objections(version=version, rule=rule, new_version=new_version, by=by)
    if not reason.strip():
        reasons.append(_("Say why."))
    if reasons:
        raise Refused(*reasons)
    held = asked(version).select_for_update(of=("self",))
    list(held.values_list("pk"))
    record = Regrade(
        question=version.question, version=version, rule=rule, by=by, at=at, reason=reason.strip(),
        new_version=new_version if rule == Regrade.Rule.KEY else None,
    )  # fmt: skip
    if seen is not None and look(version=version, rule=rule, new_version=record.new_version).seen != seen:
        raise Conflict(_("The results changed after you looked. Look again at who changes."), None)
    record.save()
    changed = 0
    for changes in batched(_changes(version, record), _AT_ONCE, strict=False):
        items = [item for change in changes for item, _before in change.items]
        Item.objects.bulk_update(items, ["share", "regrade"], batch_size=_AT_ONCE)
        real = [change for change in changes if change.is_real]
        changed += len(real)
        for change in real:
            _note(change, record)
    return record, changed


def _note(change: Change, record: Regrade) -> None:
    """Write the grade that follows, and tell whom it concerns."""
    items = list(change.sitting.items.all())
    lines = [outcome.change(item, before) | {"rule": record.rule} for item, before in change.items]
    sitting = outcome.write(
        sitting=change.sitting, items=items, reason=Grade.Reason.REGRADE, at=record.at, by=record.by, changes=lines,
        note=record.reason,
    )  # fmt: skip
    if change.fails and sitting.released_at:
        certificates.tell_managers(sitting=sitting, at=record.at)
