"""What a search leaves behind: recent and saved searches, and that it led somewhere."""

import pytest
from django.utils import timezone

from kb.models import Asked, Clicked, SavedSearch
from kb.searching import saved
from tests import make
from tests.web.test_search import search, words

pytestmark = pytest.mark.django_db
ORIGIN = {"Origin": "http://testserver"}


def recent(client):
    return [each.query for each in client.get("/search/").context["kept"]["recent"]]


def test_the_last_eight_searches_of_a_browser_are_offered_the_last_first(client):
    for n in [*range(10), 5]:
        search(client, f"查询{n}")

    assert recent(client) == [f"查询{n}" for n in (5, 9, 8, 7, 6, 4, 3, 2)]
    assert [each["label"] for each in client.get("/search/suggest/").json()["suggestions"]][:2] == ["查询5", "查询9"]


def test_they_are_forgotten_on_request_and_never_shown_to_the_next_person(client, technician, dealer):
    client.force_login(technician)
    search(client, "电源")
    assert recent(client) == ["电源"]
    client.force_login(dealer)
    assert recent(client) == []

    search(client, "风扇")
    client.post("/search/recent/forget/")
    assert recent(client) == []


def test_a_forged_cookie_is_not_read(client):
    client.cookies["recent_searches"] = "eyJ4Ijox.bad:signature" * 50

    assert recent(client) == []


def test_looking_further_in_a_search_is_no_new_search(client):
    make.document(title="电源")
    search(client, "电源", kind="faq")
    search(client, "电源", page="2")

    assert recent(client) == []
    assert not Asked.objects.exists()


def test_a_search_is_kept_once_with_what_it_is_narrowed_to_and_can_be_forgotten(client, technician):
    make.product(key="ups", name="不间断电源")
    client.force_login(technician)
    for _twice in range(2):
        client.post("/search/saved/", {"q": "电池", "model": "ups", "kind": "faq", "page": "3", "x": "y"})

    (kept,) = SavedSearch.objects.all()
    (shown,) = client.get("/search/").context["kept"]["saved"]
    assert set(kept.narrowed.split("&")) == {"model=ups", "kind=faq"}
    assert "不间断电源" in shown.narrowed
    assert client.get(shown.url).context["is_saved"]

    for _twice in range(2):
        client.post(f"/search/saved/{kept.pk}/forget/")
    assert not SavedSearch.objects.exists()


def test_nobody_sees_or_forgets_what_another_keeps_and_strangers_keep_nothing(client, technician, dealer):
    kept = saved.save(person=technician, query="电池", narrowed="", at=timezone.now())

    assert client.post("/search/saved/", {"q": "电源"}).url.startswith("/accounts/login/")
    client.force_login(dealer)
    client.post(f"/search/saved/{kept.pk}/forget/")

    assert client.get("/search/").context["kept"]["saved"] == []
    assert SavedSearch.objects.get() == kept
    assert client.get(f"/search/saved/{kept.pk}/forget/").status_code == 405


def test_a_person_keeps_at_most_fifty(client, technician):
    now = timezone.now()
    SavedSearch.objects.bulk_create(
        SavedSearch(person=technician, query=f"{n}", saved_at=now) for n in range(saved.MOST)
    )
    client.force_login(technician)

    answer = client.post("/search/saved/", {"q": "电源"}, follow=True)

    assert SavedSearch.objects.count() == saved.MOST
    assert "note--error" in words(answer)
    assert not client.post("/search/saved/", {"q": ""}, follow=True).context["query"]


def test_that_a_search_led_somewhere_is_counted_once(client):
    make.document(number="F-1", title="电源")
    assert 'data-number="F-1"' in words(search(client, "电源"))

    for _twice in range(2):
        answer = client.post("/search/clicked/", {"q": "电源", "number": "F-1"}, headers=ORIGIN)
        assert answer.status_code == 204

    assert Clicked.objects.get().times == 1
    asked = Asked.objects.get()
    assert (asked.times, asked.found, asked.clicked) == (1, 1, 1)


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        ({"q": "电源", "number": "F-1"}, {}),
        ({"q": "电源", "number": "F-1"}, {"Origin": "https://elsewhere.example"}),
        ({"q": "电源", "number": "NO-1"}, ORIGIN),
        ({"q": "没人问过", "number": "F-1"}, ORIGIN),
        ({"q": "x" * 10_000, "number": "y" * 10_000}, ORIGIN),
        ({}, ORIGIN),
    ],
    ids=str,
)
def test_a_click_from_elsewhere_or_of_nothing_is_not_counted(client, sent, headers):
    make.document(number="F-1", title="电源")
    search(client, "电源")

    assert client.post("/search/clicked/", sent, headers=headers).status_code == 204
    assert not Clicked.objects.exists()
    assert client.get("/search/clicked/").status_code == 405
