"""How QTI marks: its response processing brought down to a table of cases. Pure.

Templates and the shapes that editors write are understood; what is not is told as Unclear.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from exams.formats.qti_declared import NUMBERS, Declared, Unclear, number, outcome_default, value_of
from exams.formats.xml import Node

_RIGHT_TEMPLATES = {"match_correct", "CC2_match", "CC2_match_basic"}
_MAP_TEMPLATES = {"map_response", "CC2_map_response"}
_FURTHEST = 30  # powers of ten
_SINGLE = ("is", "has", "near", "between", "pattern")  # tests that name a response
_MOST = 2_000  # alternatives of a condition


@dataclass(frozen=True)
class Test:
    """What a response must be.

    Kinds: right, wrong, is, has, pattern, near, least, most, between, empty, other, unknown;
    full: its mapping gives all.
    `of` is the response, "" the item as a whole; `low` and `high` are tolerances, or bounds.
    """

    kind: str
    of: str
    node: Node = field(compare=False)
    value: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    mode: str = "exact"
    is_cased: bool = True
    is_open: bool = False


@dataclass(frozen=True)
class Case:
    """A response for which all of the tests hold earns these points."""

    tests: tuple[Test, ...]
    points: Decimal


@dataclass
class Processing:
    """What responses earn, by their names; `together` are cases of several; `feedback` is (outcome, id, tests)."""

    right: set[str] = field(default_factory=set)  # earn 1 for the declared right response
    mapped: set[str] = field(default_factory=set)
    cases: dict[str, list[Case]] = field(default_factory=dict)
    together: list[Case] = field(default_factory=list)
    feedback: list[tuple[str, str, tuple[Test, ...] | None]] = field(default_factory=list)
    echoes: dict[str, str] = field(default_factory=dict)  # feedback outcome -> the response that it repeats


def process(item: Node, declared: dict[str, Declared]) -> Processing:
    """Return what the item's response processing comes to. Raises Unclear."""
    node = item.find("responseProcessing")
    if node is None or (not node.nodes and not node.get("template") and not node.get("templateLocation")):
        return Processing(
            right={name for name, each in declared.items() if not each.mapping},
            mapped={name for name, each in declared.items() if each.mapping},
        )
    if node.nodes:
        return _Reader(item, declared).read(node)
    template = (node.get("template") or node.get("templateLocation")).rstrip("/").rpartition("/")[2]
    template = template.removesuffix(".xml")
    if template in _RIGHT_TEMPLATES:
        return Processing(right=set(declared))
    if template in _MAP_TEMPLATES:
        return Processing(mapped=set(declared))
    raise Unclear(node, _("Response processing of the template “%s” is not understood.") % template)


@dataclass(frozen=True)
class _Term:
    """A part of what an outcome is set to: a number, what a response maps to, an outcome, a response, an identifier."""

    kind: str
    value: str = ""
    points: Decimal = Decimal(0)


@dataclass(frozen=True)
class _Effect:
    """A term that counts where one of the alternatives holds; always where there are none."""

    when: tuple[tuple[Test, ...], ...]
    term: _Term


