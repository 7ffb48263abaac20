"""What somebody searched for lately: kept in his browser until it is closed, and nowhere else."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE, MOST = "recent_searches", 8
_LONGEST = 60  # characters; whole sentences are not kept, a cookie has room for little


def recent(request: HttpRequest) -> list[str]:
    """Return what this person searched for lately, the last first; what another one left here is not read."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(request))
    except signing.BadSignature:
        return []
    return [query for query in kept if isinstance(query, str)][:MOST]


def remember(request: HttpRequest, response: HttpResponse, query: str) -> None:
    """Put a query first."""
    if len(query) <= _LONGEST:
        queries = list(dict.fromkeys([query, *recent(request)]))[:MOST]
        response.set_cookie(
            COOKIE, signing.dumps(queries, salt=_salt(request), compress=True), httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip


def forget(response: HttpResponse) -> None:
    """Keep none of them."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _salt(request: HttpRequest) -> str:
    return f"{COOKIE}.{request.user.pk or ''}"
