"""Our terms for other engines: what ours indexes and looks up, and Chinese words as well.

Ours works the words out from the pairs of characters when it ranks; the others are given them ready.
"""

from collections.abc import Iterator
from functools import cache

import rjieba

from kb.search import analysis
from kb.search.characters import normalise
from tests.bench.cases import Text

#: Field of a document -> how much a word in it weighs.
WEIGHTS = {"title": 4.0, "headings": 2.0, "body": 1.0}


def of_document(text: Text) -> dict[str, str]:
    """Return the terms of each field with blanks between them."""
    return {
        "title": " ".join(_terms(text.title, single=True)),
        "headings": " ".join(_terms(text.headings, single=True)),
        "body": " ".join(_terms(text.body, single=False)),
    }


def of_query(text: str) -> list[str]:
    """Return the terms of a query, each once; none contains a blank."""
    return list(dict.fromkeys(term for word in analysis.words(text) for term in word.terms))


@cache
def _segmenter() -> rjieba.Jieba:
    return rjieba.Jieba()


def _terms(text: str, *, single: bool) -> list[str]:
    terms = analysis.terms(text, single=single)
    there = set(terms)
    return [*terms, *(word for word in _words(text) if word not in there)]


def _words(text: str) -> Iterator[str]:
    for word in _segmenter().cut(normalise(text)):
        if len(word) > 2 and "\u3400" <= word[0] <= "\u9fff":
            yield word
