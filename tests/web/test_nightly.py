"""What the nightly command does beside closing sittings and reminding."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from kb.models import Act, ControlledPage, DocumentClass
from tests import make

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def live():
    return set(ControlledPage.objects.live().values_list("number", flat=True))


def signed_for(page, day, team, **fields):
    """Have the latest draft of the page, or its end, signed for that day."""
    return make.signed(page, team, effective_on=day, **fields)


def test_what_was_signed_takes_effect_on_its_day_and_what_ends_is_shown_no_more(capsys):
    now, team = timezone.now(), make.team()
    today = timezone.localdate(now)
    signed_for(make.document(number="A-1", live=False), today + DAY, team)
    signed_for(make.document(number="A-2", live=False), today + 3 * DAY, team)
    DocumentClass.objects.filter(kind="faq").update(signers_qualify=False)
    signed_for(make.document(number="A-3"), today + DAY, team, act=Act.WITHDRAWAL)
    changed = make.document(number="A-4", title="旧题")
    changed.title = "新题"
    changed.save_revision(user=team.author)
    signed_for(changed, today + DAY, team)
    call_command("nightly", verbosity=0)
    assert live() == {"A-3", "A-4"}
    assert ControlledPage.objects.get(number="A-4").title == "旧题"

    with time_machine.travel(now + 2 * DAY):
        call_command("nightly", verbosity=0)

    assert live() == {"A-1", "A-4"}
    assert ControlledPage.objects.get(number="A-4").title == "新题"
    assert capsys.readouterr().out == ""


def test_nothing_takes_effect_that_was_only_scheduled_in_a_draft():
    now = timezone.now()
    page = make.document(number="A-1", live=False)
    page.go_live_at = now + DAY
    page.save_revision()
    Revision.objects.for_instance(page).update(approved_go_live_at=now + DAY)

    with time_machine.travel(now + 2 * DAY):
        call_command("nightly", verbosity=0)

    assert live() == set()


def test_running_it_twice_changes_nothing_more():
    make.document(number="A-1")

    call_command("nightly", verbosity=0)
    call_command("nightly", verbosity=0)

    assert live() == {"A-1"}
