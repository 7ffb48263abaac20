"""Lines in a person's inbox."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from people.inbox import tell
from people.models import Notice
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def written(person, key="k", text="一句话", **members):
    return tell(person=person, key=key, text=text, url="/plan/", at=NOON, **members)


def test_the_same_key_writes_one_line(technician):
    first = written(technician)

    assert written(technician, text="另一句话") == first
    assert Notice.objects.get().text == "一句话"


def test_the_same_key_does_not_bring_back_what_was_put_away(technician):
    Notice.objects.filter(pk=written(technician).pk).update(read_at=NOON)

    written(technician)

    assert not Notice.objects.open_for(technician).exists()


def test_each_person_has_his_own(technician, dealer):
    written(technician)
    written(dealer)

    assert Notice.objects.open_for(technician).count() == 1


def test_it_is_written_in_both_languages(technician):
    course = make.course(title="高压安全", title_en="High voltage")

    with translation.override("en"):
        notice = written(technician, text=_("%(day)s %(course)s"), values={"day": "11-02", "course": course})

    assert notice.text == "11-02 高压安全"
    assert notice.text_en == "11-02 High voltage"
    with translation.override("en"):
        assert str(notice) == notice.text_en


def test_putting_it_away_leads_where_it_points(client, technician):
    notice = written(technician)
    client.force_login(technician)

    answer = client.post(reverse("read_notice", args=[notice.pk]))

    assert answer.url == "/plan/"
    assert not Notice.objects.open_for(technician).exists()


def test_nobody_puts_away_what_is_for_another(client, technician, dealer):
    notice = written(technician)
    client.force_login(dealer)

    assert client.post(reverse("read_notice", args=[notice.pk])).status_code == 404
    assert Notice.objects.open_for(technician).exists()


def test_looking_at_the_address_does_not_put_it_away(client, technician):
    notice = written(technician)
    client.force_login(technician)

    assert client.get(reverse("read_notice", args=[notice.pk])).status_code == 405
