"""The chart and the findings of a guide that is being typed. Nothing is saved here."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST
from wagtail.blocks import StreamValue
from wagtail.models import Page

from kb.guide_editor.findings import Findings
from kb.models import ControlledPage, FaultGuidePage
from people.models import Audience

_MALFORMED = (KeyError, ValueError, TypeError, OverflowError, RecursionError)  # what Wagtail's reading raises


@require_POST
def guide_draft_chart(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer for a guide that exists, to whoever may edit it."""
    page = get_object_or_404(FaultGuidePage, pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return _answer(request, page.get_latest_revision_as_object())


@require_POST
def new_guide_chart(request: HttpRequest, parent: int) -> JsonResponse:
    """Answer for a guide that is not saved yet, to whoever may make one in this folder."""
    folder = get_object_or_404(Page, pk=parent).specific
    may = folder.permissions_for_user(request.user).can_add_subpage()
    if not may or not FaultGuidePage.can_create_at(folder):
        raise PermissionDenied
    return _answer(request, FaultGuidePage(locale=folder.locale))


def _answer(request: HttpRequest, page: FaultGuidePage) -> JsonResponse:
    put_typed(page, request.POST)
    found = Findings(page.graph, page.problems())
    return JsonResponse({"svg": found.chart, "summary": found.summary(), "problems": found.as_json()})


def put_typed(page: FaultGuidePage, data: QueryDict) -> None:
    """Put the nodes that the edit form holds, however unfinished, into the page in memory.

    Raises SuspiciousOperation for what no edit form sends.
    """
    block = page._meta.get_field("body").stream_block
    try:
        value = block.value_from_datadict(data, {}, "body")
    except _MALFORMED as mistake:
        raise SuspiciousOperation("no edit form of a guide") from mistake
    page.start = data.get("start", "")
    page.body = block.to_python(list(_raw(value)))
    page.audience = _one_of(Audience.values, data.get("audience"), page.audience)
    classes = ControlledPage.Confidentiality.values
    page.confidentiality = _one_of(classes, data.get("confidentiality"), page.confidentiality)


def _one_of(values: list, said: str | None, otherwise: object) -> object:
    return next((value for value in values if str(value) == said), otherwise)


def _raw(value: StreamValue) -> Iterator[dict]:
    for child in value:
        raw = child.block.get_prep_value(child.value)
        yield {"type": child.block_type, "id": str(child.id or ""), "value": _without_half_numbers(raw)}


def _without_half_numbers(raw: Mapping[str, object]) -> Mapping[str, object]:
    """Return a node's members with bounds that are no numbers yet left out."""
    for item in raw.get("ranges") or ():
        for bound in ("low", "high"):
            item["value"][bound] = _number(item["value"].get(bound))
    return raw


def _number(text: object) -> str | None:
    try:
        number = Decimal(str(text or "").strip())
    except InvalidOperation:
        return None
    return str(number) if number.is_finite() else None
