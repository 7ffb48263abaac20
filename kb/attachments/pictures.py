"""Pictures from phones, made fit to keep: decoded, turned upright, made smaller, without a word about place or camera.

Pure: takes a file, gives bytes.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

from people.refusal import Refused

FORMATS = ["JPEG", "PNG", "WEBP"]
with suppress(ImportError):  # what iPhones take; the decoder is there where Wagtail's is
    import pillow_heif

    pillow_heif.register_heif_opener()
    FORMATS.append("HEIF")

LONGEST_SIDE = 2000  # pixels of what is kept
THUMBNAIL = 400
MOST_BYTES = 20 * 1024 * 1024
_MOST_PIXELS = 90_000_000  # of what is sent: more would fill the memory
_DECODING = Lock()
_JPEG = {"format": "JPEG", "quality": 85, "optimize": True}


def fit(file: BinaryIO, *, size: int, name: str) -> bytes:
    """Return a picture as a JPEG file of at most LONGEST_SIDE pixels a side. Raises Refused, naming the file.

    `size` is that of the file in bytes; one that is too large is not read at all.
    """
    return _written(_smaller(_opened(file, size=size, name=name), LONGEST_SIDE, name), **_JPEG)


def fit_signature(file: BinaryIO, *, size: int, name: str) -> bytes:
    """Return a drawn signature as a PNG file, black on white. Raises Refused."""
    return _written(_smaller(_opened(file, size=size, name=name), 1000, name).convert("L"), format="PNG", optimize=True)


def thumbnail(file: BinaryIO) -> bytes:
    """Return a small JPEG of a picture that is kept."""
    with Image.open(file) as picture:
        return _written(_smaller(picture, THUMBNAIL, ""), **_JPEG)


def _opened(file: BinaryIO, *, size: int, name: str) -> Image.Image:
    if not size:
        raise Refused(_("“%s” is empty.") % name)
    if size > MOST_BYTES:
        said = {"name": name, "size": round(size / 1024 / 1024), "most": MOST_BYTES // 1024 // 1024}
        raise Refused(_("“%(name)s” has %(size)s MB; a picture may have %(most)s MB at most.") % said)
    try:
        picture = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError:
        raise Refused(_too_many(name)) from None
    except Exception:
        logging.getLogger(__name__).info("not a picture: %r", name, exc_info=True)
        raise Refused(_("“%s” is not a picture of a kind we can read: JPEG, PNG, WebP or HEIC.") % name) from None
    if picture.width * picture.height > _MOST_PIXELS:
        raise Refused(_too_many(name))
    return picture


def _too_many(name: str) -> str:
    return _("“%s” has too many pixels. Send it in a smaller size.") % name


def _smaller(picture: Image.Image, side: int, name: str) -> Image.Image:
    """Return it upright, on white, at most so many pixels a side."""
    try:
        with _whole():
            picture.draft("RGB", (side, side))  # JPEG files are decoded in a smaller size at once
            picture.load()
        picture.thumbnail((side, side))
        picture = ImageOps.exif_transpose(picture)
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
        return picture.convert("RGB")
    except Exception:  # decoders raise what they like
        logging.getLogger(__name__).info("a broken picture: %r", name, exc_info=True)
        raise Refused(_("“%s” is damaged: it ends too early or cannot be decoded.") % name) from None


@contextmanager
def _whole() -> Iterator[None]:
    """Have what ends too early refused: whoever imports WeasyPrint switches that off for the whole process."""
    with _DECODING:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _written(picture: Image.Image, **options: object) -> bytes:
    made = io.BytesIO()
    picture.info = {}  # nothing of what the camera wrote
    picture.save(made, **options)
    return made.getvalue()
