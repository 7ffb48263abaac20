"""What the editor shows of a guide beside its words: the chart and the findings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from kb.diagnosis import Graph, Problem
from kb.diagnosis.chart import svg
from kb.models.guide_names import heading, readable


@dataclass(frozen=True)
class Finding:
    """A problem as it is shown: the block, its heading, the member and the index in it, a sentence."""

    block: str
    heading: str
    field: str
    place: int
    text: str
    is_error: bool


@dataclass
class Findings:
    """A guide's tree and what is wrong with it."""

    tree: Graph
    problems: Sequence[Problem]

    @cached_property
    def rows(self) -> list[Finding]:
        """The findings, in the order of the nodes."""
        return [self._row(problem) for problem in self.problems]

    def _row(self, problem: Problem) -> Finding:
        node = self.tree.nodes.get(problem.node)
        text = readable(self.tree, problem.text)
        block, name = (node.id, heading(node) or node.id) if node else ("", "")
        return Finding(block, name, problem.field, problem.place, text, problem.is_error)

    @property
    def errors(self) -> list[Finding]:
        """Those with which the guide is not submitted."""
        return [row for row in self.rows if row.is_error]

    @property
    def warnings(self) -> list[Finding]:
        """Those with which it may be."""
        return [row for row in self.rows if not row.is_error]

    @property
    def chart(self) -> SafeString:
        """The flow chart with the nodes that have findings marked."""
        return svg(self.tree, marked=self._marked()) if self.tree.nodes else SafeString("")

    def _marked(self) -> Mapping[str, str]:
        marked = {row.block: "warning" for row in self.warnings}
        return marked | {row.block: "error" for row in self.errors}

    def summary(self) -> SafeString:
        """How many there are, and each with a link to its node."""
        return SafeString(render_to_string("kb/guide_editor/_summary.html", {"found": self}))

    def as_json(self) -> list[dict]:
        """The findings as the editor's script takes them."""
        return [asdict(row) for row in self.rows]
