"""The address of a screen of the wizard: everything the screen needs stands in it, so it can be linked and reloaded."""

import datetime
import re
import uuid
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

MOST_ANSWERS = 500
_MOST_EDITIONS = 60
_LONGEST = 200  # characters of one member; ids of nodes are the longest
_NUMBER = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True)
class Address:
    """Who walks where: see `read` for the members. `at` is the place looked at, None after the last answer."""

    key: uuid.UUID | None = None
    editions: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    at: int | None = None
    seen: tuple[str, ...] = ()
    started: int | None = None
    device: str = ""
    case: str = ""
    is_damaged: bool = False  # part of it could not be read

    @property
    def is_complete(self) -> bool:
        """Whether it says which walk it is, of which editions, begun when."""
        return self.key is not None and bool(self.editions) and self.started is not None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Its members as a query or the hidden fields of a form hold them."""
        found = [("w", self.key), *(("e", pk) for pk in self.editions), ("t", self.started)]
        found += [("device", self.device), ("case", self.case), *(("seen", node) for node in self.seen)]
        found += [("a", answer) for answer in self.answers] + [("at", self.at)]
        return [(name, str(value)) for name, value in found if value is not None and (value != "" or name == "a")]

    @property
    def query(self) -> str:
        """It as the query of a URL."""
        return urlencode(self.fields)

    def url(self, number: str, view: str = "walk") -> str:
        """Return where it leads, in the language of the moment."""
        return f"{reverse(view, args=[number])}?{self.query}"

    def looking(self, at: int | None) -> "Address":
        """Return that of another place of the same walk; all answers are kept."""
        return replace(self, at=at if at is not None and at < len(self.answers) else None)

    def opened(self, node: str) -> "Address":
        """Return that of the same place, the hazards of this node read."""
        return replace(self, seen=(*(each for each in self.seen if each != node), node))

    def answered(self, at: int, answer: str, *, is_same: bool) -> "Address":
        """Return that after an answer at a place: the same one as before keeps what came after it, another cuts it."""
        after = self.answers[at + 1 :] if is_same else ()
        return replace(self, answers=(*self.answers[:at], answer, *after)).looking(at + 1)

    def anew(self) -> "Address":
        """Return that of its beginning: the same walk without answers."""
        return replace(self, answers=(), at=None, seen=())

    def again(self) -> "Address":
        """Return that of another walk with the same answers, as far as they lead in what is in force now."""
        return replace(self, key=None, editions=(), started=None, at=None, seen=(), is_damaged=False)


def read(query: QueryDict) -> Address:
    """Return the address that a query holds; what cannot be read is left out and makes it damaged.

    w: key of the walk; e: editions, the guide's own first; a: answers in order; at: how many of them lead to the node
    looked at; seen: nodes whose hazards were opened; t: begun at, in seconds since 1970; device, case.
    """
    key, editions, at, started = _key(query), query.getlist("e"), query.get("at", ""), query.get("t", "")
    answers, seen = query.getlist("a"), query.getlist("seen")
    pks = tuple(dict.fromkeys(int(pk) for pk in editions if _NUMBER.fullmatch(pk)))[:_MOST_EDITIONS]
    found = Address(
        key=key,
        editions=pks if len(pks) == len(editions) else (),
        answers=tuple(answer[:_LONGEST] for answer in answers[:MOST_ANSWERS]),
        at=int(at) if _NUMBER.fullmatch(at) else None,
        seen=tuple(dict.fromkeys(node for node in seen[:MOST_ANSWERS] if len(node) <= _LONGEST)),
        started=int(started) if _NUMBER.fullmatch(started) else None,
        device=query.get("device", "")[:40],
        case=query.get("case", "")[:40],
    )
    was_lost = (found.key is None and "w" in query) or (not found.editions and bool(editions))
    was_lost |= (found.at is None and bool(at)) or (found.started is None and bool(started))
    return replace(found, is_damaged=was_lost or len(answers) > MOST_ANSWERS)


def moment(started: int, now: datetime.datetime) -> datetime.datetime | None:
    """Return when the walk began; None for what is no moment before now."""
    try:
        begun = datetime.datetime.fromtimestamp(started, tz=datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return begun if datetime.timedelta() <= now - begun + datetime.timedelta(minutes=1) else None


def _key(query: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(query.get("w", ""))
    except ValueError:
        return None
