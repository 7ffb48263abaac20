"""What happens to a case: each a function that asks whether it may, writes an event, and returns it."""

from kb.cases.act.end import close, erase_contact, reopen
from kb.cases.act.hand_over import collect_lines, escalate, hand_back, to_collect
from kb.cases.act.machines import from_factory, loan, loan_back, register, swap, to_factory
from kb.cases.act.standing import Standing, objections, standing
from kb.cases.act.work import arrive, change_level, dispatch, inform, note, respond

__all__ = [
    "Standing", "arrive", "change_level", "close", "collect_lines", "dispatch", "erase_contact", "escalate",
    "from_factory", "hand_back", "inform", "loan", "loan_back", "note", "objections", "register", "reopen", "respond",
    "standing", "swap", "to_collect", "to_factory",
]  # fmt: skip
