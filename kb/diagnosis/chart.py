"""A fault tree drawn as a flow chart: SVG that needs no script and no style sheet, coloured by classes. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kb.diagnosis import words
from kb.diagnosis.layers import Item
from kb.diagnosis.layout import AROUND, FONT, LINE, SMALL, SMALL_LINE, Layout, layout
from kb.diagnosis.tree import Graph, Node


def svg(
    tree: Graph,
    *,
    marked: Mapping[str, str] = {},
    links: Callable[[str], str] | None = "#node-{}".format,
    title: str = "",
) -> SafeString:
    """Return the chart. `marked` are nodes with problems: "error" or "warning"; `links` gives each node its address.

    Without links it is an image to a screen reader, with them a group of links: an image may hold none.
    Colours are presentation attributes, for paper; the classes (fc-...) let a style sheet replace them.
    """
    drawing = _Drawing(tree, layout(tree), marked, links)
    return mark_safe("".join(drawing.parts(title or _("Flow chart"))))  # noqa: S308 - everything is escaped below


# Fill and line of a node, by its class: what prints well where no style sheet reaches.
_PAINT = {
    "ask": ("#eaf1fd", "#2b5fc2"),
    "measure": ("#eef7f8", "#0f7284"),
    "act": ("#f6f3ea", "#8a6a1c"),
    "include": ("#f2effa", "#6446b0"),
    "resolved": ("#e6f5ea", "#1d7a3a"),
    "workaround": ("#fdf3dc", "#a86400"),
    "unresolved": ("#fbe9e9", "#b3261e"),
    "missing": ("#fff5f5", "#c5221f"),
}
_MARK = {"error": "#c5221f", "warning": "#a86400"}
_INK, _FAINT, _EDGE = "#1b2430", "#5a6675", "#8793a3"
_FAMILY = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(
    class_: str, x: float, y: float, lines: Iterable[str], *, size: int = SMALL, step: int = SMALL_LINE,
    fill: str = _INK, weight: str = "", anchor: str = "middle",
) -> str:  # fmt: skip
    bold = f' font-weight="{weight}"' if weight else ""
    return "".join(
        f'<text class="{class_}" x="{_number(x)}" y="{_number(y + place * step)}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}"{bold}>{escape(line)}</text>'
        for place, line in enumerate(lines)
    )


class _Drawing:
    """One chart being drawn."""

    def __init__(
        self, tree: Graph, placed: Layout, marked: Mapping[str, str], links: Callable[[str], str] | None
    ) -> None:
        self.tree, self.placed, self.marked, self.links = tree, placed, marked, links
        self.kinds = {
            "ask": _("Look and ask"), "measure": _("Measure"), "act": _("Do"), "include": _("Another guide"),
            "resolved": _("Resolved"), "workaround": _("Workaround"), "unresolved": _("Unresolved"),
        }  # fmt: skip
        self.lost = {item.node for item in placed.items if item.kind == "node" and not item.above} - {tree.start}

    def parts(self, title: str) -> Iterator[str]:
        """Yield the picture: lines first, so that nothing hides words."""
        width, height = _number(max(self.placed.width, 2 * AROUND)), _number(max(self.placed.height, 2 * AROUND))
        counts = {"nodes": len(self.tree.nodes), "ends": sum(node.kind == "end" for node in self.tree.nodes.values())}
        said = _("%(nodes)d nodes, %(ends)d of them ends. The same ways stand in words in the list of the nodes.")
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="fc" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="{"group" if self.links else "img"}" aria-labelledby="chart-title chart-text" '
            f'font-family="{_FAMILY}">'
            f'<title id="chart-title">{escape(title)}</title><desc id="chart-text">{escape(said % counts)}</desc>'
        )
        yield from (self._line(upper, lower) for upper, lower in self.placed.lines)
        yield from (self._back(place, way, to) for place, (way, to) in enumerate(self.placed.back))
        yield from (self._arrow(item) for item in self.placed.items if item.kind != "way" and item.above)
        for item in self.placed.items:
            yield {"node": self._node, "way": self._way, "missing": self._missing}[item.kind](item)
        yield "</svg>"

    def _line(self, upper: Item, lower: Item) -> str:
        """A curve from the lower edge of one to the upper edge of the other, and past what only passes by."""
        x, y, to, down = upper.x, upper.y + upper.height, lower.x, lower.y
        straight = f"M{_number(x)} {_number(upper.y)}V{_number(y)}" if upper.is_passing else ""
        begin = straight or f"M{_number(x)} {_number(y)}"
        middle = (y + down) / 2
        curve = (
            f"V{_number(down)}" if abs(x - to) < 1 else
            f"C{_number(x)} {_number(middle)} {_number(to)} {_number(middle)} {_number(to)} {_number(down)}"
        )  # fmt: skip
        way = upper if upper.kind == "way" else lower
        dashed = ' stroke-dasharray="5 4"' if way.kind == "way" and way.is_fallback else ""
        return f'<path class="fc-edge" d="{begin}{curve}" fill="none" stroke="{_EDGE}" stroke-width="1.5"{dashed}/>'

    def _back(self, place: int, way: Item, to: Item) -> str:
        """A line round the right-hand side, from a way that leads up again to the side of its node."""
        lane = self.placed.width - AROUND / 2 - 12 * (place % 20)
        x, y, side, height = way.x, way.y + way.height, to.x + to.width / 2, to.y + to.height / 2
        red = _PAINT["missing"][1]
        return (
            f'<path class="fc-edge fc-back" d="M{_number(x)} {_number(y)}q0 10 10 10H{_number(lane - 8)}q8 0 8 -8'
            f'V{_number(height + 8)}q0 -8 -8 -8H{_number(side + 9)}" fill="none" stroke="{red}" stroke-width="1.5" '
            f'stroke-dasharray="6 4"/><path class="fc-arrow fc-back" d="M{_number(side + 1)} {_number(height)}'
            f'l10 -5v10z" fill="{red}"/>'
        )

    def _arrow(self, item: Item) -> str:
        return f'<path class="fc-arrow" d="M{_number(item.x)} {_number(item.y)}l-5 -9h10z" fill="{_EDGE}"/>'

    def _class(self, node: Node) -> str:
        result = str(node.value.get("result") or "")
        return result if node.kind == "end" and result in _PAINT else "unresolved" if node.kind == "end" else node.kind

    def _node(self, item: Item) -> str:
        node = self.tree.nodes[item.node]
        class_, mark = self._class(node), self.marked.get(item.node, "")
        fill, line = _PAINT.get(class_, _PAINT["act"])
        classes = f"fc-node fc-{node.kind}" + (f" fc-{class_}" if class_ != node.kind else "")
        classes += " fc-lost" * (item.node in self.lost) + f" fc-{mark}" * (mark in _MARK)
        left, top = item.x - item.width / 2, item.y
        colour, thick = (_MARK[mark], 3) if mark in _MARK else (line, 1.5)
        dashed = ' stroke-dasharray="6 4"' if item.node in self.lost else ""
        paint = f'fill="{fill}" stroke="{colour}" stroke-width="{thick}"{dashed}'
        heading = str(node.value.get("heading") or item.node)
        body = (
            f"<title>{escape(self.kinds[class_])} · {escape(heading)} ({escape(item.node)})</title>"
            + _shape(node.kind, left, top, item.width, item.height, paint)
            + _text("fc-kind", item.x, top + 20, [self.kinds[class_]], size=11, fill=line, weight="600")
            + _text("fc-heading", item.x, top + 41, item.lines, size=FONT, step=LINE, weight="500")
            + self._flag(node, left + item.width, top)
        )
        return self._linked(item.node, classes, body)

    def _flag(self, node: Node, right: float, top: float) -> str:
        """A triangle on what endangers people."""
        if not (node.value.get("live") or node.value.get("hazard") in ("warning", "danger")):
            return ""
        red = node.value.get("hazard") == "danger" or node.value.get("live")
        return (
            f'<g class="fc-flag"><path d="M{_number(right - 26)} {_number(top + 5)}l9 16h-18z" '
            f'fill="{"#d93025" if red else "#f29900"}" stroke="#fff" stroke-width="1"/>'
            + _text("fc-flag-sign", right - 26, top + 19, ["!"], size=11, fill="#fff", weight="700")
            + "</g>"
        )

    def _way(self, item: Item) -> str:
        if not item.lines and not item.is_far:
            return ""
        text = len(item.lines) * SMALL_LINE
        box = (
            f'<rect class="fc-label-box" x="{_number(item.x - item.width / 2)}" y="{_number(item.y)}" '
            f'width="{_number(item.width)}" height="{_number(text + 4)}" rx="4" fill="#fff"/>'
            if item.lines else ""
        )  # fmt: skip
        class_ = "fc-label fc-fallback" if item.is_fallback else "fc-label"
        said = _text(class_, item.x, item.y + 14, item.lines, fill=_FAINT if item.is_fallback else _INK)
        return box + said + (self._sign(item, item.y + text + (4 if item.lines else 0)) if item.is_far else "")

    def _sign(self, item: Item, top: float) -> str:
        """The name of a node far below, in place of a line to it."""
        node = self.tree.nodes.get(item.to)
        heading = str(node.value.get("heading") or item.to) if node else item.to or _("no target")
        line = _PAINT[self._class(node) if node else "missing"][1]
        left = item.x - item.width / 2
        lines = words.lines("→ " + heading, (item.width - 12) / SMALL, 1)
        body = (
            f"<title>{escape(heading)}</title>"
            f'<rect class="fc-shape" x="{_number(left)}" y="{_number(top)}" width="{_number(item.width)}" height="22" '
            f'rx="11" fill="#fff" stroke="{line}" stroke-width="1"/>' + _text("fc-heading", item.x, top + 15.5, lines)
        )
        classes = f"fc-sign fc-{self._class(node)}" if node else "fc-sign fc-missing"
        return self._linked(item.to if node else "", classes, body)

    def _missing(self, item: Item) -> str:
        fill, line = _PAINT["missing"]
        left = item.x - item.width / 2
        return (
            f'<g class="fc-node fc-missing"><rect class="fc-shape" x="{_number(left)}" y="{_number(item.y)}" '
            f'width="{_number(item.width)}" height="{_number(item.height)}" rx="4" fill="{fill}" stroke="{line}" '
            'stroke-width="1.5" stroke-dasharray="5 4"/>'
            + _text("fc-kind", item.x, item.y + 18, [_("does not exist")], size=11, fill=line, weight="600")
            + _text("fc-heading", item.x, item.y + 35, item.lines, fill=line)
            + "</g>"
        )

    def _linked(self, id_: str, classes: str, body: str) -> str:
        address = self.links(id_) if id_ and self.links else ""
        if not address:
            return f'<g class="{classes}">{body}</g>'
        return f'<a class="{classes}" href="{escape(address)}">{body}</a>'


def _shape(kind: str, left: float, top: float, width: float, height: float, paint: str) -> str:
    """A six-cornered sign for a question, a box for an act, one with a scale for a measurement, round for an end."""
    x, y, right, bottom = left, top, left + width, top + height
    middle = (y + bottom) / 2
    if kind == "ask":
        points = [(x, middle), (x + 13, y), (right - 13, y), (right, middle), (right - 13, bottom), (x + 13, bottom)]
        path = "L".join(f"{_number(across)} {_number(down)}" for across, down in points)
        return f'<path class="fc-shape" d="M{path}z" stroke-linejoin="round" {paint}/>'
    round_ = {"end": min(26, height / 2), "measure": 10}.get(kind, 3)
    box = (
        f'<rect class="fc-shape" x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" '
        f'height="{_number(height)}" rx="{_number(round_)}" {paint}/>'
    )
    if kind == "include":
        bars = f"M{_number(x + 7)} {_number(y)}v{_number(height)}M{_number(right - 7)} {_number(y)}v{_number(height)}"
        return box + f'<path class="fc-shape" d="{bars}" {paint}/>'
    if kind == "measure":
        ticks = "".join(f"M{_number(x + 30 + 17 * n)} {_number(bottom)}v-{6 if n % 2 else 4}" for n in range(9))
        return box + f'<path class="fc-shape" d="{ticks}" {paint}/>'
    return box
