"""The site's settings, with the bare views beside its own."""

from web.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.sitting.bare"
