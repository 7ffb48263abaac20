"""A folder of content files that a test may change."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kb.content.dumping import texts
from kb.content.loading import load
from kb.content.pieces import Mistakes, Outcome, Tell
from kb.control import versions
from tests import database
from web.management.commands.load_content import KEYS, sections

SMALL = Path(__file__).parent / "small"  # one of everything, in canonical form
REAL = settings.BASE_DIR / "content"


@dataclass
class Folder:
    """Content files below a path."""

    path: Path

    def text(self, file: str) -> str:
        """What a file says."""
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Make a file say this."""
        (self.path / file).parent.mkdir(parents=True, exist_ok=True)
        (self.path / file).write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> int:
        """Replace words that stand in the file once; return the line in which they stood."""
        text = self.text(file)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def revise(self, file: str, old: str, new: str, significance: str = "content") -> None:
        """Replace words in the file of a document, and make that its next edition, in English too."""
        self.change(file, old, new)
        before = re.search(r"^version: (.+)$", self.text(file), re.MULTILINE)[1]
        version = versions.following(before, significance)
        self.change(file, f"version: {before}\n", f"version: {version}\n")
        for path, note in [(file, "改正"), (file.removesuffix(".md") + ".en.md", "Put right")]:
            if (self.path / path).exists():
                line = re.findall(r"^change: .+\n", self.text(path), re.MULTILINE)[-1]
                self.change(path, line, f"{line}change: {version} / 2026-01-07 / {significance} / {note}\n")

    def load(self, *, overwrite: bool = False, tell: Tell = lambda line: None) -> Outcome:
        """Load the files."""
        return load(folder=self.path, sections=sections(), keys=KEYS, overwrite=overwrite, tell=tell)

    def mistakes(self) -> list[str]:
        """What loading says is wrong, each as `file:line: sentence`."""
        try:
            self.load()
        except Mistakes as refusal:
            return [str(mistake) for mistake in refusal.found]
        return []

    def files(self) -> Mapping[str, str]:
        """All files by path, but for the description of the format."""
        paths = sorted(path.relative_to(self.path).as_posix() for path in self.path.rglob("*.md"))
        return {path: self.text(path) for path in paths if path != "README.md"}


def copy_of(source: Path, target: Path) -> Folder:
    """Return a copy of a folder."""
    shutil.copytree(source, target)
    return Folder(target)


def load_real(shared: Path) -> None:
    """Load the real content: from its files once in a run, after that from a copy."""
    database.once_a_run(shared / "real", lambda: Folder(REAL).load())


def dumped() -> Mapping[str, str]:
    """What dumping would write, by path."""
    return texts(sections())
