"""Our engine: written, opened and asked through the code that the site uses."""

from collections.abc import Sequence
from pathlib import Path

import django
from django.conf import settings

from kb.search.lexicon import Lexicon

from .cases import Text
from .engine import Engine

# The engine knows none of our models, so its own application and a database that stays empty are enough.
if not settings.configured:
    empty = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(INSTALLED_APPS=["kb.search"], DATABASES={"default": empty})
    django.setup()

from kb.search import analysis
from kb.search.backend.compiler import Ranking
from kb.search.backend.documents import Draft
from kb.search.backend.matching import Search, Typed
from kb.search.backend.schema import BODY, HEADINGS, TITLE
from kb.search.backend.store import Pointer, Slots, Store


class Ours(Engine):
    """Our engine with the words of an editors' list."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def prepare(self) -> None:
        """Load the dictionary."""
        analysis.words("预热")

    def build(self, documents: Sequence[Text], folder: Path) -> None:
        """Write a generation and point to it, as a rebuild does."""
        store, slots = Store(folder), Slots({})
        pointer = store.create()
        generation = store.generation(pointer)
        writer = generation.writer()
        for text in documents:
            draft = Draft("bench.document", text.key, slots)
            draft.search("title", text.title, TITLE)
            draft.search("headings", text.headings, HEADINGS)
            draft.search("body", text.body, BODY)
            writer.add(draft.finished())
        writer.commit()
        generation.sync()
        store.point(Pointer(pointer.generation, slots=slots.known))

    def open(self, folder: Path) -> None:
        """Open what is current."""
        self._store = Store(folder)
        self._store.snapshot()

    def search(self, text: str) -> list[str]:
        """Return the keys of the first ten documents."""
        snapshot = self._store.snapshot()
        matched = Search(snapshot, None, self._lexicon).matched(Typed(text, operator="or"))
        return [snapshot.key(number) for number in Ranking(snapshot, matched).first(10).tolist()]
