"""From text to the terms that are indexed and looked up: Chinese and English words, codes, quantities.

A document is indexed under every bigram of its Chinese text, the stems of its English words, and its codes and
quantities in one spelling each. Chinese words are cut in queries alone: a word of three and more characters is a
term of its own, whose postings follow from those of its bigrams. So what is one word, and what means the same as
another, may change without touching the index.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter

import rjieba

from .characters import is_traditional, normalise
from .lexicon import EMPTY, Compiled, Lexicon, compiled
from .pinyin import initials, syllables
from .stemming import stem

_IDEOGRAPHS = "々〇\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
_LETTERS = "a-zß-ɏͰ-ӿ"
_PART = f"[0-9{_LETTERS}]+"
#: A run of ideographs, or letters and digits held together by single joiners as in "alm-24003".
_CHUNK = re.compile(f"([{_IDEOGRAPHS}]+)|{_PART}(?:[-_./:+#@&'’]{_PART})*")
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
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

#: What of a query is read: nobody types more, and what is pasted should not cost more.
LONGEST_QUERY, MOST_CLAUSES = 400, 64
_LONGEST_CODE = 64
_AUTOCOMPLETE_LENGTH, _MOST_PREFIXES = 8, 16
#: What people wrap round a question; it says nothing about the page that answers it.
_FILLERS = re.compile(
    "请问一下|请问|你好|您好|我想知道|想知道|想问一下|为什么我的|为什么|应该怎么办|怎么办|怎么处理|怎么解决|如何解决|如何处理"
    "|比较好|有没有解决的办法|有没有|是什么原因导致的|什么原因|应该|怎样|怎么|如何|什么|[呢啊吗吧呀]+(?=$|[^\\w])"
)


@dataclass(frozen=True)
class Word:
    """A word of a query.

    ``terms`` score. ``ways`` say when the word is there: all terms of one of them occur. A word without ways
    is a bonus: it scores, and nothing requires it. ``code``, if it occurs in any document, is what was meant, and
    the other terms, which are its pieces, count little.
    """

    terms: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Clause:
    """A part of a query in one wording or several that mean the same, the wording of the person first."""

    wordings: tuple[tuple[Word, ...], ...]
    #: How the person wrote it and what else is searched, both normalised; () when it has one wording.
    written: tuple[str, ...] = ()

    @property
    def required(self) -> int:
        """How many words it asks for, in the person's own wording."""
        return required(self.wordings[0])


def required(words: Iterable[Word]) -> int:
    """Return how many of ``words`` have to be there."""
    return sum(bool(word.ways) for word in words)


@cache
def _segmenter() -> rjieba.Jieba:
    return rjieba.Jieba()


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


def clauses(text: str, lexicon: Lexicon = EMPTY) -> Sequence[Clause]:
    """Return the clauses of the query ``text``, without repetition; ``lexicon`` says what words mean here.

    Beyond :data:`LONGEST_QUERY` characters and :data:`MOST_CLAUSES` clauses the rest is not read.
    """
    return _clauses(text[:LONGEST_QUERY], compiled(lexicon))


@lru_cache(maxsize=500)  # one screen reads its query several times
def _clauses(text: str, lexicon: Compiled) -> Sequence[Clause]:
    meant = _meant(text, lexicon)
    found: list[Clause] = []
    at = 0
    for start, end, others in lexicon.equivalents(meant, is_traditional=is_traditional(text)):
        if end - start == 1 and start not in _boundaries(meant, start):
            continue
        found += _single(meant[at:start], lexicon)
        said = {written: tuple(_words(written, lexicon)) for written in (meant[start:end], *others)}
        said = {written: wording for written, wording in said.items() if wording}
        found.append(Clause(tuple(said.values()), tuple(said)))
        at = end
    found += _single(meant[at:], lexicon)
    return tuple(dict.fromkeys(found))[:MOST_CLAUSES]


def words(text: str, lexicon: Lexicon = EMPTY) -> list[Word]:
    """Return the words of the query ``text`` in all wordings, the required ones and the bonuses, each once."""
    found = (word for clause in clauses(text, lexicon) for wording in clause.wordings for word in wording)
    return list(dict.fromkeys(found))


def _meant(text: str, lexicon: Compiled) -> str:
    """Return ``text`` normalised, without what is wrapped round a question, or with it if nothing else is there."""
    normal = normalise(text)
    plain = _FILLERS.sub(" ", normal)
    tried = (lexicon.without_stop_words(plain), plain, normal)
    meant = next((fewer for fewer in tried if _CHUNK.search(fewer)), normal)
    return _SPACED_CODE.sub(lambda match: match[0].replace(" ", "-"), meant)