class _Reader:
    """Reads rules; `effects` is what each outcome is made of."""

    def __init__(self, item: Node, declared: dict[str, Declared]) -> None:
        self.item, self.declared = item, declared
        self.effects: dict[str, list[_Effect]] = {}
        self.types = {each.get("identifier"): each.get("baseType") for each in item.all("outcomeDeclaration")}

    def read(self, node: Node) -> Processing:
        self._rules(node.nodes, ())
        found = Processing()
        score = "SCORE" if "SCORE" in self.effects else next(iter(self._numbers()), "")
        if not score:
            raise Unclear(node, _("The response processing sets no score."))
        for effect in self._resolved(score, node, set()):
            self._count(effect, found, node)
        for outcome, effects in self.effects.items():
            for effect in effects:
                self._note(outcome, effect, found)
        return found

    def _numbers(self) -> list[str]:
        return [name for name in self.effects if self.types.get(name) in NUMBERS and name not in self.declared]

    def _resolved(self, outcome: str, node: Node, seen: set[str]) -> Iterator[_Effect]:
        """Yield the effects of an outcome, those of outcomes that it is made of in their place."""
        if outcome in seen:
            raise Unclear(node, _("This response processing is not understood."))
        for effect in self.effects.get(outcome, []):
            if effect.term.kind != "outcome":
                yield effect
            elif effect.term.value in self.effects:
                for inner in self._resolved(effect.term.value, node, seen | {outcome}):
                    yield replace(inner, when=_both(effect.when, inner.when))
            elif default := outcome_default(self.item, effect.term.value):
                yield replace(effect, term=_Term("number", points=number(default, node)))

    def _count(self, effect: _Effect, found: Processing, node: Node) -> None:
        if effect.term.kind == "map":
            found.mapped.add(effect.term.value)
        elif effect.term.kind == "number" and (effect.when or effect.term.points):
            if not effect.when:
                raise Unclear(node, _("Points are given whatever the response."))
            for tests in effect.when:
                self._add(Case(_combined(tests), effect.term.points), found, node)
        elif effect.term.kind not in ("number", "map"):
            raise Unclear(node, _("This response processing is not understood."))

    def _add(self, case: Case, found: Processing, node: Node) -> None:
        of = {test.of for test in case.tests}
        if not case.points and (len(case.tests) != 1 or case.tests[0].kind not in _SINGLE):
            return
        if not of or "" in of:
            raise Unclear(node, _("This response processing is not understood."))
        if len(of) > 1:
            found.together.append(case)
        elif len(case.tests) > 1:
            raise Unclear(case.tests[0].node, _("This response processing is not understood."))
        else:
            found.cases.setdefault(case.tests[0].of, []).append(case)

    def _note(self, outcome: str, effect: _Effect, found: Processing) -> None:
        if effect.term.kind == "response":
            found.echoes[outcome] = effect.term.value
        elif effect.term.kind == "identifier":
            for tests in effect.when or (None,):
                found.feedback.append((outcome, effect.term.value, tests))

    def _rules(self, nodes: Sequence[Node], when: tuple[tuple[Test, ...], ...]) -> None:
        for node in nodes:
            match node.tag:
                case "setOutcomeValue":
                    self._set(node, when)
                case "responseCondition":
                    self._condition(node, when)
                case "responseProcessingFragment":
                    self._rules(node.nodes, when)
                case "exitResponse":
                    return
                case _:
                    raise Unclear(node, _("The rule %s is not understood.") % node.tag)

    def _condition(self, node: Node, when: tuple[tuple[Test, ...], ...]) -> None:
        asked: list[Test] = []
        is_answered = False  # whether a branch before took every response
        for branch in node.nodes:
            if branch.tag == "responseElse":
                own = ((Test("empty", "", branch),),) if is_answered else _others(asked, branch)
                rules = branch.nodes
            else:
                first, *rules = branch.nodes or [branch]
                own = self._asked(first, branch)
                asked += [test for tests in own for test in tests]
                is_answered = is_answered or own == ((),)
            if own != ((),) and all(test.kind == "empty" for tests in own for test in tests):
                continue  # what no response earns is nothing here too
            self._rules(rules, _both(when, own))

    def _asked(self, node: Node, branch: Node) -> tuple[tuple[Test, ...], ...]:
        """Return the tests of a branch; what is not understood matters only where points depend on it."""
        try:
            return self._tests(node)
        except Unclear:
            names = [each.get("identifier") for each in branch.walk() if each.tag == "setOutcomeValue"]
            if any(self.types.get(name, "float") in NUMBERS for name in names):
                raise
            return ((Test("unknown", "", node),),)

    def _set(self, node: Node, when: tuple[tuple[Test, ...], ...]) -> None:
        name = node.get("identifier")
        if not node.nodes:
            raise Unclear(node, _("An outcome is set to nothing."))
        try:
            terms = list(self._terms(node.nodes[0]))
        except Unclear:
            if name == "SCORE" or (self.types.get(name) in NUMBERS and name.upper().startswith("SCORE")):
                raise
            return
        before = self.effects.get(name, [])
        if any(term.kind == "outcome" and term.value == name for term in terms):
            terms = [term for term in terms if term.value != name or term.kind != "outcome"]
        elif not when:
            before = []  # what was set before counts no more
        self.effects[name] = before + [_Effect(when if when != ((),) else (), term) for term in terms]

    def _terms(self, node: Node) -> Iterator[_Term]:
        match node.tag:
            case "baseValue" if node.get("baseType") in NUMBERS:
                yield _Term("number", points=number(node.words, node))
            case "baseValue":
                yield _Term("identifier", value_of(node))
            case "mapResponse":
                yield _Term("map", node.get("identifier"))
            case "variable":
                name = node.get("identifier")
                yield _Term("response" if name in self.declared else "outcome", name)
            case "sum" | "multiple":
                for each in node.nodes:
                    yield from self._terms(each)
            case "max" | "min":  # bounds of a score: shares are bounded here anyway
                for each in node.nodes:
                    yield from (term for term in self._terms(each) if term.kind != "number")
            case _:
                raise Unclear(node, _("The expression %s is not understood.") % node.tag)

    def _tests(self, node: Node) -> tuple[tuple[Test, ...], ...]:
        """Return the alternatives of a condition, each as tests that must all hold."""
        match node.tag:
            case "and":
                found: tuple[tuple[Test, ...], ...] = ((),)
                for each in node.nodes:
                    found = _both(found, self._tests(each))
                return found
            case "or":
                return tuple(tests for each in node.nodes for tests in self._tests(each))
            case "not":
                return self._not(node)
            case "isNull":
                return ((Test("empty", self._variable(node), node),),)
            case "match" | "equal" | "equalRounded" | "stringMatch" | "member" | "contains" | "substring":
                return self._compared(node)
            case "patternMatch":
                return ((Test("pattern", self._variable(node), node, node.get("pattern")),),)
            case "gt" | "gte" | "lt" | "lte":
                return ((self._bound(node),),)
        raise Unclear(node, _("The expression %s is not understood.") % node.tag)

    def _not(self, node: Node) -> tuple[tuple[Test, ...], ...]:
        (tests,) = found = self._tests(node.nodes[0]) if node.nodes else ((),)
        if len(found) != 1 or len(tests) != 1:
            raise Unclear(node, _("The expression %s is not understood.") % node.tag)
        match tests[0].kind:
            case "empty":
                return ((),)
            case "right":
                return ((replace(tests[0], kind="wrong"),),)
        raise Unclear(node, _("The expression %s is not understood.") % node.tag)

    def _variable(self, node: Node) -> str:
        """Return the response that an expression asks of; "" for an outcome, which stands for the whole item."""
        names = [each.get("identifier") for each in node.walk() if each.tag == "variable"]
        if len(names) != 1:
            raise Unclear(node, _("The expression %s is not understood.") % node.tag)
        return names[0] if names[0] in self.declared else ""

    def _compared(self, node: Node) -> tuple[tuple[Test, ...], ...]:
        of = self._variable(node)
        other = next((each for each in node.nodes if each.tag != "variable"), node)
        if other.tag == "correct":
            values = self.declared[of].correct if of else []
            if node.tag in ("match", "contains", "member") or len(values) != 1:
                return ((Test("right", of, node),),)
            return ((self._test(node, of, values[0]),),)
        values = [value_of(each) for each in other.walk() if each.tag == "baseValue"]
        if not values or not of:
            return self._of_outcome(node, values)
        if node.tag == "contains" or (other.tag in ("multiple", "ordered") and node.tag == "match"):
            return (tuple(Test("has", of, node, value) for value in values),)
        if node.tag == "member" and self.declared[of].cardinality != "single":
            return ((Test("has", of, node, values[0]),),)
        return tuple((self._test(node, of, value),) for value in values)

    def _of_outcome(self, node: Node, values: list[str]) -> tuple[tuple[Test, ...], ...]:
        """Return a test of an outcome: anything above nothing stands for right."""
        if len(values) != 1 or self._variable(node):
            raise Unclear(node, _("The expression %s is not understood.") % node.tag)
        is_nothing = values[0].lower() in ("0", "0.0", "false", "incorrect")
        return ((Test("wrong" if is_nothing else "right", "", node),),)

    def _test(self, node: Node, of: str, value: str) -> Test:
        match node.tag:
            case "equal":
                return self._near(node, of, value)
            case "equalRounded":
                places = int(number(node.get("figures") or "0", node))
                if node.get("roundingMode", "significantFigures") == "significantFigures":
                    places -= number(value, node).adjusted() + 1
                half = Decimal(5).scaleb(-min(max(places, -_FURTHEST), _FURTHEST) - 1)
                return Test("near", of, node, value, half, half, "absolute")
            case "stringMatch":
                value = f"\ue000{value}\ue000" if _is(node, "substring", False) else value
                return Test("is", of, node, value, is_cased=_is(node, "caseSensitive", True))
            case "substring":
                return Test("is", of, node, f"\ue000{value}\ue000", is_cased=_is(node, "caseSensitive", True))
        return Test("is", of, node, value)

    @staticmethod
    def _near(node: Node, of: str, value: str) -> Test:
        mode = node.get("toleranceMode", "exact")
        if mode == "exact":
            return Test("near", of, node, value)
        found = [number(each, node) for each in node.get("tolerance").split()]
        if not found:
            raise Unclear(node, _("A tolerance is missing."))
        is_open = not (_is(node, "includeLowerBound", True) and _is(node, "includeUpperBound", True))
        return Test("near", of, node, value, found[0], found[-1], mode, is_open=is_open)

    def _bound(self, node: Node) -> Test:
        """Return a bound, whichever side of the comparison the response stands on."""
        mapped = next((each for each in node.nodes if each.tag == "mapResponse"), None)
        if mapped is not None and node.tag in ("gt", "gte"):
            return Test("full", mapped.get("identifier"), node)
        of = self._variable(node)
        other = next((each for each in node.nodes if each.tag != "variable"), node)
        if other.tag == "variable" or other is node:
            raise Unclear(node, _("The expression %s is not understood.") % node.tag)
        correct = self.declared[of].correct if of else []
        value = correct[0] if other.tag == "correct" and correct else other.words
        is_least = node.tag.startswith("gt") == (node.nodes[0].tag == "variable")
        limit = number(value, node)
        if not of:
            return Test("right" if is_least else "wrong", "", node)
        return Test(
            "least" if is_least else "most", of, node, low=limit, high=limit, is_open=not node.tag.endswith("e")
        )


