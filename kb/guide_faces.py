"""Other faces of fault guides: the table, the flow chart, the index of symptoms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from anyascii import anyascii
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kb import edition_views
from kb.diagnosis import chart, table
from kb.diagnosis.tree import Graph
from kb.models import ControlledPage, FaultGuidePage, Part, Symptom
from kb.views import readable
from people.models import Person

OTHER = "#"  # where words stand that begin with no letter
_SAID_OTHERWISE = {"重": "Chong", "长": "Chang", "行": "Xing"}  # of two readings the one that faults begin with


def _guide(request: HttpRequest, number: str) -> FaultGuidePage:
    page = readable(request, number)
    if not isinstance(page, FaultGuidePage):
        raise Http404(number)
    return page


@dataclass(frozen=True)
class Line:
    """An end of a guide as the table shows it: the tests after the first, and what the end names."""

    end: dict
    id: str
    tests: Sequence[table.Test]
    remedy: ControlledPage | None
    parts: Sequence[Part]


@dataclass
class Seen:
    """What is seen at the start, and the lines it leads to."""

    words: str
    lines: list[Line] = field(default_factory=list)


@require_safe
def guide_table(request: HttpRequest, number: str) -> HttpResponse:
    """The guide in force as a table to print: symptom, tests, cause, remedy."""
    page = _guide(request, number)
    tree = page.expanded_for(request.user)
    context = edition_views.context_of(request, page)
    context["seen"] = _by_symptom(table.rows(tree), request.user)
    context["start"] = tree.nodes.get(tree.start)
    return render(request, "kb/guide_table.html", context)


def _by_symptom(rows: Iterable[table.Row], person: Person) -> list[Seen]:
    rows = list(rows)
    remedies = _remedies(rows, person)
    keys = {key for row in rows for key in _keys(row)}
    parts = {part.key: part for part in Part.objects.filter(key__in=keys)}
    found: dict[str, Seen] = {}
    for row in rows:
        first = row.tests[0].words if row.tests else ""
        line = Line(
            dict(row.end.value), row.end.id, row.tests[1:], remedies.get(row.end.value.get("remedy")),
            [parts[key] for key in _keys(row) if key in parts],
        )  # fmt: skip
        found.setdefault(first, Seen(first)).lines.append(line)
    return list(found.values())


def _keys(row: table.Row) -> list[str]:
    return [key.strip() for key in str(row.end.value.get("parts") or "").split(",") if key.strip()]


def _remedies(rows: Iterable[table.Row], person: Person) -> dict[int, ControlledPage]:
    named = {row.end.value.get("remedy") for row in rows} - {None, ""}
    return ControlledPage.objects.visible_to(person).in_bulk(named) if named else {}


@require_safe
def guide_chart(request: HttpRequest, number: str) -> HttpResponse:
    """The guide in force as a flow chart; its nodes lead to their full text."""
    page = _guide(request, number)
    tree = page.expanded_for(request.user)
    drawn = chart.svg(tree, links=_links(page, tree, request.user), title=page.title)
    return render(request, "kb/guide_chart.html", edition_views.context_of(request, page) | {"chart": drawn})


def _links(page: FaultGuidePage, tree: Graph, person: Person) -> Callable[[str], str]:
    """Return the function that says where a node leads: into this guide, or the one it was included from."""
    others = {node.guide for node in tree.nodes.values()} - {None}
    guides = ControlledPage.objects.visible_to(person).in_bulk(others) if others else {}

    def link(id_: str) -> str:
        node = tree.nodes[id_]
        if node.guide is None:
            return f"{page.get_absolute_url()}#{id_}"
        other = guides.get(node.guide)
        return f"{other.get_absolute_url()}#{id_.rpartition('/')[2]}" if other else ""

    return link


@dataclass(frozen=True)
class Entry:
    """A word of the index; a synonym leads to the `symptom` it stands for."""

    words: str
    symptom: Symptom
    is_synonym: bool


def index_key(words: str) -> str:
    """Return what a word is sorted by in an index: its letters, of Chinese characters their pinyin."""
    said = "".join(_SAID_OTHERWISE.get(letter, letter) for letter in words.strip()[:1]) + words.strip()[1:]
    return anyascii(said).strip().casefold()


def index_letter(words: str) -> str:
    """Return the letter a word stands under, or OTHER.

    >>> [index_letter(words) for words in ("开不了机", "重启", "Will not start", "12 V")]
    ['K', 'C', 'W', '#']
    """
    first = index_key(words)[:1].upper()
    return first if "A" <= first <= "Z" else OTHER


def entries(found: Iterable[Symptom], *, is_chinese: bool) -> list[tuple[str, list[Entry]]]:
    """Return the index, letter by letter: symptoms, and those of their synonyms that are in the reader's language."""
    every = [
        Entry(words, symptom, is_synonym)
        for symptom in found
        for words, is_synonym in [(symptom.label, False), *((word, True) for word in _synonyms(symptom, is_chinese))]
    ]
    letters: dict[str, list[Entry]] = {}
    for entry in sorted(every, key=lambda entry: (index_key(entry.words), entry.is_synonym)):
        letters.setdefault(index_letter(entry.words), []).append(entry)
    return sorted(letters.items(), key=lambda item: (item[0] == OTHER, item[0]))


def _synonyms(symptom: Symptom, is_chinese: bool) -> list[str]:
    said = [word.strip() for word in symptom.synonyms.replace("，", ",").split(",") if word.strip()]
    return [word for word in said if is_chinese or word.isascii()]


@require_safe
def symptoms(request: HttpRequest) -> HttpResponse:
    """What customers see, from A to Z, with what else people call it and the guides for it."""
    language = get_language()
    guides = FaultGuidePage.objects.visible_to(request.user).preferring(language).with_version()
    found = Symptom.objects.prefetch_related(
        Prefetch("guides", guides.order_by("number").defer("body"), to_attr="open_guides")
    )
    letters = entries(found, is_chinese=language.startswith("zh"))
    return render(request, "kb/symptoms.html", {"letters": letters})
