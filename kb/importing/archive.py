"""The members of a zip that a stranger made: all of them in memory, or a refusal. Pure."""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from django.utils.translation import gettext as _

from kb.importing.document import Refused

MAX_SIZE = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 2_000

_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


def members(data: bytes) -> dict[str, bytes]:
    """Return the bytes of every file in the zip by its name, with slashes. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check(infos, len(data))
            return {_name(info): archive.read(info) for info in infos if not info.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        # RuntimeError: encryption that the flags do not tell; NotImplementedError: a compression nobody uses
        raise Refused(_("The file is damaged: it cannot be unpacked.")) from error


def _check(infos: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse before anything is unpacked; what a member says it holds is the most that is read of it."""
    if len(infos) > MAX_MEMBERS:
        raise Refused(_("The file holds more than %d parts.") % MAX_MEMBERS)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(size, 1):
        raise Refused(_("The file unpacks to far more than it is: it may be made to do harm."))
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise Refused(_("The file is protected by a password. Save it without one and try again."))
    for info in infos:
        name = _name(info)
        if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
            raise Refused(_("The file holds a part whose name leads out of it: “%s”.") % name)


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name with slashes; names that do not say how they are written are GB18030 or UTF-8, not CP437."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        raw = name.encode("cp437", "replace")
        utf8, chinese = _decoded(raw, "utf-8"), _decoded(raw, "gb18030")
        # "图" in GB18030 is also some letter in UTF-8; three bytes in a row that are UTF-8 by chance are rare.
        is_utf8 = utf8 and all(letter < "\x80" or letter > "\u07ff" for letter in utf8)
        name = utf8 if is_utf8 else chinese or utf8 or name
    return name.replace("\\", "/")


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


class _HasDoctype(Exception):
    """The part has a document type declaration."""


def check_xml(name: str, data: bytes) -> None:
    """Refuse a part that is not XML, or that declares a document type: entities can be declared nowhere else.

    The parser itself is asked, because bytes that are searched for can be hidden by another encoding. Raises Refused.
    """

    def refuse(*_declaration: object) -> None:
        raise _HasDoctype

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except _HasDoctype:
        raise Refused(_("The file declares entities (in %s), which no document needs.") % name) from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refused(_("The file is damaged: %s cannot be read.") % name) from error
