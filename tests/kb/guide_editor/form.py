"""What Wagtail's editor sends for a fault guide."""

from collections.abc import Iterator, Mapping, Sequence

from kb.models import FaultGuidePage

_LISTS = {"choices", "ranges"}


def form(page: FaultGuidePage, body: Sequence[Mapping], **changes: object) -> dict[str, object]:
    """Return the fields of the edit form with these nodes, as raw blocks."""
    return {
        "title": page.title, "summary": "", "keywords": "", "number": page.number or "", "is_controlled": "on",
        "audience": page.audience, "confidentiality": page.confidentiality, "unit": "", "slug": page.slug,
        "qualification": page.qualification_id or "", "software": "", "fault_class": page.fault_class,
        "severity": page.severity, "start": body[0]["id"] if body else "", "body-count": len(body),
    } | dict(_nodes(body)) | changes  # fmt: skip


def _nodes(body: Sequence[Mapping]) -> Iterator[tuple[str, object]]:
    for place, block in enumerate(body):
        yield from _block(f"body-{place}", place, block["id"])
        yield f"body-{place}-type", block["type"]
        for name, value in block["value"].items():
            if name in _LISTS:
                yield f"body-{place}-value-{name}-count", len(value)
                for number, item in enumerate(value):
                    prefix = f"body-{place}-value-{name}-{number}"
                    yield from _block(prefix, number, f"{place}-{number}")
                    yield from ((f"{prefix}-value-{key}", said or "") for key, said in item.items())
            elif value is not False:
                yield f"body-{place}-value-{name}", value


def _block(prefix: str, place: int, id_: str) -> Iterator[tuple[str, object]]:
    yield from ((f"{prefix}-deleted", ""), (f"{prefix}-order", place), (f"{prefix}-id", id_))
