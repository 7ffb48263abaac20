"""Guides, to be walked where there is no network."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Router

from kb import diagnosis, editions
from kb.api.schemas import Errors, GuideOut
from kb.models import Edition, FaultGuidePage
from kb.walking import walks

router = Router(tags=["guides"])


@router.get("/{number}", response={200: GuideOut, 404: Errors}, summary="Fetch a guide")
def look(request: HttpRequest, number: str) -> dict:
    """Return the nodes of a guide in force and of those it includes, in the language asked for where there is one."""
    today = timezone.localdate()
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=today)
    if not isinstance(page, FaultGuidePage) or not page.live:
        raise Http404(number)
    pinned = walks.begun(guide=page, person=request.user, on=today)
    own, tree = pinned[0], walks.tree_of(pinned)
    return {
        "number": own.number,
        "title": own.title,
        "language": own.language,
        "version": own.version,
        "editions": [each.pk for each in pinned],
        "start": tree.start,
        "nodes": [_node(node, pinned) for node in tree.nodes.values()],
    }


def _node(node: diagnosis.Node, pinned: Sequence[Edition]) -> dict:
    numbers = {each.page_id: each.number for each in pinned}
    return {
        "id": node.id,
        "kind": node.kind,
        "guide": numbers.get(node.guide, pinned[0].number),
        "said": _members(node.value),
        "ways": [_way(node, edge) for edge in node.edges],
    }


def _members(value: Mapping) -> dict:
    """Return what a node says in words and figures; where it leads is told by its ways."""
    leading = {"none", "cannot", "then", "unresolved"}
    return {name: each for name, each in value.items() if isinstance(each, str | int) and name not in leading}


def _way(node: diagnosis.Node, edge: diagnosis.Edge) -> dict:
    bounds = node.ranges[edge.place] if not edge.answer else None
    return {
        "answer": edge.answer,
        "words": edge.words,
        "to": edge.to,
        "low": None if bounds is None or bounds.low is None else str(bounds.low),
        "high": None if bounds is None or bounds.high is None else str(bounds.high),
    }
