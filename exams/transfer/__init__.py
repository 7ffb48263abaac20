"""Questions between files and the bank: brought in as drafts, taken out in a format."""

from exams.transfer.bring_in import Again, Planned, Refused, bring_in, plan
from exams.transfer.take_out import ENDINGS, take_out

__all__ = ["ENDINGS", "Again", "Planned", "Refused", "bring_in", "plan", "take_out"]
