"""In which order the tests of a fault tree are cheapest, by how often each has found the fault. Pure.

Tests that rule out causes one after the other can be done in any order. If test i finds the fault with probability p(i)
and takes c(i) minutes, the expected time is least where p(i) / c(i) falls: an exchange of two neighbours that stand
otherwise saves time. The ratio rule: W. E. Smith, "Various optimizers for single-stage production", Naval Research
Logistics Quarterly 3 (1956), 59-66; for testing sequences L. G. Mitten, "An analytic solution to the least cost testing
sequence problem", Journal of Industrial Engineering 11 (1960), 17.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kb.diagnosis.tree import Graph, Node

# How long a node takes where its author does not say: a look, a measurement with its set-up, a manipulation.
MINUTES = {"ask": 2, "measure": 5, "act": 10}


@dataclass(frozen=True)
class Check:
    """A test of a chain: its node, the targets of its ways that lead to ends, and what going on from it takes.

    `acts` lie between it and the next test; their minutes are part of `minutes`.
    """

    node: str
    own: frozenset[str]
    acts: Sequence[str]
    minutes: int


@dataclass(frozen=True)
class Chain:
    """Tests one after the other, and the node that is arrived at when none of them has found the fault."""

    checks: Sequence[Check]
    rest: str


@dataclass(frozen=True)
class Proposal:
    """The tests of a chain in their present order and in the cheapest one.

    Minutes are those it takes on average to find a fault that one of them finds; `runs` is on how many that rests.
    """

    present: Sequence[str]
    proposed: Sequence[str]
    minutes_before: float
    minutes_after: float
    runs: int


def proposals(tree: Graph, counts: Mapping[str, int]) -> list[Proposal]:
    """Return the cheapest order of each chain where it is better than the present one.

    `counts` says how many runs ended below a test's own ways (see counted). Whoever reads the proposal judges whether
    the tests may change places: that one prepares the next is not to be seen from the tree.
    """
    found = (_proposal(chain, counts) for chain in chains(tree))
    return [proposal for proposal in found if proposal.minutes_after < proposal.minutes_before]


def _proposal(chain: Chain, counts: Mapping[str, int]) -> Proposal:
    best = sorted(chain.checks, key=lambda check: -_ratio(check, counts))
    names = [[check.node for check in checks] for checks in (chain.checks, best)]
    runs = sum(counts.get(check.node, 0) for check in chain.checks)
    return Proposal(*names, expected(chain.checks, counts), expected(best, counts), runs)


def _ratio(check: Check, counts: Mapping[str, int]) -> Fraction:
    """Return faults found for each minute; what takes no time comes first."""
    return Fraction(counts.get(check.node, 0), check.minutes) if check.minutes else Fraction(10**9)


def expected(checks: Sequence[Check], counts: Mapping[str, int]) -> float:
    """Return the mean minutes until the fault is found, over the runs in which one of these tests found it."""
    spent = total = runs = 0
    for check in checks:
        spent += check.minutes
        total += spent * counts.get(check.node, 0)
        runs += counts.get(check.node, 0)
    return total / runs if runs else 0.0


def counted(tree: Graph, paths: Iterable[tuple[Sequence[str], int]]) -> Counter[str]:
    """Count where runs found the fault, from (ids of the nodes passed, the end last; how many runs went so)."""
    own = {check.node: check.own for chain in chains(tree) for check in chain.checks}
    found: Counter[str] = Counter()
    for path, count in paths:
        for here, there in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
            if here in own:
                found[here] += count if there in own[here] else 0
                break
    return found


def chains(tree: Graph) -> list[Chain]:
    """Return the chains of two and more tests of which each has one way on, and else ways to ends.

    Into the middle of a chain no other way leads: whoever came by it would meet the tests in another order too. The way
    on of the last test is the only one that leaves the fault unresolved, or to a node of another kind of branching.
    """
    entries = Counter(to for node in tree.nodes.values() for to in set(node.targets))
    links = {node.id: link for node in tree.nodes.values() if (link := _link(tree, node))}
    followers = {link.rest for link in links.values() if _follows(tree, link, links, entries)}
    found = []
    for id_ in links:
        if id_ in followers:
            continue
        checks, here = [], id_
        while here in links:
            checks.append(links[here].checks[0])
            rest = links[here].rest
            here = rest if rest in followers else ""
        if len(checks) > 1:
            found.append(Chain(checks, rest))
    return found


def _link(tree: Graph, node: Node) -> Chain | None:
    """Return the test with its one way on, or None where the node is no test that could be moved."""
    if node.kind not in ("ask", "measure"):
        return None
    arrived = {to: _arrived(tree, to) for to in set(node.targets)}
    if not all(path and path[-1] in tree.nodes for path in arrived.values()):
        return None
    ends = {to for to, path in arrived.items() if tree.nodes[path[-1]].kind == "end"}
    going_on = arrived.keys() - ends or {
        to for to in ends if tree.nodes[arrived[to][-1]].value.get("result") == "unresolved"
    }
    if len(going_on) != 1 or len(arrived) == 1:
        return None
    way = going_on.pop()
    *acts, rest = arrived[way]
    minutes = minutes_of(node) + sum(minutes_of(tree.nodes[act]) for act in acts)
    return Chain([Check(node.id, frozenset(arrived.keys() - {way}), acts, minutes)], rest)


def _arrived(tree: Graph, id_: str) -> list[str]:
    """Return the acts from here on and what comes after them; nothing where they lead round in a circle."""
    path = [id_]
    while id_ in tree.nodes and tree.nodes[id_].kind == "act":
        id_ = tree.nodes[id_].targets[0]
        if id_ in path:
            return []
        path.append(id_)
    return path


def _follows(tree: Graph, link: Chain, links: Mapping[str, Chain], entries: Counter[str]) -> bool:
    """Say whether the next test can be reached from this one only."""
    acts = link.checks[0].acts
    return link.rest in links and link.rest != tree.start and all(entries[each] == 1 for each in [*acts, link.rest])


def minutes_of(node: Node) -> int:
    """Return how long a node takes."""
    minutes = node.value.get("minutes")
    return MINUTES.get(node.kind, 0) if minutes is None or minutes == "" else int(minutes)
