"""Pictures that a file brought with it, as pictures of the library, and back."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from kb.importing.document import Illustration
from kb.importing.document import Refused as Damaged
from kb.importing.pictures import Album, Unsupported
from kb.models import Picture
from people.models import User

_LINK = re.compile(r"(!?)\[((?:[^\[\]\\]|\\.)*)\]\(([^)\s]+)\)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FAR = re.compile(r"[a-z][a-z0-9+.-]*:|[/#]", re.IGNORECASE)
_SAFE = re.compile(r"[^\w.-]+")


def through(value: Any, turn: Callable[[str], str]) -> Any:
    """Return JSON with every text in it turned."""
    match value:
        case str():
            return turn(value)
        case dict():
            return {name: through(each, turn) for name, each in value.items()}
        case list():
            return [through(each, turn) for each in value]
    return value


def looked_at(media: Mapping[str, bytes]) -> tuple[dict[str, Illustration], list[str], list[str]]:
    """Return the pictures among these files, the names of those that are none, and sentences about damaged ones."""
    album, pictures, others, damaged = Album(), {}, [], []
    for name, data in media.items():
        try:
            pictures[name] = album.take(name, data)
        except Unsupported:
            others.append(name)
        except Damaged as refusal:
            damaged.append(str(refusal))
    return pictures, others, damaged


@dataclass
class Shelf:
    """Keeps pictures as rows, each once, and remembers the files it stored: no rollback takes these away."""

    by: User | None
    kept: dict[bytes, str] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)

    def address(self, illustration: Illustration) -> str:
        """Return the address of a picture, which is kept if the library does not have it yet."""
        if illustration.data not in self.kept:
            self.kept[illustration.data] = self._keep(illustration).file.url
        return self.kept[illustration.data]

    def _keep(self, illustration: Illustration) -> Picture:
        picture = Picture(title=illustration.name[:255], uploaded_by_user=self.by)
        storage, column = picture.file.storage, picture._meta.get_field("file")
        wanted = storage.get_available_name(column.generate_filename(picture, illustration.name), column.max_length)
        self.stored.append(wanted)  # before it is written: what breaks off leaves a file too
        self.stored[-1] = storage.save(wanted, ContentFile(illustration.data), max_length=column.max_length)
        picture.file.name = self.stored[-1]
        picture._set_image_file_metadata()
        picture.width, picture.height = picture.file.width, picture.file.height
        picture.save()
        return picture

    def forget_files(self) -> None:
        """Delete what was stored."""
        storage = Picture._meta.get_field("file").storage
        for name in self.stored:
            storage.delete(name)


def placed(text: str, addresses: Mapping[str, str]) -> str:
    """Return Markdown whose pictures have these addresses; of those without one the words stay."""

    def put(match: re.Match[str]) -> str:
        mark, words, address = match.groups()
        if found := addresses.get(unquote(address)) or addresses.get(address):
            return f"{mark}[{words}]({quote(found, safe='/:%')})"
        return match[0] if _FAR.match(address) else words

    return _LINK.sub(put, text)


def without_addresses(text: str) -> str:
    """Return Markdown without the addresses of what it shows and links to here."""
    return _LINK.sub(lambda match: match[0] if _SCHEME.match(match[3]) else f"{match[1]}[{match[2]}]", text)


@dataclass
class Bag:
    """Takes pictures of the library along with a question: `media` holds them by the names that its text uses."""

    media: dict[str, bytes] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def packed(self, text: str) -> str:
        """Return the Markdown with names in place of addresses of our pictures."""

        def put(match: re.Match[str]) -> str:
            mark, words, address = match.groups()
            if not address.startswith(settings.MEDIA_URL):
                return match[0]
            name = self._take(unquote(address.removeprefix(settings.MEDIA_URL)))
            return f"{mark}[{words}]({quote(name)})" if name else words

        return _LINK.sub(put, text)

    def _take(self, path: str) -> str:
        picture = Picture.objects.filter(file=path).first()
        name = _SAFE.sub("-", posixpath.basename(path))
        try:
            data = picture.file.storage.open(picture.file.name).read() if picture else None
        except OSError:
            data = None
        if data is None:
            self.lost.append(_("A picture that is not in the library any more: %s.") % name)
            return ""
        stem, ending = posixpath.splitext(name)
        number = 2
        while self.media.get(name, data) != data:
            name, number = f"{stem}-{number}{ending}", number + 1
        self.media[name] = data
        return name