def _is(node: Node, name: str, default: bool) -> bool:
    said = node.get(name).strip().lower()
    return said in ("true", "1") if said else default


def _both(first: tuple[tuple[Test, ...], ...], second: tuple[tuple[Test, ...], ...]) -> tuple[tuple[Test, ...], ...]:
    """Return what holds where both do; no alternatives at all means always."""
    if not first or not second:
        return first or second
    if len(first) * len(second) > _MOST:
        raise Unclear((first[0] or second[0])[0].node, _("This condition has too many alternatives."))
    return tuple(tuple(dict.fromkeys(one + two)) for one in first for two in second)


def _combined(tests: tuple[Test, ...]) -> tuple[Test, ...]:
    """Return the tests of one case, a least and a most of the same response as one."""
    least = [test for test in tests if test.kind == "least"]
    most = [test for test in tests if test.kind == "most"]
    if len(least) == len(most) == 1 and least[0].of == most[0].of:
        between = replace(least[0], kind="between", high=most[0].high, is_open=least[0].is_open or most[0].is_open)
        return (*(test for test in tests if test.kind not in ("least", "most")), between)
    return tests


def _others(asked: list[Test], node: Node) -> tuple[tuple[Test, ...], ...]:
    """Return what holds where nothing of what was asked does."""
    if all(test.kind == "empty" for test in asked):
        return ((),)
    if [test.kind for test in asked] == ["wrong"]:
        return ((replace(asked[0], kind="right"),),)
    of = {test.of for test in asked if test.kind != "empty"}
    return ((Test("other", of.pop() if len(of) == 1 else "", node),),)
