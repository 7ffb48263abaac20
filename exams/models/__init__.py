"""How we prove it: the question bank, papers, sittings, certification."""

from exams.models.bank import Question, QuestionVersion, Topic
from exams.models.certification import Decision, Level, Requirement, Scheme
from exams.models.paper import BlueprintRow, Exam
from exams.models.sitting import Answer, LateAnswer, Sitting

__all__ = [
    "Answer",
    "BlueprintRow",
    "Decision",
    "Exam",
    "LateAnswer",
    "Level",
    "Question",
    "QuestionVersion",
    "Requirement",
    "Scheme",
    "Sitting",
    "Topic",
]
