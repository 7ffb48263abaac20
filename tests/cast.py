"""The people tests are about, as fixtures. Whoever a test does not name does not exist in it."""

import pytest
from django.conf import settings
from django.utils import translation

from people import roles
from people.models import OrgUnit, User
from tests import make


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Everybody begins in the site's own language; a request before may have left another."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def technician(db: None) -> User:
    """林涛, a technician of our own."""
    return make.person(roles.TECHNICIAN, username="technician", name="林涛")


@pytest.fixture
def author(db: None) -> User:
    """陈立, who writes documents."""
    return make.person(roles.AUTHOR, username="author", name="陈立")


@pytest.fixture
def approver(db: None) -> User:
    """郑国强, who approves them."""
    return make.person(roles.APPROVER, username="approver", name="郑国强")


@pytest.fixture
def dealer(db: None) -> User:
    """孙晓, a dealer's repair engineer."""
    return make.person(roles.TECHNICIAN, username="dealer", name="孙晓", kind=OrgUnit.Kind.DEALER)


@pytest.fixture
def customer(db: None) -> User:
    """A customer's user."""
    return make.person(username="customer", name="赵科长", kind=OrgUnit.Kind.CUSTOMER)


@pytest.fixture
def manager(db: None) -> User:
    """高远, who decides certifications."""
    return make.person(roles.CERTIFICATION_MANAGER, username="certmanager", name="高远")


@pytest.fixture
def administrator(db: None) -> User:
    """The administrator, a superuser."""
    return make.person(roles.ADMINISTRATOR, username="admin", name="管理员", is_superuser=True, is_staff=True)
