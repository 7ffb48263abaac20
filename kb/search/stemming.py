"""A light stemmer for English: plurals, -ing and -ed, nothing that changes the word.

The plural rules are Harman's "S" stemmer (How effective is suffixing?, JASIS 42(1), 1991).
"""

import re

_VOWEL = re.compile("[aeiouy]")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


def stem(word: str) -> str:
    """Return the stem of a lower-case English ``word``; other words come back unchanged.

    >>> [stem(word) for word in ("batteries", "cables", "overheating", "stopped", "pressure")]
    ['battery', 'cabl', 'overheat', 'stop', 'pressur']
    """
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return word
    return _without_final_e(_without_participle(_singular(word)))


def _singular(word: str) -> str:
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("us", "ss", "is")):
        return word[:-1]
    return word


def _without_participle(word: str) -> str:
    for suffix in ("ing", "ed"):
        base = word.removesuffix(suffix)
        if base != word and len(base) >= 3 and _VOWEL.search(base):
            return _DOUBLED.sub(r"\1", base)
    return word


def _without_final_e(word: str) -> str:
    """Drop a final e, so that "configure" meets "configured"."""
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
