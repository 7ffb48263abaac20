"""The kinds of questions: what makes one whole, what of it a candidate sees, what he may answer, how it is marked.

Pure: knows no database and no HTML. A question's `body` holds what its author wrote; what a candidate sees, and the key
he may not, are made of it and of the order that was shuffled for him, by rules that do not change with time.
"""

from exams.kinds.choice import Multiple, Single
from exams.kinds.cloze import Cloze
from exams.kinds.kind import BadResponse, Kind, Response
from exams.kinds.matching import Matching
from exams.kinds.number import number
from exams.kinds.numeric import Numeric
from exams.kinds.ordering import Ordering
from exams.kinds.simulation import Simulation
from exams.kinds.text import Essay, Short
from exams.kinds.truefalse import TrueFalse

__all__ = ["KINDS", "BadResponse", "Kind", "Response", "number"]

KINDS: dict[str, Kind] = {
    "single": Single(),
    "multiple": Multiple(),
    "truefalse": TrueFalse(),
    "numeric": Numeric(),
    "short": Short(),
    "ordering": Ordering(),
    "matching": Matching(),
    "cloze": Cloze(),
    "essay": Essay(),
    "simulation": Simulation(),
}
