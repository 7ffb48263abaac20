"""Compiles the translations of the user interface, so that nobody needs gettext's tools."""

import os
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Write the .mo beside each .po below `folder` that is newer than it; return those written.

    Raises OSError where a .po has no syntax that polib can read, naming its line.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
            written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    """Replace `target` in one step: another process may be reading it, or writing it too."""
    from polib import pofile  # only here: most starts have nothing to compile

    whole = target.with_suffix(f".mo.{os.getpid()}")
    pofile(str(source)).save_as_mofile(str(whole))
    whole.replace(target)
