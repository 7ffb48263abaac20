"""Blocks of a draft <-> raw blocks of a StreamField."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from kb.content.shapes import Members, Part, Shape
from kb.content.sources import tidy
from kb.content.values import comma_separated
from kb.content.ways import Span, Way

type Raw = dict[str, Any]
type PkOf = Callable[[str], int]  # document number -> primary key of its page in the right language
type NumberOf = Callable[[int], str]


def raw_stream(parts: Iterable[Part], pk_of: PkOf) -> list[Raw]:
    """Return the blocks as a StreamField takes them; their ids are those of the file."""
    return [
        {
            "type": part.kind,
            "id": part.id,
            "value": {"heading": part.title, "text": part.text} | _raw_members(part.members, pk_of),
        }
        for part in parts
    ]


def _raw_members(members: Members, pk_of: PkOf) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for key, value in members.items():
        match key:
            case "choice":
                raw["choices"] = _items({"words": way.words, "to": way.to} for way in value)
            case "range":
                raw["ranges"] = _items(
                    {"low": span.low or None, "high": span.high or None, "to": span.to} for span in value
                )
            case "procedure":
                number, _hash, step = value.partition("#")
                raw |= {"procedure": pk_of(number) if number else None, "step": step}
            case "remedy" | "guide":
                raw[key] = pk_of(value) if value else None
            case "parts" | "hazards":
                raw[key] = ", ".join(value)
            case _:
                raw[key] = value
    return raw


def _items(values: Iterable[Raw]) -> list[Raw]:
    """Wrap the members of a list block; their ids are their places, so that the same words have the same digest."""
    return [{"type": "item", "id": str(place), "value": value} for place, value in enumerate(values, start=1)]


def part_of(raw: Raw, shape: Shape, number_of: NumberOf) -> Part:
    """Return the block that a raw one says."""
    value = raw["value"]
    members = {each.key: each.or_empty(_member(each.key, value, number_of)) for each in shape}
    text = tidy(value.get("text") or "")
    return Part(raw["type"], " ".join((value.get("heading") or "").split()), raw["id"], members, text)


def _member(key: str, value: Raw, number_of: NumberOf) -> Any:
    match key:
        case "choice":
            return [Way(" ".join(item["words"].split()), item["to"]) for item in _values(value.get("choices"))]
        case "range":
            return [
                Span(_bound(item["low"]), _bound(item["high"]), item["to"]) for item in _values(value.get("ranges"))
            ]
        case "procedure":
            number = number_of(value["procedure"]) if value.get("procedure") else ""
            return f"{number}#{value['step']}" if number and value.get("step") else number
        case "remedy" | "guide":
            return number_of(value[key]) if value.get(key) else ""
        case "parts" | "hazards":
            return tuple(comma_separated(value.get(key) or ""))
    found = value.get(key)
    return " ".join(found.split()) if isinstance(found, str) else found


def _values(items: Iterable[Raw] | None) -> list[Raw]:
    return [item.get("value", item) for item in items or ()]


def _bound(bound: object) -> str:
    return "" if bound in (None, "") else str(Decimal(str(bound)))
