"""Software versions: which comes after which, and whether words such as "2.4 – 3.1, 4.0 –" cover one. Pure."""

import re
import unicodedata
from dataclasses import dataclass

type Key = tuple[tuple, ...]

_EARLY = ("alpha", "beta", "dev", "preview", "pre", "rc")  # come before the version whose number they carry
_VERSION = rf"(?:[a-z]{{0,8}}\d[\da-z]*(?:[._][\da-z]+)*(?:-(?:{'|'.join(_EARLY)})[.\d]*)?)"
# How people write it, in the signs that are read below; in this order.
_WORDS = [
    (re.compile(r"[‐‑‒–—―−~〜]|至|到|\b(?:to|through)\b"), "-"),
    (re.compile(r"≥|不低于"), ">="),
    (re.compile(r"≤|不高于"), "<="),
    (re.compile(r"固件|软件|版本?|\b(?:versions?|ver)\b\.?"), " "),
    (re.compile(rf"({_VERSION})\s*[及或]?以下|({_VERSION})\s*(?:and|or) (?:below|older|earlier)"), r"<=\1\2"),
    (re.compile(rf"({_VERSION})\s*(?:之前|以前)|\b(?:before|below)\s*({_VERSION})"), r"<\1\2"),
    (re.compile(rf"({_VERSION})\s*(?:[及或]?以上|起|\+|(?:and|or) (?:above|later|newer))"), r">=\1"),
    (re.compile(rf"(?:[自从]|\b(?:from|since)\b)\s*({_VERSION})(?=\s*(?:,|$))"), r">=\1"),
    (re.compile(r"[自从]|\b(?:from|since)\b"), " "),
    (re.compile(r"[且和&]|\band\b"), " "),
]
_PIECES = re.compile(r"[,、;\n/]|或|\bor\b")
_ALL = {"", "*", "-", "all", "any", "全部", "所有", "不限"}
_BETWEEN = re.compile(rf"({_VERSION})?\s*-\s*({_VERSION})?")
_SIGNED = re.compile(rf"(>=|<=|>|<|=)\s*({_VERSION})\s*")
_BEFORE, _END, _LETTERS, _NUMBER = range(4)


@dataclass(frozen=True)
class Versions:
    """Versions from `low` to `high`, as they are written; None is unlimited."""

    low: str | None = None
    high: str | None = None
    without_low: bool = False
    without_high: bool = False

    def holds(self, version: str) -> bool | None:
        """Say whether a version lies in it; None where the words do not say: "– 3.1" and 3.1.2, or other numbering."""
        if not all(_comparable(version, bound) for bound in (self.low, self.high) if bound is not None):
            return None
        if self.low is not None and not _is_after(version, self.low, is_without=self.without_low):
            return False
        if self.high is None or _is_after(self.high, version, is_without=self.without_high):
            return True
        return None if not self.without_high and _is_below(version, self.high) else False


def _is_after(version: str, bound: str, *, is_without: bool) -> bool:
    return key(version) > key(bound) or (not is_without and key(version) == key(bound))


def covers(words: str, version: str) -> bool | None:
    """Say whether the words of a document or fault code cover a version; None: not known.

    No words and "all" cover everything. Not known is an empty version, or words that nobody can read for certain.

    >>> [covers("2.4 – 3.1, 4.0 –", version) for version in ("2.10", "3.2", "V4.1b", "")]
    [True, False, True, None]
    """
    found = ranges(words)
    if found == [Versions()]:
        return True
    tidied = _tidied(version)
    if not re.fullmatch(_VERSION, tidied):
        return None
    answers = {None if each is None else each.holds(tidied) for each in found}
    return next((answer for answer in (True, None) if answer in answers), False)


def ranges(words: str) -> list[Versions | None]:
    """Return the ranges that words name, None for each piece that cannot be read; one without limits for all."""
    tidied = _tidied(words)
    if tidied in _ALL:
        return [Versions()]
    return _joined([_range(piece.strip()) for piece in _PIECES.split(tidied) if piece.strip()]) or [None]


def key(version: str) -> Key:
    """Return what versions are sorted by: numbers as numbers, 2.10 after 2.9, 1.2b after 1.2, 1.2rc1 before it."""
    found: list[tuple] = []
    for number, letters in _parts(version):
        if letters:
            found = [*_without_zeros(found), (_BEFORE if letters in _EARLY else _LETTERS, letters)]
        else:
            found.append((_NUMBER, int(number)))
    return (*_without_zeros(found), (_END,))


def _without_zeros(found: list[tuple]) -> list[tuple]:
    """Leave out the zeros at the end: 3, 3.0 and 3.0.0 are one version."""
    while len(found) > 1 and found[-1] == (_NUMBER, 0):
        found = found[:-1]
    return found


def _tidied(words: str) -> str:
    text = unicodedata.normalize("NFKC", words).lower()
    for pattern, sign in _WORDS:
        text = pattern.sub(sign, text)
    return " ".join(text.split())


def _range(piece: str) -> Versions | None:
    if piece in _ALL:
        return Versions()
    if re.fullmatch(_VERSION, piece):
        return Versions(piece, piece)
    if between := _BETWEEN.fullmatch(piece):
        low, high = between.groups()
        return None if low and high and key(low) > key(high) else Versions(low, high)
    if not re.fullmatch(rf"(?:{_SIGNED.pattern})+", piece):
        return None
    limits: Versions | None = Versions()
    for sign, version in _SIGNED.findall(piece):
        limits = limits and _both(limits, _limit(sign, version))
    return limits


def _limit(sign: str, version: str) -> Versions:
    if sign == "=":
        return Versions(version, version)
    if sign.startswith(">"):
        return Versions(low=version, without_low=sign == ">")
    return Versions(high=version, without_high=sign == "<")


def _both(one: Versions, other: Versions) -> Versions | None:
    """Return what lies in both; None where two limits stand on one side, or nothing lies in both."""
    if (one.low and other.low) or (one.high and other.high):
        return None
    lower, upper = one if one.low else other, one if one.high else other
    without = lower.without_low or upper.without_high
    if lower.low and upper.high and (key(lower.low), without) > (key(upper.high), False):
        return None
    return Versions(lower.low, upper.high, lower.without_low, upper.without_high)


def _joined(found: list[Versions | None]) -> list[Versions | None]:
    """Take ">= 2.4, < 3.0" for one range: as two they would cover everything."""
    joined: list[Versions | None] = []
    for each in found:
        last = joined[-1] if joined else None
        is_pair = last and each and last.low and not last.high and each.high and not each.low
        both = _both(last, each) if is_pair else None
        if both:
            joined[-1] = both
        else:
            joined.append(each)
    return joined


def _comparable(version: str, bound: str) -> bool:
    """Say whether both begin with a number, or both with the same letters."""
    first, other = key(version)[0], key(bound)[0]
    return first[0] == other[0] == _NUMBER or first == other


def _is_below(version: str, bound: str) -> bool:
    """Say whether a version is one of those that the bound as written leaves open: 3.1.2 under 3.1."""
    of_version, of_bound = _parts(version), _parts(bound)
    return of_version[: len(of_bound)] == of_bound


def _parts(version: str) -> list[tuple[str, str]]:
    return re.findall(r"(\d+)|([a-z]+)", _tidied(version).removeprefix("v"))
