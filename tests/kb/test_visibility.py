"""Who may read which document."""

import pytest
from django.contrib.auth.models import AnonymousUser

from kb.models import ControlledPage, FaqPage
from people import roles
from people.models import Audience, OrgUnit
from tests import make

pytestmark = pytest.mark.django_db

OPEN, INTERNAL, RESTRICTED = ControlledPage.Confidentiality
PUBLIC, DEALER, OWN = Audience

READS = {
    "anonymous": {(PUBLIC, OPEN)},
    "customer": {(PUBLIC, OPEN)},
    "dealer": {(PUBLIC, OPEN), (DEALER, OPEN)},
    "technician": {(audience, class_) for audience in Audience for class_ in (OPEN, INTERNAL)},
    "author": {(audience, class_) for audience in Audience for class_ in (OPEN, INTERNAL, RESTRICTED)},
    "auditor": {(audience, class_) for audience in Audience for class_ in (OPEN, INTERNAL, RESTRICTED)},
    "dealer's author": {(audience, class_) for audience in (PUBLIC, DEALER) for class_ in (OPEN, RESTRICTED)},
    "nobody's": {(PUBLIC, OPEN)},
    "superuser": {(audience, class_) for audience in Audience for class_ in ControlledPage.Confidentiality},
}


def person(name):
    made = {
        "anonymous": AnonymousUser,
        "customer": lambda: make.person(kind=OrgUnit.Kind.CUSTOMER),
        "dealer": lambda: make.person(roles.TECHNICIAN, kind=OrgUnit.Kind.DEALER),
        "technician": lambda: make.person(roles.TECHNICIAN),
        "author": lambda: make.person(roles.AUTHOR),
        "auditor": lambda: make.person(roles.AUDITOR),
        "dealer's author": lambda: make.person(roles.AUTHOR, kind=OrgUnit.Kind.DEALER),
        "nobody's": lambda: make.person(roles.TECHNICIAN, unit=None),
        "superuser": lambda: make.person(is_superuser=True, unit=None),
    }
    return made[name]()


@pytest.mark.parametrize("name", READS)
def test_audience_and_confidentiality_say_who_reads(name):
    make.document()
    reader, seen = person(name), set()
    for audience in Audience:
        for class_ in ControlledPage.Confidentiality:
            ControlledPage.objects.update(audience=audience, confidentiality=class_)
            if ControlledPage.objects.visible_to(reader).exists():
                seen.add((audience, class_))
            assert FaqPage.objects.visible_to(reader).exists() is ((audience, class_) in seen)

    assert seen == READS[name]


@pytest.mark.parametrize("name", READS)
def test_nobody_reads_what_is_not_live(name):
    make.document(live=False)
    make.withdrawn(make.document())

    assert not ControlledPage.objects.visible_to(person(name)).exists()


def test_a_draft_of_a_live_document_shows_as_it_was(technician):
    page = make.document(title="旧题")
    page.title = "新题"
    page.save_revision()

    assert ControlledPage.objects.visible_to(technician).get().title == "旧题"


def test_every_kind_goes_through_the_same_door(dealer):
    make.procedure(audience=Audience.INTERNAL)
    make.guide(audience=Audience.DEALER)
    make.manual(audience=Audience.PUBLIC)

    assert {page.specific.kind for page in ControlledPage.objects.visible_to(dealer)} == {"guide", "manual", "chapter"}
    assert ControlledPage.objects.visible_to(dealer).filter(language="en").count() == 0
