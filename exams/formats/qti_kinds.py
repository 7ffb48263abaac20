"""Which interaction of QTI becomes which kind of question; essays. Pure."""

from collections.abc import Callable
from decimal import Decimal

from exams.formats.qti_choice import choice
from exams.formats.qti_item import Body, Item
from exams.formats.qti_pairs import associate, matching, ordering
from exams.formats.qti_typed import typed
from exams.formats.question import plain
from exams.formats.xml import Node


def essay(item: Item, node: Node) -> tuple[str, Body, Decimal]:
    """Return the kind and the body of a text that a person marks."""
    body: Body = {}
    if rubric := [row for block in _scorers(item) for row in _criteria(item, block)]:
        body["rubric"] = rubric
    samples = [item.text.markdown(block.children) for block in _scorers(item) if block.get("class") == "sample"]
    declared = item.declared.get(node.get("responseIdentifier"))
    samples += declared.correct[:1] if declared and not samples else []
    if samples:
        body["sample"] = samples[0]
    for block in (each for each in item.body.all("rubricBlock") if each.get("class") == "words"):
        for span in (each for each in block.walk() if each.get("class") in ("least", "most")):
            if span.words.strip().isdigit():
                body[f"{span.get('class')}_words"] = int(span.words)
    return "essay", body, Decimal(1)


def _scorers(item: Item) -> list[Node]:
    return [node for node in item.node.walk() if node.tag == "rubricBlock" and not item.is_for_candidates(node)]


def _criteria(item: Item, block: Node) -> list[Body]:
    if block.get("class") == "sample":
        return []
    if block.get("class") != "criteria":
        words = item.text.line(block.children)
        return [{"criterion": words, "points": plain(item.points(Decimal(1)) or Decimal(1))}] if words else []
    rows: list[Body] = []
    for node in (each for each in block.walk() if each.tag in ("dt", "dd")):
        points = next((each for each in node.nodes if each.get("class") == "points"), None)
        words = item.text.line([child for child in node.children if child is not points])
        row = {"points": points.words.strip() if points else "1"}
        if node.tag == "dt":
            rows.append({"criterion": words} | row)
        elif rows:
            rows[-1].setdefault("levels", []).append({"text": words} | row)
    return rows


READERS: dict[str, Callable[[Item, Node], tuple[str, Body, Decimal]]] = {
    "choiceInteraction": choice,
    "inlineChoiceInteraction": choice,
    "textEntryInteraction": typed,
    "sliderInteraction": typed,
    "orderInteraction": ordering,
    "matchInteraction": matching,
    "associateInteraction": associate,
    "extendedTextInteraction": essay,
}
PARTS = ("choiceInteraction", "inlineChoiceInteraction", "textEntryInteraction", "sliderInteraction")
