"""Reading QTI 2.1, 2.2 and 3.0: items, tests with items in them, and content packages. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from exams.formats import encoding, package, qti_choice, qti_kinds, qti_pairs
from exams.formats.package import BadPackage, Package
from exams.formats.qti_item import Body, Item, LeftOut, Wrong
from exams.formats.qti_names import TOOL, spelled, title_of
from exams.formats.qti_notes import explanation
from exams.formats.qti_text import GAP, Text
from exams.formats.question import Fault, Loss, Neutral, Read, plain
from exams.formats.xml import BadXML, Node, parse
from kb.importing import marks

_ROOTS = ("assessmentItem", "assessmentTest", "assessmentSection", "testPart")
_OLD = "questestinterop"
_PLACES = 4  # of points


def read(data: bytes, filename: str) -> Read:
    """Return the questions of a file: a content package, an item, or a test with items in it."""
    found = Read()
    if package.is_zip(data):
        _read_package(data, filename, found)
    else:
        _read_file(data, filename, found)
    if not found.questions and not found.errors:
        first = next(iter(found.not_represented), Loss(filename, 1, "", _("The file holds no question.")))
        found.errors.append(Fault(first.file, first.line, first.what))
    return found


def _read_package(data: bytes, filename: str, found: Read) -> None:
    try:
        packed = package.read(data)
    except BadPackage as error:
        found.errors.append(Fault(_place(filename, error.member), error.line, str(error)))
        return
    seen: set[str] = set()
    for resource in packed.resources:
        if resource.path in seen or not resource.path.lower().endswith(".xml"):
            continue
        seen.add(resource.path)
        before = len(found.questions)
        referred = _read_member(packed, resource.path, filename, found)
        for question in found.questions[before:]:
            question.topic, question.tags = resource.topic, list(resource.tags)
        known = {each.path for each in packed.resources} | seen
        for path in referred:
            if path not in known:
                seen.add(path)
                _read_member(packed, path, filename, found)


def _place(filename: str, member: str) -> str:
    return f"{filename}/{member}" if member else filename


def _read_member(packed: Package, path: str, filename: str, found: Read) -> list[str]:
    """Read a file of a package; return the paths of the items that it refers to."""
    place = _place(filename, path)
    root = _root(packed.members[path], place, found)
    if root is None or root.tag not in _ROOTS:
        if root is not None and root.tag == _OLD:
            found.errors.append(Fault(place, root.line, _old_words()))
        return []
    _read_root(root, place, found, packed, path)
    references = [each for each in root.walk() if each.tag == "assessmentItemRef"]
    paths = []
    for each in references:
        inner = packed.resolve(path, each.get("href"))
        if inner is None:
            message = _("It names a file that is not there: “%s”.") % each.get("href")
            found.errors.append(Fault(place, each.line, message))
        else:
            paths.append(inner)
    return paths


def _read_file(data: bytes, filename: str, found: Read) -> None:
    root = _root(data, filename, found)
    if root is None:
        return
    if root.tag == _OLD:
        found.errors.append(Fault(filename, root.line, _old_words()))
    elif root.tag not in _ROOTS:
        found.errors.append(Fault(filename, root.line, _("This is not QTI: its root is <%s>.") % root.tag))
    else:
        _read_root(root, filename, found, None, "")
        for each in root.walk():
            if each.tag == "assessmentItemRef":
                message = _("It refers to another file, “%s”: give the whole package (.zip).") % each.get("href")
                found.errors.append(Fault(filename, each.line, message))


def _old_words() -> str:
    return _("This is QTI 1: export it as QTI 2.1 or newer.")


def _root(data: bytes, place: str, found: Read) -> Node | None:
    try:
        return spelled(parse(encoding.decode(data).text))
    except (BadXML, encoding.Undecodable) as error:
        found.errors.append(Fault(place, error.line, str(error)))
        return None


def _read_root(root: Node, place: str, found: Read, packed: Package | None, path: str) -> None:
    """Read every item at or below this root."""
    if root.tag == "assessmentTest":
        what = _("The test itself (its sections, order, selection and time limits): only its questions are kept.")
        found.not_represented.append(Loss(place, root.line, root.get("title") or root.get("identifier"), what))
    for node in root.walk():
        if node.tag == "assessmentItem":
            _read_item(node, place, found, packed, path)


def _read_item(node: Node, place: str, found: Read, packed: Package | None, path: str) -> None:
    name = node.get("title") or node.get("identifier")
    try:
        item = Item(node, place, packed, path)
        question = _question(item)
    except Wrong as error:
        found.errors.append(Fault(place, error.node.line, str(error)))
    except LeftOut as error:
        found.not_represented.append(Loss(place, error.node.line, name, _("Left out. %s") % error))
    else:
        found.questions.append(question)
        found.not_represented += item.losses


def _question(item: Item) -> Neutral:
    _refuse_chance(item)
    interactions = item.interactions()
    if not interactions:
        raise LeftOut(item.body, _("It asks nothing: there is no interaction in it."))
    first = interactions[0]
    if first.tag == "gapMatchInteraction" and len(interactions) == 1:
        kind, body, best, text = _gaps(item, first)
    elif len(interactions) > 1 or first.tag == "inlineChoiceInteraction":
        kind, body, best, text = _cloze(item, interactions)
    else:
        _refuse_unknown(first)
        kind, body, best = qti_kinds.READERS[first.tag](item, first)
        places = {id(first): GAP if first.tag == "textEntryInteraction" else ""}
        text = _text(item, {id(first): body}, places)
    return Neutral(
        kind=kind,
        name="" if item.node.get("toolName") == TOOL and item.name == title_of(text) else item.name,
        text=text,
        explanation=explanation(item, first, kind, body),
        body=body,
        points=item.points(best),
        line=item.node.line,
        media=item.media,
        ident=item.node.get("identifier"),
        file=item.file,
    )


def _refuse_chance(item: Item) -> None:
    """Refuse an item whose words or key are drawn when it is shown."""
    node = item.node.find("templateProcessing")
    shown = next((each for each in item.node.walk() if each.tag == "printedVariable"), None)
    if node is not None and node.nodes:
        raise LeftOut(node, _("Its values are drawn by chance (a template): such questions cannot be kept."))
    if shown is not None:
        raise LeftOut(shown, _("It shows a value that is worked out (a variable): such questions cannot be kept."))
    if item.node.get("adaptive") == "true":
        item.lose(item.node, _("An adaptive item: here it is answered once."))


def _refuse_unknown(node: Node) -> None:
    if node.tag not in qti_kinds.READERS:
        raise LeftOut(node, _("Questions with a %s cannot be kept here.") % node.tag)


def _text(item: Item, bodies: dict[int, Body], places: dict[int, str]) -> str:
    """Return the words of the body, with what stands at the places of interactions.

    A unit that we wrote behind the field of a number goes into its body; both dictionaries are by the id of the node.
    """
    numbers: list[Body] = []

    def slot(node: Node) -> str | None:
        if id(node) in places:
            numbers.extend(body for body in [bodies[id(node)]] if "answer" in body)
            prompt = node.find("prompt")
            asked = item.text.markdown(prompt.children) if prompt else ""
            return "\n\n".join(filter(None, (asked, places[id(node)])))
        if node.tag == "span" and node.get("class") == "unit" and numbers:
            numbers[-1]["unit"] = " ".join(node.words.split())
            return ""
        return item.skip(node)

    written = Text(item.lose, item.picture, slot)
    blocks = [block for block in written.blocks(item.body.children) if block.strip() != GAP]
    return "\n\n".join([*_stimuli(item), *blocks])


def _stimuli(item: Item) -> Iterator[str]:
    """Yield the texts that an item shares with others."""
    for node in item.node.all("assessmentStimulusRef"):
        path = item.package.resolve(item.path, node.get("href")) if item.package else None
        try:
            root = spelled(parse(encoding.decode(item.package.members[path]).text)) if path else None
        except (BadXML, encoding.Undecodable):
            root = None
        if root is None or root.find("stimulusBody") is None:
            item.lose(node, _("A shared text (stimulus) that is not in the file."))
            continue
        shared = Item(Node("assessmentItem", item.node.attributes, node.line), item.file, item.package, path)
        shared.media, shared.losses = item.media, item.losses
        yield shared.text.markdown(root.find("stimulusBody").children)


def _cloze(item: Item, interactions: Sequence[Node]) -> tuple[str, Body, Decimal, str]:
    """Return a text with gaps for several interactions. Raises LeftOut, Wrong."""
    parts = []
    for node in interactions:
        _refuse_unknown(node)
        if node.tag not in qti_kinds.PARTS:
            raise LeftOut(node, _("A %s beside other questions in one item cannot be kept.") % node.tag)
        kind, part, best = qti_kinds.READERS[node.tag](item, node)
        if kind == "truefalse":
            kind, part = "single", _as_options(part)
        for option in part.get("options", []) if node.tag == "choiceInteraction" else []:
            option["text"] = marks.plain(option["text"])  # in a gap they stand in a list
        if kind == "multiple":
            raise LeftOut(node, _("A choice of several beside other questions in one item cannot be kept."))
        parts.append(({"kind": kind} | part, best))
    total = round(sum((best for _part, best in parts), Decimal(0)), _PLACES)
    weighed = any(best != parts[0][1] for _part, best in parts)
    rows = [part | ({"points": plain(best)} if weighed else {}) for part, best in parts]
    body: Body = {"parts": rows} | ({} if item.is_whole else {"credit": "part"})
    places = {id(node): f"{{{{{n}}}}}" for n, node in enumerate(interactions, start=1)}
    text = _text(item, {id(node): row for node, row in zip(interactions, rows, strict=True)}, places)
    return "cloze", body, Decimal(1) if item.is_whole else total, text


def _as_options(body: Body) -> Body:
    notes = body.get("feedback", {})
    said = ((_("True"), True), (_("False"), False))
    rows = [{"text": words, "right": body["right"] is value} for words, value in said]
    for row, name in zip(rows, ("true", "false"), strict=True):
        row |= {"feedback": notes[name]} if notes.get(name) else {}
    return {"options": rows, "shuffle": False}


def _gaps(item: Item, node: Node) -> tuple[str, Body, Decimal, str]:
    """Return a text with gaps for words that are drawn into it. Raises LeftOut, Wrong."""
    declared = item.of(node)
    texts = [each for each in node.walk() if each.tag == "gapText"]
    words = {each.get("identifier"): marks.plain(item.text.line(each.children)) for each in texts}
    if any(each.tag == "gapImg" for each in node.walk()):
        raise LeftOut(node, _("Pictures to be drawn into gaps cannot be kept."))
    pairs, best, is_part = qti_pairs.pairs(item, declared)
    right = {gap: word for word, gap in pairs}
    gaps = [each for each in node.walk() if each.tag == "gap"]
    if len(right) < len(pairs) or any(word not in words for word in right.values()):
        raise LeftOut(node, _("A gap takes several words."))
    if missing := next((gap for gap in gaps if gap.get("identifier") not in right), None):
        raise LeftOut(missing, _("A gap that stays empty cannot be kept."))
    item.lose(node, _("Words to be drawn into gaps: here each gap is a list to choose from."))
    parts = [_gap(words, right[gap.get("identifier")], qti_choice.is_true(node, "shuffle")) for gap in gaps]
    places = {id(gap): f"{{{{{n}}}}}" for n, gap in enumerate(gaps, start=1)}
    text = _text_around(item, node, places)
    body: Body = {"parts": parts} | ({"credit": "part"} if is_part else {})
    return "cloze", body, best, text


def _gap(words: dict[str, str], right: str, shuffles: bool) -> Body:
    rows = [{"text": text, "right": ident == right} for ident, text in words.items()]
    return {"kind": "single", "options": rows} | ({} if shuffles else {"shuffle": False})


def _text_around(item: Item, node: Node, places: dict[int, str]) -> str:
    """Return the words of the body with those inside the interaction."""

    def slot(each: Node) -> str | None:
        if each is node:
            return None
        if id(each) in places:
            return places[id(each)]
        return "" if each.tag == "gapText" else item.skip(each)

    return "\n\n".join([*_stimuli(item), Text(item.lose, item.picture, slot).markdown(item.body.children)])
