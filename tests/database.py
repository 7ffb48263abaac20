"""A migrated SQLite database, made once for each state of the migrations and copied wherever one is needed.

Running every migration takes seconds, a copy milliseconds. The groups of the roles are in it, as on every site. It lies
in var/tests under the digest of our migrations, the roles and the lock file: a change to any makes another.
"""

import datetime
import hashlib
import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from modelsearch.backends import get_search_backend

from kb.search.backend import queue
from kb.search.backend.outbox import Change
from kb.search.models import OutboxEntry
from people.roles import write_groups

try:
    import fcntl
except ImportError:  # Windows: there each process makes its own
    fcntl = None

sqlite3.register_adapter(datetime.time, str)  # Django reads times back as such; copied rows bring them here

IN_MEMORY = "file:tests?mode=memory&cache=shared"


def open_in_memory() -> None:
    """Turn the default connection to an empty database in memory, and fill it from the template."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = IN_MEMORY
    connection.ensure_connection()
    with alone(template()):
        if not template().exists():
            call_command("migrate", verbosity=0)
            write_groups()
            save(template())
    restore()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes waiting, so that what belongs into `path` is made by one of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


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
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:  # else a missing one is made, empty
        source.backup(connections["default"].connection)


def save(path: Path) -> None:
    """Write the default database to `path` in one step; rows of a transaction under way are included."""
    whole = path.with_suffix(f".{os.getpid()}")
    whole.write_bytes(connections["default"].connection.serialize())
    whole.replace(path)


def once_a_run(kept: Path, build: Callable[[], object]) -> None:
    """Have the first process that wants them build rows and search entries, and copy them from the folder `kept`.

    No transaction may be under way. Another database than SQLite is built anew each time.
    """
    rows, search = kept / "db.sqlite3", settings.WAGTAILSEARCH_BACKENDS["default"]["PATH"]
    if connections["default"].vendor != "sqlite":
        build()
        return
    with alone(kept):
        if rows.exists():
            copy_from(rows)
            shutil.copytree(kept / "search", search, dirs_exist_ok=True)
            return
        build()
        shutil.copytree(search, kept / "search")
        save(rows)


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


type Rows = dict[tuple[str, int], tuple]  # by table and rowid


@dataclass(frozen=True)
class Made:
    """What was built: rows that are gone or changed, rows that are new or changed, what is to be indexed, the value."""

    before: Rows
    after: Rows
    counters: dict[str, int]
    queued: list[Change]
    value: bytes

    def fits(self, raw: sqlite3.Connection) -> bool:
        """Say whether it would be built just so again: with the same ids, and what it changed is as it was."""
        now = _counters(raw)
        same = all(now.get(table, 0) == count for table, count in self.counters.items())
        return same and all(_row(raw, *place) == row for place, row in self.before.items())


_made: dict[tuple, list[Made]] = {}


def once[**Given, Value](build: Callable[Given, Value]) -> Callable[Given, Value]:
    """Have a builder make its rows once in this process, and copy them after that.

    They are made anew where they would get other ids, or on another day. The builder takes plain values, no rows.
    """

    @wraps(build)
    def built(*args: Given.args, **options: Given.kwargs) -> Value:
        connection = connections["default"]
        connection.ensure_connection()
        if connection.vendor != "sqlite" or not connection.in_atomic_block:  # nothing would undo it
            return build(*args, **options)
        raw = connection.connection
        known = _made.setdefault((build, args, *options.items(), timezone.localdate()), [])
        for made in known:
            if made.fits(raw):
                _copy(raw, made)
                return pickle.loads(made.value)
        rows, counters, queued = _rows(raw), _counters(raw), _queue()
        value = build(*args, **options)
        known.append(_difference(rows, counters, queued, raw, value))
        return value

    return built


def _difference(
    rows: Rows, counters: dict[str, int], queued: set[Change], raw: sqlite3.Connection, value: object
) -> Made:
    now = _rows(raw)
    after = {place: row for place, row in now.items() if rows.get(place) != row}
    return Made(
        before={place: row for place, row in rows.items() if now.get(place) != row},
        after=after,
        counters={table: counters.get(table, 0) for table, _rowid in after if table in _counters(raw)},
        queued=sorted(_queue() - queued),
        value=pickle.dumps(value),
    )


def _counters(raw: sqlite3.Connection) -> dict[str, int]:
    return dict(raw.execute("SELECT name, seq FROM sqlite_sequence"))


def _rows(raw: sqlite3.Connection) -> Rows:
    ours = "type = 'table' AND name NOT LIKE '%_fts%' AND name != 'sqlite_sequence'"  # SQLite counts by itself
    tables = raw.execute(f"SELECT name FROM sqlite_schema WHERE {ours}").fetchall()
    tables = [name for (name,) in tables if name != OutboxEntry._meta.db_table]  # written anew for each copy
    return {(name, row[0]): row for name in tables for row in raw.execute(f'SELECT rowid, * FROM "{name}"')}


def _row(raw: sqlite3.Connection, table: str, rowid: int) -> tuple | None:
    return raw.execute(f'SELECT rowid, * FROM "{table}" WHERE rowid = ?', [rowid]).fetchone()


def _queue() -> set[Change]:
    """Return what the open transaction has changed and a search has to find."""
    return {change for own in queue.registered(connections["default"]) for change in own.changes}


def _copy(raw: sqlite3.Connection, made: Made) -> None:
    for table, rowid in made.before:
        raw.execute(f'DELETE FROM "{table}" WHERE rowid = ?', [rowid])
    for (table, _rowid), row in made.after.items():
        columns = [name for (name,) in raw.execute("SELECT name FROM pragma_table_info(?)", [table])]
        names = ", ".join(f'"{name}"' for name in ["rowid", *columns])
        raw.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', row)
    for change in made.queued:
        index = get_search_backend().get_index_for_model(apps.get_model(change.label))
        queue.enqueue(index, [change], "default")
