"""An exam in a browser without scripts: one form with all answers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from exams.models import Item
from exams.views.own import LATE
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(client, technician):
    exam = make.exam()
    client.force_login(technician)
    return make.sitting(exam, technician, at=timezone.now())


def form(sitting, base=0, **changes):
    """What the browser sends when everything is answered right."""
    sent = {}
    for item in sitting.items.select_related("version"):
        name, response = f"item-{item.n}", make.right(item)
        sent[f"{name}-base"] = str(base)
        if item.version.kind == "ordering":
            sent |= {f"{name}-{id_}": str(place) for place, id_ in enumerate(response, start=1)}
        else:
            sent[name] = str(response).lower() if isinstance(response, bool) else response
    return sent | changes


def field(sitting, kind):
    return f"item-{make.item(sitting, kind).n}"


def send(client, sitting, sent, whole):
    return client.post(reverse("finish_sitting", args=[sitting.public_id]), sent | {"whole": whole})


def messages(client, answer):
    return [str(message) for message in client.get(answer.url).context["messages"]]


def test_handing_in_saves_and_marks_every_answer(client, sitting):
    answer = send(client, sitting, form(sitting), "finish")

    assert answer.url == reverse("result", args=[sitting.public_id])
    sitting.refresh_from_db()
    assert sitting.percent == 100


def test_saving_keeps_the_sitting_open(client, sitting):
    answer = send(client, sitting, form(sitting), "save")

    assert answer.url == sitting.get_absolute_url()
    assert Item.objects.filter(revision=1).count() == 5
    sitting.refresh_from_db()
    assert sitting.finished_at is None
    assert len(messages(client, answer)) == 1


def test_saving_the_same_form_again_changes_nothing(client, sitting):
    send(client, sitting, form(sitting), "save")
    send(client, sitting, form(sitting), "save")

    assert set(Item.objects.values_list("revision", flat=True)) == {1}


def test_what_was_left_blank_is_no_answer(client, sitting):
    blank = {name: "" for name in form(sitting) if not name.endswith("-base")}
    del blank[field(sitting, "single")], blank[field(sitting, "multiple")], blank[field(sitting, "truefalse")]

    send(client, sitting, blank, "save")

    assert not Item.objects.filter(revision__gt=0).exists()


def test_a_number_taken_out_again_is_cleared(client, sitting):
    send(client, sitting, form(sitting), "save")

    send(client, sitting, form(sitting, base=1, **{field(sitting, "numeric"): ""}), "save")

    assert Item.objects.filter(response__isnull=True).count() == 1


@pytest.mark.parametrize("places", [["1", "1", "2", "3"], ["1", "2", "3", ""], ["", "", "", "4"]], ids=str)
def test_an_order_with_a_place_missing_or_given_twice_is_told_and_not_handed_in(client, sitting, places):
    name = field(sitting, "ordering")
    wrong = {f"{name}-{id_}": place for id_, place in zip("1234", places, strict=True)}

    answer = send(client, sitting, form(sitting, **wrong), "finish")

    assert answer.url == sitting.get_absolute_url()
    number = name.removeprefix("item-")
    assert messages(client, answer)[0].startswith(f"{number}: ")
    sitting.refresh_from_db()
    assert sitting.finished_at is None
    assert Item.objects.filter(revision=1).count() == 4


def test_a_form_from_an_older_tab_overwrites_nothing(client, sitting):
    messages(client, send(client, sitting, form(sitting), "save"))

    answer = send(client, sitting, form(sitting, **{field(sitting, "numeric"): "99"}), "finish")

    assert len(messages(client, answer)) == 1
    assert not Item.objects.filter(response="99").exists()
    sitting.refresh_from_db()
    assert sitting.finished_at is None


def test_after_handing_in_a_second_form_changes_nothing_and_does_not_say_saved(client, sitting):
    send(client, sitting, form(sitting), "finish")

    answer = send(client, sitting, form(sitting, **{field(sitting, "numeric"): "99"}), "save")

    assert answer.url == reverse("result", args=[sitting.public_id])
    assert messages(client, answer) == [str(LATE)]
    assert not Item.objects.filter(response="99").exists()
    assert sitting.late_answers.get().response == "99"


@pytest.mark.parametrize("base", ["x", "-1", "1e9", "9" * 5000, "²", "１"])
def test_a_forged_base_breaks_nothing(client, sitting, base):
    sent = form(sitting) | {f"{field(sitting, 'numeric')}-base": base}

    assert send(client, sitting, sent, "save").status_code == 302


def test_a_script_that_saved_all_hands_in_with_an_empty_form(client, sitting):
    send(client, sitting, form(sitting), "save")

    client.post(reverse("finish_sitting", args=[sitting.public_id]))

    sitting.refresh_from_db()
    assert sitting.percent == 100
