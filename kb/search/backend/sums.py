"""What the files of each segment should be, so that a disk's damage is noticed before a wrong answer.

Beside the files of a segment lies MAIN_<segment>.sum: name -> (size, CRC-32). Whoosh deletes it with the others.
"""

import contextlib
import json
import os
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

_SEGMENT = re.compile(r"(MAIN_[0-9a-z]+)\.")
_SUFFIX = ".sum"


class DamagedFile(Exception):
    """A file of the index is not what was written."""


def seal(directory: Path) -> None:
    """Note what the files of new segments are; the lock is held."""
    segments: dict[str, list[str]] = {}
    for name in os.listdir(directory):
        found = _SEGMENT.match(name)
        if found:
            segments.setdefault(found[1], []).append(name)
    for segment, names in segments.items():
        if segment + _SUFFIX not in names:
            _write(directory / (segment + _SUFFIX), {name: _measured(directory / name) for name in names})


def check(directory: Path, segments: Iterable[str]) -> None:
    """Raise DamagedFile when a file of ``segments`` is not what was written; reads a gigabyte a second.

    Files that are gone are passed over: a merge deletes them, and a reader that lacks one notices by itself.
    """
    for segment in segments:
        for name, (size, checksum) in _noted(directory / f"MAIN_{segment}{_SUFFIX}").items():
            path = directory / name
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_size != size or _checksum(path) != checksum:
                    raise DamagedFile(f"{path} is damaged.")


def _noted(note: Path) -> dict[str, tuple[int, int]]:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except FileNotFoundError:  # a crash came before it, or a merge after
        return {}
    except ValueError as error:
        raise DamagedFile(f"{note} is damaged.") from error


def _measured(path: Path) -> tuple[int, int]:
    return path.stat().st_size, _checksum(path)


def _checksum(path: Path) -> int:
    with path.open("rb") as file:
        checksum = 0
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _write(path: Path, sums: dict[str, tuple[int, int]]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(sums), encoding="utf-8")
    new.replace(path)
