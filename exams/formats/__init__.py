"""Questions from files and into files: GIFT, Aiken, Moodle XML, QTI and the spreadsheet. Pure: no database here."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from exams.formats import aiken, encoding, gift, gift_write, moodle, moodle_write, qti, sheet
from exams.formats.question import Fault, Loss, Neutral, Read, as_json
from exams.formats.xml import BadXML
from exams.kinds import KINDS
from kb.importing.archive import MAX_SIZE

__all__ = ["READERS", "WRITERS", "Fault", "Loss", "Neutral", "Read", "as_json", "read", "sniff"]

type Reader = Callable[[bytes, str], Read]
type Writer = Callable[[Sequence[Neutral]], tuple[bytes, list[Loss]]]

_QUIZ = re.compile(r"<quiz[\s/>]")
_AIKEN = (
    re.compile(r"^[ \t]*[Aa][.)]", re.MULTILINE),
    re.compile(r"^[ \t]*ANSWER[ \t]*:", re.MULTILINE | re.IGNORECASE),
)
_GIFT = re.compile(r"\{.*\}|^::|^\$CATEGORY", re.DOTALL | re.MULTILINE)
_ALSO = {
    "moodle": "moodle-xml",
    "moodlexml": "moodle-xml",
    "moodle_xml": "moodle-xml",
    "xml": "moodle-xml",
    "qti": "qti21",
    "qti2": "qti21",
    "qti2.1": "qti21",
    "qti2.2": "qti21",
    "qti22": "qti21",
    "qti3": "qti30",
    "qti3.0": "qti30",
    "spreadsheet": "xlsx",
}
_LOOKED_AT = 100_000  # characters
_MANIFEST = "imsmanifest.xml"


def _of_text(reader: Callable[[str, str], Read]) -> Reader:
    def read_bytes(data: bytes, filename: str) -> Read:
        decoded = encoding.decode(data)
        found = reader(decoded.text, filename)
        found.encoding = decoded.encoding
        return found

    return read_bytes


READERS: dict[str, Reader] = {
    "gift": _of_text(gift.read),
    "aiken": _of_text(aiken.read),
    "moodle-xml": _of_text(moodle.read),
    "qti21": qti.read,
    "qti30": qti.read,
    "xlsx": sheet.read,
    "csv": sheet.read,
}
WRITERS: dict[str, Writer] = {
    "gift": gift_write.write,
    "aiken": aiken.write,
    "moodle-xml": moodle_write.write,
    "qti21": qti.write21,
    "qti30": qti.write30,
    "xlsx": sheet.write,
}


def read(data: bytes, filename: str, format: str | None = None) -> Read:
    """Return what a file says, each question whole by the rules of its kind; whatever is wrong is among the errors."""
    if len(data) > MAX_SIZE:
        return _refused(filename, _("The file is larger than %d MB.") % (MAX_SIZE // 1024**2))
    try:
        format = named(format) if format else sniff(data, filename)
        if format not in READERS:
            return _refused(filename, _("This is none of the formats that can be read: %s.") % ", ".join(READERS))
        found = READERS[format](data, filename)
    except (encoding.Undecodable, BadXML) as error:
        return _refused(filename, str(error), error.line)
    found.format = format
    _check(found, filename)
    return found


def named(format: str) -> str:
    """Return the name of a format here, whatever people call it."""
    return _ALSO.get(format.strip().lower(), format.strip().lower())


def sniff(data: bytes, filename: str) -> str | None:
    """Return the format of a file by what is in it, or else by its name; None where neither says it."""
    if data.startswith(b"PK"):
        return _sniff_zip(data)
    text = encoding.decode(data).text[:_LOOKED_AT]
    if text.lstrip().startswith("<"):
        return "moodle-xml" if _QUIZ.search(text) else _sniff_qti(text)
    name = filename.lower()
    if name.endswith((".csv", ".gift")):
        return name.rpartition(".")[2]
    if all(sign.search(text) for sign in _AIKEN) or ".aiken" in name:
        return "aiken"
    return "gift" if name.endswith(".txt") or _GIFT.search(text) else None


def _sniff_zip(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" in archive.namelist():
                return "xlsx"
            name = next(name for name in archive.namelist() if name.rpartition("/")[2] == _MANIFEST)
            with archive.open(name) as manifest:
                return _sniff_qti(manifest.read(_LOOKED_AT).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, StopIteration, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        return "qti21"


def _sniff_qti(text: str) -> str:
    return "qti30" if re.search(r"imsqtiasi_v3p0|imsqti_v3p0|imsqti_itemv3|qtiv3p0|qti-assessment-", text) else "qti21"


def _refused(filename: str, message: str, line: int = 1) -> Read:
    return Read(errors=[Fault(filename, line, message)])


def _check(found: Read, filename: str) -> None:
    """Object to questions that are not whole, and to a file that says nothing."""
    for question in found.questions:
        kind = KINDS[question.kind]
        sentences = [*kind.mistakes(question.body), *kind.text_mistakes(question.text, question.body)]
        sentences += [] if question.text.strip() else [_("The question has no words.")]
        place = question.file or filename, question.line
        found.errors += [Fault(*place, f"{question.name}: {each}".lstrip(": ")) for each in sentences]
    if not found.questions and not found.errors and not found.not_represented:
        found.errors.append(Fault(filename, 1, _("There is no question in this file.")))
    found.errors.sort(key=lambda fault: (fault.file, fault.line))
