"""Word files (.docx) read into a stream: unpacked with care, made plain, converted by mammoth. Pure."""

import io
import posixpath
import zipfile
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import mammoth
from django.utils.translation import gettext as _
from mammoth import html as converted
from mammoth.documents import Image
from mammoth.docx.files import ExternalFileAccessIsDisabledError

from kb.importing import archive, hypertext
from kb.importing.document import Illustration, Refused
from kb.importing.flow import Flow
from kb.importing.losses import Loss
from kb.importing.pictures import Album, Unsupported
from kb.importing.word_body import Search, simplify
from kb.importing.word_styles import Numbering, Styles, attribute, local, words

_OLD = b"\xd0\xcf\x11\xe0"
MAX_XML = 8 * 1024 * 1024  # about a thousand pages, which take the converter half a minute and 700 MB


def _lists() -> list[str]:
    """Return how mammoth writes lists; its other rules are for styles that have been replaced by roles here."""
    return [
        f"p:{kind}-list({depth}) => " + "ul|ol > li > " * (depth - 1) + f"{tag} > li:fresh"
        for depth in range(1, 6)
        for kind, tag in (("unordered", "ul"), ("ordered", "ol"))
    ]


_ROLES = "\n".join(
    [
        "p.Benchbooktitle => h1.title:fresh",
        "p.Benchbookcontents => !",
        "p.Benchbookcode => pre:separator('\\n')",
        "p.Benchbookquote => blockquote > p:fresh",
        *(f"p.Benchbookh{level} => h{min(level, 6)}:fresh" for level in range(1, 10)),
        *_lists(),
        "r[style-name='Strong'] => strong",
        "r[style-name='footnote reference'] =>",
        "r[style-name='endnote reference'] =>",
    ]
)
_UNKNOWN = "An unrecognised element was ignored: w:"
_HARMLESS = {
    "tblPrEx",
    "permStart",
    "permEnd",
    "ptab",
    "cr",
    "pgNum",
    "softHyphen",
    "contentPart",
    "altChunk",
    "subDoc",
}
_SYMBOL = "A w:sym element"


def read(data: bytes) -> Flow:
    """Return what a .docx says. Raises Refused."""
    if data.startswith(_OLD):
        raise Refused(
            _("This is an old Word file (.doc) or one with a password. Save it as .docx without a password, try again.")
        )
    if not data.startswith(b"PK"):
        raise Refused(_("This is not a Word file (.docx)."))
    parts = archive.members(data)
    main = _main_part(parts)
    root = _parsed(main, parts)
    if local(root) != "document":
        raise Refused(_("This is not a Word file (.docx)."))
    styles = Styles.read(_part(parts, main, "styles"))
    search = Search(styles, Numbering.read(_part(parts, main, "numbering")))
    try:
        search.search(root)
        simplify(root, styles, search.numbering)
        return _converted(parts | {main: ElementTree.tostring(root, "utf-8")}, search.losses + _margins(parts))
    except RecursionError:
        raise Refused(_("The file is nested too deeply to be read.")) from None


def _main_part(parts: dict[str, bytes]) -> str:
    """Return the name of the part that holds the text."""
    if "[Content_Types].xml" not in parts:
        raise Refused(_("This is not a Word file (.docx)."))
    xml = {name: data for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    if sum(map(len, xml.values())) > MAX_XML:
        raise Refused(_("The text of the file is too long to be read at once: divide it into several files."))
    for name, data in xml.items():
        archive.check_xml(name, data)
    main = _target(parts, "_rels/.rels", "officeDocument", "") or "word/document.xml"
    if main not in parts or not main.endswith(".xml"):
        raise Refused(_("This is not a Word file (.docx)."))
    return main


def _parsed(name: str, parts: dict[str, bytes]) -> Element:
    return ElementTree.fromstring(parts[name])  # noqa: S314 (document types were refused before)


def _target(parts: dict[str, bytes], relations: str, kind: str, folder: str) -> str:
    """Return the part that a file of relations names for that kind; "" without one."""
    if relations not in parts:
        return ""
    for each in _parsed(relations, parts):
        if attribute(each, "Type").endswith(f"/{kind}"):
            return posixpath.normpath(posixpath.join("/", folder, attribute(each, "Target"))).lstrip("/")
    return ""


def _part(parts: dict[str, bytes], main: str, kind: str) -> Element | None:
    folder, name = posixpath.split(main)
    found = _target(parts, f"{folder}/_rels/{name}.rels", kind, folder) or f"{folder}/{kind}.xml"
    return _parsed(found, parts) if found in parts and found.endswith(".xml") else None


def _margins(parts: dict[str, bytes]) -> list[Loss]:
    """Return what stands in headers and footers, each text once."""
    names = sorted(name for name in parts if posixpath.basename(name).startswith(("header", "footer")))
    texts = [" ".join(words(_parsed(name, parts)).split()) for name in names if name.endswith(".xml")]
    return [Loss("header-footer", detail=text[:200]) for text in dict.fromkeys(texts) if text]


def _converted(parts: dict[str, bytes], losses: list[Loss]) -> Flow:
    flow, gallery = Flow(losses=losses), _Gallery()
    try:
        result = mammoth.convert_to_html(
            _packed(parts),
            style_map=_ROLES,
            include_default_style_map=False,
            include_embedded_style_map=False,
            convert_image=gallery.convert,
        )
    except (Refused, RecursionError):
        raise
    except Exception as error:  # whatever a part that is not as it should be makes the converter stumble over
        raise Refused(_("The file is damaged: it is not built as a Word file is.")) from error
    flow.losses += [Loss(what, detail=detail) for what, detail in gallery.missed]
    for message in dict.fromkeys(message.message for message in result.messages):
        if message.startswith(_UNKNOWN) and message.removeprefix(_UNKNOWN) not in _HARMLESS:
            flow.losses.append(Loss("element", detail=message.removeprefix(_UNKNOWN)))
        elif message.startswith(_SYMBOL):
            flow.losses.append(Loss("symbol", detail=message.rpartition(": ")[2]))
    hypertext.Writer(flow, gallery.pictures).write(hypertext.tree(result.value))
    return flow


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    """Return the file anew with the parts that were looked at and nothing else but media, for the converter."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in parts.items():
            if name.endswith((".xml", ".rels")) or not data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
                package.writestr(name, data)
    return target


class _Gallery:
    """Takes the pictures the converter meets and leaves their numbers in the HTML."""

    def __init__(self) -> None:
        self.pictures: dict[str, Illustration] = {}
        self.missed: list[tuple[str, str]] = []
        self._album = Album()

    def convert(self, image: Image) -> list:
        """Keep a picture; one that cannot be shown leaves nothing but a loss."""
        number = len(self.pictures) + len(self.missed) + 1
        ending = image.content_type.rpartition("/")[2] if image.content_type else "bin"
        name = _("Picture %d") % number
        try:
            with image.open() as file:
                data = file.read()
        except KeyError:  # the part is not in the file
            self.missed.append(("missing-picture", name))
            return []
        except ExternalFileAccessIsDisabledError:  # found in the body before, with its place
            return []
        try:
            self.pictures[str(number)] = self._album.take(f"{name}.{ending}", data, image.alt_text or "")
        except Unsupported:
            self.missed.append(("unsupported-picture", f"{name} ({ending})"))
            return []
        return [converted.element("img", {"src": str(number)})]
