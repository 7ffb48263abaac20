"""Lucene in a Java process beside this one; its jars are Debian's or those in LUCENE_CLASSPATH."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.bench.cases import Text
from tests.bench.engine import Absent, Engine, resident

from .terms import of_document, of_query

_PROGRAM = Path(__file__).with_name("Lucene.java")
_JARS = Path("/usr/share/java")
_MODULES = ("core", "sandbox", "analyzers-common", "analyzers-smartcn")


def classpath() -> str:
    """Return where the jars are; raises Absent when some are missing."""
    given = os.environ.get("LUCENE_CLASSPATH", "")
    found = [next(iter(sorted(_JARS.glob(f"lucene*-{name}-[0-9]*.jar"))), None) for name in _MODULES]
    if not given and None in found:
        raise Absent("the jars of Lucene are missing: apt install liblucene8-java, or set LUCENE_CLASSPATH")
    return given or ":".join(map(str, found))


class OnOurTerms(Engine):
    """Lucene's BM25F on our terms.

    The time of a query is the cutting here and the searching thread there, without Java's compiler and
    collector; that of a build is all of Java's.
    """

    #: Java compiles what it has run often enough.
    rehearsals = 10
    analyzer = "whitespace"

    def __init__(self) -> None:
        java = shutil.which("java")
        if java is None:
            raise Absent("there is no Java on this machine")
        self._seconds = 0.0
        self._java = subprocess.Popen(
            [java, "-Xmx1g", "-XX:+UseSerialGC", "-cp", classpath(), str(_PROGRAM), self.analyzer],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        if self._line() != "ready":
            raise Absent("Lucene's program does not start with this Java and these jars")

    def prepare(self) -> None:
        """Load the dictionary."""
        of_query("预热")

    def build(self, documents: Sequence[Text], folder: Path) -> None:
        """Write one segment."""
        self._ask("build", str(folder))
        for text in documents:
            begun = super().clock()
            fields = self.texts(text)
            self._seconds += super().clock() - begun
            self._ask("add", text.key, *fields)
        self._ask("commit")

    def open(self, folder: Path) -> None:
        """Open a searcher."""
        self._ask("open", str(folder))

    def search(self, text: str) -> list[str]:
        """Return the keys of the first ten documents."""
        begun = super().clock()
        wanted = self.query(text)
        self._seconds += super().clock() - begun
        return self._ask("search", wanted)

    def clock(self) -> float:
        """Return the seconds of cutting, and what Java says it used."""
        return self._seconds

    def resident(self) -> float:
        """Return the memory of the Java process."""
        return resident(self._java.pid)

    def close(self) -> None:
        """End Java."""
        self._java.stdin.close()
        self._java.wait(timeout=60)

    def texts(self, text: Text) -> Sequence[str]:
        """Return the three fields."""
        return list(of_document(text).values())

    def query(self, text: str) -> str:
        """Return the terms."""
        return " ".join(of_query(text))

    def _ask(self, *command: str) -> list[str]:
        """Send one line; the answer is the nanoseconds of processor that it took, and keys."""
        self._java.stdin.write("\t".join(" ".join(part.split()) for part in command) + "\n")
        self._java.stdin.flush()
        nanoseconds, *keys = self._line().split("\t")
        self._seconds += int(nanoseconds) / 1e9
        return keys

    def _line(self) -> str:
        return self._java.stdout.readline().rstrip("\n")


class WithSmartChinese(OnOurTerms):
    """Lucene's BM25F on the words of its own SmartChineseAnalyzer."""

    analyzer = "smartcn"

    def texts(self, text: Text) -> Sequence[str]:
        """Return the fields as they are."""
        return text.title, text.headings, text.body

    def query(self, text: str) -> str:
        """Return the query as it is."""
        return text
