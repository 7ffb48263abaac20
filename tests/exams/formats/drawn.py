"""Questions by chance, such as the bank holds: for export and import again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from exams.formats.question import Neutral

_LETTERS = "aZ9 .,:;#=~{}\\%[]()<>&\"'*_`!?|-+/$@^\u00e4\u7535\u6e90\uff0c\U0001f527"


def words(least: int = 1) -> st.SearchStrategy[str]:
    """Words within a line, with single blanks, with every sign that some format means something by."""
    return (
        st.text(_LETTERS, min_size=least, max_size=16)
        .map(lambda text: " ".join(text.split()))
        .filter(lambda text: len(text) >= least)
    )


def prose() -> st.SearchStrategy[str]:
    """Markdown of some lines."""
    return st.lists(words(0), min_size=1, max_size=3).map("\n".join).map(str.strip).filter(bool)


def texts(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Different texts."""
    return st.lists(words(), min_size=least, max_size=most, unique=True)


def numbers(least: int = -9999) -> st.SearchStrategy[str]:
    """Numbers as decimal text."""
    return st.integers(least * 100, 999_900).map(lambda n: f"{Decimal(n) / 100:f}".removesuffix(".00"))


@st.composite
def _rows(draw: st.DrawFn, found: list[str]) -> list[dict[str, str]]:
    feedback = [draw(st.one_of(st.none(), words())) for _each in found]
    return [{"text": text} | ({"feedback": said} if said else {}) for text, said in zip(found, feedback, strict=True)]


@st.composite
def single(draw: st.DrawFn) -> dict[str, Any]:
    """Body of a choice of one; some wrong options are worth a part."""
    rows = draw(_rows(draw(texts(2, 5))))
    best = draw(st.integers(0, len(rows) - 1))
    for place, row in enumerate(rows):
        row["right"] = place == best
        if place != best and (part := draw(st.sampled_from(["", "50", "-25", "33.33333"]))):
            row["fraction"] = part
    return {"options": rows}


@st.composite
def multiple(draw: st.DrawFn) -> dict[str, Any]:
    """Body of a choice of several that gives a part for a part."""
    rows = draw(_rows(draw(texts(3, 6))))
    right = draw(st.integers(1, len(rows) - 1))
    for place, row in enumerate(rows):
        row["right"] = place < right
    return {"options": draw(st.permutations(rows)), "credit": "part"}


@st.composite
def short(draw: st.DrawFn) -> dict[str, Any]:
    """Body of a short answer."""
    rows = draw(_rows([text.replace("->", "-") for text in draw(texts(1, 3))]))
    for row in rows[1:]:
        if part := draw(st.sampled_from(["", "50", "0", "12.5"])):
            row["fraction"] = part
    return {"accepted": rows}


@st.composite
def numeric(draw: st.DrawFn) -> dict[str, Any]:
    """Body of a number."""
    body: dict[str, Any] = {"answer": draw(numbers()), "tolerance": draw(numbers(0)), "unit": ""}
    more = draw(st.lists(st.tuples(numbers(), numbers(0), st.sampled_from(["0", "50", "100"])), max_size=2))
    if more:
        body["more"] = [{"answer": a, "tolerance": width, "fraction": part} for a, width, part in more]
    return body


@st.composite
def truefalse(draw: st.DrawFn) -> dict[str, Any]:
    """Body of a statement."""
    said = draw(st.dictionaries(st.sampled_from(["true", "false"]), words()))
    return {"right": draw(st.booleans())} | ({"feedback": said} if said else {})


@st.composite
def matching(draw: st.DrawFn) -> dict[str, Any]:
    """Body of pairs, some rights without a left."""
    lefts = [left.replace("->", "-").rstrip("-") or "x" for left in draw(texts(2, 4))]
    lefts = list(dict.fromkeys(lefts)) if len(set(lefts)) > 1 else ["left", "other"]
    rights = draw(texts(len(lefts), len(lefts) + 2))
    body = {"pairs": [{"left": a, "right": b} for a, b in zip(lefts, rights, strict=False)], "credit": "part"}
    return body | ({"distractors": rights[len(lefts) :]} if rights[len(lefts) :] else {})


BODIES: dict[str, Callable[[], st.SearchStrategy[dict[str, Any]]]] = {
    "single": single,
    "multiple": multiple,
    "short": short,
    "numeric": numeric,
    "truefalse": truefalse,
    "matching": matching,
    "essay": lambda: st.just({}),
}


@st.composite
def questions(draw: st.DrawFn, **bodies: st.SearchStrategy[dict[str, Any]]) -> Neutral:
    """A question of one of these kinds."""
    kind = draw(st.sampled_from(sorted(bodies)))
    tags = draw(st.lists(st.sampled_from(["power", "电源", "a]b"]), unique=True))
    topic = draw(st.sampled_from([(), ("Power",), ("Power", "AC/DC supply"), ("电源",)]))
    return Neutral(
        kind,
        draw(words(0)),
        draw(prose()),
        draw(bodies[kind]),
        draw(st.one_of(st.just(""), prose())),
        topic=topic,
        tags=tags,
        ident=draw(st.sampled_from(["", "Q-1", "x]y"])),
    )


def same(before: Neutral, after: Neutral) -> bool:
    """Say whether two questions say the same, whatever file they come from."""
    members = ("kind", "name", "text", "body", "explanation", "topic", "tags", "ident", "points", "media")
    return all(getattr(before, member) == getattr(after, member) for member in members)
