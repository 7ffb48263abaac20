"""Names in two languages."""

import pytest
from django.utils import translation

from people.models import OrgUnit, Position, Subject


@pytest.mark.parametrize(
    ("language", "english", "read"),
    [
        ("zh-hans", "Repair", "维修部"),
        ("en", "Repair", "Repair"),
        ("en-gb", "Repair", "Repair"),
        ("en", "", "维修部"),
        ("de", "Repair", "维修部"),
    ],
)
@pytest.mark.parametrize("model", [OrgUnit, Position, Subject])
def test_a_row_is_named_in_the_language_of_the_moment(model, language, english, read):
    row = model(name="维修部", name_en=english)

    with translation.override(language):
        assert row.label == str(row) == read


def test_without_a_language_it_is_chinese():
    with translation.override(None):
        assert OrgUnit(name="维修部", name_en="Repair").label == "维修部"


def test_on_the_class_it_is_the_descriptor_itself():
    assert OrgUnit.label.field == "name"
