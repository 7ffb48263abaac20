"""What the nightly command does beside closing sittings and reminding."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from kb.models import ControlledPage
from tests import make

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def schedule(page, **times):
    """Publish the page as someone does who has set these times."""
    for name, at in times.items():
        setattr(page, name, at)
    page.save_revision().publish()


def live():
    return set(ControlledPage.objects.live().values_list("number", flat=True))


def test_what_was_scheduled_is_published_and_what_has_expired_is_not_any_more(capsys):
    now = timezone.now()
    schedule(make.document(number="A-1", live=False), go_live_at=now + HOUR)
    schedule(make.document(number="A-2", live=False), go_live_at=now + 3 * HOUR)
    schedule(make.document(number="A-3"), expire_at=now + HOUR)
    assert live() == {"A-3"}

    with time_machine.travel(now + 2 * HOUR):
        call_command("nightly", verbosity=0)

    assert live() == {"A-1"}
    assert capsys.readouterr().out == ""


def test_running_it_twice_changes_nothing_more():
    make.document(number="A-1")

    call_command("nightly", verbosity=0)
    call_command("nightly", verbosity=0)

    assert live() == {"A-1"}
