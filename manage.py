#!/usr/bin/env python3
"""The one command of the project: `manage.py demo`, `manage.py test [arguments of pytest]`, or Django's."""

import os
import sys

if __name__ == "__main__":
    if sys.version_info < (3, 7):  # noqa: UP036 - older ones cannot even read the next module
        sys.exit("Benchbook needs Python 3.13, 3.12 or 3.14, and at least 3.7 to look for one of them.")
    from web import bootstrap

    bootstrap.enter(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
    from web.messages import compile_catalogues

    compile_catalogues()
    if sys.argv[1:2] == ["test"]:
        import pytest

        everything = ["--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal", str(bootstrap.ROOT / "tests")]
        sys.exit(pytest.main(sys.argv[2:] or everything))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
