"""The book of an exam: closed, all but the exam is locked for its candidate; open, what he opens is written down."""

import datetime
import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLResolver, get_resolver, resolve, reverse
from django.urls.converters import IntConverter, UUIDConverter

from exams import book, sit
from exams.models import LookUp, Sitting
from exams.views.book import OPEN, is_open
from people import roles, tokens
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
VALUES = {IntConverter: 1, UUIDConverter: uuid.UUID(int=7)}  # of the parts of an address; others are "x"


@pytest.fixture
def document(clock):
    return make.document(number="DOC-BOOK", title="电源规程")


@pytest.fixture
def exam(clock):
    return make.exam(kinds=["truefalse"], minutes=20, is_open_book=False)


@pytest.fixture
def candidate(client, technician):
    client.force_login(technician)
    return client


@pytest.fixture
def sitting(exam, technician):
    return make.sitting(exam, technician)


@pytest.fixture
def looking(technician, clock):
    """A sitting with an open book."""
    return make.sitting(make.exam(kinds=["truefalse"], minutes=20), technician)


def read(client, document, **headers):
    return client.get(reverse("document", args=[document.number]), headers=headers)


# --------------------------------------------------------------------------------------------------- what is locked


def addresses(resolver: URLResolver | None = None, before: str = "/", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield name and one concrete address of every pattern of the site that has a name."""
    resolver = resolver or get_resolver()
    for name in filter(lambda name: isinstance(name, str), resolver.reverse_dict):
        for possibilities, _pattern, _defaults, converters in resolver.reverse_dict.getlist(name):
            template, parameters = possibilities[0]
            given = {each: _value(converters.get(each)) for each in parameters}
            yield f"{namespace}{name}", before + template % given
    for name, (prefix, below) in resolver.namespace_dict.items():
        if "%" not in prefix:
            yield from addresses(below, before + prefix, f"{namespace}{name}:")


def _value(converter: object) -> object:
    return VALUES.get(type(converter), "x") if converter else 1


def test_every_address_of_the_site_but_those_of_the_exam_is_locked(candidate, sitting):
    asked = {address: name for name, address in addresses() if name not in OPEN and _leads_somewhere(address)}
    admin = {address for address in asked if address.startswith("/admin/")}

    assert [address for address in asked if is_open(resolve(address))] == []
    json = {"Accept": "application/json"}  # said in few words, so that asking for all of them is quick
    answers = {
        address: candidate.get(address, headers=json).status_code
        for address, name in asked.items()
        if address not in admin or name in {"wagtailadmin_home", "wagtaildocs:index", "questions:index"}
    }
    assert {address: status for address, status in answers.items() if status != 403} == {}
    names = {asked[address] for address in answers}
    assert {"document", "search", "suggest", "edition", "walk", "lesson", "attachment", "case", "course"} <= names
    assert {"wagtaildocs_serve", "wagtailadmin_home", "api-1:look", "question", "practise"} <= names
    assert len(answers) > 150


def _leads_somewhere(address: str) -> bool:
    try:
        return bool(resolve(address))
    except Resolver404:  # the samples do not fit a pattern of Wagtail's
        return False


def test_a_form_sent_to_a_locked_address_does_nothing(candidate, sitting, document):
    answer = candidate.post(reverse("vote", args=[document.number]), {"vote": "up"})

    assert answer.status_code == 403


def test_the_refusal_says_why_in_our_dress_and_leads_back(candidate, sitting, document):
    said = read(candidate, document).content.decode()

    assert document.title not in said
    assert sitting.exam.title in said
    assert sitting.get_absolute_url() in said


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_home_page_shows_a_note_and_the_way_back_and_no_document(candidate, sitting, document, prefix):
    answer = candidate.get(f"{prefix}/")

    said = answer.content.decode()
    assert answer.status_code == 200
    assert str(sitting.public_id) in said
    assert document.title not in said


def test_the_exam_itself_goes_on(candidate, sitting):
    for name, args in (("sitting", [sitting.public_id]), ("exam", [sitting.exam.key]), ("exams", []), ("verify", [])):
        assert candidate.get(reverse(name, args=args)).status_code == 200, name
    assert candidate.post(reverse("seat", args=[sitting.public_id]), "{}", content_type="application/json").json()
    handed_in = candidate.post(reverse("finish_sitting", args=[sitting.public_id]), follow=True)
    assert handed_in.status_code == 200


def test_the_answers_of_other_exams_with_their_keys_are_locked_their_results_are_not(candidate, technician, exam):
    earlier = make.sitting(make.exam(kinds=["numeric"]), technician)
    sit.finish(sitting=earlier, at=NOON)
    sitting = make.sitting(exam, technician)

    assert candidate.get(reverse("result_answers", args=[earlier.public_id])).status_code == 403
    assert candidate.get(reverse("result", args=[earlier.public_id])).status_code == 200
    own = candidate.get(reverse("result", args=[sitting.public_id]))
    assert (own.status_code, own.url) == (302, sitting.get_absolute_url())


def test_who_asks_for_json_gets_json(candidate, sitting):
    answer = candidate.get(reverse("suggest"), {"q": "电源"}, headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert answer.json()["url"] == sitting.get_absolute_url()


def test_a_key_of_the_api_counts_as_its_person(client, candidate, sitting, technician, dealer):
    for person, status in ((technician, 403), (dealer, 404)):
        _token, words = tokens.make(person=person, name="phone", at=NOON)
        client.logout()
        answer = client.get("/api/v1/guides/FG-9", headers={"Authorization": f"Bearer {words}"})

        assert answer.status_code == status
        assert answer.json()["errors"][0]["message"]


def test_who_is_signed_in_cannot_read_with_another_persons_key(candidate, sitting, dealer):
    _token, words = tokens.make(person=dealer, name="phone", at=NOON)

    answer = candidate.get("/api/v1/guides/FG-9", headers={"Authorization": f"Bearer {words}"})

    assert answer.status_code == 403


def test_the_admin_is_locked_for_whoever_runs_the_site_too(client, administrator, exam):
    make.sitting(exam, administrator)
    client.force_login(administrator)

    assert client.get(reverse("wagtailadmin_home")).status_code == 403


# -------------------------------------------------------------------------------------------- for whom and how long


def test_other_people_and_strangers_read_on(client, sitting, document, dealer):
    assert read(client, document).status_code == 200
    client.force_login(dealer)
    assert read(client, document).status_code == 200


def test_answers_that_depend_on_the_person_say_so_to_caches(candidate, sitting, document):
    headers = read(candidate, document).headers
    assert "Cookie" in headers["Vary"]
    assert "no-store" in headers["Cache-Control"]


def test_the_book_closes_with_the_clock_and_opens_when_all_is_handed_in(candidate, technician, exam, document):
    ready = sit.check_in(exam=exam, person=technician, at=NOON, seed="s")
    assert read(candidate, document).status_code == 200

    sitting = sit.start(public_id=ready.public_id, person=technician, at=NOON)
    assert read(candidate, document).status_code == 403

    sit.finish(sitting=sitting, at=NOON)
    assert read(candidate, document).status_code == 200


def test_a_sitting_whose_time_is_over_locks_nobody_though_nothing_has_closed_it(candidate, sitting, document, clock):
    clock.move_to(sitting.deadline_at + MINUTE)
    assert read(candidate, document).status_code == 403

    clock.shift(datetime.timedelta(seconds=1))
    assert read(candidate, document).status_code == 200
    assert Sitting.objects.get().finished_at is None


def test_a_break_opens_nothing_however_long(candidate, sitting, document, clock):
    Sitting.objects.update(paused_at=NOON + MINUTE)
    clock.shift(60 * 24 * MINUTE)

    assert read(candidate, document).status_code == 403


def test_what_the_exam_said_at_check_in_counts(candidate, sitting, exam, document):
    exam.is_open_book = True
    exam.save()

    assert read(candidate, document).status_code == 403


def test_it_costs_one_query_by_an_index_two_while_one_sits_and_none_where_the_sitting_itself_goes_on(
    candidate, technician, document, clock
):
    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            candidate.get(address)
        return [each["sql"] for each in queries if 'FROM "exams_sitting"' in each["sql"]]

    address = reverse("library")
    free = asked(address)
    for _each in range(3):
        make.sitting(make.exam(kinds=["truefalse"]), technician)
    assert (len(free), len(asked(address))) == (1, 2)
    assert asked(reverse("verify")) == []
    candidate.logout()
    assert asked(address) == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {free[0]}")
            assert re.search(r"SEARCH exams_sitting USING INDEX \w+ \(person_id=\?", str(cursor.fetchall()))


# ---------------------------------------------------------------------------------------------------------- open book


def test_what_is_opened_in_an_open_book_exam_is_written_down_with_its_edition(candidate, looking, document):
    assert read(candidate, document).status_code == 200

    line = LookUp.objects.get()
    assert (line.sitting, line.number, line.version) == (looking, "DOC-BOOK", "1.0")
    assert (line.title, line.at) == ("电源规程", NOON)


def test_the_same_document_within_five_minutes_is_one_line(candidate, looking, document, clock):
    for minutes in (0, 2, 2, 2):  # at 0, 2, 4 and 6
        clock.shift(minutes * MINUTE)
        read(candidate, document)

    assert [line.at - NOON for line in LookUp.objects.all()] == [0 * MINUTE, 6 * MINUTE]


def test_an_older_edition_is_written_down_as_what_it_is(candidate, looking, document):
    make.issue(document, body=[make.text("first", "新文字")])

    candidate.get(reverse("edition", args=[document.number, "1.0"]))
    read(candidate, document)

    assert [line.version for line in LookUp.objects.all()] == ["1.0", make.ControlledPage.objects.get().version]


def test_a_lesson_that_shows_a_document_and_the_api_count_as_opening_it(candidate, looking, document, technician):
    course = make.course(lessons=1)
    course.lessons.update(page=document, kind="reading")
    candidate.get(reverse("lesson", args=[course.key, "lesson-1"]))
    guide = make.guide(number="FG-9")
    _token, words = tokens.make(person=technician, name="phone", at=NOON)
    candidate.logout()
    fetched = candidate.get("/api/v1/guides/FG-9", headers={"Authorization": f"Bearer {words}"})

    assert fetched.status_code == 200
    assert [line.number for line in LookUp.objects.all()] == [document.number, guide.number]


def test_what_was_not_shown_is_not_written_down(candidate, looking, document):
    candidate.get(reverse("document", args=["DOC-NONE"]))
    candidate.head(reverse("document", args=[document.number]))
    candidate.get(reverse("library"))

    assert not LookUp.objects.exists()


def test_what_was_looked_up_is_shown_with_the_edition_and_cut_where_it_is_long(candidate, looking, document, clock):
    read(candidate, document)
    shown = Template("{% load book %}{% look_ups sitting %}")

    said = shown.render(Context({"sitting": looking}))
    assert reverse("edition", args=[document.number, "1.0"]) in said
    assert document.title in said
    LookUp.objects.bulk_create(LookUp(sitting=looking, number=f"D-{n}", at=NOON) for n in range(300))
    assert shown.render(Context({"sitting": looking})).count("<li>") == 200


def test_nothing_is_written_down_of_who_sits_no_exam(client, looking, document, dealer):
    client.force_login(dealer)
    read(client, document)

    assert not LookUp.objects.exists()


def test_two_exams_at_once_each_have_their_line(candidate, looking, document, technician):
    make.sitting(make.exam(kinds=["truefalse"]), technician)
    read(candidate, document)

    assert LookUp.objects.count() == 2


def test_nobody_sits_without_being_asked_who_he_is(db):
    assert book.under_way(person=make.person(roles.TECHNICIAN), key="nonsense", at=NOON) == []
