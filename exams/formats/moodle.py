"""Reading Moodle XML as Moodle 4.5 writes it; what a question says that none of our kinds holds is named."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from exams.formats import markup, moodle_gaps, moodle_kinds, weights
from exams.formats.attached import Files
from exams.formats.moodle_kinds import Odd, Source
from exams.formats.question import Fault, Loss, Marked, Neutral, Read, settled
from exams.formats.topics import path_of
from exams.formats.xml import BadXML, Node, parse

# What every question has and what of it is kept; then what says nothing, so that leaving it out loses nothing.
_KEPT = {"name", "questiontext", "generalfeedback", "defaultgrade", "idnumber", "tags"}
_SAYS_NOTHING = {
    "hidden": {"0"},
    "answernumbering": {"abc", "none"},
    "showstandardinstruction": {"0", "1"},
    "shownumcorrect": {"0", "1"},
    "questiontextformat": {"html"},
}


def read(text: str, filename: str) -> Read:
    """Return what a file of Moodle XML says. Raises BadXML."""
    root = parse(text)
    if root.tag != "quiz":
        raise BadXML(_("This is not Moodle XML: its root is not <quiz>."), root.line)
    return _Reader(filename).read(root)


@dataclass
class _Reader:
    filename: str
    found: Read = field(default_factory=Read)
    topic: tuple[str, ...] = ()
    unused: tuple[int, str] | None = None  # a category that no question has followed yet

    def read(self, root: Node) -> Read:
        for node in root.nodes:
            if node.tag != "question":
                self._lose(node.line, node.tag, _("An element that is no question: it was left out."))
            elif node.get("type") == "category":
                self._take_category(node)
            else:
                self._take_question(node)
        self._drop_category()
        return self.found

    def _take_category(self, node: Node) -> None:
        self._drop_category()
        path = _words(node.find("category", "text"))
        self.topic, self.unused = path_of(path), (node.line, path)
        for tag in ("info", "idnumber"):
            if said := " ".join(_words(node.find(tag)).split()):
                self._lose(node.line, path, f"<{tag}>: {said[:80]}")

    def _drop_category(self) -> None:
        if self.unused:
            self._lose(*self.unused, _("A category without questions: it was left out."))
        self.unused = None

    def _take_question(self, node: Node) -> None:
        kind = node.get("type")
        name = " ".join(_words(node.find("name", "text") or node.find("name")).split())
        said = name or " ".join(_words(node.find("questiontext", "text")).split())[:60]
        if kind not in moodle_kinds.KINDS:
            self.unused = None if kind != "description" else self.unused
            self._lose(node.line, said, _unknown(kind))
            return
        try:
            question, losses = _question(node, kind, name)
        except (BadXML, markup.TooComplex) as error:
            message = f"{said}: {error}" if said else str(error)
            self.found.errors.append(Fault(self.filename, getattr(error, "line", node.line), message))
            return
        except Odd as reason:
            self._lose(node.line, said, str(reason))
            return
        question.topic, self.unused = self.topic, None
        question.said["topic"] = list(self.topic)
        self.found.questions.append(question)
        for what in dict.fromkeys(losses):
            self._lose(node.line, said, what)

    def _lose(self, line: int, name: str, what: str) -> None:
        self.found.not_represented.append(Loss(self.filename, line, " ".join(name.split()), what))


def _unknown(kind: str) -> str:
    if kind == "description":
        return _("A description: it asks nothing and was left out.")
    return _("A question of the type “%s”, for which there is no kind here: it was left out.") % kind


def _question(node: Node, kind: str, name: str) -> tuple[Neutral, list[str]]:
    """Return the question and what is lost of it. Raises BadXML, Odd and TooComplex."""
    source = Source(node, Files())
    answers = moodle_kinds.KINDS[kind](source)
    text = source.text(node.find("questiontext"))
    if answers.kind == "cloze":
        text = Marked(moodle_gaps.without_gaps(text), text.format)
    raw = Neutral(answers.kind, name, text, answers.body, source.text(node.find("generalfeedback")), line=node.line)
    raw.points, raw.media, raw.said = _points(node), source.files.media, answers.said
    raw.ident = _words(node.find("idnumber")).strip()
    raw.tags = [_words(tag).strip() for tags in node.all("tags") for tag in tags.all("tag")]
    losses = [*answers.losses, *_unsaid(node, answers.used)]
    question = settled(raw, lambda text, form: markup.markdown(text, form, find=source.files.find, lose=losses.append))
    if question.kind in ("single", "multiple"):
        question.body = weights.without_defaults(question.kind, question.body)
    if question.kind == "cloze":
        question.text = moodle_gaps.with_places(question.text)
        question.said["text"] = moodle_gaps.with_places(question.said["text"])
    return question, losses


def _points(node: Node) -> Decimal | None:
    said = _words(node.find("defaultgrade")).strip()
    points = weights.weight(said) if said else None
    if said and (points is None or points < 0):
        raise BadXML(_("The points (defaultgrade) are no number: “%s”.") % said[:40], node.find("defaultgrade").line)
    return None if points is None else points.normalize() + 0


def _unsaid(node: Node, used: set[str]) -> list[str]:
    """Name each element of a question that was not kept and says something."""
    found = []
    for child in node.nodes:
        if child.tag in _KEPT or child.tag in used:
            continue
        raw = _words(child.find("text") or child)
        said = " ".join((markup.words_of_html(raw) or raw).split())
        if child.tag == "penalty" and (node.get("type") == "truefalse" or not float(weights.weight(said) or 0)):
            continue  # of true and false there is no second try
        if not said or said in _SAYS_NOTHING.get(child.tag, ()):
            continue
        found.append(f"<{child.tag}>: {said[:80]}")
    return found


def _words(node: Node | None) -> str:
    return node.words if node else ""
