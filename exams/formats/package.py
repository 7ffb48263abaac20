"""Content packages: a zip whose imsmanifest.xml names what is in it. Pure."""

import io
import posixpath
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from exams.formats.xml import BadXML, Node, parse
from kb.importing import archive
from kb.importing.document import Refused

MANIFEST = "imsmanifest.xml"


class BadPackage(ValueError):
    """A package that is not read, and the place in it."""

    def __init__(self, message: str, member: str = "", line: int = 1) -> None:
        super().__init__(message)
        self.member, self.line = member, line


@dataclass(frozen=True)
class Resource:
    """What the manifest says of a file: its place, where the manifest says so, its category and its keywords."""

    path: str
    line: int
    kind: str
    topic: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass
class Package:
    """The files by their paths and, in the order of the manifest, the resources."""

    members: dict[str, bytes]
    manifest: str
    resources: list[Resource] = field(default_factory=list)

    def resolve(self, base: str, address: str) -> str | None:
        """Return the path of the file that an address in the file `base` means, if there is one."""
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            return None
        if parts.scheme or parts.netloc:
            return None
        for name in (unquote(parts.path), parts.path):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(base), name.replace("\\", "/")))
            if path in self.members:
                return path
        return None


def is_zip(data: bytes) -> bool:
    """Say whether these bytes begin as a zip does."""
    return data.startswith(b"PK")


def members(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip by their paths. Raises BadPackage, where it can before anything is unpacked."""
    if len(data) > archive.MAX_SIZE:
        raise BadPackage(_("The file is larger than %d MB.") % (archive.MAX_SIZE // 1024**2))
    try:
        _check_links(data)
        return {posixpath.normpath(name): part for name, part in archive.members(data).items()}
    except (Refused, zipfile.BadZipFile, OSError, ValueError) as refusal:
        if isinstance(refusal, Refused | BadPackage):
            raise BadPackage(str(refusal)) from None
        raise BadPackage(_("The file is damaged: it cannot be unpacked.")) from None


def _check_links(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        infos = packed.infolist()
    for info in infos:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise BadPackage(_("The file holds a link instead of a file: “%s”.") % info.filename)
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise BadPackage(_("The file holds two parts of one name."))


def read(data: bytes) -> Package:
    """Return the package. Raises BadPackage."""
    found = members(data)
    manifests = sorted(
        (name for name in found if posixpath.basename(name) == MANIFEST), key=lambda name: name.count("/")
    )
    if not manifests:
        raise BadPackage(_("This is not a content package: it has no %s.") % MANIFEST)
    package = Package(found, manifests[0])
    try:
        root = parse(found[package.manifest])
    except BadXML as error:
        raise BadPackage(str(error), package.manifest, error.line) from None
    package.resources = list(_resources(package, root))
    return package


def _resources(package: Package, root: Node) -> Iterator[Resource]:
    for node in (each for each in root.walk() if each.tag == "resource"):
        address = node.get("href") or next((each.get("href") for each in node.all("file")), "")
        if not address:
            continue
        base = posixpath.join(posixpath.dirname(package.manifest), node.get("base"), "_")
        path = package.resolve(base, address)
        if path is None:
            raise BadPackage(
                _("The manifest names a file that is not there: “%s”.") % address, package.manifest, node.line
            )
        yield Resource(path, node.line, node.get("type"), _topic(node), _tags(node))


def _topic(resource: Node) -> tuple[str, ...]:
    """Return the first category that the metadata of a resource names, from the top down."""
    path = next((each for each in resource.walk() if each.tag.lower() == "taxonpath"), None)
    entries = [_said(taxon) for taxon in path.walk() if taxon.tag == "taxon"] if path else []
    return tuple(entry for entry in entries if entry)


def _said(taxon: Node) -> str:
    entry = taxon.find("entry")
    return " ".join(entry.words.split()) if entry else ""


def _tags(resource: Node) -> tuple[str, ...]:
    words = (" ".join(each.words.split()) for each in resource.walk() if each.tag == "keyword")
    return tuple(word for word in words if word)


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, data in files.items():
            packed.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()
