"""What tests of exams share."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.make import NOON


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon; a test moves it on."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock
