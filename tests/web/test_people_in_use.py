"""A person something rests on is not deleted, and whoever tries is told so, by Wagtail or by us."""

import pytest
from django.urls import reverse

from courses import learn
from people.models import User
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(technician):
    learn.enrol(person=technician, course=make.course(), at=NOON)
    return technician


def told(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def test_alone(client, administrator, learner):
    client.force_login(administrator)

    answer = client.post(reverse("wagtailusers_users:delete", args=[learner.pk]), follow=True)

    assert told(answer)
    assert User.objects.filter(pk=learner.pk).exists()


def test_among_others(client, administrator, learner, customer):
    client.force_login(administrator)
    address = reverse("wagtail_bulk_action", args=["people", "user", "delete"])

    answer = client.post(f"{address}?next=/admin/users/&id={learner.pk}&id={customer.pk}", follow=True)

    assert told(answer)
    assert User.objects.filter(pk__in=[learner.pk, customer.pk]).count() == 2


def test_somebody_nothing_rests_on_goes(client, administrator, customer):
    client.force_login(administrator)

    client.post(reverse("wagtailusers_users:delete", args=[customer.pk]))

    assert not User.objects.filter(pk=customer.pk).exists()
