"""BM25F over title, headings and body.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3.6: the
weighted and length-normalised frequencies of the zones are added before they saturate, once a term. A title
saturates a second time by itself: a short page whose title says it all comes before a long one that says everything.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .schema import WEIGHTS
from .segments import Postings

K1 = 1.2
#: How much the length of each zone counts against it.
B = (0.6, 0.6, 0.7)
#: How much a title that says the term is worth by itself, beside what it adds to the whole.
TITLE = 0.75
#: How much of a score depends on how many words of the query a document has.
COORDINATION = 0.5

_ALL = np.ones(len(WEIGHTS), dtype=np.float32)


def averages(lengths: NDArray[np.float32], live: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the average length of each zone over the live documents."""
    kept = lengths[live]
    return kept.mean(axis=0) if len(kept) else np.ones(len(WEIGHTS), np.float32)


def norms(lengths: NDArray[np.float32], averages: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return zone weight / length normalisation for every document and zone, shape (documents, zones)."""
    relative = lengths / np.where(averages > 0, averages, 1)
    return (np.array(WEIGHTS) / (1 - np.array(B) + np.array(B) * relative)).astype(np.float32)


def scores(postings: Postings, norms: NDArray[np.float32], documents: int) -> NDArray[np.float32]:
    """Return the score of one term in each of its postings, among ``documents`` live ones."""
    weighted = postings.frequency * norms[postings.documents]
    frequency, title = weighted @ _ALL, weighted[:, 0]
    saturated = (K1 + 1) * frequency / (K1 + frequency) + TITLE * title / (K1 + title)
    return saturated * np.float32(idf(len(postings.documents), documents))


def idf(found: int, documents: int) -> float:
    """Return the weight of a term that ``found`` of ``documents`` have."""
    return math.log1p((documents - found + 0.5) / (found + 0.5))


def coordination(present: Any, asked: int) -> Any:
    """Return the factor for ``present`` (a number or an array of them) of ``asked`` words."""
    return 1 - COORDINATION + COORDINATION * (present / np.float32(asked)) if asked > 1 else 1.0
