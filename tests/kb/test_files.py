"""Files are for their audience, and lie where the web server does not reach."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from kb.models import File
from people.models import Audience

pytestmark = pytest.mark.django_db


@pytest.fixture
def file():
    return File.objects.create(
        title="固件 3.2.5", file=ContentFile(b"firmware", "firmware.zip"), audience=Audience.DEALER
    )


@pytest.mark.parametrize(("who", "status"), [("", 404), ("customer", 404), ("dealer", 200), ("technician", 200)])
def test_a_file_is_served_to_its_audience_alone(client, request, file, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))

    assert client.get(file.url).status_code == status


def test_it_does_not_lie_among_what_is_public(file):
    assert not Path(file.file.path).is_relative_to(settings.MEDIA_ROOT)


def test_a_file_nobody_said_anything_about_is_internal():
    assert File(title="x").audience == Audience.INTERNAL
