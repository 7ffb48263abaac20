"""Sentences as they stand in the code."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences in English."""
    with translation.override("en"):
        yield
