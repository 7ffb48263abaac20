"""The page on which people read what programs can do; the same is at /api/v1/openapi.json for programs."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kb.api.door import MOST_BYTES, RATE
from kb.api.urls import api


@dataclass(frozen=True)
class Line:
    """A thing to send: method, address, what it does, what is sent and what is answered."""

    method: str
    path: str
    summary: str
    description: str
    fields: list[tuple[str, str, str, bool]]
    answers: list[str]


def manual(request: HttpRequest) -> HttpResponse:
    """What can be sent where, as the interface itself says it."""
    schema = api.get_openapi_schema()
    lines = [
        _line(method, path, said, schema["components"]["schemas"])
        for path, methods in schema["paths"].items()
        for method, said in methods.items()
    ]
    context = {
        "lines": lines,
        "base": f"{settings.BASE_URL}{reverse('api-1:api-root')}",
        "openapi": reverse("api-1:openapi-json"),
        "rate": RATE.partition("/")[0],
        "most": MOST_BYTES // 1024,
    }
    return render(request, "kb/api/manual.html", context)


def _line(method: str, path: str, said: dict, schemas: dict) -> Line:
    sent = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = schemas.get(sent.get("$ref", "").rpartition("/")[2], {})
    needed = shape.get("required", [])
    fields = [
        (name, _type(each), each.get("description", ""), name in needed)
        for name, each in shape.get("properties", {}).items()
    ]
    return Line(
        method.upper(),
        path,
        said.get("summary", ""),
        said.get("description", ""),
        fields,
        [*map(str, said["responses"])],
    )


def _type(field: dict) -> str:
    """Return the type of a field in a word."""
    options = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    kind = options[0].get("format") or options[0].get("type") or options[0].get("$ref", "").rpartition("/")[2]
    return str(kind)
