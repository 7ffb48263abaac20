"""A simulation as it is written: the recipe, as exams.simulation.written says it."""

from collections.abc import Mapping, Sequence

from exams.simulation import written as recipes
from exams.written.writing import Writing


class Recipe(Writing):
    """`guide: FG-001`, `fault: end-cord`, `device`, `symptom`; `minutes <step>: 5` and `reading <step>: 11.2 V`."""

    members = ("guide", "fault", "device", "symptom")

    def takes(self, row: str, *, is_first: bool) -> bool:
        found = recipes.LINE.fullmatch(row)
        return bool(found and found["table"])

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        return recipes.read([*(f"{name}: {words}" for name, words in members.items()), *rows])

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        lines = recipes.write(body).splitlines()
        rows = [line for line in lines if self.takes(line, is_first=False)]
        return dict(line.split(": ", 1) for line in lines if line not in rows), rows
