"""Pictures as browsers can show them: looked at before anything is kept. Pure."""

import io
import warnings
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from kb.importing.document import Illustration, Refused

MAX_PIXELS = 50_000_000
MAX_PIXELS_TOGETHER = 500_000_000

_KEPT = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "GIF": "gif", "WEBP": "webp"}
_CONVERTED = {"BMP", "TIFF"}
_FORMATS = ["PNG", "JPEG", "GIF", "WEBP", *sorted(_CONVERTED)]  # a JPEG of several pictures calls itself MPO
_ENDINGS = {"png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff"}


class Unsupported(ValueError):
    """The picture has a format that browsers do not show; the text names it."""


class Album:
    """Takes the pictures of one document."""

    def __init__(self) -> None:
        self._pixels = 0

    def take(self, name: str, data: bytes, description: str = "") -> Illustration:
        """Return the picture, as PNG where it was BMP or TIFF. Raises Unsupported, or Refused for a damaged one."""
        path = PurePosixPath(name)
        ending = path.suffix.lstrip(".").lower()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of its own limit of pixels; ours is lower
                with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                    self._check_size(image, path.name)
                    image.load()
                    ending = _KEPT.get(image.format, "png")
                    data = data if image.format in _KEPT else _as_png(image)
        except UnidentifiedImageError:
            if ending in _ENDINGS:
                raise Refused(_("The picture “%s” is damaged.") % path.name) from None
            raise Unsupported(path.name) from None
        except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
            if isinstance(error, Refused):
                raise
            raise Refused(_("The picture “%s” is damaged.") % path.name) from error
        return Illustration(f"{path.stem}.{ending}", data, " ".join(description.split())[:255])

    def _check_size(self, image: Image.Image, name: str) -> None:
        pixels = image.width * image.height
        self._pixels += pixels
        if pixels > MAX_PIXELS or self._pixels > MAX_PIXELS_TOGETHER:
            raise Refused(_("The picture “%s” is too large: more than 50 million pixels, or too many together.") % name)


def _as_png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    (image if image.mode in {"1", "L", "LA", "P", "RGB", "RGBA"} else image.convert("RGB")).save(target, "PNG")
    return target.getvalue()
