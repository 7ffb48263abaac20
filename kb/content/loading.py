"""Loading a folder of content files: all or nothing, and never over what a person has changed since."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from kb.content import tree
from kb.content.names import Ended, Gone, Keys, Names
from kb.content.pieces import Files, Mistakes, Outcome, Piece, Section, Tell
from kb.content.sources import Mistake
from kb.models import LoadedPiece

NOT_CONTENT = "README.md"


def load(
    *,
    folder: Path,
    sections: Sequence[Section],
    keys: Mapping[type[Model], Callable[[], Keys]],
    overwrite: bool = False,
    tell: Tell = lambda line: None,
) -> Outcome:
    """Make the database say what the files say. Raises Mistakes, and then nothing was changed.

    A piece that a person has changed, unpublished or removed since it was loaded is kept as it is, unless
    `overwrite`; so is one that a person made under the same name. What was withdrawn stays so even then, and `tell`
    is told. What no file has is left alone.
    """
    mistakes: list[Mistake] = []
    files = read_files(folder, mistakes)
    ledger = Ledger()
    if not (mistakes or overwrite) and ledger.has_all(files):
        return Outcome(files=len(files))
    tell(_("Checking %d files …") % len(files))
    names = Names(ledger.rows, keys, brings_back=overwrite)
    pieces = read_pieces(files, sections, names, mistakes)
    refuse(mistakes)
    tell(_("Loading %d pieces …") % len(pieces))
    with transaction.atomic(), _without_indexing() as touched:
        touched += tree.plant()
        outcome = _save_all(pieces, names, ledger, overwrite, touched, tell)
        ledger.keep_files(files, {piece.path for piece in [*outcome.kept, *outcome.ended]})
        outcome.files = len(files)
        if touched:
            tell(_("Indexing …"))
        _index(touched)
    return outcome


def read_files(folder: Path, mistakes: list[Mistake]) -> Files:
    """Return the text of every Markdown file by its path below the folder, in order of path."""
    files = {}
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).as_posix()
        if name == NOT_CONTENT:
            continue
        try:
            files[name] = path.read_bytes().decode()
        except UnicodeDecodeError as wrong:
            line = wrong.object[: wrong.start].count(b"\n") + 1
            mistakes.append(Mistake(name, line, _("This is not UTF-8.")))
    return files


def read_pieces(files: Files, sections: Sequence[Section], names: Names, mistakes: list[Mistake]) -> list[Piece]:
    """Return the pieces of all files in the order they must be saved; what is wrong is added to `mistakes`."""
    pieces: list[Piece] = []
    left = set(files)
    for section in sections:
        taken = {path: text for path, text in files.items() if section.takes(path)}
        pieces += section.read(taken, names, mistakes)
        left -= taken.keys()
    mistakes += [Mistake(path, 1, _("No file of content has its place here: see README.md.")) for path in left]
    mistakes += _twice(pieces)
    for piece in pieces:
        mistakes += piece.check(names)
    return pieces


def _twice(pieces: Sequence[Piece]) -> Iterator[Mistake]:
    first: dict[str, Piece] = {}
    for piece in pieces:
        before = first.setdefault(piece.name, piece)
        if before is not piece:
            sentence = _("“%(name)s” is already taken in %(path)s:%(line)d.")
            where = {"name": piece.name.partition("/")[2], "path": before.path, "line": before.line}
            yield Mistake(piece.path, piece.line, sentence % where)


def refuse(mistakes: Sequence[Mistake]) -> None:
    """Raise Mistakes where there are any, each once, in order of file and line."""
    if mistakes:
        raise Mistakes(sorted(set(mistakes)))


def _save_all(
    pieces: Sequence[Piece], names: Names, ledger: "Ledger", overwrite: bool, touched: list[Model], tell: Tell
) -> Outcome:
    outcome, refused, missed = Outcome(), [], []
    for count, piece in enumerate(pieces, start=1):
        try:
            touched += _save(piece, names, ledger, overwrite, outcome)
        except ValidationError as refusal:
            refused += [Mistake(piece.path, piece.line, sentence) for sentence in refusal.messages]
        except Ended as end:
            outcome.ended.append(piece)
            tell(str(Mistake(piece.path, piece.line, str(end))))
        except Gone as gone:
            missed.append(Mistake(piece.path, piece.line, str(gone)))
        if count % 100 == 0:
            tell(_("  %(count)d of %(all)d") % {"count": count, "all": len(pieces)})
    refuse(refused or missed)  # what was refused is missed by what refers to it
    return outcome


def _save(piece: Piece, names: Names, ledger: "Ledger", overwrite: bool, outcome: Outcome) -> Sequence[Model]:
    wanted, loaded = digest(piece.wanted()), ledger.digest(piece.name)
    if wanted == loaded and not overwrite:
        outcome.same += 1
        ledger.keep(piece, wanted)
        return ()
    there = piece.present()
    present = None if there is None else digest(there)
    saved: Sequence[Model] = ()
    if present == wanted:
        outcome.same += 1
    elif present is None and (loaded is None or overwrite):
        saved = piece.save(names)
        outcome.made += 1
    elif overwrite or (present is not None and present == loaded):
        saved = piece.save(names)
        outcome.changed += 1
    else:
        outcome.kept.append(piece)
        return ()
    ledger.keep(piece, wanted)
    return saved


def digest(text: str | bytes) -> str:
    """Return SHA-256 in hex."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


class Ledger:
    """What was loaded, by name."""

    def __init__(self) -> None:
        self.rows = {row.name: row for row in LoadedPiece.objects.all()}

    def digest(self, name: str) -> str | None:
        """Return the digest of a piece as it was last loaded."""
        return self.rows[name].digest if name in self.rows else None

    def paths(self) -> dict[str, tuple[str, int]]:
        """Return from which file, and in which place there, each piece was loaded."""
        return {name: (row.path, row.position) for name, row in self.rows.items()}

    def has_all(self, files: Files) -> bool:
        """Say whether all these files were loaded as they are."""
        return bool(files) and all(self.digest(f"file/{path}") == digest(text) for path, text in files.items())

    def keep_files(self, files: Files, kept: set[str]) -> None:
        """Remember the files, but for those of which something was not loaded: the next load speaks of them again."""
        for path, text in files.items():
            self._keep(f"file/{path}", path, 0, "" if path in kept else digest(text))

    def keep(self, piece: Piece, wanted: str) -> None:
        """Remember a piece."""
        self._keep(piece.name, piece.path, piece.position, wanted)

    def _keep(self, name: str, path: str, position: int, said: str) -> None:
        row = self.rows.get(name)
        if row is None:
            row = self.rows[name] = LoadedPiece(name=name)
        if row.pk is None or (row.path, row.position, row.digest) != (path, position, said):
            row.path, row.position, row.digest = path, position, said
            row.save()


@contextmanager
def _without_indexing() -> Iterator[list[Model]]:
    """Keep Wagtail from indexing at each of the saves that publishing takes; yields a list for what to index."""
    models = [model for model in index.get_indexed_models() if getattr(model, "search_auto_update", True)]
    for model in models:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield []
    finally:
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)


def _index(touched: Sequence[Model]) -> None:
    for row in (type(row).objects.get(pk=row.pk) for row in touched):
        if ReferenceIndex.is_indexed(type(row)):
            ReferenceIndex.create_or_update_for_object(row)
        if index.class_is_indexed(type(row)):
            index.insert_or_update_object(row)
