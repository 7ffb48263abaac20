"""A question as an item of QTI 2.1 or 3.0: declarations, body, response processing, feedback. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.formats.qti_html import Child, blocks, element, line, placed
from exams.formats.qti_names import TOOL, Version, title_of
from exams.formats.qti_parts import (
    HUNDRED,
    RESPONSE,
    SCORE,
    STAR,
    chain,
    flat,
    float_of,
    has_stars,
    is_right,
    like,
    near,
    outcome,
    points,
    response,
    set_of,
    set_to,
    unescaped,
    when,
    yes,
)
from exams.formats.qti_text import GAP
from exams.formats.question import Loss, Neutral, plain, shares
from exams.formats.xml import Node

type Body = Mapping[str, Any]

FEEDBACK, SOLUTION = "FEEDBACK", "SOLUTION"
_MARK = re.compile("\ue000(\\d*)\ue001")
_GAPS = re.compile(r"\{\{(\d{1,3})\}\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Unwritten(ValueError):
    """A question that QTI has no way to say."""


@dataclass
class Writer:
    """Makes one item, and names what it cannot say."""

    question: Neutral
    version: Version
    folder: str  # where its pictures lie, seen from the item
    losses: list[Loss] = field(default_factory=list)
    responses: list[Node] = field(default_factory=list)
    outcomes: list[Node] = field(default_factory=list)
    body: list[Child] = field(default_factory=list)
    rules: list[Node] = field(default_factory=list)
    notes: list[Node] = field(default_factory=list)
    template: str = ""

    @property
    def full(self) -> Decimal:
        """What the item is worth."""
        return self.question.points or Decimal(1)

    def item(self, ident: str) -> Node:
        """Return the item. Raises Unwritten."""
        question = self.question
        self.outcomes.append(outcome(SCORE, "float", "0"))
        if question.points is not None:
            self.outcomes.append(outcome("MAXSCORE", "float", plain(question.points)))
        make = getattr(self, f"_{question.kind}", None)
        if make is None:
            raise Unwritten(_("QTI has no question of this kind."))
        make(question.body)
        if question.explanation:
            self.outcomes.append(outcome(SOLUTION, "identifier", SOLUTION))
            self._modal(SOLUTION, SOLUTION, blocks(question.explanation, self.address))
        return element(
            "assessmentItem",
            *self.responses,
            *self.outcomes,
            element("itemBody", *self.body),
            *self._processing(),
            *self.notes,
            identifier=question.ident if re.fullmatch(r"[A-Za-z_][\w.-]{0,60}", question.ident) else ident,
            title=question.name or title_of(question.text) or ident,
            adaptive="false",
            timeDependent="false",
            **({"toolName": TOOL, "toolVersion": "1"} if not question.name else {}),
        )

    def lose(self, what: str) -> None:
        """Name something that is lost."""
        loss = Loss("", self.question.line, self.question.name or title_of(self.question.text), what)
        self.losses += [] if loss in self.losses else [loss]

    def address(self, name: str) -> str:
        """Return where a picture lies."""
        return f"{self.folder}/{name}" if name in self.question.media else name

    def _processing(self) -> list[Node]:
        if self.rules:
            return [element("responseProcessing", *self.rules)]
        if not self.template:
            return []
        template = f"{self.version.templates}{self.template}{self.version.ending}"
        return [element("responseProcessing", template=template)]

    def _modal(self, outcome: str, ident: str, children: Sequence[Child]) -> None:
        inner = [element("contentBody", *children)] if self.version.has_content_body else children
        self.notes.append(
            element("modalFeedback", *inner, outcomeIdentifier=outcome, identifier=ident, showHide="show")
        )

    def _ask(self, *interaction: Node) -> None:
        self.body += [*blocks(self.question.text, self.address), *interaction]

    def _mark_right(self) -> None:
        """Give all for the declared right response."""
        if self.full == 1 and not self.rules:
            self.template = "match_correct"
        else:
            self.rules.append(when(is_right(RESPONSE), set_to(SCORE, float_of(self.full))))

    # Choice

    def _single(self, body: Body) -> None:
        values = shares("single", dict(body))
        right = [place for place, value in enumerate(values) if value == HUNDRED]
        has_weights = len(right) > 1 or any(value not in (0, HUNDRED) for value in values)
        self._choose(body, "single", right[:1], values if has_weights else None)

    def _multiple(self, body: Body) -> None:
        right = [place for place, option in enumerate(body["options"]) if option.get("right")]
        values = shares("multiple", dict(body)) if body.get("credit") == "part" else None
        self._choose(body, "multiple", right, values)

    def _choose(self, body: Body, cardinality: str, right: Sequence[int], values: Sequence[Decimal] | None) -> None:
        idents = [f"A{place}" for place in range(1, len(body["options"]) + 1)]
        mapping = self._mapping(zip(idents, values, strict=True)) if values else None
        self.responses.append(response(RESPONSE, cardinality, "identifier", [idents[each] for each in right], mapping))
        has_notes = any(option.get("feedback") for option in body["options"])
        options = [
            element("simpleChoice", *line(option["text"], self.address), *self._note(ident, option), identifier=ident)
            for ident, option in zip(idents, body["options"], strict=True)
        ]
        self._ask(
            element(
                "choiceInteraction",
                *options,
                responseIdentifier=RESPONSE,
                shuffle=yes(body.get("shuffle", True)),
                maxChoices="1" if cardinality == "single" else "0",
            )
        )
        self._mark_choice(cardinality, bool(values), has_notes)

    def _mark_choice(self, cardinality: str, is_mapped: bool, has_notes: bool) -> None:
        if has_notes:
            self.outcomes.append(outcome(FEEDBACK, "identifier", "", cardinality))
            self.rules.append(set_to(FEEDBACK, element("variable", identifier=RESPONSE)))
        if not is_mapped:
            self._mark_right()
        elif has_notes:
            self.rules.append(set_to(SCORE, element("mapResponse", identifier=RESPONSE)))
        else:
            self.template = "map_response"

    def _note(self, ident: str, option: Body) -> list[Node]:
        if not option.get("feedback"):
            return []
        said = flat(line(option["feedback"], self.address))
        return [element("feedbackInline", *said, outcomeIdentifier=FEEDBACK, identifier=ident, showHide="show")]

    def _mapping(self, rows: Iterator[tuple[str, Decimal]], full: Decimal | None = None, **bounds: str) -> Node:
        full = self.full if full is None else full
        entries = [element("mapEntry", mapKey=key, mappedValue=points(value, full)) for key, value in rows if value]
        bounds = {"lowerBound": "0", "upperBound": plain(full), "defaultValue": "0"} | bounds
        return element("mapping", *entries, **bounds)

    def _truefalse(self, body: Body) -> None:
        words = ("正确", "错误") if _CHINESE.search(self.question.text) else ("True", "False")
        notes = body.get("feedback", {})
        self.responses.append(response(RESPONSE, "single", "identifier", [yes(body["right"])]))
        options = [
            element("simpleChoice", said, *self._note(ident, {"feedback": notes.get(ident)}), identifier=ident)
            for ident, said in zip(("true", "false"), words, strict=True)
        ]
        self._ask(element("choiceInteraction", *options, responseIdentifier=RESPONSE, shuffle="false", maxChoices="1"))
        self._mark_choice("single", False, any(notes.values()))

    # What is typed

    def _typed(self, interaction: Sequence[Node]) -> None:
        """Put the field where the gap is, else below."""
        text = self.question.text
        is_inside = text.count(GAP) == 1 and any(GAP in row and row.strip() != GAP for row in text.split("\n"))
        found = blocks(text.replace(GAP, "\ue000\ue001") if is_inside else text, self.address)
        if is_inside:
            first, *more = interaction
            self.body += placed(found, _MARK, lambda _n: first)
            self.body += [element("p", *more)] if more else []
        else:
            self.body += [*found, element("p", *interaction)]

    def _numeric(self, body: Body) -> None:
        answers = [{"fraction": "100"} | dict(body), *({"fraction": "100"} | each for each in body.get("more", []))]
        self.responses.append(response(RESPONSE, "single", "float", [str(body["answer"])]))
        if len(body.get("units", [])) > 1:
            self.lose(_("The other units of a number: only its own is kept."))
        unit = [element("span", str(body["unit"]), class_="unit")] if body.get("unit") else []
        self._typed([element("textEntryInteraction", responseIdentifier=RESPONSE), *unit])
        self._chain([(near(RESPONSE, each), each) for each in answers])

    def _short(self, body: Body) -> None:
        forms = body["accepted"]
        self.responses.append(self._said(RESPONSE, body, self.full))
        self._typed([element("textEntryInteraction", responseIdentifier=RESPONSE)])
        if any(form.get("feedback") or STAR.search(form["text"]) for form in forms):
            self._chain([(like(RESPONSE, form["text"], bool(body.get("case"))), form) for form in forms])
        else:
            self.template = "map_response"

    def _said(self, ident: str, body: Body, full: Decimal) -> Node:
        """Return the declaration of a short answer, its forms as a mapping where they can be."""
        forms = [form for form in body["accepted"] if not STAR.search(form["text"])]
        entries = [
            element(
                "mapEntry",
                mapKey=unescaped(form["text"]),
                mappedValue=points(Decimal(str(form.get("fraction", 100))), full),
                caseSensitive=yes(body.get("case")),
            )
            for form in forms
        ]
        right = [unescaped(form["text"]) for form in forms if Decimal(str(form.get("fraction", 100))) == HUNDRED]
        mapping = element("mapping", *entries, defaultValue="0") if entries else None
        return response(ident, "single", "string", right[:1], mapping)

    def _chain(self, rows: Sequence[tuple[Node | None, Body]]) -> None:
        """Give the points, and the feedback, of the first test that holds; no test holds for everything."""
        branches = []
        for place, (test, row) in enumerate(rows, start=1):
            acts = [set_to(SCORE, float_of(Decimal(str(row.get("fraction", 100))) * self.full / HUNDRED))]
            if row.get("feedback"):
                acts.append(set_to(FEEDBACK, element("baseValue", f"F{place}", baseType="identifier")))
                self._modal(FEEDBACK, f"F{place}", blocks(row["feedback"], self.address))
            branches.append((test, acts))
        if self.notes:
            self.outcomes.append(outcome(FEEDBACK, "identifier", ""))
        self.rules.append(chain(branches))

    # The others

    def _ordering(self, body: Body) -> None:
        if body.get("credit") == "part":
            self.lose(_("Points for a part of the order: in QTI only the whole order counts."))
        idents = [f"L{place}" for place in range(1, len(body["lines"]) + 1)]
        self.responses.append(response(RESPONSE, "ordered", "identifier", idents))
        options = [
            element("simpleChoice", *line(words, self.address), identifier=ident)
            for ident, words in zip(idents, body["lines"], strict=True)
        ]
        self._ask(element("orderInteraction", *options, responseIdentifier=RESPONSE, shuffle="true"))
        self._mark_right()

    def _matching(self, body: Body) -> None:
        rights = list(dict.fromkeys([pair["right"] for pair in body["pairs"]] + list(body.get("distractors", []))))
        keys = [f"L{n} R{rights.index(pair['right']) + 1}" for n, pair in enumerate(body["pairs"], start=1)]
        is_part = body.get("credit") == "part"
        share = HUNDRED / len(keys)
        mapping = self._mapping((key, share) for key in keys) if is_part else None
        self.responses.append(response(RESPONSE, "multiple", "directedPair", keys, mapping))
        lefts = [line(pair["left"], self.address) for pair in body["pairs"]]
        sets = [set_of("L", lefts, "1"), set_of("R", [[words] for words in rights], "0")]
        self._ask(
            element(
                "matchInteraction",
                *sets,
                responseIdentifier=RESPONSE,
                shuffle="true",
                maxAssociations=str(len(keys)),
            )
        )
        if is_part:
            self.template = "map_response"
        else:
            self._mark_right()

    def _essay(self, body: Body) -> None:
        self.responses.append(response(RESPONSE, "single", "string", []))
        self._ask(element("extendedTextInteraction", responseIdentifier=RESPONSE))
        limits = [(name, body.get(f"{name}_words")) for name in ("least", "most")]
        if any(value for _name, value in limits):
            spans = [element("span", str(value), class_=name) for name, value in limits if value]
            said = [spans[0], " – ", *spans[1:]] if len(spans) == 2 else spans
            self.body.append(self._rubric("candidate", "words", [element("p", *said)]))
        if body.get("rubric"):
            rows = [node for row in body["rubric"] for node in self._criterion(row)]
            self.body.append(self._rubric("scorer", "criteria", [element("dl", *rows)]))
        if body.get("sample"):
            self.body.append(self._rubric("scorer", "sample", blocks(body["sample"], self.address)))

    def _rubric(self, view: str, class_: str, children: Sequence[Child]) -> Node:
        inner = [element("contentBody", *children)] if self.version.has_content_body else children
        return element("rubricBlock", *inner, view=view, class_=class_)

    def _criterion(self, row: Body) -> Iterator[Node]:
        points = element("span", str(row["points"]), class_="points")
        yield element("dt", *flat(line(row["criterion"], self.address)), " ", points)
        for level in row.get("levels", []):
            worth = element("span", str(level["points"]), class_="points")
            yield element("dd", *line(level["text"], self.address), " ", worth)

    # Gaps

    def _cloze(self, body: Body) -> None:
        parts = body["parts"]
        weights = [Decimal(str(part.get("points", 1))) for part in parts]
        is_whole = body.get("credit") != "part"
        scale = self._scale(parts, weights)
        fields = {
            str(n): self._gap(f"{RESPONSE}{n}", part, Decimal(1) if is_whole else weight * scale)
            for n, (part, weight) in enumerate(zip(parts, weights, strict=True), start=1)
        }
        text = _GAPS.sub("\ue000\\1\ue001", self.question.text)
        self.body += placed(blocks(text, self.address), _MARK, lambda n: fields.get(n) or "")
        if is_whole:
            tests = [test for n, part in enumerate(parts, start=1) for test in self._gap_tests(f"{RESPONSE}{n}", part)]
            self.rules.append(when(element("and", *tests), set_to(SCORE, float_of(self.full))))
        else:
            for n, (part, weight) in enumerate(zip(parts, weights, strict=True), start=1):
                self.rules.append(self._gap_rule(f"{RESPONSE}{n}", part, weight * scale))

    def _scale(self, parts: Sequence[Body], weights: Sequence[Decimal]) -> Decimal:
        """Return what the points of the parts are multiplied by, so that they come to those of the item."""
        if self.question.points is None and any("points" in part for part in parts):
            return Decimal(1)
        return self.full / sum(weights)

    def _gap(self, ident: str, part: Body, full: Decimal) -> Node:
        if part["kind"] == "single":
            return self._list(ident, part, full)
        if any(each.get("feedback") for each in (part, *part.get("accepted", []), *part.get("more", []))):
            self.lose(_("Feedback for a gap: QTI has none there."))
        if part["kind"] == "short":
            self.responses.append(self._said(ident, part, full))
        else:
            self.responses.append(response(ident, "single", "float", [str(part["answer"])]))
            if len(part.get("units", [])) > 1:
                self.lose(_("The other units of a number: only its own is kept."))
        field = element("textEntryInteraction", responseIdentifier=ident)
        if not part.get("unit"):
            return field
        return element("span", field, element("span", str(part["unit"]), class_="unit"))

    def _list(self, ident: str, part: Body, full: Decimal) -> Node:
        values = shares("single", dict(part))
        idents = [f"{ident}_A{place}" for place in range(1, len(values) + 1)]
        right = [each for each, value in zip(idents, values, strict=True) if value == HUNDRED]
        mapping = self._mapping(zip(idents, values, strict=True), full)
        self.responses.append(response(ident, "single", "identifier", right[:1], mapping))
        if any(option.get("feedback") for option in part["options"]):
            self.lose(_("Feedback for a gap: QTI has none there."))
        pairs = zip(idents, part["options"], strict=True)
        options = [element("inlineChoice", option["text"], identifier=each) for each, option in pairs]
        shuffle = yes(part.get("shuffle", True))
        return element("inlineChoiceInteraction", *options, responseIdentifier=ident, shuffle=shuffle)

    def _gap_rule(self, ident: str, part: Body, full: Decimal) -> Node:
        score = element("variable", identifier=SCORE)
        if part["kind"] == "single" or (part["kind"] == "short" and not has_stars(part)):
            return set_to(SCORE, element("sum", score, element("mapResponse", identifier=ident)))
        rows = (
            [{"fraction": "100"} | dict(part), *part.get("more", [])] if part["kind"] == "numeric" else part["accepted"]
        )
        branches = []
        for row in rows:
            test = near(ident, row) if part["kind"] == "numeric" else like(ident, row["text"], bool(part.get("case")))
            earned = float_of(Decimal(str(row.get("fraction", 100))) * full / HUNDRED)
            branches.append((test, [set_to(SCORE, element("sum", element("variable", identifier=SCORE), earned))]))
        return chain(branches)

    def _gap_tests(self, ident: str, part: Body) -> Iterator[Node]:
        """Yield what must hold for all points of a gap."""
        if part["kind"] == "single" or (part["kind"] == "short" and not has_stars(part)):
            yield element("gte", element("mapResponse", identifier=ident), float_of(Decimal(1)))
            return
        rows = [dict(part), *part.get("more", [])] if part["kind"] == "numeric" else part["accepted"]
        full = [row for row in rows if Decimal(str(row.get("fraction", 100))) == HUNDRED]
        tests = [
            near(ident, row) if part["kind"] == "numeric" else like(ident, row["text"], bool(part.get("case")))
            for row in full
        ]
        known = [test for test in tests if test is not None]
        yield known[0] if len(known) == 1 else element("or", *known)
