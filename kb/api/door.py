"""Who comes in: a key, in the sender's language, not too often, not too much at once; and how refusals are said."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from people import tokens
from people.models import User
from people.refusal import Conflict, Refused

MOST_BYTES = 256 * 1024  # of a body of JSON
RATE = "120/m"  # of each person


class Wrong(Refused):
    """What was sent in one field cannot be; `field` is what its sender calls it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class Key(HttpBearer):
    """Authorization: Bearer and a person's key. No cookie opens this door, so no other site can misuse one."""

    def __call__(self, request: HttpRequest) -> User | None:
        """Speak the sender's language, refuse what is too large, and look at the key."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        length = request.META.get("CONTENT_LENGTH") or "0"
        if request.content_type != "multipart/form-data" and (not length.isdigit() or int(length) > MOST_BYTES):
            raise HttpError(413, _("The body is too large: %s KB at most.") % (MOST_BYTES // 1024))
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return whose key it is."""
        person = tokens.person_of(token=token.strip(), on=timezone.localdate())
        if person is not None:
            request.user = person
        return person


class OfPerson(SimpleRateThrottle):
    """So many requests of one person, whichever of his keys they come with."""

    scope = "api"

    def get_cache_key(self, request: HttpRequest) -> str:
        """Count by person."""
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}


def opened() -> NinjaAPI:
    """Return the door with its ways of saying no; its rooms are added to it."""
    api = NinjaAPI(
        title="Benchbook", version="1", urls_namespace="api-1", docs_url=None, auth=Key(), throttle=[OfPerson(RATE)],
        description="Record diagnosis runs and fault reports, and fetch fault guides to walk them offline.",
    )  # fmt: skip
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)
    return api


def said(status: int, errors: Iterable[tuple[str, str]], **headers: str) -> JsonResponse:
    """Return a refusal: {"errors": [{"field", "message"}]}."""
    body = {"errors": [{"field": field, "message": message} for field, message in errors]}
    return JsonResponse(body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def _refused(_request: HttpRequest, refusal: Refused) -> JsonResponse:
    return said(422, ((getattr(refusal, "field", ""), reason) for reason in refusal.reasons))


def _conflict(_request: HttpRequest, conflict: Conflict) -> JsonResponse:
    return said(409, (("key", reason) for reason in conflict.reasons))


def _nothing(_request: HttpRequest, _error: Http404) -> JsonResponse:
    return said(404, [("", _("Nothing is here, or nothing you may see"))])


def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> JsonResponse:
    return said(413, [("", _("The body is too large: %s KB at most.") % (MOST_BYTES // 1024))])


def _invalid(_request: HttpRequest, error: ValidationError) -> JsonResponse:
    return said(422, ((_field(each["loc"]), _sentence(each)) for each in error.errors))


def _field(place: Sequence[str | int]) -> str:
    """Return the field a mistake is in as its sender knows it, such as parts.0.number."""
    return ".".join(str(name) for name in place if name not in {"body", "file", "path", "said"})


def _sentence(error: Mapping) -> str:
    sentences = {
        "missing": _("This is missing."),
        "extra_forbidden": _("There is no such field."),
        "string_too_long": _("This is too long."),
        "too_long": _("These are too many."),
    }
    return sentences.get(error["type"]) or _("This is not valid: %s") % error["msg"]


def _unknown(_request: HttpRequest, _error: AuthenticationError) -> JsonResponse:
    words = _("Send a key that is good: Authorization: Bearer …")
    return said(401, [("", words)], **{"WWW-Authenticate": "Bearer"})


def _too_often(_request: HttpRequest, error: Throttled) -> JsonResponse:
    wait = {"Retry-After": str(int(error.wait) + 1)} if error.wait else {}
    return said(429, [("", _("Too many requests. Wait a little."))], **wait)


def _other(_request: HttpRequest, error: HttpError) -> JsonResponse:
    words = _("The body is not JSON.") if error.status_code == 400 else str(error)
    return said(error.status_code, [("", words)])


_ANSWERS = {
    Refused: _refused,
    Conflict: _conflict,
    Http404: _nothing,
    RequestDataTooBig: _too_large,
    ValidationError: _invalid,
    AuthenticationError: _unknown,
    Throttled: _too_often,
    HttpError: _other,
}
