"""An answer as those at the desk read it: the question, what was said, the key; and how long a text is."""

import re

from exams.kinds import KINDS
from exams.models import Item

# As the paper counts for the candidate: a run of letters and digits, or a character of a script without blanks.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def words_in(text: object) -> int:
    """Return how many words a text has, 0 where it is none."""
    return len(_WORD.findall(text)) if isinstance(text, str) else 0


def told(item: Item, response: object) -> list[str]:
    """Return a response to an item in words; the item comes with its version."""
    version, kind = item.version, KINDS[item.version.kind]
    return kind.words(kind.shown(version.body, item.order), response) if response is not None else []


def key_of(item: Item) -> list[str]:
    """Return the right answer to an item in words."""
    version, kind = item.version, KINDS[item.version.kind]
    return kind.key_words(kind.shown(version.body, item.order), kind.key(version.body, item.order))
