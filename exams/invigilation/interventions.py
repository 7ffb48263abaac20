"""What an invigilator does to sittings under way: extra time, breaks, messages, notes, the end.

Each takes one sitting or all of a session, locks those that it can still be done to, changes them in one conditional
update and writes a line to the log of each; it returns how many that were. Nothing happens to a sitting that its
candidate finished in the same moment, to one's own, or twice: `key` is made with the form, and a form that comes again
finds its key in the log. The candidate learns of it by his next save or sign of life.
"""

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams import sit
from exams.invigilation.sessions import sittings_watched_by
from exams.models import Sitting, SittingEvent
from exams.models.sitting import GRACE
from people.models import User
from people.refusal import Refused

MOST_MINUTES = 240
MOST_WORDS = 500
_Kind = SittingEvent.Kind
_ALWAYS = Q()


def extra_time(
    *, sittings: Iterable[Sitting], minutes: int, by: User, at: datetime.datetime, reason: str, key: str = ""
) -> int:
    """Move the deadline, or lengthen a paper that is not begun yet. Raises Refused."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refused(_("Extra time is between 1 and %d minutes.") % MOST_MINUTES)
    detail = {"minutes": minutes, "reason": _required(reason, _("Say why there is extra time."))}
    running = Q(deadline_at__gte=at - GRACE) | Q(started_at__isnull=False, paused_at__isnull=False)
    with transaction.atomic():
        pks = _held(sittings, by, _Kind.EXTRA_TIME, key, running | Q(started_at__isnull=True))
        rows = Sitting.objects.filter(pk__in=pks)
        longer = datetime.timedelta(minutes=minutes)
        rows.filter(started_at__isnull=False).update(deadline_at=F("deadline_at") + longer)
        rows.update(minutes=F("minutes") + minutes)
        return _log(pks, _Kind.EXTRA_TIME, by, at, detail, key)


def pause(*, sittings: Iterable[Sitting], by: User, at: datetime.datetime, reason: str = "") -> int:
    """Begin a break: the clock stands and the paper is closed until it ends."""
    with transaction.atomic():
        running = Q(started_at__isnull=False, paused_at__isnull=True, deadline_at__gt=at)
        pks = _held(sittings, by, _Kind.PAUSED, "", running)
        Sitting.objects.filter(pk__in=pks).update(paused_at=at)
        return _log(pks, _Kind.PAUSED, by, at, {"reason": _tidy(reason)})


def resume(*, sittings: Iterable[Sitting], by: User, at: datetime.datetime) -> int:
    """End a break: the deadline moves by as long as it lasted, by nothing where the server's clock went back."""
    with transaction.atomic():
        pks = _held(sittings, by, _Kind.RESUMED, "", Q(paused_at__isnull=False))
        rows = list(Sitting.objects.filter(pk__in=pks))
        lasted = {row.pk: max(at - row.paused_at, datetime.timedelta(0)) for row in rows}
        for row in rows:
            row.deadline_at, row.paused_at = row.deadline_at + lasted[row.pk], None
        Sitting.objects.bulk_update(rows, ["deadline_at", "paused_at"])
        SittingEvent.objects.bulk_create(
            SittingEvent(sitting_id=pk, kind=_Kind.RESUMED, at=at, by=by, detail={"seconds": int(each.total_seconds())})
            for pk, each in lasted.items()
        )
        return len(rows)


def message(*, sittings: Iterable[Sitting], text: str, by: User, at: datetime.datetime, key: str = "") -> int:
    """Write to the candidates; it appears on their papers within half a minute. Raises Refused."""
    detail = {"text": _required(text, _("Write what the candidates are to read."))}
    with transaction.atomic():
        return _log(_held(sittings, by, _Kind.MESSAGE, key), _Kind.MESSAGE, by, at, detail, key)


def note(*, sittings: Iterable[Sitting], text: str, by: User, at: datetime.datetime, key: str = "") -> int:
    """Write into the log what was seen; candidates do not read it, and a finished sitting takes it too."""
    detail = {"text": _required(text, _("Write what you saw."))}
    with transaction.atomic():
        pks = _held(sittings, by, _Kind.NOTE, key, is_open=False)
        return _log(pks, _Kind.NOTE, by, at, detail, key)


def end(*, sittings: Iterable[Sitting], by: User, at: datetime.datetime, reason: str) -> int:
    """End sittings for a reason: what was saved counts. A paper that was not begun is taken back. Raises Refused."""
    said = _required(reason, _("Say why it is ended."))
    wanted = sittings_watched_by(by).filter(pk__in=[each.pk for each in sittings])
    return sum(_end(pk, by, at, said) for pk in list(wanted.open().order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _end(pk: int, by: User, at: datetime.datetime, reason: str) -> bool:
    row = Sitting.objects.select_for_update().filter(pk=pk, finished_at__isnull=True).first()
    if row is None:
        return False
    if row.started_at is None:
        row.delete()
        return True
    if not sit.close_if_over(sitting=row, at=at).finished_at:
        sit.finish(sitting=row, at=at, ended_by=Sitting.Ended.OFFICER, by=by)
    SittingEvent.objects.create(sitting=row, kind=_Kind.NOTE, at=at, by=by, detail={"text": reason})
    return True


def _held(
    sittings: Iterable[Sitting], by: User, kind: str, key: str, when: Q = _ALWAYS, *, is_open: bool = True
) -> list[int]:
    """Lock those of the sittings that this person may step into and it can be done to; return their ids."""
    wanted = sittings_watched_by(by).filter(pk__in=[each.pk for each in sittings])
    rows = Sitting.objects.filter(when, pk__in=wanted.values("pk"))
    rows = (rows.open() if is_open else rows).select_for_update().order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    if not key or not pks:
        return pks
    done = SittingEvent.objects.filter(sitting__in=pks, kind=kind, detail__key=key).values_list("sitting", flat=True)
    return sorted(set(pks) - set(done))


def _log(pks: list[int], kind: str, by: User, at: datetime.datetime, detail: Mapping, key: str = "") -> int:
    said = {name: value for name, value in {**detail, "key": key}.items() if value}
    SittingEvent.objects.bulk_create(SittingEvent(sitting_id=pk, kind=kind, at=at, by=by, detail=said) for pk in pks)
    return len(pks)


def _tidy(words: str) -> str:
    words = words.strip()
    if len(words) > MOST_WORDS:
        raise Refused(ngettext("At most %(n)d character.", "At most %(n)d characters.", MOST_WORDS) % {"n": MOST_WORDS})
    return words


def _required(words: str, sentence: str) -> str:
    if not words.strip():
        raise Refused(sentence)
    return _tidy(words)
