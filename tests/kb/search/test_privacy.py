"""Nobody learns by searching what he may not read, even from an index that says everything is for everybody."""

import html
import re
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courses.models import Course
from kb.models import BulletinPage, ControlledPage, FaqPage, FaultGuidePage, ManualPage, ProcedurePage, PromotedResult
from kb.searching.find import find
from kb.searching.promote import promoted
from people import roles
from people.models import Audience, OrgUnit, Person
from tests import database, make
from tests.make import text
from web.search.suggested import suggested

#: Documents by a word that no other has, each with its kind and a word that the product it is about alone has.
DOCUMENTS = {
    "magnolia": (FaqPage, "quartz"),
    "juniper": (ProcedurePage, "feldspar"),
    "hawthorn": (FaultGuidePage, "tourmaline"),
    "oleander": (BulletinPage, "malachite"),
    "sequoia": (ManualPage, "olivine"),
    "hibiscus": (FaqPage, "obsidian"),  # in Chinese
    "wisteria": (FaqPage, "obsidian"),  # the same in English
    "larch": (FaqPage, "peridot"),  # withdrawn
}
WITHDRAWN = "larch"
COMMON = "绝缘电阻"


@dataclass(frozen=True)
class State:
    """What becomes of a document after it was indexed."""

    live: bool
    audience: Audience
    confidentiality: str

    def is_open_to(self, reader: SimpleNamespace) -> bool:
        """Say whether somebody of that audience and with these rights may read it, as the handbook puts it."""
        classes = {"open": True, "internal": reader.audience == Audience.INTERNAL, "restricted": reader.restricted}
        return self.audience <= reader.audience and classes[self.confidentiality]


CLASSES = ["open", "internal", "restricted"]
states = st.builds(State, st.sampled_from([True, True, False]), st.sampled_from(Audience), st.sampled_from(CLASSES))
OPEN, DRAFT = State(True, Audience.PUBLIC, "open"), State(False, Audience.PUBLIC, "open")
CLOSED = State(True, Audience.INTERNAL, "restricted")


@database.once
def planted() -> None:
    for word, (kind, product) in DOCUMENTS.items():
        language = "en" if word == "wisteria" else "zh-hans"
        fields = {"number": number_of(word), "language": language, "title": f"{COMMON} {word}", "keywords": word}
        about = make.product(name=f"型号 {product}", name_en=product, key=f"{product}-{language}")
        body = [text("a", f"{COMMON}的测量：{word}")]
        if kind is ProcedurePage:
            body = [make.step("a", f"{COMMON}：{word}")]
        made = make.guide(**fields) if kind is FaultGuidePage else make.document(kind, body=body, **fields)
        made.product_models.add(about)
        if word == WITHDRAWN:
            make.withdrawn(made)
    make.course(lessons=0, key="cedar", title=f"{COMMON} cedar")
    make.note(make.person(kind=OrgUnit.Kind.DEALER), problem=f"{COMMON} bauxite")


@pytest.fixture
def lying_index(db: None) -> None:
    """Documents that the index has as everybody's, whatever the database says."""
    planted()
    ControlledPage.objects.update(live=True, audience=OPEN.audience, confidentiality=OPEN.confidentiality)
    Course.objects.update(audience=Audience.PUBLIC)
    call_command("update_index", verbosity=0)


READERS = ["stranger", "customer", "dealer", "dealer's supervisor", "technician", "supervisor", "auditor"]


@pytest.fixture
def readers(db: None) -> dict[str, SimpleNamespace]:
    """Everybody there is to a document: by what he belongs to and by what he may do."""
    kinds = OrgUnit.Kind

    def reader(audience: Audience, person: Person) -> SimpleNamespace:
        may = {name: person.has_perm(f"kb.read_{name}") for name in ("restricted", "withdrawn")}
        return SimpleNamespace(audience=audience, person=person, **may)

    return {
        "stranger": reader(Audience.PUBLIC, AnonymousUser()),
        "customer": reader(Audience.PUBLIC, make.person(kind=kinds.CUSTOMER)),
        "dealer": reader(Audience.DEALER, make.person(roles.TECHNICIAN, kind=kinds.DEALER)),
        "dealer's supervisor": reader(Audience.DEALER, make.person(roles.SUPERVISOR, kind=kinds.DEALER)),
        "technician": reader(Audience.INTERNAL, make.person(roles.TECHNICIAN)),
        "supervisor": reader(Audience.INTERNAL, make.person(roles.SUPERVISOR)),
        "auditor": reader(Audience.INTERNAL, make.person(roles.AUDITOR)),
    }


