"""From text to the terms that are indexed and looked up: Chinese and English words, codes, quantities.

A document is indexed under every bigram of its Chinese text, the Chinese words of three and more characters,
the stems of its English words, and its codes and quantities in one spelling each. A query is cut the same
way, into words that know which terms stand for them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import rjieba

from .characters import normalise
from .stemming import stem

_IDEOGRAPHS = "々〇\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
_LETTERS = "a-zß-ɏͰ-ӿ"
_PART = f"[0-9{_LETTERS}]+"
#: A run of ideographs, or letters and digits held together by single joiners as in "alm-24003".
_CHUNK = re.compile(f"([{_IDEOGRAPHS}]+)|{_PART}(?:[-_./:+#@&'’]{_PART})*")
_PARTS = re.compile(_PART)
_PIECES = re.compile(f"[0-9]{{3,}}|[{_LETTERS}]{{3,}}")
#: A number with a point, a version, with or without its unit: it is one term.
_DECIMAL = re.compile(rf"[0-9]+(?:\.[0-9]+)+[{_LETTERS}]*")
_NOT_CODE = re.compile(rf"(?<![0-9])\.|\.(?![0-9])|[^0-9{_LETTERS}.]")
_HEXADECIMAL = re.compile("0x(?=[0-9a-f]+$)")
_SPACED_CODE = re.compile(f"(?<![0-9{_LETTERS}])[a-z]{{1,5}} [0-9]{{2,}}[a-z]?(?![0-9{_LETTERS}])")
_NEIGHBOURS = re.compile(f"(?<![0-9{_LETTERS}.-]){_PART}(?: {_PART})+(?![0-9{_LETTERS}.-])")
_UNIT = (
    "%|‰|°c|℃|ω|[numkg]?(?:[vawfgsm]|hz|pa|bar|ohm)|min|rpm|nm|[cdk]m|[kmgt]i?b|d(?:b[mi]?)|[mk]?l|h|mah|[km]?bps"
    "|分钟|小时|毫秒|秒|分|天|次|伏|安|瓦|千瓦|毫米|厘米|米|公斤|千克|克|兆|度|转|升|牛米|帕|欧|赫兹"
)
_QUANTITY = re.compile(f"(?<![0-9{_LETTERS}.-])([0-9]+(?:\\.[0-9]+)?) ?({_UNIT})(?![{_LETTERS}])")
#: A term and where it stands: ``text[start:end]`` of the text it came from. A plain tuple: there are many.
Span = tuple[str, int, int]

_LONGEST_CODE = 64
_AUTOCOMPLETE_LENGTH = 8
#: What people wrap round a question; it says nothing about the page that answers it.
_FILLERS = re.compile(
    "请问一下|请问|你好|您好|我想知道|想知道|想问一下|为什么我的|为什么|应该怎么办|怎么办|怎么处理|怎么解决|如何解决|如何处理"
    "|比较好|有没有解决的办法|有没有|是什么原因导致的|什么原因|应该|怎样|怎么|如何|什么|[呢啊吗吧呀]+(?=$|[^\\w])"
)


@dataclass(frozen=True)
class Word:
    """A word of a query.

    ``terms`` score. ``ways`` say when the word is there: all terms of one of them occur. A word without ways
    is a bonus: it scores, and nothing requires it.
    """

    terms: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...] = ()


@cache
def _segmenter() -> rjieba.Jieba:
    return rjieba.Jieba()


def register_words(words: Iterable[str], frequency: int = 10_000) -> None:
    """Teach the segmenter of this process ``words``: products, parts, the vocabulary of a trade."""
    for word in words:
        _segmenter().add_word(normalise(word), frequency, None)


def fold_code(text: str) -> str:
    """Return the one spelling of a code, or "" when ``text`` holds no letter and no digit.

    Case, width, spaces, joiners and a leading 0x fall away; a point between digits stays.

    >>> {fold_code(code) for code in ("E-04", "e04", "Ｅ 04")}, fold_code("0x1000007E")
    ({'e04'}, '1000007e')
    """
    return _HEXADECIMAL.sub("", _NOT_CODE.sub("", normalise(text).strip().strip(".")))


def codes_in(text: str) -> list[str]:
    """Return the folded codes in ``text``, in order, each once: what mixes digits with letters or joiners.

    >>> codes_in("报警 ALM-24003 后出现 0x1000007e，见 E 04")
    ['alm24003', '1000007e', 'e04']
    """
    normal = normalise(text)
    found = sorted([*_spaced_codes(normal), *_chunk_codes(normal)], key=itemgetter(1))
    return list(dict.fromkeys(code for code, _, _ in found))


def fold_query(text: str) -> str:
    """Return the one spelling under which a query is counted, promoted and listed, "" when it holds no letter.

    Case, width, script variants and what stands between words fall away; the order of the words stays.

    >>> fold_query("  開不了機， Ｅ04？")
    '开不了机 e04'
    """
    return " ".join(match[0] for match in _CHUNK.finditer(normalise(text)))


def spans(text: str, *, single: bool = False) -> list[Span]:
    """Return every term of ``text`` with its place, in no particular order.

    ``single`` adds each ideograph on its own, which titles and headings get.
    """
    normal = normalise(text)
    found: list[Span] = []
    for match in _CHUNK.finditer(normal):
        if match[1]:
            found += _ideograph_spans(match[1], match.start(), single)
        else:
            found += _latin_spans(match[0], match.start())
    found += _spaced_codes(normal)
    found += (span for span in _quantities(normal) if not _is_part(normal[span[1] : span[2]]))
    return found


def terms(text: str, *, single: bool = False) -> list[str]:
    """Return the terms under which ``text`` is indexed, each as often as it occurs."""
    return [term for term, _, _ in spans(text, single=single)]


def words(text: str) -> list[Word]:
    """Return the words of the query ``text``: the required ones and the bonuses, without repetition."""
    normal = normalise(text)
    meant = _FILLERS.sub(" ", normal)
    if not _CHUNK.search(meant):
        meant = normal
    meant = _SPACED_CODE.sub(lambda match: match[0].replace(" ", "-"), meant)
    found = [word for match in _CHUNK.finditer(meant) for word in _query_words(match)]
    bonuses = [*_quantities(meant), *_joined(meant)]
    return list(dict.fromkeys([*found, *(Word((term,)) for term, _, _ in bonuses)]))


def prefix_terms(text: str) -> Iterator[str]:
    """Yield the terms of ``text`` whose beginnings are completed: words, codes, every end of a Chinese run."""
    for match in _CHUNK.finditer(normalise(text)):
        if match[1]:
            yield from (match[1][at : at + _AUTOCOMPLETE_LENGTH] for at in range(len(match[1])))
        else:
            yield from {*_PARTS.findall(match[0]), fold_code(match[0])}


def prefixes(text: str) -> list[str]:
    """Return what must begin a term of :func:`prefix_terms` for ``text`` to be completed.

    >>> prefixes("Poseidon-1234 电机")
    ['poseidon1234', '电机']
    """
    chunks = (match[1] or fold_code(match[0]) for match in _CHUNK.finditer(normalise(text)))
    return [chunk[:_AUTOCOMPLETE_LENGTH] if not chunk.isascii() else chunk for chunk in chunks]


def _ideograph_spans(run: str, base: int, single: bool) -> list[Span]:
    found = [(run[at : at + 2], base + at, base + at + 2) for at in range(len(run) - 1)]
    if single or len(run) == 1:
        found += [(character, at, at + 1) for at, character in enumerate(run, base)]
    if len(run) > 2:
        found += [(word, at, at + len(word)) for word, at in _segmented(run, base) if len(word) > 2]
    return found


def _segmented(run: str, base: int = 0) -> Iterator[tuple[str, int]]:
    for word in _segmenter().cut(run):
        yield word, base
        base += len(word)


def _latin_spans(chunk: str, base: int) -> list[Span]:
    if _is_part(chunk):
        return _part_spans(chunk, base)
    whole = [(fold_code(chunk), base, base + len(chunk))] if len(chunk) <= _LONGEST_CODE else []
    if _DECIMAL.fullmatch(chunk):
        return whole
    return [span for part in _PARTS.finditer(chunk) for span in _part_spans(part[0], base + part.start())] + whole


def _is_part(text: str) -> bool:
    """Return whether ``text`` is letters and digits alone, without a joiner or an ideograph."""
    return _PARTS.fullmatch(text) is not None


def _part_spans(part: str, base: int) -> list[Span]:
    if part.isalpha() or part.isdigit():
        return [(stem(part), base, base + len(part))]
    found = [(fold_code(part), base, base + len(part))]
    if not part.startswith("0x"):
        found += [(stem(piece[0]), base + piece.start(), base + piece.end()) for piece in _PIECES.finditer(part)]
    return found


def _spaced_codes(normal: str) -> Iterator[Span]:
    for match in _SPACED_CODE.finditer(normal):
        yield fold_code(match[0]), match.start(), match.end()


def _chunk_codes(normal: str) -> Iterator[Span]:
    for match in _CHUNK.finditer(normal):
        folded = "" if match[1] else fold_code(match[0])
        plain = folded.isalpha() or folded.isdigit() or _DECIMAL.fullmatch(folded)
        if re.search("[0-9]", folded) and (not plain or folded != match[0]) and not _DECIMAL.fullmatch(folded):
            yield folded, match.start(), match.end()


def _quantities(normal: str) -> Iterator[Span]:
    for match in _QUANTITY.finditer(normal):
        yield match[1] + match[2], match.start(), match.end()


def _joined(normal: str) -> Iterator[Span]:
    """Yield two and more neighbouring Latin words as one code, for the one who types "esp early loge"."""
    for match in _NEIGHBOURS.finditer(normal):
        yield fold_code(match[0]), match.start(), match.end()


def _query_words(match: re.Match[str]) -> Iterator[Word]:
    if match[1]:
        yield from _ideograph_words(match[1])
    else:
        yield from _latin_words(match[0])


def _ideograph_words(run: str) -> Iterator[Word]:
    if len(run) == 1:
        yield Word((run,), ((run,),))
        return
    inside: set[str] = set()
    for word, _ in _segmented(run):
        bigrams = tuple(word[at : at + 2] for at in range(len(word) - 1))
        inside.update(bigrams)
        if len(word) > 2:
            yield Word((word, *bigrams), ((word,), bigrams))
        elif bigrams:
            yield Word(bigrams, (bigrams,))
    for at in range(len(run) - 1):
        if run[at : at + 2] not in inside:
            yield Word((run[at : at + 2],))


def _latin_words(chunk: str) -> Iterator[Word]:
    whole = fold_code(chunk)
    found = dict.fromkeys(term for term, _, _ in _latin_spans(chunk, 0))
    if _is_part(chunk) or _DECIMAL.fullmatch(chunk):
        # A code may be typed without its joiners, where it looks like an English word.
        unstemmed = {whole: None} if len(whole) >= 8 else {}
        yield Word(tuple(found | unstemmed), tuple((term,) for term in {next(iter(found)): None} | unstemmed))
    else:
        parts = tuple(stem(part) if part.isalpha() else fold_code(part) for part in _PARTS.findall(chunk))
        yield Word(tuple(found), ((whole,), parts))
