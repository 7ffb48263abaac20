"""What an item of QTI declares of its responses and outcomes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from exams.formats.xml import Node

NUMBERS = ("float", "integer")
_FURTHEST = 30  # powers of ten


class Unclear(ValueError):
    """Processing that is not understood: `node` is where."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node


def number(text: str, node: Node) -> Decimal:
    """Return a number as QTI writes it. Raises Unclear."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise Unclear(node, _("“%s” is not a number.") % text.strip()) from None
    if not found.is_finite() or abs(found.adjusted()) > _FURTHEST:
        raise Unclear(node, _("“%s” is not a number.") % text.strip())
    return found


@dataclass(frozen=True)
class Entry:
    """An entry of a mapping."""

    key: str
    value: Decimal
    is_cased: bool


@dataclass(frozen=True)
class Mapping:
    """What single values are worth."""

    entries: Sequence[Entry]
    default: Decimal
    lower: Decimal | None
    upper: Decimal | None
    line: int

    def of(self, key: str) -> Decimal:
        """Return what a value is worth."""
        return next((entry.value for entry in self.entries if entry.key == key), self.default)


@dataclass
class Declared:
    """A response declaration."""

    node: Node
    ident: str
    cardinality: str
    base: str
    correct: list[str]
    mapping: Mapping | None

    @property
    def is_number(self) -> bool:
        """Whether responses are numbers."""
        return self.base in NUMBERS


def declarations(item: Node) -> dict[str, Declared]:
    """Return the response declarations of an item by name. Raises Unclear."""
    return {each.get("identifier"): _declared(each) for each in item.all("responseDeclaration")}


def _declared(node: Node) -> Declared:
    correct = node.find("correctResponse")
    values = [value_of(each) for each in correct.all("value")] if correct else []
    mapping = node.find("mapping")
    return Declared(
        node,
        node.get("identifier"),
        node.get("cardinality", "single"),
        node.get("baseType", "identifier"),
        values,
        _mapping(mapping) if mapping else None,
    )


def value_of(node: Node) -> str:
    """Return the words of a value."""
    return " ".join(node.words.split())


def _mapping(node: Node) -> Mapping:
    entries = [
        Entry(
            " ".join(each.get("mapKey").split()),
            number(each.get("mappedValue"), each),
            each.get("caseSensitive").lower() in ("true", "1"),
        )
        for each in node.all("mapEntry")
    ]
    bounds = {name: number(node.get(name), node) if node.get(name) else None for name in ("lowerBound", "upperBound")}
    default = number(node.get("defaultValue") or "0", node)
    return Mapping(entries, default, bounds["lowerBound"], bounds["upperBound"], node.line)


def outcome_default(item: Node, ident: str) -> str:
    """Return the default value of an outcome, "" where it has none."""
    for each in item.all("outcomeDeclaration"):
        if each.get("identifier") == ident and (value := each.find("defaultValue", "value")):
            return value_of(value)
    return ""
