"""Which distribution of Whoosh runs."""

import os
from pathlib import Path
from unittest import TestCase

import whoosh


class TestDistribution(TestCase):
    """The distribution that is asked for is the one that runs."""

    def test_whoosh_is_the_one_asked_for(self) -> None:
        """Expect it in the folder that whoever runs this names."""
        assert Path(whoosh.__file__).is_relative_to(os.environ["WHOOSH_FOLDER"])
