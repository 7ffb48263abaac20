"""Documents on paper: the code that leads from a printed copy to its answer, and PDF where the extra is installed."""

import mimetypes
import re
import shutil
import subprocess
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kb.models import Edition

_ORIGIN = "https://paper.invalid"  # of addresses in the HTML of a PDF; nothing can answer there (RFC 2606)
_SOME_CHINESE = "4e2d 9605 89c4"  # 中 阅 规
_ICON = re.compile(r'<svg class="icon"[^>]*><use href="[^"]*#([\w-]+)"></use></svg>')
_SYMBOL = re.compile(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


class NoPaper(RuntimeError):
    """A PDF cannot be made on this machine; says why."""


def address(edition: Edition) -> str:
    """Return the address that tells whoever holds a printed copy of this edition whether it is still in force."""
    with translation.override(edition.language):
        return settings.BASE_URL + reverse("printed", args=[edition.number, edition.version])


@lru_cache(maxsize=512)
def code(text: str) -> SafeString:
    """Return a QR code as an inline SVG of level M, dark on transparent."""
    return mark_safe(segno.make(text, error="m").svg_inline(scale=4, border=0, omitsize=True))  # noqa: S308 (segno's own)


def is_installed() -> bool:
    """Say whether the optional extra `pdf` is there."""
    return find_spec("weasyprint") is not None


def pdf(html: str) -> bytes:
    """Return a page of ours as PDF, with pictures and styles from our own static and media files, nothing else.

    Raises NoPaper where a library or a Chinese font is missing: a page of empty boxes would be signed for the text.
    """
    try:
        import weasyprint
    except (ImportError, OSError) as missing:  # OSError: the libraries it binds to
        raise NoPaper(_("This server cannot make PDF files; print the page in the browser instead.")) from missing
    if not has_chinese_font():
        raise NoPaper(
            _("This server has no Chinese font: a PDF would show empty boxes. Print the page in the browser instead.")
        )

    class OwnFiles(weasyprint.urls.URLFetcher):
        """Answers with our own files alone: a document can name any address, and the server must not go there."""

        def fetch(self, url: str, headers: dict | None = None) -> weasyprint.urls.URLFetcherResponse:
            return weasyprint.urls.URLFetcherResponse(url, own_file(url), {"Content-Type": _kind_of(url)})

    page = weasyprint.HTML(string=_with_icons(html), base_url=f"{_ORIGIN}/", url_fetcher=OwnFiles(), media_type="print")
    return page.write_pdf()


def _with_icons(html: str) -> str:
    """Draw the icons into the page: WeasyPrint neither follows them to their file nor applies our styles to them."""
    drawings = dict(_SYMBOL.findall(own_file(_ORIGIN + settings.STATIC_URL + "web/icons.svg").decode()))
    head = (
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="black" stroke-width="1.75" stroke-linecap="round" '
        'stroke-linejoin="round">'
    )
    return _ICON.sub(lambda found: f"{head}{drawings.get(found[1], '')}</svg>", html)


def has_chinese_font() -> bool:
    """Ask fontconfig, which chooses the fonts of a PDF, for one with Chinese characters."""
    asked = shutil.which("fc-list")
    if asked is None:
        return False
    answer = subprocess.run(  # noqa: S603 (nothing from outside in it)
        [asked, f":charset={_SOME_CHINESE}", "family"], capture_output=True, timeout=10, check=False
    )
    return answer.returncode == 0 and bool(answer.stdout.strip())


def own_file(url: str) -> bytes:
    """Return the static or media file at an address in our own HTML. Raises ValueError for every other address."""
    origin, _slash, rest = url.removeprefix(_ORIGIN).partition("/")
    path = unquote(urlsplit(f"/{rest}").path)
    if not url.startswith(_ORIGIN) or origin:
        raise ValueError(f"not a file of ours: {url}")
    for prefix, read in ((settings.STATIC_URL, _static_file), (settings.MEDIA_URL, _media_file)):
        if path.startswith(prefix):
            return read(path.removeprefix(prefix))
    raise ValueError(f"not a file of ours: {url}")


def _static_file(name: str) -> bytes:
    found = finders.find(name)  # of what was collected the names carry digests, which no finder knows
    if found:
        return Path(found).read_bytes()
    with staticfiles_storage.open(name) as file:
        return file.read()


def _media_file(name: str) -> bytes:
    with default_storage.open(name) as file:  # refuses what lies outside its folder
        return file.read()


def _kind_of(url: str) -> str:
    return mimetypes.guess_type(urlsplit(url).path)[0] or "application/octet-stream"
