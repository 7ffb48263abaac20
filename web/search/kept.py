"""What is offered under an empty search box: what a person searched for lately, and the searches he keeps."""

from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kb.models import ProductModel, SavedSearch
from kb.searching.suggest import Suggestion
from people.models import Person
from web.search.asked import Asked
from web.search.facets import words_of
from web.search.recent import recent

_IN_A_LIST = 4  # of each under the box in the head


@dataclass(frozen=True)
class Kept:
    """A search to be asked again: its query, what it is narrowed to in words, its address."""

    query: str
    url: str
    narrowed: tuple[str, ...] = ()
    pk: int | None = None


def shown(request: HttpRequest) -> dict[str, list[Kept]]:
    """Return the recent and the saved searches of a person."""
    return {"recent": [Kept(query, _address(query)) for query in recent(request)], "saved": _saved(request.user)}


def as_suggestions(request: HttpRequest) -> list[dict]:
    """Return the first of them as lines under the box."""
    kept = shown(request)
    lines = [
        *(Suggestion(each.query, _("recent"), each.url) for each in kept["recent"][:_IN_A_LIST]),
        *(
            Suggestion(each.query, _("kept"), each.url, " · ".join(each.narrowed))
            for each in kept["saved"][:_IN_A_LIST]
        ),
    ]
    return [asdict(line) for line in lines]


def is_saved(person: Person, asked: Asked) -> bool:
    """Say whether this person keeps this very search."""
    mine = SavedSearch.objects.filter(person=person.pk, query=asked.query, narrowed=asked.narrowed)
    return person.is_authenticated and mine.exists()


def _saved(person: Person) -> list[Kept]:
    if not person.is_authenticated:
        return []
    rows = list(SavedSearch.objects.filter(person=person))
    keys = {value for row in rows for name, value in parse_qsl(row.narrowed) if name == "model"}
    models = {model.key: model.label for model in ProductModel.objects.filter(key__in=keys)} if keys else {}
    return [Kept(row.query, _address(row.query, row.narrowed), _in_words(row.narrowed, models), row.pk) for row in rows]


def _address(query: str, narrowed: str = "") -> str:
    return f"{reverse('search')}?{urlencode({'q': query})}{'&' if narrowed else ''}{narrowed}"


def _in_words(narrowed: str, models: dict[str, str]) -> tuple[str, ...]:
    return tuple(word for name, value in parse_qsl(narrowed) if (word := _word(name, value, models)))


def _word(name: str, value: str, models: dict[str, str]) -> str:
    if name == "withdrawn":
        return _("withdrawn too")
    if name == "model":
        return models.get(value, "")
    words = {str(known): str(word) for known, word in words_of(name, {}).items()} if name in _NAMES else {}
    return words.get(value, "")


_NAMES = ("kind", "class", "level", "lang")
