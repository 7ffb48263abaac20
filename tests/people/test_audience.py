"""Which audience a person belongs to."""

import pytest
from django.contrib.auth.models import AnonymousUser

from people.models import Audience, OrgUnit, audience_of
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "audience"),
    [
        (OrgUnit.Kind.COMPANY, Audience.INTERNAL),
        (OrgUnit.Kind.REGION, Audience.INTERNAL),
        (OrgUnit.Kind.DEPARTMENT, Audience.INTERNAL),
        (OrgUnit.Kind.DEALER, Audience.DEALER),
        (OrgUnit.Kind.CUSTOMER, Audience.PUBLIC),
    ],
)
def test_the_unit_says_it(kind, audience):
    assert audience_of(make.person(kind=kind)) == audience


def test_nobody_in_particular_reads_what_is_public():
    assert audience_of(AnonymousUser()) == Audience.PUBLIC


def test_without_a_unit_only_a_superuser_reads_more():
    assert audience_of(make.person(unit=None)) == Audience.PUBLIC
    assert audience_of(make.person(unit=None, is_superuser=True)) == Audience.INTERNAL


def test_a_superuser_of_a_dealer_is_a_dealer():
    assert audience_of(make.person(kind=OrgUnit.Kind.DEALER, is_superuser=True)) == Audience.DEALER
