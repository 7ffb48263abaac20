"""Writing a folder of content files from what the database says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Model

from kb.content.loading import Ledger, read_files, read_pieces
from kb.content.names import Keys, Names
from kb.content.pieces import Files, Section
from kb.content.sources import Mistake


@dataclass
class Dumped:
    """What dumping wrote, and what would keep the files from being loaded again."""

    files: Files
    written: Sequence[str] = ()  # the paths of those that were not there in this form already
    mistakes: list[Mistake] = field(default_factory=list)


def texts(sections: Sequence[Section]) -> Files:
    """Return the canonical text of every file by its path."""
    paths = Ledger().paths()
    return dict(sorted(found for section in sections for found in section.dump(paths)))


def dump(*, folder: Path, sections: Sequence[Section], keys: Mapping[type[Model], Callable[[], Keys]]) -> Dumped:
    """Write the files; others in the folder stay. What the files say is then checked as if it were to be loaded."""
    files = texts(sections)
    there = read_files(folder, []) if folder.is_dir() else {}
    written = [path for path, text in files.items() if there.get(path) != text]
    for path in written:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[path], encoding="utf-8", newline="\n")
    found: list[Mistake] = []
    read_pieces(files, sections, Names((), keys), found)
    return Dumped(files, written, sorted(set(found)))
