"""Questions that say the same, or nearly: compared by the pairs of letters in their words and options."""

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add

import numpy as np

from exams.models import Question, QuestionVersion

# Which part of their pairs of letters two questions share at least if one is nearly the other.
ALIKE = 0.75
_MOST = 5
_END = "\x1e"
_NO_LETTER = re.compile(rf"[^\w{_END}]+|_+")
# What of a body is said to candidates; feedback and units are no part of what a question asks.
_WORDS = {
    "text", "left", "right", "options", "lines", "pairs", "parts", "distractors", "answer", "accepted", "rubric",
    "criterion", "guide", "fault",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What a question says: stem and options without case, width, blanks and signs, an _END before and after each."""

    pieces: str

    @property
    def pairs(self) -> set[str]:
        """The pairs of letters in them; where a piece begins and ends counts as a letter."""
        return set(map(add, self.pieces, self.pieces[1:]))


@dataclass(frozen=True)
class Alike:
    """A question of the bank that says the same (1.0) or nearly."""

    question: Question
    text: str
    likeness: float

    @property
    def percent(self) -> int:
        """How much they share."""
        return int(self.likeness * 100)


def words(text: str, body: object) -> Words:
    """Return what a question with this text and body says, for comparing."""
    said = unicodedata.normalize("NFKC", _END.join([text, *_said(body)])).casefold()
    stem, *rest = _NO_LETTER.sub("", said).split(_END)
    pieces = [piece for piece in (stem, *sorted(rest)) if piece]
    return Words(f"{_END}{_END.join(pieces)}{_END}" if pieces else "")


def _said(body: object) -> list[str]:
    """Return the texts in a body."""
    said, todo = [], [body]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            said.append(each)
        elif isinstance(each, list):
            todo += each
        elif isinstance(each, dict):
            todo += [member for name, member in each.items() if name in _WORDS]
    return said


def find(asked: Sequence[Words], *, besides: Iterable[int] = ()) -> list[list[Alike]]:
    """Return for each of these the questions of the bank that are like it, the most alike first.

    Retired questions count: whoever writes one again should know. `besides` are ids of questions left out. Two queries.
    """
    rows = QuestionVersion.objects.current().exclude(question__in=list(besides)).order_by()
    known = [(pk, words(text, body)) for pk, text, body in rows.values_list("question", "text", "body")]
    found = near(asked, known)
    ids = {pk for each in found for pk, _likeness in each}
    questions = Question.objects.with_current().select_related("topic").in_bulk(ids)
    return [[Alike(questions[pk], questions[pk].wording, likeness) for pk, likeness in each] for each in found]


def near(asked: Sequence[Words], known: Iterable[tuple[int, Words]]) -> list[list[tuple[int, float]]]:
    """Return for each of these the (id, likeness) of those known that are at least ALIKE, at most _MOST. Pure.

    The likeness of two is twice the pairs of letters they share by those of both together.
    """
    wanted = [each.pairs for each in asked]
    of_interest = set().union(*wanted)
    ids, sizes = array("q"), array("l")
    having: dict[str, array] = defaultdict(lambda: array("l"))  # the places of those that have a pair
    for place, (pk, said) in enumerate(known):
        pairs = said.pairs
        ids.append(pk)
        sizes.append(len(pairs))
        for pair in pairs & of_interest:
            having[pair].append(place)
    return [_nearest(pairs, having, np.array(ids), np.array(sizes)) for pairs in wanted]


def _nearest(
    pairs: set[str], having: Mapping[str, array], ids: np.ndarray, sizes: np.ndarray
) -> list[tuple[int, float]]:
    places = [np.frombuffer(having[pair], dtype="l") for pair in pairs if pair in having]
    if not places:
        return []
    shared = np.bincount(np.concatenate(places), minlength=len(ids))
    likeness = 2 * shared / (len(pairs) + sizes)
    alike = [(int(ids[place]), float(likeness[place])) for place in np.flatnonzero(likeness >= ALIKE)]
    return sorted(alike, key=lambda each: (-each[1], each[0]))[:_MOST]
