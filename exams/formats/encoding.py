"""The encoding of a text file: UTF-8, UTF-16 with a mark, what XML says of itself, windows-1252, GB18030."""

import codecs
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16: it begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_DECLARED = re.compile(rb"""\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.:-]{0,39})["']""")
_ASIAN = {"gb2312", "gbk", "cp936", "hz"}  # all are read as what GB18030 has made of them
# One or two bytes that a character outside ASCII takes in GB18030: the everyday signs, the others, four bytes.
_CHARACTER = re.compile(
    rb"([\xa1-\xa3\xb0-\xf7][\xa1-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9])|([\x81-\xfe][\x40-\x7e\x80-\xfe])"
)
_LOOKED_AT = 1_000_000  # bytes
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff]")


class Undecodable(ValueError):
    """The bytes are no text in any encoding known here; the text says so, `line` where it is known."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Decoded:
    """A text with line ends of one kind, and the name of the encoding it was in."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Return the text. Raises Undecodable."""
    text, name = _decoded(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if strange := _CONTROL.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise Undecodable(_("This is not a text: it holds the character U+%04X.") % ord(strange[0]), line)
    return Decoded(text, name)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, codec, name), name
    if declared := _DECLARED.match(data):
        return _as_declared(data, declared[1].decode().lower())
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        return _guessed(data, data.count(b"\n", 0, error.start) + 1)


def _strictly(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Undecodable(_("The file says that it is in %s, but it is not.") % name, line) from None


def _as_declared(data: bytes, name: str) -> tuple[str, str]:
    codec = "gb18030" if name in _ASIAN else "cp1252" if name in {"iso-8859-1", "latin1"} else name
    try:
        codecs.lookup(codec)
        b"".decode(codec)
    except LookupError:
        raise Undecodable(_("The encoding “%s”, which the file names, is not known here.") % name) from None
    return _strictly(data, codec, name), {"utf-8": "UTF-8", "gb18030": "GB18030", "cp1252": "windows-1252"}.get(
        codec, name
    )


def _guessed(data: bytes, line: int) -> tuple[str, str]:
    """Tell windows-1252 and GB18030 apart: Chinese is made of pairs of high bytes, accents stand among letters."""
    found = {}
    for codec, name in (("gb18030", "GB18030"), ("cp1252", "windows-1252")):
        try:
            found[name] = data.decode(codec)
        except UnicodeDecodeError:
            continue
    if not found:
        message = _("The text is neither UTF-8 nor windows-1252 nor GB18030. Save it as UTF-8 and try again.")
        raise Undecodable(message, line)
    name = next(iter(found)) if len(found) == 1 or _is_chinese(data) else "windows-1252"
    return found[name], name


def _is_chinese(data: bytes) -> bool:
    everyday = rare = 0
    for character in _CHARACTER.finditer(data, 0, _LOOKED_AT):
        everyday, rare = everyday + bool(character[1]), rare + bool(character[2])
    return everyday > 2 * rare