@given(
    became=st.fixed_dictionaries(dict.fromkeys(DOCUMENTS, states)),
    course=st.sampled_from(Audience),
    who=st.sampled_from(READERS),
    asked=st.sampled_from([COMMON] * 6 + [*DOCUMENTS]),
    withdrawn=st.booleans(),
)  # fmt: skip
@example(dict.fromkeys(DOCUMENTS, CLOSED), Audience.INTERNAL, "stranger", COMMON, True)
@example(dict.fromkeys(DOCUMENTS, OPEN), Audience.PUBLIC, "stranger", COMMON, False)
@example(dict.fromkeys(DOCUMENTS, OPEN), Audience.PUBLIC, "auditor", COMMON, True)
@example(dict.fromkeys(DOCUMENTS, OPEN) | {"hibiscus": CLOSED}, Audience.PUBLIC, "stranger", COMMON, False)
@example(dict.fromkeys(DOCUMENTS, DRAFT), Audience.PUBLIC, "auditor", "magnolia", True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_learns_what_he_may_not_read(lying_index, readers, became, course, who, asked, withdrawn) -> None:
    became |= {WITHDRAWN: State(False, became[WITHDRAWN].audience, became[WITHDRAWN].confidentiality)}
    apply(became, course)
    reader = readers[who]
    readable = {word for word, state in became.items() if state.live and state.is_open_to(reader)}

    engine(reader.person, asked, readable)
    completions(reader.person, asked, readable)
    withdrawn = withdrawn and reader.withdrawn
    known = readable | ({WITHDRAWN} if withdrawn and became[WITHDRAWN].is_open_to(reader) else set())
    search(reader.person, asked, known, withdrawn=withdrawn)
    hidden = {"cedar"} if course > reader.audience else set()
    hidden |= {"bauxite"} if reader.audience < Audience.INTERNAL else set()
    for typed in (asked, misspelt(asked)):
        screen(reader.person, typed, known, hidden, withdrawn=withdrawn)


def apply(became: dict[str, State], course: Audience) -> None:
    """Change the rows so that the index does not hear of it."""
    for word, state in became.items():
        page = ControlledPage.objects.filter(keywords=word)
        page.update(live=state.live, audience=state.audience, confidentiality=state.confidentiality)
    Course.objects.update(audience=course)


def engine(person: Person, asked: str, readable: set[str]) -> None:
    """Ask the backend: what is found, its number and its facets are what may be read, all of it and nothing else."""
    expected = readable if asked == COMMON else readable & {asked}
    found = ControlledPage.objects.visible_to(person).search(asked)
    assert {page.keywords for page in found} == expected
    assert found.count() == len(expected)
    assert sum(found.facet("language").values()) == len(expected)
    assert expected.issuperset(page.keywords for page in found[:3])
    assert expected.issuperset(page.keywords for page in ControlledPage.objects.visible_to(person).autocomplete(asked))
    assert is_silent_about(getattr(found, "suggestion", ""), readable)
    found = ControlledPage.objects.visible_to(person).search(misspelt(asked))
    assert is_silent_about(getattr(found, "suggestion", ""), readable)


def completions(person: Person, asked: str, readable: set[str]) -> None:
    """Ask what is suggested to somebody who types, and what editors put first."""
    numbers = {number_of(word) for word in readable}
    for begun in (asked[:3], f"n-{asked[:3]}", asked):
        shown = [each["url"] for each in suggested(begun, person) if "/doc/" in each["url"]]
        assert all(any(number in url for number in numbers) for url in shown)
    PromotedResult.objects.all().delete()
    for page in ControlledPage.objects.all():
        PromotedResult.objects.create(query=COMMON, folded=COMMON, page=page)
    assert readable.issuperset(page.keywords for page in promoted(text=COMMON, person=person, language="zh-hans"))


def search(person: Person, asked: str, known: set[str], *, withdrawn: bool) -> None:
    """Ask for the hits of the search screen and the number that each facet would leave."""
    day = timezone.localdate() if withdrawn else None
    outcome = find(text=asked, person=person, language="zh-hans", with_withdrawn_on=day)
    words = dict(ControlledPage.objects.values_list("pk", "keywords"))
    assert known.issuperset(words[page] for row in outcome.rows for page in (row.found, row.shown))
    expected = known if asked == COMMON else known & {asked}
    documents = {number_of(word) for word in expected}
    assert outcome.counts["kind"].total() == len(outcome.rows) == len(documents)
    assert outcome.counts["lang"].total() == len(expected)
    assert outcome.counts["model"].total() <= len(known)
    assert is_silent_about(outcome.suggestion, known)


def screen(person: Person, asked: str, known: set[str], hidden: set[str], *, withdrawn: bool) -> None:
    """Read the page; what was typed stands in it and says nothing."""
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    more = {"withdrawn": "1"} if withdrawn else {}
    shown = html.unescape(client.get(reverse("search"), {"q": asked, "all": "1", **more}).content.decode())
    shown = re.sub(re.escape(asked), "", re.sub("</?mark>", "", shown))
    assert is_silent_about(shown, known)
    about = {word: product for word, (_kind, product) in DOCUMENTS.items()}
    hidden = hidden | set(about.values()) - {about[word] for word in known}
    assert not [word for word in hidden if word in shown]


def is_silent_about(shown: str, known: set[str]) -> bool:
    """Say whether none of the words of other documents stands there; one in two languages has one number."""
    said = {word for word in DOCUMENTS if re.search(rf"\b{word}\b", shown)}
    numbers = {word for word in DOCUMENTS if number_of(word) in shown}
    return said <= known and {number_of(word) for word in numbers} <= {number_of(word) for word in known}


def number_of(word: str) -> str:
    return "N-twins" if word in ("hibiscus", "wisteria") else f"N-{word}"


def misspelt(asked: str) -> str:
    """Return it with a slip that did-you-mean would repair."""
    return "绝员电阻" if asked == COMMON else asked[:3] + asked[4:]
