"""Whole bodies of the kinds of questions that are pure: one of each, and any of each as hypothesis makes them."""

from hypothesis import strategies as st

from exams.kinds import KINDS
from tests import make

BODIES = {kind: make.BODIES[kind] for kind in ("single", "multiple", "truefalse", "numeric", "ordering")} | {
    "short": {"accepted": [{"text": "热插拔"}, {"text": "hot*swap"}, {"text": "带电更换", "fraction": "50"}]},
    "matching": {
        "pairs": [
            {"left": "PSU1", "right": "左侧"},
            {"left": "PSU2", "right": "右侧"},
            {"left": "BMC", "right": "右侧"},
        ],
        "distractors": ["上层"],
    },
    "cloze": {
        "parts": [
            {"kind": "single"} | make.BODIES["single"],
            {"kind": "short", "accepted": [{"text": "断电"}]},
            {"kind": "numeric", "points": "2", "answer": "5", "unit": "分钟"},
        ]
    },
    "essay": {"rubric": [{"criterion": "先断电", "points": "2", "levels": [{"text": "只提到", "points": "1"}]}]},
}

# Signs that mean something where questions are written, and some that mean nothing
_LINE = st.text(st.sampled_from("甲乙ab1 .#->\\%=~*[]/:±x "), min_size=1, max_size=9).map(str.strip).filter(bool)
WORDS = (
    _LINE | st.lists(_LINE, min_size=2, max_size=3).map("\n".join) | st.sampled_from(["%50% 甲", "甲 # 乙", "a -> b"])
)
CREDIT = {"credit": st.just("part")}
FEEDBACK = {"feedback": WORDS}
AMOUNTS = st.integers(1, 99).map(str) | st.decimals("0.01", 99, places=2).map(str)
NUMBERS = st.integers(-999, 999).map(str) | st.decimals(-999, 999, places=2).map(str)
PERCENT = st.sampled_from(["0", "50", "33.33333", "100"])


def _row(more=None, **members):
    return st.fixed_dictionaries(members, optional=more or {})


def _distinct(row, name, least, most=5):
    return st.lists(row, min_size=least, max_size=most, unique_by=lambda each: " ".join(each[name].split()))


def _marked(body, right):
    """The body with as many right options, which earn everything."""
    marked = [option | {"right": place < right} for place, option in enumerate(body["options"])]
    for option in marked[:right]:
        option.pop("fraction", None)
    return body | {"options": marked}


OPTIONS = _distinct(
    _row(FEEDBACK | {"fraction": st.sampled_from(["-50", "0", "33.33333", "100"])}, text=WORDS, right=st.booleans()),
    "text",
    2,
)
WIDTH = {"tolerance": AMOUNTS} | FEEDBACK
RELATIVE = st.booleans().map(lambda relative: {"relative": True} if relative else {})
FURTHER = st.builds(
    lambda row, relative: row | relative if "tolerance" in row else row,
    _row(WIDTH | {"fraction": PERCENT}, answer=NUMBERS),
    RELATIVE,
)
UNITS = st.lists(
    _row(unit=st.sampled_from(["kV", "mV", "°C", "m/s = 1"]), factor=AMOUNTS),
    min_size=1,
    max_size=3,
    unique_by=lambda row: row["unit"],
)
NUMERIC = st.builds(
    lambda row, relative: row | relative if "tolerance" in row else row,
    _row(
        WIDTH | {"units": UNITS, "more": st.lists(FURTHER, min_size=1, max_size=2)},
        answer=NUMBERS,
        unit=st.sampled_from(["V", "个 月"]),
    ),
    RELATIVE,
)
SHORT = _row(
    {"case": st.just(True)},
    accepted=st.lists(_row(FEEDBACK | {"fraction": PERCENT}, text=WORDS), min_size=1, max_size=4),
)
SINGLE = _row({"shuffle": st.just(False)}, options=OPTIONS)
LEVELS = st.lists(_row(text=WORDS, points=AMOUNTS), min_size=1, max_size=2)
PART = st.one_of(
    st.builds(lambda body, more, kind=kind: {"kind": kind} | more | body, each, _row({"points": AMOUNTS}))
    for kind, each in (("single", SINGLE.map(lambda body: _marked(body, 1))), ("short", SHORT), ("numeric", NUMERIC))
)
_ANY = {
    "single": SINGLE,
    "multiple": _row(CREDIT | {"shuffle": st.just(False)}, options=OPTIONS),
    "truefalse": _row(
        {"feedback": st.dictionaries(st.sampled_from(["true", "false"]), WORDS, min_size=1)}, right=st.booleans()
    ),
    "numeric": NUMERIC,
    "short": SHORT,
    "ordering": _row(CREDIT, lines=st.lists(WORDS, min_size=3, max_size=7)),
    "matching": _row(
        CREDIT | {"distractors": st.lists(WORDS, min_size=1, max_size=2)},
        pairs=_distinct(_row(left=WORDS, right=WORDS), "left", 2),
    ),
    "cloze": _row(CREDIT, parts=st.lists(PART, min_size=1, max_size=3)),
    "essay": _row(
        {
            "rubric": st.lists(_row({"levels": LEVELS}, criterion=WORDS, points=AMOUNTS), min_size=1, max_size=2),
            "sample": WORDS,
            "least_words": st.integers(1, 50),
            "most_words": st.integers(50, 900),
        }
    ),
}

# Any body that can be written, and any that is whole
WRITABLE = st.one_of(st.tuples(st.just(kind), each) for kind, each in _ANY.items())
_NEARLY_WHOLE = _ANY | {
    "single": SINGLE.map(lambda body: _marked(body, 1)),
    "multiple": _ANY["multiple"].map(lambda body: _marked(body, len(body["options"]) - 1)),
}
WHOLE = {
    kind: each.filter(lambda body, kind=kind: not KINDS[kind].mistakes(body)) for kind, each in _NEARLY_WHOLE.items()
}
