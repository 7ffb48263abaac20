"""What people ask the search, counted by day: never who asked, never when on that day, never what may name somebody.

A query is masked, folded and cut before it is written, and a day's askings of it are one row. Counting never fails a
search and hardly slows it: where the database is busy, the search goes on uncounted.
"""

import datetime
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import Error, connection, transaction
from django.db.models import F, Min, Sum

from kb.models import Asked, ControlledPage, FaultCode, Part
from kb.search.analysis import fold_code, fold_query
from kb.search.characters import normalise

#: Days that a query is kept; and one that was asked once in all, which may be about somebody.
KEPT, KEPT_ONCE = 400, 30
#: What stands where something was taken out.
MASK = "***"

_LONGEST = 100
_READ = 1000  # characters of a query that are looked at
_MOST = 2**31 - 1
_PATIENCE = 200  # ms to wait for the database

_BETWEEN = r"(?:[^\w.]|_){0,3}"  # how people group the digits of a number
_ADDRESS = r"[^\s,;]+ ?@ ?[^\s,;]+"
_MOBILE = rf"(?<![0-9])1[3-9][0-9](?:{_BETWEEN}|\.)[0-9]{{4}}(?:{_BETWEEN}|\.)[0-9]{{4}}(?![0-9])"
_IDENTITY = rf"(?<![0-9])[1-9][0-9]{{5}}{_BETWEEN}[0-9]{{8}}{_BETWEEN}[0-9]{{3}}[0-9x](?![0-9])"
#: Seven digits and more, unless they hang together with letters as those of codes and serial numbers do.
_NUMBER = rf"(?<![0-9a-z])(?<![a-z][-_/.#])[0-9](?:{_BETWEEN}[0-9]){{6,}}(?![0-9a-z])"
_PRIVATE = re.compile("|".join((_ADDRESS, _MOBILE, _IDENTITY, _NUMBER)))

_ASK = """
INSERT INTO kb_asked (day, language, text, times, "nothing", clicked, found, milliseconds, slowest)
VALUES (%s, %s, %s, 1, %s, 0, %s, %s, %s)
ON CONFLICT (day, language, text) DO UPDATE SET
    times = kb_asked.times + 1,
    "nothing" = kb_asked."nothing" + excluded."nothing",
    found = excluded.found,
    milliseconds = kb_asked.milliseconds + excluded.milliseconds,
    slowest = CASE WHEN excluded.slowest > kb_asked.slowest THEN excluded.slowest ELSE kb_asked.slowest END
"""
_CLICK = """
INSERT INTO kb_clicked (asked_id, number, times) VALUES (%s, %s, 1)
ON CONFLICT (asked_id, number) DO UPDATE SET times = kb_clicked.times + 1
"""

logger = logging.getLogger("benchbook")


def _uncounted_if_busy[**Given](count: Callable[Given, None]) -> Callable[Given, None]:
    """Let the search go on where the database cannot write soon."""

    @wraps(count)
    def counted(*args: Given.args, **said: Given.kwargs) -> None:
        try:
            with _impatient(), transaction.atomic():
                count(*args, **said)
        except Error as error:
            logger.warning("A search was not counted: %s", error)

    return counted


@contextmanager
def _impatient() -> Iterator[None]:
    """Have the database wait for a lock no longer than that, for as long as this lasts."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [str(_PATIENCE)])
            reset = "RESET lock_timeout"
        else:
            cursor.execute("PRAGMA busy_timeout")
            reset = f"PRAGMA busy_timeout = {cursor.fetchone()[0]}"
            cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        try:
            yield
        finally:
            cursor.execute(reset)


def masked(text: str) -> str:
    """Return a query as it is written down: folded, without what may name a person, at most 100 characters.

    Addresses of e-mail, numbers of mobile phones and identity cards go, and so does every other number of seven
    digits and more that is neither a fault code nor a part number of the catalogue nor hangs together with letters.
    """
    normal = normalise(text[:_READ])
    pieces, at = [], 0
    for match in _PRIVATE.finditer(normal):
        if not _is_known(match[0]):
            pieces += [fold_query(normal[at : match.start()]), MASK]
            at = match.end()
    pieces.append(fold_query(normal[at:]))
    return " ".join(piece for piece in pieces if piece)[:_LONGEST].strip()


@_uncounted_if_busy
def note(*, text: str, language: str, found: int, milliseconds: float, on: datetime.date) -> None:
    """Count that this was asked on this day, how much was found and how long it took."""
    if said := masked(text):
        taken = min(int(milliseconds), _MOST)
        with connection.cursor() as cursor:
            cursor.execute(_ASK, (on, language[:12], said, int(found == 0), min(found, _MOST), taken, taken))


@_uncounted_if_busy
def clicked(*, text: str, language: str, number: str, on: datetime.date) -> None:
    """Count that somebody who asked this, that day or the day before, opened this document."""
    days = (on, on - datetime.timedelta(days=1))
    asked = Asked.objects.filter(day__in=days, language=language[:12], text=masked(text)).order_by("-day").first()
    if asked and ControlledPage.objects.filter(number=number).exists():
        Asked.objects.filter(pk=asked.pk, clicked__lt=F("times")).update(clicked=F("clicked") + 1)
        with connection.cursor() as cursor:
            cursor.execute(_CLICK, (asked.pk, number))


def tidy(*, on: datetime.date) -> int:
    """Forget what is past its time, and soon what was asked a single time; return how many rows there were."""
    old = Asked.objects.filter(day__lt=on - datetime.timedelta(days=KEPT))
    single = Asked.objects.order_by().values("language", "text").annotate(total=Sum("times"), only=Min("pk"))
    soon = Asked.objects.filter(
        pk__in=single.filter(total=1).values("only"), day__lt=on - datetime.timedelta(days=KEPT_ONCE)
    )
    return sum(rows.delete()[1].get(Asked._meta.label, 0) for rows in (old, soon))


def _is_known(number: str) -> bool:
    folded = fold_code(number)
    return (
        FaultCode.objects.filter(folded=folded).exists()
        or Part.objects.filter(number__in={number.strip(), number.strip().upper(), folded}).exists()
    )
