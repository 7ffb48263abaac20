"""The recipe of a simulation as its author writes it, a line each. Pure.

guide: FG-001 / fault: end-cord / device: what stands before the candidate / symptom: what the customer says /
minutes <step>: 5 / reading <step>: what it shows
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

LINE = re.compile(
    r"(?P<name>guide|fault|device|symptom)[:：] *(?P<said>.*\S)"
    r"|(?P<table>minutes|reading) +(?P<step>[^\s:：]+)[:：] *(?P<value>.*\S)"
)
_TABLES = {"minutes": "minutes", "reading": "readings"}
_WHOLE = re.compile(r"[0-9]{1,5}")


def read(rows: Iterable[str]) -> dict[str, Any]:
    """Return the recipe that lines say, each of which matches LINE; the last of two that say the same counts."""
    found: dict[str, Any] = {}
    for row in rows:
        match = LINE.fullmatch(row)
        if match["name"]:
            found[match["name"]] = match["said"]
        else:
            value = match["value"]
            is_cost = match["table"] == "minutes" and _WHOLE.fullmatch(value)
            found.setdefault(_TABLES[match["table"]], {})[match["step"]] = int(value) if is_cost else value
    return found


def write(body: Mapping[str, Any]) -> str:
    """Return the recipe in a body as lines; `read` gives the same back, but for white space within a line."""
    rows = [(name, body.get(name)) for name in ("guide", "fault", "device", "symptom")]
    for word, table in _TABLES.items():
        rows += [(f"{word} {step}", value) for step, value in (body.get(table) or {}).items()]
    return "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in rows if value not in (None, ""))
