"""An item of QTI as the readers of its interactions see it: its text, its marks, what is said to whom. Pure."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.formats import qti_declared, qti_score
from exams.formats.package import Package
from exams.formats.qti_declared import Declared, Unclear
from exams.formats.qti_score import Case, Test
from exams.formats.qti_text import Text
from exams.formats.question import Loss
from exams.formats.xml import Node

# What was lost -> the sentence for the person.
SENTENCES: dict[str, Promise] = {
    "math": gettext_lazy("A formula in MathML: now typed on one line."),
    "merged-cells": gettext_lazy("Merged table cells: the table was made regular."),
    "link": gettext_lazy("A link to a file: only its words were kept."),
    "object": gettext_lazy("An embedded object was left out."),
    "audio": gettext_lazy("A recording (audio) was left out."),
    "video": gettext_lazy("A recording (video) was left out."),
    "picture": gettext_lazy("A picture that is not in the file: only its description was kept."),
    "iframe": gettext_lazy("An embedded object was left out."),
    "canvas": gettext_lazy("An embedded object was left out."),
}
# Parts of an item that say nothing about the question itself, or that we have no place for.
_LEFT_OUT: dict[str, Promise] = {
    "stylesheet": gettext_lazy("A style sheet was left out."),
    "companionMaterialsInfo": gettext_lazy("Companion materials (calculator, ruler, …) are not kept."),
    "catalogInfo": gettext_lazy("Alternatives for accessibility (catalogue) are not kept."),
    "apipAccessibility": gettext_lazy("Alternatives for accessibility are not kept."),
    "endAttemptInteraction": gettext_lazy("A button that ends the attempt, or gives a hint, was left out."),
    "mediaInteraction": gettext_lazy("A recording that has to be played was left out."),
    "positionObjectStage": gettext_lazy("A stage for placing objects was left out."),
    "include": gettext_lazy("A part of another file (XInclude) was left out."),
    "templateBlock": gettext_lazy("A block shown by chance was left out."),
    "templateInline": gettext_lazy("Words shown by chance were left out."),
}
# Attributes of an interaction that say how it is answered, and that we have no place for.
_UNKEPT: dict[str, Promise] = {
    "patternMask": gettext_lazy("A pattern for what may be typed is not kept."),
    "placeholderText": gettext_lazy("The words that stand in an empty field are not kept."),
}
_SAFE = re.compile(r"[^\w.-]+")
INTERACTION = "Interaction"
_NO_QUESTIONS = ("endAttemptInteraction", "mediaInteraction")
PICTURES = {".png": b"\x89PNG", ".jpg": b"\xff\xd8", ".jpeg": b"\xff\xd8", ".gif": b"GIF8", ".webp": b"RIFF"}


class LeftOut(ValueError):
    """A question that we cannot hold as a whole."""

    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node


class Wrong(LeftOut):
    """A question that is not whole: its key cannot be known."""


@dataclass
class Item:
    """An item, and what was lost of it. `path` is its place in the package, if it is in one."""

    node: Node
    file: str
    package: Package | None = None
    path: str = ""
    losses: list[Loss] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    declared: dict[str, Declared] = field(default_factory=dict)
    processing: qti_score.Processing = field(default_factory=qti_score.Processing)
    is_clear: bool = True

    def __post_init__(self) -> None:
        self.name = " ".join((self.node.get("title") or self.node.get("identifier")).split())
        self.body = self.node.find("itemBody") or Node("itemBody", {}, self.node.line)
        for node in self.node.walk():
            if node.tag in _LEFT_OUT:
                self.lose(node, str(_LEFT_OUT[node.tag]))
            for name in sorted(_UNKEPT.keys() & node.attributes.keys()):
                self.lose(node, str(_UNKEPT[name]))
        try:
            self.declared = qti_declared.declarations(self.node)
        except Unclear as error:
            raise Wrong(error.node, str(error)) from None
        self._process()

    def _process(self) -> None:
        try:
            self.processing = qti_score.process(self.node, self.declared)
        except Unclear as error:
            self.is_clear = False
            self.lose(error.node, _("%s It is marked by its declared key.") % error)

    def lose(self, node: Node, what: str) -> None:
        """Name something that is lost."""
        loss = Loss(self.file, node.line, self.name, str(SENTENCES.get(what, what)))
        if loss not in self.losses:
            self.losses.append(loss)

    @property
    def text(self) -> Text:
        """Return a writer of its words that leaves interactions out."""
        return Text(self.lose, self.picture, self.skip)

    def skip(self, node: Node) -> str | None:
        """Say that what belongs elsewhere is not part of a text."""
        if node.tag in _LEFT_OUT or node.tag.endswith(INTERACTION) or node.tag in ("feedbackInline", "feedbackBlock"):
            return ""
        if node.tag == "rubricBlock" and (not self.is_for_candidates(node) or node.get("class") == "words"):
            return ""
        return None

    @staticmethod
    def is_for_candidates(rubric: Node) -> bool:
        """Say whether a rubric is shown to who is examined."""
        return "candidate" in rubric.get("view", "candidate").replace(",", " ").split()

    def picture(self, node: Node, address: str) -> str:
        """Keep the picture of an address and return its name; "" where there is none."""
        path = self.package.resolve(self.path, address) if self.package else None
        if path is None:
            self.lose(node, "picture")
            return address if not self.package and not address.startswith("data:") else ""
        data, ending = self.package.members[path], posixpath.splitext(path)[1].lower()
        if not data.startswith(PICTURES.get(ending, b"\0")):
            self.lose(node, _("A picture of a kind that is not kept here: %s.") % posixpath.basename(path))
            return ""
        return self._keep(posixpath.basename(path), data)

    def _keep(self, name: str, data: bytes) -> str:
        stem, ending = posixpath.splitext(_SAFE.sub("-", name))
        name, number = f"{stem}{ending}", 2
        while self.media.get(name, data) != data:
            name, number = f"{stem}-{number}{ending}", number + 1
        self.media[name] = data
        return name

    def interactions(self) -> list[Node]:
        """Return its questions, in order."""
        return [node for node in self.body.walk() if node.tag.endswith(INTERACTION) and node.tag not in _NO_QUESTIONS]

    def of(self, node: Node) -> Declared:
        """Return the declaration of an interaction's response. Raises Wrong."""
        name = node.get("responseIdentifier")
        if name not in self.declared:
            raise Wrong(node, _("The response “%s” is not declared.") % name)
        return self.declared[name]

    def cases(self, declared: Declared) -> list[Case] | None:
        """Return the cases of a response; None where its mapping says it all. Raises Wrong."""
        found, name = self.processing, declared.ident
        if name in found.mapped and declared.mapping:
            return None
        cases = list(found.cases.get(name, []))
        tests = dict.fromkeys(test for case in found.together for test in case.tests if test.of == name)
        if not cases and tests:
            if declared.mapping and any(test.kind == "full" for test in tests):
                return None
            cases = [Case((test,), Decimal(1)) for test in tests]
        if name in found.right or not cases:
            if declared.correct:
                return [Case((Test("right", name, declared.node),), Decimal(1)), *cases]
            if declared.mapping:
                return None
        if not cases:
            raise Wrong(declared.node, _("No right answer is declared."))
        if any(test.kind == "right" for case in cases for test in case.tests) and not declared.correct:
            raise Wrong(declared.node, _("No right answer is declared."))
        return cases

    @property
    def is_whole(self) -> bool:
        """Whether points are given only for all responses together."""
        return bool(self.processing.together) and not self.processing.cases and not self.processing.mapped

    def points(self, best: Decimal) -> Decimal | None:
        """Return what the item is worth: as declared, else the most that can be earned where that is not 1."""
        said = qti_declared.outcome_default(self.node, "MAXSCORE")
        for outcome in self.node.all("outcomeDeclaration"):
            if outcome.get("identifier") == "SCORE" and not said:
                said = outcome.get("normalMaximum")
        try:
            found = qti_declared.number(said, self.node) if said else best
        except Unclear:
            return None
        return found if found > 0 and (said or found != 1) else None

    def notes(self) -> Iterator[tuple[Node, str, Test | None, str]]:
        """Yield (node, words, the test that shows it, the option it is for) of the feedback outside of options.

        No test and no option: it is shown always, or one cannot tell when.
        """
        for node in self._feedback():
            outcome, ident = node.get("outcomeIdentifier"), node.get("identifier")
            words = self.text.markdown(node.children)
            if not words:
                continue
            tests = [each for name, value, each in self.processing.feedback if (name, value) == (outcome, ident)]
            if outcome in self.processing.echoes:
                yield node, words, None, ident
            elif len(tests) == 1 and tests[0] and len(tests[0]) == 1 and node.get("showHide", "show") == "show":
                yield node, words, tests[0][0], ""
            else:
                if (tests and any(tests)) or node.get("showHide", "show") != "show":
                    self.lose(node, _("Feedback for some answers only: it is part of the explanation."))
                yield node, words, None, ""

    def _feedback(self) -> list[Node]:
        inside = [
            node
            for node in self.body.walk()
            if node.tag in ("feedbackBlock", "feedbackInline") and node.get("showHide", "show") != "hide"
        ]
        of_options = {id(each) for option in self.options() for each in option.walk()}
        return [node for node in inside if id(node) not in of_options] + self.node.all("modalFeedback")

    def options(self) -> list[Node]:
        """Return everything that can be chosen."""
        return [
            node
            for node in self.body.walk()
            if node.tag in ("simpleChoice", "inlineChoice", "simpleAssociableChoice", "gapText", "hottext")
        ]

    def own_note(self, option: Node) -> str:
        """Return the feedback inside an option."""
        found = [node for node in option.walk() if node.tag in ("feedbackInline", "feedbackBlock")]
        return " ".join(filter(None, (self.text.line(node.children) for node in found)))


type Body = dict[str, Any]
