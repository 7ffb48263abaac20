"""What every page's frame needs to know."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url


def shell(request: HttpRequest) -> dict:
    """Return the addresses of this page in each language, and how many notices wait (asked only where it is shown)."""
    path = request.get_full_path()
    return {
        "languages": [(code, name, translate_url(path, code)) for code, name in settings.LANGUAGES],
        "notice_count": _notice_count(request),
    }


def _notice_count(request: HttpRequest):  # noqa: ANN202 (a callable the template calls, if at all)
    def count() -> int:
        user = getattr(request, "user", None)
        return user.notices.open_for(user).count() if user and user.is_authenticated else 0

    return count
