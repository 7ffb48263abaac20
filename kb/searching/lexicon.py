"""The words of this house, as the search takes them: read from the tables, kept for a few seconds."""

import time

from kb.models import Component, DictionaryWord, Part, ProductFamily, ProductModel, StopWord, SynonymGroup
from kb.search.lexicon import Lexicon

#: Seconds after which a process looks again: what an editor changes is in effect within them.
KEPT = 3.0

_kept: tuple[float, Lexicon] | None = None


def lexicon() -> Lexicon:
    """Return the words of this house, at most ``KEPT`` seconds old."""
    global _kept
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEPT:
        _kept = now, read()
    return _kept[1]


def read() -> Lexicon:
    """Return the words of this house as the tables have them now."""
    named = (ProductFamily, ProductModel, Component, Part)
    names = (name for model in named for row in model.objects.values_list("name", "name_en") for name in row if name)
    return Lexicon(
        synonyms=tuple(tuple(group.members) for group in SynonymGroup.objects.all()),
        stop_words=tuple(StopWord.objects.values_list("word", flat=True)),
        words=tuple(dict.fromkeys([*DictionaryWord.objects.values_list("word", flat=True), *names])),
    )


def forget() -> None:
    """Look again at once: the one who changed a word should see what it does."""
    global _kept
    _kept = None
