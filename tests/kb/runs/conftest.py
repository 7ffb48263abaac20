"""A guide, a machine with a case about it, and the way to record a run."""

import uuid

import pytest

from kb.models import Device, FaultReport, SeverityLevel, SeverityScheme
from kb.runs.record import record
from tests import make
from tests.make import NOON

PATH = ["0", "11,2"]


@pytest.fixture
def guide(db):
    return make.guide(number="FG-1", title="无法开机", version="1.2", product_models=[make.product()])


@pytest.fixture
def run(guide, technician):
    """Record a run of the guide; what a test does not say is as usual."""

    def run(**said):
        said = {"guide": guide, "person": technician, "answers": PATH, "seen": [], "result": "resolved"} | said
        said = {"editions": [said["guide"].edition], "key": uuid.uuid4(), "at": NOON} | said
        return record(**said)

    return run


@pytest.fixture
def machine(technician):
    made = Device(model=make.product(), serial="SN-1", unit=technician.unit)
    made.clean()
    made.save()
    return made


@pytest.fixture
def case(technician, machine):
    scheme = SeverityScheme.objects.create(key="scheme", name="合同")
    level = SeverityLevel.objects.create(scheme=scheme, rank=1, code="一级", definition="停机", respond_minutes=30)
    return FaultReport.objects.create(
        number="FR-2026-00001", model=machine.model, device=machine, description="不开机", level=level,
        unit=technician.unit, reporter=technician, reported_at=NOON,
    )  # fmt: skip
