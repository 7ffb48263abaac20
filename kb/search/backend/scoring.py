"""BM25F over title, headings and body.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3.6: the
weighted and length-normalised frequencies of the zones are added before they saturate, once a term.
"""

import numpy as np
from numpy.typing import NDArray

from .schema import WEIGHTS
from .segments import Postings

K1 = 1.2
B = 0.6
#: How much of a score depends on how many words of the query a document has.
COORDINATION = 0.5


def norms(lengths: NDArray[np.float32], live: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return zone weight / length normalisation for every document and zone, shape (documents, zones)."""
    kept = lengths[live]
    average = kept.mean(axis=0) if len(kept) else np.ones(len(WEIGHTS), np.float32)
    relative = lengths / np.where(average > 0, average, 1)
    return (np.array(WEIGHTS) / (1 - B + B * relative)).astype(np.float32)


def scores(postings: Postings, norms: NDArray[np.float32], documents: int) -> NDArray[np.float32]:
    """Return the score of one term in each of its postings, among ``documents`` live ones."""
    frequency = (postings.frequency * norms[postings.documents]).sum(axis=1)
    found = len(postings.documents)
    idf = np.log1p((documents - found + 0.5) / (found + 0.5))
    return (idf * (K1 + 1) * frequency / (K1 + frequency)).astype(np.float32)


def coordinated(total: NDArray[np.float32], words: NDArray[np.uint8], asked: int) -> NDArray[np.float32]:
    """Return ``total`` lowered where only some of the ``asked`` words occur; ``words`` counts them."""
    if asked < 2:
        return total
    return total * (1 - COORDINATION + COORDINATION * (words / np.float32(asked)))
