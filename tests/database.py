"""A migrated SQLite database, made once for each state of the migrations and copied wherever one is needed.

Running every migration takes seconds, a copy milliseconds. The groups of the roles are in it, as on every site. It lies
in var/tests under the digest of our migrations, the roles and the lock file: a change to any makes another.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from people.roles import write_groups

IN_MEMORY = "file:tests?mode=memory&cache=shared"


def open_in_memory() -> None:
    """Turn the default connection to an empty database in memory, and fill it from the template."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = IN_MEMORY
    connection.ensure_connection()
    if not template().exists():
        call_command("migrate", verbosity=0)
        write_groups()
        template().parent.mkdir(parents=True, exist_ok=True)
        save(template())
    restore()


def template() -> Path:
    """Return where the template of the present migrations lies, or would lie."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.lock").read_bytes())
    digest.update(" ".join(settings.INSTALLED_APPS).encode())
    digest.update((settings.BASE_DIR / "people" / "roles.py").read_bytes())
    for migration in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(migration.read_bytes())
    return settings.BASE_DIR / "var" / "tests" / f"{digest.hexdigest()[:16]}.sqlite3"


def restore() -> None:
    """Replace everything in the default database by what the migrations leave."""
    copy_from(template())


def copy_from(path: Path) -> None:
    """Replace everything in the default database by what lies in that file."""
    connections["default"].ensure_connection()
    with closing(sqlite3.connect(path)) as source:
        source.backup(connections["default"].connection)


def copy_to(path: Path) -> None:
    """Write everything in the default database to that file."""
    connections["default"].ensure_connection()
    with closing(sqlite3.connect(path)) as target:
        connections["default"].connection.backup(target)


def save(path: Path) -> None:
    """Write the default database to `path` in one step; rows of a transaction under way are included."""
    whole = path.with_suffix(f".{os.getpid()}")
    whole.write_bytes(connections["default"].connection.serialize())
    whole.replace(path)


@contextmanager
def kept_in(path: Path) -> Iterator[None]:
    """Go on with the present data in a file that other processes open too; what is done there stays there."""
    memory = connections["default"]
    save(path)
    connections["default"] = type(memory)({**memory.settings_dict, "NAME": str(path)}, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = memory
