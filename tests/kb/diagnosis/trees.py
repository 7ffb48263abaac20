"""Fault trees for tests: one by hand, and every sound one by chance."""

from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from kb.diagnosis import Graph, graph

type Raw = tuple[str, str, dict]

RANGES = [
    {"low": None, "high": "11.4", "to": "bad"},
    {"low": "11.4", "high": "12.6", "to": "swap"},
    {"low": "12.6", "high": None, "to": "bad"},
]
SOUND = [
    ("lamp", "ask", {"choices": [{"words": "不亮", "to": "rail"}, {"words": "亮", "to": "over"}], "none": "over"}),
    ("rail", "measure", {"ranges": RANGES, "cannot": "over", "unit": "V"}),
    ("swap", "act", {"then": "over"}),
    ("bad", "end", {"result": "resolved", "cause": "电源损坏"}),
    ("over", "end", {"result": "unresolved", "escalate": "专业服务中心", "collect": "日志"}),
]


def tree(*blocks: Raw, start: str = "lamp") -> Graph:
    """The tree of these blocks, or the sound one."""
    return graph(start=start, blocks=blocks or SOUND)


def changed(node: str, **members: object) -> Graph:
    """The sound tree with other members in one node."""
    return tree(*((id_, kind, value | members) if id_ == node else (id_, kind, value) for id_, kind, value in SOUND))


def end(id_: str, result: str = "resolved") -> Raw:
    """An end that says all it should."""
    return id_, "end", {"heading": id_, "result": result, "cause": "x", "escalate": "x", "collect": "x"}


def build(blocks: list[Raw], start: str = "0") -> Graph:
    """The graph of generated blocks."""
    return graph(start=start, blocks=blocks)


def sound(count: int, chance: Random, reach: int = 10**6) -> list[Raw]:
    """Blocks of a sound guide of so many nodes: ways lead to later nodes only, to each node one from a node before it.

    No way leads further than `reach` nodes on, but for those of "none" and "cannot".
    """
    is_end = [False, *(chance.random() < 0.3 for _ in range(count - 2)), True]
    children: list[list[int]] = [[] for _ in range(count)]
    for place in range(1, count):
        above = [each for each in range(max(0, place - reach), place) if not is_end[each]]
        if not above:  # nobody near can lead here
            is_end[place - 1], above = False, [place - 1]
        children[chance.choice(above)].append(place)
    return [_node(place, count, children[place], is_end[place], chance, reach) for place in range(count)]


def sound_blocks(most: int = 12) -> st.SearchStrategy[list[Raw]]:
    """Every sound guide; drawn from a seed, because drawing each member is ten times as slow."""
    return st.builds(lambda count, seed: sound(count, Random(seed)), st.integers(2, most), st.integers(0, 2**32))


def _node(place: int, count: int, children: list[int], is_end: bool, chance: Random, reach: int) -> Raw:
    if is_end:
        return end(str(place), chance.choice(["resolved", "workaround", "unresolved"]))
    more = chance.randint(not children, 2)
    to = [*children, *(chance.randint(place + 1, min(count - 1, place + reach)) for _ in range(more))]
    targets, other = [str(each) for each in to], str(chance.randint(place + 1, count - 1))
    kind = chance.choice(["ask", "measure"] if len(targets) > 1 else ["ask", "measure", "act", "include"])
    value: dict = {"heading": f"第 {place} 步：看电源模块的指示灯是什么状态", "minutes": chance.choice([None, 0, 7])}
    if kind == "ask":
        value["choices"] = [{"words": f"答案 {n}，灯常亮", "to": target} for n, target in enumerate(targets)]
        value["none"] = other
    elif kind == "measure":
        steps = sorted(chance.sample(range(-5000, 5000), len(to) - 1))
        bounds = pairwise([None, *(f"{step / 100:.2f}" for step in steps), None])
        value["ranges"] = [
            {"low": low, "high": high, "to": target} for (low, high), target in zip(bounds, targets, strict=True)
        ]
        value |= {"cannot": other, "unit": "V", "live": True, "hazard": "danger", "text": "先断电。"}
    elif kind == "act":
        value["then"] = targets[0]
    else:
        value |= {"guide": 7, "unresolved": targets[0]}
    return str(place), kind, value


def slots(blocks: list[Raw]) -> list[tuple[str, dict, str]]:
    """Every place where a target stands: whose, in which mapping, under which key."""
    found = []
    for id_, kind, value in blocks:
        found += [(id_, item, "to") for item in [*value.get("choices", ()), *value.get("ranges", ())]]
        keys = {"ask": "none", "measure": "cannot", "act": "then", "include": "unresolved"}
        found += [(id_, value, keys[kind])] if kind in keys else []
    return found
