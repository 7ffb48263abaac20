"""Search, as the screen does it: what the person behind the key may read, nothing else."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router

from kb.api.schemas import Errors, SearchIn, SearchOut
from kb.search.passages import Sought
from kb.searching.facets import narrowing
from kb.searching.find import find
from kb.searching.hits import Hit, hits
from kb.searching.lexicon import lexicon

router = Router(tags=["search"])
_A_PAGE = 20


@router.get("", response={200: SearchOut, 422: Errors}, summary="Search documents")
def look(request: HttpRequest, said: Query[SearchIn]) -> dict:
    """Return documents in force, best first, 20 a page; q, and to narrow it kind, model, class, level, lang, page.

    Those in the language asked for come first. A passage is a list of [text, whether it was asked for].
    """
    language, text = get_language(), " ".join(said.q.split())
    chosen = narrowing({name: str(value) for name, value in said.dict(by_alias=True).items()})
    outcome = find(text=text, person=request.user, language=language, narrowing=chosen)
    rows = outcome.rows[(said.page - 1) * _A_PAGE : said.page * _A_PAGE]
    shown = hits(rows, sought=Sought.of(text, lexicon()), person=request.user, language=chosen.language)
    return {
        "found": len(outcome.rows),
        "suggestion": outcome.suggestion,
        "hits": [_hit(shown[row]) for row in rows if row in shown],
    }


def _hit(hit: Hit) -> dict:
    return {
        "number": hit.page.number, "kind": hit.page.specific_class.kind, "title": hit.page.title,
        "version": hit.page.version, "language": hit.page.language, "passage": [list(each) for each in hit.passage],
        "url": f"{settings.BASE_URL}{hit.url}",
    }  # fmt: skip
