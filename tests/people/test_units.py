"""Units: who is inside whom."""

import pytest
from django.core.exceptions import ValidationError

from people.models import Audience, OrgUnit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("external", [OrgUnit.Kind.DEALER, OrgUnit.Kind.CUSTOMER])
def test_what_belongs_to_an_external_party_reads_no_more_than_that_party(external):
    party = make.unit(external)

    with pytest.raises(ValidationError):
        OrgUnit(key="workshop", name="维修车间", parent=party).full_clean()

    workshop = OrgUnit(key="workshop", name="维修车间", parent=party, kind=external)
    workshop.full_clean()
    assert workshop.audience < Audience.INTERNAL


def test_a_unit_does_not_become_external_around_parts_of_our_own():
    region = make.unit(OrgUnit.Kind.REGION)
    make.unit(parent=region)

    region.kind = OrgUnit.Kind.DEALER
    with pytest.raises(ValidationError):
        region.full_clean()


def test_a_unit_is_not_part_of_itself():
    region = make.unit(OrgUnit.Kind.REGION)
    branch = make.unit(OrgUnit.Kind.REGION, parent=region)

    region.parent = branch
    with pytest.raises(ValidationError):
        region.full_clean()
