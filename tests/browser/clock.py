"""manage.py with another clock, which goes on from there: `python -m tests.browser.clock 2026-12-01T08:00+08:00 …`."""

import datetime
import os
import sys

import time_machine
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
    time_machine.travel(datetime.datetime.fromisoformat(sys.argv[1]), tick=True).start()
    execute_from_command_line(["manage.py", *sys.argv[2:]])
