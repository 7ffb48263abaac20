"""QTI 2.1 (2.2) and 3.0: reading items, tests and packages, writing packages. Pure."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from exams.formats import package
from exams.formats.qti_html import element, written
from exams.formats.qti_names import QTI21, QTI30, TOOL, Version, title_of
from exams.formats.qti_read import read
from exams.formats.qti_write import Unwritten, Writer
from exams.formats.question import Loss, Neutral
from exams.formats.xml import Node

__all__ = ["read", "write21", "write30"]

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_WEB = "webcontent"


def write21(questions: Sequence[Neutral]) -> tuple[bytes, list[Loss]]:
    """Return a content package of QTI 2.1, and what it cannot say."""
    return _write(questions, QTI21)


def write30(questions: Sequence[Neutral]) -> tuple[bytes, list[Loss]]:
    """Return a content package of QTI 3.0, and what it cannot say."""
    return _write(questions, QTI30)


def _write(questions: Sequence[Neutral], version: Version) -> tuple[bytes, list[Loss]]:
    files: dict[str, bytes] = {package.MANIFEST: b""}
    resources: list[Node] = []
    losses: list[Loss] = []
    for number, question in enumerate(questions, start=1):
        ident = f"ITEM_{number}"
        writer = Writer(question, version, f"media/{number}")
        try:
            item = writer.item(ident)
        except Unwritten as refusal:
            losses.append(
                Loss("", question.line, question.name or title_of(question.text), _("Left out. %s") % refusal)
            )
            continue
        losses += writer.losses
        path = f"items/{ident}.xml"
        files[path] = written(item, version, _root(version))
        pictures = {f"items/media/{number}/{name}": data for name, data in question.media.items()}
        files |= pictures
        resources += _resources(ident, path, question, list(pictures), version)
    files[package.MANIFEST] = _manifest(resources, version)
    return package.pack(files), losses


def _root(version: Version) -> dict[str, str]:
    return {
        "xmlns": version.namespace,
        "xmlns:xsi": _INSTANCE,
        "xsi:schemaLocation": f"{version.namespace} {version.schema}",
    }


def _resources(ident: str, path: str, question: Neutral, pictures: Sequence[str], version: Version) -> list[Node]:
    names = [f"{ident}_MEDIA_{place}" for place in range(1, len(pictures) + 1)]
    item = element(
        "resource",
        *_metadata(question),
        element("file", href=path),
        *(element("dependency", identifierref=name) for name in names),
        identifier=f"RES_{ident}",
        type=version.item,
        href=path,
    )
    return [item] + [
        element("resource", element("file", href=picture), identifier=name, type=_WEB, href=picture)
        for name, picture in zip(names, pictures, strict=True)
    ]


def _metadata(question: Neutral) -> list[Node]:
    """Return category and tags as learning object metadata, if there are any."""
    keywords = [element("keyword", element("string", tag)) for tag in question.tags]
    taxons = [element("taxon", element("entry", element("string", title))) for title in question.topic]
    source = element("source", element("string", TOOL))
    purpose = element("purpose", element("source", "LOMv1.0"), element("value", "discipline"))
    parts = [element("general", *keywords)] if keywords else []
    parts += [element("classification", purpose, element("taxonPath", source, *taxons))] if taxons else []
    return [element("metadata", element("lom", *parts, xmlns=_LOM))] if parts else []


def _manifest(resources: Sequence[Node], version: Version) -> bytes:
    metadata = element(
        "metadata", element("schema", version.package_schema), element("schemaversion", version.package_version)
    )
    root = element(
        "manifest", metadata, element("organizations"), element("resources", *resources), identifier="MANIFEST_1"
    )
    return written(root, QTI21, {"xmlns": version.package})  # a manifest is spelled the same in all versions
