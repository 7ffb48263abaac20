"""Runs go to the archive, then stop naming the customer; what is counted stays."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kb.attachments import attach
from kb.models import DiagnosisRun, Retention
from kb.runs import retain
from tests.make import NOON

pytestmark = pytest.mark.django_db
MONTH = datetime.timedelta(days=31)


@pytest.fixture
def old(run):
    """A run of NOON with a name and a signature, seen 40 months later."""
    made = run(consent="written", consent_by="王女士", minutes=5)
    drawn = io.BytesIO()
    Image.new("RGB", (60, 20), "white").save(drawn, "PNG")
    for kind in ("signature", "photo"):
        file = SimpleUploadedFile("s.png", drawn.getvalue())
        attach(file=file, by=made.person, at=NOON, kind=kind, run=made)
    return made


def test_after_its_months_a_run_is_in_the_archive(run):
    made = run()
    Retention.objects.update_or_create(kind="run", defaults={"archive_months": 1, "personal_months": 2})

    for days, is_archived in ((30, False), (31, True)):
        on = NOON.date() + datetime.timedelta(days=days)
        assert list(retain.archived(DiagnosisRun.objects.all(), on=on)) == [made] * is_archived
        assert list(retain.current(DiagnosisRun.objects.all(), on=on)) == [made] * (not is_archived)


def test_personal_data_is_erased_and_figures_stay(old, run, django_capture_on_commit_callbacks):
    young = run(consent="oral", consent_by="李先生", at=NOON + 30 * MONTH, started_at=None)
    signature = old.attachments.get(kind="signature")
    later = NOON + 40 * MONTH

    with django_capture_on_commit_callbacks(execute=True):
        assert retain.erase(on=later.date(), at=later) == 1
    assert retain.erase(on=later.date(), at=later) == 0

    old.refresh_from_db()
    assert (old.consent, old.consent_by, old.digest, old.minutes, old.result) == ("written", "", "", 5, "resolved")
    assert not signature.file.storage.exists(signature.file.name)
    assert [bool(each.file) for each in old.attachments.order_by("kind")] == [True, False]
    young.refresh_from_db()
    assert young.consent_by == "李先生"


def test_nothing_is_erased_before_its_time(old):
    assert retain.erase(on=NOON.date() + 35 * MONTH, at=NOON + 35 * MONTH) == 0
