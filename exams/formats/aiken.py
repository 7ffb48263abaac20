"""Aiken, as Moodle documents it: a question, its answers A. or A), a line each, and ANSWER: with the letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from exams.formats import markup
from exams.formats.question import Fault, Loss, Marked, Neutral, Read, settled
from kb.importing import marks
from kb.prose import html

_OPTION = re.compile(r"([A-Za-z])[.)](?:\s+|$)(.*)")
_TIGHT_OPTION = re.compile(r"([A-Z])[.)](.*)")  # Moodle asks for no blank after A) and A.
_KEY = re.compile(r"ANSWER\s*:(.*)", re.IGNORECASE)
_LETTER = re.compile(r"([A-Za-z])[.)]?")
_FIRST = ord("A")


def read(text: str, filename: str) -> Read:
    """Return what a file in Aiken says; lines before the first answer are the question, those after one go on it."""
    return _Reader(filename).read(text)


@dataclass
class _Pending:
    """A question that is being read."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    is_refused: bool = False


class _Reader:
    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.found = Read()
        self.pending: _Pending | None = None
        self.after_blank = False

    def read(self, text: str) -> Read:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                self._take(number, line.strip())
            self.after_blank = not line.strip()
        self._drop()
        return self.found

    def _take(self, number: int, line: str) -> None:
        if key := _KEY.fullmatch(line):
            self._finish(number, key[1].strip())
        elif option := self._option(line):
            self._take_option(number, *option)
        elif self.pending and self.pending.options and not self.after_blank:
            self.pending.options[-1].append(line)
        else:
            if self.pending and self.pending.options:
                self._drop()
            self.pending = self.pending or _Pending(number)
            self.pending.stem.append(line)

    def _option(self, line: str) -> tuple[str, str] | None:
        """Return letter and words where the line is an answer; before the first answer only A begins one."""
        found = _OPTION.fullmatch(line) or _TIGHT_OPTION.fullmatch(line)
        if not found or (found[1].upper() != "A" and not (self.pending and self.pending.options)):
            return None
        return found[1].upper(), found[2].strip()

    def _take_option(self, number: int, letter: str, words: str) -> None:
        if self.pending and letter == "A" and self.pending.options:
            self._drop()
            self.pending = _Pending(number, is_refused=True)
        elif self.pending is None:
            self.pending = _Pending(number)
            self._refuse(number, _("An answer without a question before it."))
        expected = chr(_FIRST + len(self.pending.options))
        if letter != expected:
            message = _("Answer %(found)s stands where answer %(expected)s is due.")
            self._refuse(number, message % {"found": letter, "expected": expected})
        if not words:
            self._refuse(number, _("An answer without words."))
        self.pending.options.append([words])

    def _finish(self, number: int, key: str) -> None:
        pending, self.pending = self.pending, None
        if pending is None:
            self._refuse(number, _("ANSWER: without a question before it."))
            return
        if pending.is_refused:
            return
        letter = _LETTER.fullmatch(key)
        place = ord(letter[1].upper()) - _FIRST if letter else -1
        if len(pending.options) < 2:
            self._refuse(number, _("A question needs at least two answers, A and B."))
        elif not 0 <= place < len(pending.options):
            self._refuse(number, _("ANSWER: must name one of the letters above, not “%s”.") % key[:20])
        else:
            self._keep(pending, place)

    def _keep(self, pending: _Pending, right: int) -> None:
        options = [
            {"text": Marked("\n".join(lines), "plain"), "right": place == right}
            for place, lines in enumerate(pending.options)
        ]
        raw = Neutral("single", "", Marked("\n".join(pending.stem), "plain"), {"options": options}, line=pending.line)
        self.found.questions.append(settled(raw, markup.markdown))

    def _drop(self) -> None:
        """Refuse a question that nothing ends."""
        if self.pending and not self.pending.is_refused:
            self._refuse(self.pending.line, _("A question without a line ANSWER: after its answers."))
        self.pending = None

    def _refuse(self, line: int, message: str) -> None:
        self.found.errors.append(Fault(self.filename, line, message))
        if self.pending:
            self.pending.is_refused = True


def write(questions: Sequence[Neutral]) -> tuple[bytes, list[Loss]]:
    """Return the choices of one as Aiken, and what Aiken cannot say."""
    blocks, losses = [], []
    for number, question in enumerate(questions, start=1):
        block, lost = _written(question)
        blocks += [block] if block else []
        losses += [Loss("", number, question.name or question.text[:60], what) for what in lost]
    return "\n".join(blocks).encode(), losses


def _written(question: Neutral) -> tuple[str, list[str]]:
    if objection := _objection(question):
        return "", [objection]
    lost = _unsaid(question)
    texts = [question.text, *(option["text"] for option in question.body["options"])]
    if any(_differs(text) for text in texts):
        lost.append(_("Pictures, marks and line breaks of Markdown."))
    stem, *options = (plain_words(text) for text in texts)
    letters = [chr(_FIRST + place) for place in range(len(options))]
    right = next(place for place, option in enumerate(question.body["options"]) if option["right"])
    rows = [f"{letter}) {words}" for letter, words in zip(letters, options, strict=True)]
    return "\n".join([stem, *rows, f"ANSWER: {letters[right]}", ""]), lost


def _differs(text: str) -> bool:
    """Say whether the words of a text alone show something else than it does."""
    bare = markup.from_plain(plain_words(text))
    return bare != text and html(bare) != html(text)


def _objection(question: Neutral) -> str:
    """Return why Aiken cannot say this question at all; "" where it can."""
    options = question.body.get("options", [])
    if question.kind != "single":
        return _("The question: Aiken knows only choices of one.")
    if len(options) > 26 or sum(option["right"] for option in options) != 1:
        return _("The question: Aiken has one right answer and at most 26.")
    stem = plain_words(question.text)
    if not stem or _OPTION.fullmatch(stem) or _TIGHT_OPTION.fullmatch(stem) or _KEY.fullmatch(stem):
        return _("The question: in Aiken its words would be read as an answer.")
    return ""


def _unsaid(question: Neutral) -> list[str]:
    options = question.body["options"]
    said = {
        _("The name of the question."): question.name,
        _("The explanation."): question.explanation,
        _("The points."): question.points,
        _("The topic."): question.topic,
        _("Tags."): question.tags,
        _("The id."): question.ident,
        _("Files."): question.media,
        _("Feedback of options."): any(option.get("feedback") for option in options),
        _("Options that are worth a part."): any(
            option.get("fraction") not in (None, "100" if option["right"] else "0") for option in options
        ),
        _("That the options keep their order."): question.body.get("shuffle") is False,
    }
    return [what for what, value in said.items() if value]


def plain_words(text: str) -> str:
    """Return Markdown as words on one line."""
    return marks.plain(" ".join(text.split()))