def _single(text: str, lexicon: Compiled) -> list[Clause]:
    return [Clause(((word,),)) for word in _words(text, lexicon)]


def _words(text: str, lexicon: Compiled) -> list[Word]:
    found = [word for match in _CHUNK.finditer(text) for word in _query_words(match, lexicon)]
    bonuses = [*_quantities(text), *_joined(text)]
    return list(dict.fromkeys([*found, *(Word((term,)) for term, _, _ in bonuses)]))


def _boundaries(text: str, at: int) -> set[int]:
    """Return ``at`` if the ideograph there is a word by itself, else nothing."""
    run = next(match for match in _CHUNK.finditer(text) if match.start() <= at < match.end())
    return {at} & {start for word, start in _segmented(run[0], run.start()) if len(word) == 1}


def prefix_terms(text: str) -> Iterator[str]:
    """Yield the terms of ``text`` whose beginnings are completed: words, codes, every end of a Chinese run.

    From each of its words on, a Chinese run is also completed from its pinyin and from the first letters of that.
    """
    for match in _CHUNK.finditer(normalise(text)):
        if match[1]:
            yield from (match[1][at : at + _AUTOCOMPLETE_LENGTH] for at in range(len(match[1])))
            yield from _typed_by_sound(match[1])
        else:
            yield from {*_PARTS.findall(match[0]), fold_code(match[0])}


def prefixes(text: str) -> list[str]:
    """Return what must begin a term of :func:`prefix_terms` for ``text`` to be completed.

    >>> prefixes("Poseidon-1234 电机")
    ['poseidon1234', '电机']
    """
    chunks = (match[1] or fold_code(match[0]) for match in _CHUNK.finditer(normalise(text[:LONGEST_QUERY])))
    begun = (chunk[:_AUTOCOMPLETE_LENGTH] if not chunk.isascii() else chunk for chunk in chunks)
    return list(dict.fromkeys(begun))[:_MOST_PREFIXES]


def _typed_by_sound(run: str) -> Iterator[str]:
    for _, at in _segmented(run):
        end = run[at : at + _AUTOCOMPLETE_LENGTH]
        if len(end) > 1:
            yield syllables(end).replace(" ", "")
            yield from initials(end)


def _ideograph_spans(run: str, base: int, single: bool) -> list[Span]:
    found = [(run[at : at + 2], base + at, base + at + 2) for at in range(len(run) - 1)]
    if single or len(run) == 1:
        found += [(character, at, at + 1) for at, character in enumerate(run, base)]
    return found


def is_compound(term: str) -> bool:
    """Return whether ``term`` is a Chinese word that is not in the index itself: its bigrams are."""
    return len(term) > 2 and _IDEOGRAPH.match(term) is not None


def bigrams(word: str) -> tuple[str, ...]:
    """Return the neighbouring pairs of characters of ``word``."""
    return tuple(word[at : at + 2] for at in range(len(word) - 1))


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
    if _HEXADECIMAL.match(part):
        found.append((part, base, base + len(part)))  # 0x500 is not the number 500, though it may be written so
    else:
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


def _query_words(match: re.Match[str], lexicon: Compiled) -> Iterator[Word]:
    if match[1]:
        yield from _ideograph_words(match[1], lexicon)
    else:
        yield from _latin_words(match[0])


def _ideograph_words(run: str, lexicon: Compiled) -> Iterator[Word]:
    if len(run) == 1:
        yield Word((run,), ((run,),))
        return
    inside: set[str] = set()
    for piece, is_known in lexicon.cut(run):
        for word in [piece] if is_known else (word for word, _ in _segmented(piece)):
            inside.update(pairs := bigrams(word))
            if pairs:
                yield Word((word, *pairs) if len(word) > 2 else pairs, (pairs,))
    yield from (Word((pair,)) for pair in bigrams(run) if pair not in inside)


def _latin_words(chunk: str) -> Iterator[Word]:
    whole = fold_code(chunk)
    found = dict.fromkeys(term for term, _, _ in _latin_spans(chunk, 0))
    if not found:
        return
    if _is_part(chunk) or _DECIMAL.fullmatch(chunk):
        # A code may be typed without its joiners, where it looks like an English word.
        unstemmed = {whole: None} if len(whole) >= 8 else {}
        yield Word(tuple(found | unstemmed), tuple((term,) for term in {next(iter(found)): None} | unstemmed))
    else:
        parts = tuple(stem(part) if part.isalpha() else fold_code(part) for part in _PARTS.findall(chunk))
        yield Word(tuple(found), ((whole,), parts), whole if re.search("[0-9]", whole) else "")
