"""Sentences about files are compared in English."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english(chinese: None) -> None:
    """Say everything in English."""
    translation.activate("en")
