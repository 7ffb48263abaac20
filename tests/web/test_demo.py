"""What the people of the demonstration have done already: the rules take it, and twice is once."""

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import diagnosis
from kb.models import Confirmation, DiagnosisRun, FaultReport, Inspection, Override, ProductModel, Solution
from kb.walking import gates
from people.models import Notice, User
from people.roles import write_groups
from tests import make
from tests.content.folder import REAL, Folder
from web import demo
from web.demo.ways import ways

AT = make.NOON + datetime.timedelta(days=20)
GUIDES = (("FG-001", "server", "rs2200"), ("FG-002", "server", "rs2200"), ("FG-006", "terminal", "kt300"))
TABLES = (DiagnosisRun, FaultReport, Solution, Confirmation, Inspection, Override, Notice)


@pytest.fixture
def stage(db: None, tmp_path: Path) -> Iterator[None]:
    """The units and tables of the real content, three small guides in the place of the real ones, and the people."""
    for file in [REAL / "organisation.md", *(REAL / "kb").glob("*.md")]:
        if file.name != "promoted.md":  # it names documents that are not here
            (tmp_path / file.relative_to(REAL)).parent.mkdir(exist_ok=True)
            shutil.copy(file, tmp_path / file.relative_to(REAL))
    folder = Folder(tmp_path)
    folder.write("kb/maintenance.md", folder.text("kb/maintenance.md").replace("| PR-009 |", "| |"))
    folder.load()
    write_groups()
    for number, field, model in (
        ("FG-001", "server", "rs2200"),
        ("FG-002", "server", "rs2200"),
        ("FG-006", "terminal", "kt300"),
    ):
        body = [
            make.ask("see", {"灯不亮": "swap", "灯亮": "good"}, none="open"),
            make.act("swap", then="rail", qualification=f"{field}/1"),
            make.measure("rail", [(None, "11.4", "part"), ("11.4", None, "good")], "open"),
            make.end("part", cause="电源坏"),
            make.end("good", "workaround"),
            make.end("open", "unresolved", escalate="专业服务中心"),
        ]
        make.guide(body, number=number, product_models=[ProductModel.objects.get(key=model)])
    demo.make_people(on=AT.date())
    demo.make_devices(on=AT.date())
    demo.qualify_field(at=AT)


def counts() -> list[int]:
    return [table.objects.count() for table in TABLES]


def test_the_demonstration_shows_every_state_and_a_second_start_changes_nothing(stage: None):
    assert demo.make_records(at=AT)
    before = counts()
    standings = set(Solution.objects.with_standing().values_list("standing", flat=True))
    assert standings == {"question", "unverified", "verified", "closed"}
    assert set(FaultReport.objects.values_list("outcome", flat=True)) == {"", "repaired", "remote"}
    assert FaultReport.objects.filter(reporter__username="customer").exists()
    assert set(DiagnosisRun.objects.values_list("result", flat=True)) == {"resolved", "workaround", "unresolved"}
    assert not DiagnosisRun.objects.exclude(gaps=[]).exists()
    asked = gates.open_to(User.objects.get(username="supervisor")).get()
    assert (asked.person.username, asked.node, asked.is_granted) == ("technician", "swap", None)
    assert not demo.make_records(at=AT + datetime.timedelta(days=1))
    assert counts() == before


@pytest.mark.parametrize(
    ("low", "high", "reading"),
    [
        (None, "11.4", "10.2"),
        ("11.4", "12.6", "12.0"),
        ("12.6", None, "14.0"),
        ("0.01", "0.02", "0.015"),
        (None, None, "0.0"),
    ],
)
def test_a_way_through_a_measurement_has_a_reading_that_lies_in_its_range(low, high, reading):
    body = [make.measure("m", [(low, high, "e")], "e"), make.end("e")]
    tree = diagnosis.graph(start="m", blocks=[(block["id"], block["type"], block["value"]) for block in body])
    assert ways(tree)["e"] == [reading]
