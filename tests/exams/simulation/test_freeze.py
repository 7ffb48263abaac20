"""Guides of the database, frozen for a simulation."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from exams.kinds import KINDS
from exams.simulation import best_cost, recipe
from exams.simulation.freeze import freeze, resolve
from kb.content.kinds import GUIDE_HEAD, NODES
from kb.content.shapes import Shapes, read
from kb.content.sources import parse
from kb.content.streams import raw_stream
from kb.models import FaultGuidePage, Hazard
from people.refusal import Refused
from tests.exams.simulation.guides import POWER
from tests.make import document, guide, person, product

KIND = KINDS["simulation"]
FAULTS = Path(settings.BASE_DIR, "content/kb/faults")
pytestmark = pytest.mark.django_db


def bring_in(name: str, **pks: int) -> FaultGuidePage:
    """Publish a guide of content/; of the documents it names it knows those given."""
    mistakes: list = []
    source = parse(name, (FAULTS / f"{name}.md").read_text(encoding="utf-8"), mistakes)
    draft = read(source, Shapes(GUIDE_HEAD, NODES), mistakes)
    assert mistakes == []
    body = raw_stream(draft.parts, lambda number: pks.get(number.replace("-", "")))
    for block in body:
        for elsewhere in ("qualification", "component", "parts"):  # rows that do not matter here
            block["value"].pop(elsewhere, None)
        for key in filter(None, block["value"].get("hazards", "").split(", ")):
            Hazard.objects.get_or_create(key=key, name=key)
    return guide(body, start=draft.members["start"], number=draft.members["number"], title=draft.members["title"])


def test_a_fault_of_a_guide_of_the_content_with_the_guide_it_includes():
    power = bring_in("fg-008-power-output")
    bring_in("fg-001-server-no-boot", FG008=power.pk)

    body = freeze(number="FG-001", end="power-check/end-cord")

    assert body["guide"] == "FG-001"
    assert body["edition"] == "1.0"
    assert [step["reading"]["words"] for step in body["steps"] if step["id"] in body["way"]] == [
        "机器在运行，只是电源告警（E-04、E-31）或有电源灯不正常",
        "有灯不亮（E-04）",
        "220 V",
        "",
        "绿色常亮",
    ]
    assert best_cost(body) == 5 + 3 + 5 + 10 + 1
    assert KIND.mistakes(body) == []
    assert KIND.share(body, [], KIND.clean(KIND.shown(body, []), KIND.right_response(body, []))) == 1


@pytest.fixture
def power():
    """The small guide as a document, for a model."""
    Hazard.objects.create(key="mains-voltage", name="市电触电", level="danger", text="先断电。")
    Hazard.objects.create(key="residual-charge", name="余电", level="danger", text="静置。")
    return guide(POWER, number="FG-100", title="电源", product_models=[product(name="RS2200")])


def test_what_is_needed_of_the_database_is_frozen_with_it(power):
    body = freeze(number="FG-100", end="end-cord", costs={"cord": 7})
    mains = next(step for step in body["steps"] if step["id"] == "mains")

    assert mains["hazards"] == [{"name": "市电触电", "level": "danger", "text": "先断电。", "protection": []}]
    assert (body["title"], body["models"]) == ("电源", ["RS2200"])
    assert resolve(recipe(body)) == body


def test_what_cannot_be_frozen_is_refused_with_a_sentence(power):
    for said in ({"number": "FG-999", "end": "x"}, {"number": "FG-100", "end": "nowhere"}):
        with pytest.raises(Refused):
            freeze(**said)
    with pytest.raises(Refused):
        resolve({"guide": "FG-100"})


def test_nobody_freezes_what_he_may_not_read(power):
    hidden = document(FaultGuidePage, body=POWER, start="lamp", number="FG-101", confidentiality="restricted")
    outsider = person(kind="customer")

    with pytest.raises(Refused):
        freeze(number=hidden.number, end="end-cord", person=outsider)


def test_the_face_shows_what_was_found_and_nothing_more(power):
    body = freeze(number="FG-100", end="end-cord", readings={"mains": "217"}, symptom="开不了机")
    order = [[], []]
    shown = KIND.shown(body, order)
    mains = next(step["id"] for step in shown["steps"] if step["heading"] == "插座电压")

    before = _face(body, shown, None)
    after = _face(body, shown, KIND.clean(shown, [["read", mains], ["test", mains]]))

    assert "217 V" not in before
    assert after.count("217 V") == 3  # the log, the step, and what the script starts from
    assert f'value="test {mains}" data-do disabled' in " ".join(after.split())
    assert "开不了机" in before


def _face(body: dict, shown: dict, response: list | None) -> str:
    item = {"n": 3, "shown": shown, "response": response, "reveal": KIND.reveal(body, [], response)}
    return render_to_string("exams/kinds/simulation.html", {"item": item})
