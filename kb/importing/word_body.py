"""The body of a Word file: made plain for the converter, and searched for what the converter loses. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from kb.importing.losses import Loss
from kb.importing.tabulation import number_mark, without_marks
from kb.importing.word_styles import Numbering, Styles, attribute, child, local, words

# Elements the converter passes over though words stand in them: their children are put in their place.
_UNWRAPPED = {"fldSimple", "dir", "bdo", "ruby", "rubyBase"}
_CHANGES = {"ins", "del", "moveFrom", "moveTo"}
_COUNTED = {"decimal", "decimalZero", "chineseCounting", "chineseCountingThousand", "ideographDigital"}
_DEEPEST = 5


def simplify(root: Element, styles: Styles, numbering: Numbering) -> None:
    """Change the body so that the converter sees what it otherwise would not.

    Each paragraph gets a style named after its role, items of lists say their list themselves and their number, and
    text boxes stand where the converter looks for them.
    """
    _rearrange(root)
    for paragraph in [each for each in root.iter() if local(each) == "p"]:
        namespace = paragraph.tag.rpartition("}")[0] + "}"
        role = role_of(paragraph, styles)
        number, depth = _number(paragraph, styles)
        properties = child(paragraph, "pPr")
        if properties is None:
            properties = Element(f"{namespace}pPr")
            paragraph.insert(0, properties)
        for each in [each for each in properties if local(each) in {"pStyle", "numPr"}]:
            properties.remove(each)
        if role not in {"plain", ""}:
            SubElement(properties, f"{namespace}pStyle", {f"{namespace}val": f"Benchbook{role}"})
        elif number and number != "0":
            list_ = SubElement(properties, f"{namespace}numPr")
            SubElement(list_, f"{namespace}ilvl", {f"{namespace}val": depth})
            SubElement(list_, f"{namespace}numId", {f"{namespace}val": number})
            level = numbering.level(number, depth)
            if level and level.is_counted:
                run = Element(f"{namespace}r")
                SubElement(run, f"{namespace}t").text = number_mark(numbering.count(number, depth))
                paragraph.insert(1, run)


def role_of(paragraph: Element, styles: Styles) -> str:
    """Return the role of its style; a level of the outline given to the paragraph itself makes it a heading."""
    properties = child(paragraph, "pPr")
    level = attribute(child(properties, "outlineLvl"), "val")
    role = styles.role(attribute(child(properties, "pStyle"), "val"))
    return f"h{int(level) + 1}" if level.isdigit() and int(level) < 9 and role in {"plain", ""} else role


def _number(paragraph: Element, styles: Styles) -> tuple[str, str]:
    """Return (numId, ilvl): its own, else those of its style."""
    properties = child(paragraph, "pPr")
    own, depth = child(properties, "numPr", "numId"), child(properties, "numPr", "ilvl")
    number, style_depth = styles.number(attribute(child(properties, "pStyle"), "val"))
    found = attribute(depth, "val") or style_depth or "0"
    return (attribute(own, "val") if own is not None else number), (found if found.isdigit() else "0")


def _rearrange(parent: Element) -> None:
    """Unwrap what is passed over, bring text boxes to light, and take out the letters our own signs are made of."""
    changed: list[Element] = []
    for each in list(parent):
        _rearrange(each)
        name = local(each)
        if name == "t" and each.text:
            each.text = without_marks(each.text)
        if name in {"rt", "rubyPr"}:  # how it is pronounced
            continue
        if name in _UNWRAPPED:
            changed.extend(each)
        elif name == "AlternateContent":
            changed.extend(_alternative(each))
        elif name == "drawing":
            changed.extend(_boxes(each) or [each])
        else:
            changed.append(each)
    parent[:] = changed


def _alternative(element: Element) -> list[Element]:
    """Return the older form of something new, which the converter knows, unless words stand in the new one alone."""
    new, old = child(element, "Choice"), child(element, "Fallback")
    if old is not None and (_has(old, "txbxContent") or new is None or not _has(new, "txbxContent")):
        return list(old)
    return list(new) if new is not None else []


def _boxes(element: Element) -> list[Element]:
    """Return the text boxes in a drawing, in the older form; they hold no other ones."""
    found = [each for each in element.iter() if local(each) == "txbxContent"]
    made = []
    for box in found:
        made.append(Element(f"{box.tag.rpartition('}')[0]}}}pict"))
        made[-1].append(box)
    return made


@dataclass
class Search:
    """Goes through a body and keeps what will be lost, with its place."""

    styles: Styles
    numbering: Numbering
    losses: list[Loss] = field(default_factory=list)
    heading: str = ""
    paragraph: int = 0
    _seen: set[tuple[str, object]] = field(default_factory=set)

    def search(self, element: Element, *, in_table: bool = False) -> None:
        """Look at an element and what is in it."""
        for each in element:
            name = local(each)
            match name:
                case "p":
                    self._begin(each, in_table=in_table)
                case "tbl":
                    self._table(each, in_table=in_table)
                case "AlternateContent":
                    chosen = child(each, "Choice")
                    self.search(chosen if chosen is not None else each, in_table=in_table)
                    continue
                case "oMathPara" | "oMath":
                    for equation in [each] if name == "oMath" else each:
                        self._lose("equation", words(equation))
                    continue
                case "object" | "altChunk":
                    self._lose("embedded-object", attribute(_first(each, "OLEObject"), "ProgID"))
                    continue
                case "txbxContent":
                    self._lose("text-box", words(each))
                    continue
                case _ if name in _CHANGES:
                    self._lose("tracked-change", words(each), once=self.paragraph)
                case _:
                    self._look(each, name)
            if name not in {"del", "moveFrom"}:
                self.search(each, in_table=in_table or name == "tbl")

    def _look(self, element: Element, name: str) -> None:
        match name:
            case "footnoteReference" | "endnoteReference":
                self._lose("footnote")
            case "commentReference":
                self._lose("comment")
            case "blip" if attribute(element, "link") and not attribute(element, "embed"):
                self._lose("external-picture")
            case "drawing" if not _has(element, "pic", "txbxContent"):
                self._lose("drawing", attribute(_first(element, "docPr"), "descr") or _kind(element))
            case "pict" if not _has(element, "imagedata", "txbxContent") and not _is_rule(element):
                self._lose("drawing")

    def _begin(self, paragraph: Element, *, in_table: bool) -> None:
        self.paragraph += 1
        role = role_of(paragraph, self.styles)
        said = words(paragraph).strip()
        if role.startswith("h") and said and not in_table:
            self.heading = said
        if role == "contents":
            self._lose("contents", once="")
        if not role and said:
            name = self.styles.name(attribute(child(paragraph, "pPr", "pStyle"), "val"))
            self._lose("style", name, once=name)
        self._list(paragraph, role)

    def _list(self, paragraph: Element, role: str) -> None:
        number, depth = _number(paragraph, self.styles)
        level = self.numbering.level(number, depth) if role in {"plain", ""} else None
        if level and int(depth) >= _DEEPEST:
            self._lose("deep-list", words(paragraph))
        if level and level.is_counted and level.form not in _COUNTED:
            self._lose("list-format", level.form, once=(number, depth))

    def _table(self, table: Element, *, in_table: bool) -> None:
        if in_table:
            self._lose("nested-table")
        for cell in _cells(table):
            properties = child(cell, "tcPr")
            span = attribute(child(properties, "gridSpan"), "val")
            if span not in {"", "1"} or child(properties, "vMerge") is not None:
                self._lose("merged-cells", words(cell))
                return

    def _lose(self, what: str, detail: str = "", once: object = None) -> None:
        """Keep a loss; of those with the same `once` only the first."""
        if once is not None and (what, once) in self._seen:
            return
        self._seen.add((what, once))
        detail = " ".join(detail.split())[:200]
        self.losses.append(Loss(what, self.heading[:80], paragraph=self.paragraph, detail=detail))


def _cells(table: Element) -> Iterator[Element]:
    """Yield the cells of a table, not those of tables in it."""
    for each in table:
        if local(each) == "tc":
            yield each
        elif local(each) not in {"tbl", "p"}:
            yield from _cells(each)


def _first(element: Element, name: str) -> Element | None:
    return next((each for each in element.iter() if local(each) == name), None)


def _has(element: Element, *names: str) -> bool:
    return any(local(each) in names for each in element.iter())


def _kind(drawing: Element) -> str:
    """Return "chart", "diagram" and the like: the end of the address that says what a drawing holds."""
    return attribute(_first(drawing, "graphicData"), "uri").rpartition("/")[2]


def _is_rule(picture: Element) -> bool:
    return any(attribute(each, "hr") for each in picture.iter())
