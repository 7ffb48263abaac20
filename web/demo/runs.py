"""Fault searches of the last months, walked on what is in force, and a step for which leave was asked."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from kb import diagnosis
from kb.diagnosis.order import minutes_of
from kb.models import Device, DiagnosisRun, Edition, FaultGuidePage, FaultReport, Part
from kb.runs.record import Used, record
from kb.walking import gates, walks
from kb.walking.address import Address
from people.models import Qualification, User
from people.refusal import Refused
from web.demo.keys import key
from web.demo.ways import ways

# guide: how many searches, by whom in turn
SEARCHES = {
    "FG-001": (14, ("dealer", "technician", "dealer", "senior")),
    "FG-002": (6, ("dealer", "senior")),
    "FG-003": (5, ("technician", "senior")),
    "FG-004": (5, ("dealer", "technician")),
    "FG-005": (4, ("senior",)),
    "FG-006": (5, ("technician",)),
    "FG-007": (3, ("dealer", "technician")),
}
SINCE = datetime.timedelta(days=182)
WEIGHTS = {"resolved": 6, "workaround": 3, "unresolved": 1}  # how often which result is found
NOTES = ("", "", "", "客户在场，复测两次正常。", "现场灰尘较多，已提醒客户清理。", "备件当天取到，停机约一小时。")


@dataclass(frozen=True)
class Search:
    """A guide as one person walks it, in force since it `begins`, and the answers that lead to each end."""

    person: User
    guide: FaultGuidePage
    editions: list[Edition]
    tree: diagnosis.Graph
    ways: dict[str, list[str]]
    shut: set[str]  # steps that ask for a qualification he had not then
    begins: datetime.datetime

    def ends(self, result: str) -> list[str]:
        """The ends of this result that he can reach."""
        return [id_ for id_ in self.ways if self.tree.nodes[id_].value.get("result") == result]


def search_of(person: User, number: str, *, at: datetime.datetime) -> Search | None:
    """Return how a person walks a guide with the qualifications he has; None where it is not in force for him."""
    guide = FaultGuidePage.objects.filter(number=number, language="zh-hans").first()
    try:
        editions = walks.begun(guide=guide, person=person, on=timezone.localdate(at)) if guide else []
    except Refused:
        editions = []
    if not editions:
        return None
    tree = walks.tree_of(editions)
    begins = max(each.effective_on for each in editions)
    begins = max(at - SINCE, timezone.make_aware(datetime.datetime.combine(begins, datetime.time(0, 30))))
    standings = gates.standings(person=person, nodes=list(tree.nodes.values()), walk=key("nobody"), at=begins)
    shut = {id_ for id_, gate in standings.items() if not gate.is_open}
    return Search(person, guide, editions, tree, ways(tree, shut=shut), shut, begins)


def make_runs(*, at: datetime.datetime) -> list[DiagnosisRun]:
    """Record searches of the last half year, as far as the guides were in force then."""
    planned = list(_planned(at))
    random.Random("order").shuffle(planned)  # noqa: S311 (always the same)
    if not planned:
        return []
    begins = max(search.begins for search, _name in planned)
    moments = _by_day(begins, at, len(planned))
    return [_recorded(search, name, at=moment) for moment, (search, name) in zip(moments, planned, strict=True)]


def _by_day(begins: datetime.datetime, ends: datetime.datetime, count: int) -> list[datetime.datetime]:
    """Return so many moments between two, evenly spread over the hours in which people work."""
    spans, morning = [], timezone.localtime(begins).replace(hour=8, minute=0)
    while morning < ends:
        spans.append((max(begins, morning), min(ends, morning + datetime.timedelta(hours=12))))
        morning += datetime.timedelta(days=1)
    spans = spans or [(begins, ends)]
    step = sum((end - begin for begin, end in spans), datetime.timedelta()) / (count + 1)
    moments, left = [], step
    for begin, end in spans:
        while begin + left < end and len(moments) < count:
            moments.append(begin + left)
            left += step
        left -= end - begin
    return moments


def _planned(at: datetime.datetime) -> Iterator[tuple[Search, str]]:
    for number, (count, usernames) in SEARCHES.items():
        people = User.objects.in_bulk(usernames, field_name="username")
        found = {name: search_of(people[name], number, at=at) for name in set(usernames)}
        for place in range(count):
            if search := found[usernames[place % len(usernames)]]:
                yield search, f"{number}/{place}"


def _recorded(search: Search, name: str, *, at: datetime.datetime) -> DiagnosisRun:
    chance = random.Random(name)  # noqa: S311 (always the same)
    results = [result for result in WEIGHTS if search.ends(result)]
    found = chance.choices(results, [WEIGHTS[result] for result in results])[0]
    return walked(search, name, chance.choice(search.ends(found)), at=at, device=_device(search, chance), chance=chance)


def _device(search: Search, chance: random.Random) -> Device | None:
    """Return a machine the guide is for in one of three cases; the others are not in the register."""
    fit = Device.objects.visible_to(search.person).in_service().filter(model__in=search.guide.product_models.all())
    found = list(fit.order_by("code"))
    return chance.choice(found) if found and chance.random() < 0.35 else None


def walked(
    search: Search,
    name: str,
    end: str,
    *,
    at: datetime.datetime,
    chance: random.Random,
    device: Device | None = None,
    report: FaultReport | None = None,
    note: str = "",
) -> DiagnosisRun:
    """Record that somebody walked to this end."""
    node, answers = search.tree.nodes[end], search.ways[end]
    turns, _end = diagnosis.walk(search.tree, answers)
    minutes = sum(minutes_of(turn.node) for turn in turns) + chance.randrange(5, 40)
    return record(
        guide=search.guide, editions=search.editions, person=search.person, answers=answers,
        seen=[turn.node.id for turn in turns], result=node.value["result"], key=key(name), at=at, device=device,
        report=report, note=note or chance.choice(NOTES), minutes=minutes, parts=_parts(node),
        started_at=at - datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def _parts(end: diagnosis.Node) -> list[Used]:
    """Return the first of the parts that an end names."""
    keys = [part.strip() for part in str(end.value.get("parts") or "").split(",")]
    return [Used(part.number) for part in Part.objects.filter(key=keys[0])]


def ask_leave(*, at: datetime.datetime) -> None:
    """Let the technician stand before a step of FG-001 he is not qualified for, and ask his supervisor."""
    person, walk = User.objects.get(username="technician"), key("leave")
    if not (search := search_of(person, "FG-001", at=at)):
        return
    answers, shut = _to_a_gate(search)
    if shut is None:
        return
    started = at - datetime.timedelta(minutes=35)
    address = Address(
        key=walk, editions=tuple(each.pk for each in search.editions), answers=tuple(answers),
        seen=tuple(turn.node.id for turn in diagnosis.walk(search.tree, answers)[0]), started=int(started.timestamp()),
    )  # fmt: skip
    subject, _slash, rank = str(shut.value["qualification"]).partition("/")
    walks.keep(key=walk, person=person, guide=search.guide, query=address.query, has_begun=True, at=started)
    gates.ask(
        person=person, guide=search.guide, node=shut.id, walk=walk, at=at - datetime.timedelta(minutes=4),
        qualification=Qualification.objects.get(subject__key=subject, rank=rank),
        reason="周岩已在路上，预计 40 分钟到；客户门诊停诊，请允许我先断电测量。",
    )  # fmt: skip


def _to_a_gate(search: Search) -> tuple[list[str], diagnosis.Node | None]:
    """Return the answers that lead to the first step he may not do, and that step."""
    for answers in ways(search.tree).values():
        turns, _end = diagnosis.walk(search.tree, answers)
        for place, turn in enumerate(turns):
            if turn.node.id in search.shut:
                return answers[:place], turn.node
    return [], None
