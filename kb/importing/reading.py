"""A file that someone gave, as a document: which reader it takes, and how its text is written. Pure."""

import posixpath
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from kb.importing import archive, commonmark, word
from kb.importing.document import Document, Refused
from kb.importing.flow import Flow
from kb.importing.outline import arrange

KINDS = ("manual", "procedure", "faq", "bulletin", "policy")
ENDINGS = (".docx", ".md", ".markdown", ".zip")
_MARKDOWN = (".md", ".markdown")


def read(*, name: str, data: bytes, kind: str) -> Document:
    """Return the document that a file of that name and content says, for a page of that kind. Raises Refused."""
    path = PurePosixPath(name.replace("\\", "/"))
    if len(data) > archive.MAX_SIZE:
        raise Refused(_("The file is larger than %d MB.") % (archive.MAX_SIZE // 1024**2))
    match path.suffix.lower():
        case ".docx":
            flow = word.read(data)
        case ".md" | ".markdown":
            flow = _markdown(data, {}, "")
        case ".zip":
            flow = _zipped(data)
        case _:
            raise Refused(
                _("Only Word files (.docx), Markdown (.md) and a .zip of Markdown with pictures can be read.")
            )
    return arrange(flow, name=path.stem, as_manual=kind == "manual")


def _zipped(data: bytes) -> Flow:
    if not data.startswith(b"PK"):
        raise Refused(_("This is not a .zip file."))
    parts = archive.members(data)
    texts = [name for name in parts if name.lower().endswith(_MARKDOWN) and not _is_hidden(name)]
    if len(texts) != 1:
        raise Refused(_("The .zip must hold one Markdown file (.md); it holds %d.") % len(texts))
    return _markdown(parts[texts[0]], parts, posixpath.dirname(texts[0]))


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _markdown(data: bytes, parts: dict[str, bytes], folder: str) -> Flow:
    text, note = _decoded(data)
    flow = commonmark.read(text, lambda path: parts.get(posixpath.normpath(posixpath.join(folder, path))))
    flow.notes += [note] if note else []
    return flow


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text, and a note where it is not written as it should be."""
    if b"\0" in data:
        raise Refused(_("This is not a text: save it as UTF-8."))
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030"), _("The text is not UTF-8; it was read as GB18030. Look whether it reads well.")
    except UnicodeDecodeError:
        raise Refused(_("The text is neither UTF-8 nor GB18030. Save it as UTF-8 and try again.")) from None
