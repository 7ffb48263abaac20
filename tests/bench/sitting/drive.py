"""What the people of the room do, and how long it takes."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from statistics import quantiles

from tests.bench.sitting.client import Client
from tests.bench.sitting.room import PASSWORD

CHANCE = random.Random(6)
FOUND, OK = 302, 200


@dataclass
class Person:
    """A candidate at his browser."""

    pk: int
    name: str
    client: Client
    exam: str
    sitting: uuid.UUID | None = None
    seat: str = ""
    revisions: dict[int, int] = field(default_factory=dict)

    async def sign_in(self) -> bool:
        """Sign in by the form."""
        await self.client.ask("GET", "/accounts/login/")
        reply = await self.client.form("/accounts/login/", login=self.name, password=PASSWORD)
        return reply.status == FOUND

    async def check_in(self) -> bool:
        """Confirm who he is and the rules; the paper is drawn."""
        await self.client.ask("GET", f"/exams/{self.exam}/")
        reply = await self.client.form(f"/exams/{self.exam}/check-in/", confirm_identity="on", confirm_rules="on")
        if reply.status != FOUND:
            return False
        self.sitting = uuid.UUID(reply.headers["location"].strip("/").split("/")[-1])
        return (await self.client.ask("GET", f"/sittings/{self.sitting}/")).status == OK

    async def start(self) -> bool:
        """Start the clock and get the first page."""
        reply = await self.client.form(f"/sittings/{self.sitting}/start/")
        return reply.status == FOUND and (await self.client.ask("GET", f"/sittings/{self.sitting}/")).status == OK

    async def sit_down(self) -> bool:
        """Take the seat, as the page's script does."""
        token = self.client.cookies.get("csrftoken", "")
        reply = await self.client.json(f"/sittings/{self.sitting}/seat/", {"device": "bench"}, X_CSRFToken=token)
        self.seat = reply.data.get("seat", "")
        return reply.status == OK

    async def save(self, item: int, said: str) -> bool:
        """Save an answer."""
        sent = {"item": item, "response": [said], "base": self.revisions.get(item, 0)}
        reply = await self.client.json(f"/sittings/{self.sitting}/save/", sent, X_Seat=self.seat)
        if reply.status in (OK, 409) and "revision" in reply.data:
            self.revisions[item] = reply.data["revision"]
        return reply.status == OK

    async def upsert(self, item: int, said: str, variant: str) -> bool:
        """Save the same answer by the bare view."""
        sent = {"item": item, "response": [said], "base": self.revisions.get(-item, 0)}
        path = f"/bare/{self.sitting}/{variant}/"
        reply = await self.client.json(path, sent, X_Person=str(self.pk))
        self.revisions[-item] = sent["base"] + (reply.status == OK)
        return reply.status == OK

    async def hand_in(self) -> bool:
        """Hand in and look at the result."""
        reply = await self.client.json(f"/sittings/{self.sitting}/finish/", {}, X_Seat=self.seat)
        return reply.status == OK and (await self.client.ask("GET", reply.data["url"])).status == OK


async def all_at_once(people: Iterable[Person], act: Callable[[Person], Awaitable[bool]]) -> dict[str, float | int]:
    """Let everybody do it at the same moment; return the seconds until the last one is through, and the errors."""
    began = time.perf_counter()
    done = await asyncio.gather(*(act(person) for person in people), return_exceptions=True)
    return {"seconds": round(time.perf_counter() - began, 2), "errors": sum(each is not True for each in done)}


@dataclass
class Saves:
    """What came of many saves: milliseconds of each, errors, and the last answer acknowledged to each item."""

    took: list[float] = field(default_factory=list)
    errors: int = 0
    gone: int = 0
    seconds: float = 0.0
    acknowledged: dict[tuple[uuid.UUID, int], str] = field(default_factory=dict)

    def figures(self) -> dict[str, float | int]:
        """Return them for printing."""
        cuts = quantiles(self.took, n=100) if len(self.took) > 1 else [0.0] * 99
        return {
            "saves": len(self.took), "errors": self.errors, "per_second": round(len(self.took) / self.seconds, 1),
            "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1), "p99_ms": round(cuts[98], 1),
        }  # fmt: skip


async def save_for(
    people: Iterable[Person], *, seconds: float, pause: float, items: int, variant: str = "", patient: bool = False
) -> Saves:
    """Let everybody save answers for so long, each with a pause of up to twice so many seconds between two.

    `variant` names a bare view. `patient` people try again where the server is gone, as the page's script does.
    """
    found, began = Saves(), time.perf_counter()
    await asyncio.gather(*(_save_on(each, found, began + seconds, pause, items, variant, patient) for each in people))
    found.seconds = time.perf_counter() - began
    return found


async def _save_on(
    person: Person, found: Saves, until: float, pause: float, items: int, variant: str, patient: bool
) -> None:
    if pause:
        await asyncio.sleep(CHANCE.random() * pause)
    while time.perf_counter() < until:
        item, said = CHANCE.randint(1, items), str(CHANCE.randint(1, 4))
        if await _saved(person, item, said, found, variant, patient) and not variant:
            found.acknowledged[person.sitting, item] = said
        if pause:
            await asyncio.sleep(CHANCE.random() * pause * 2)


async def _saved(person: Person, item: int, said: str, found: Saves, variant: str, patient: bool) -> bool:
    for tries in range(60):
        began = time.perf_counter()
        try:
            is_right = await (person.upsert(item, said, variant) if variant else person.save(item, said))
        except (OSError, EOFError):
            person.client.close()
            if not patient:
                break
            found.gone += 1
            await asyncio.sleep(min(2.0, 0.1 * 2**tries))
            continue
        found.took.append((time.perf_counter() - began) * 1000)
        found.errors += not is_right and not tries  # after a lost reply the answer may be there already: 409
        return is_right
    found.errors += 1
    return False
