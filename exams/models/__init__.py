"""How we prove it: the question bank, papers, sessions, sittings, marking, statistics, practice, certification."""

from exams.models.bank import Question, QuestionReview, QuestionVersion, Topic
from exams.models.certification import Decision, Level, Requirement, Scheme
from exams.models.marking import Grade, ItemAppeal, Marking, Regrade, Release
from exams.models.paper import BlueprintRow, Exam, Form, FormItem
from exams.models.practice import LookUp, PracticeAnswer, PracticeCard
from exams.models.prerequisite import Prerequisite
from exams.models.session import Booking, ExamSession
from exams.models.sitting import Item, LateAnswer, Sitting, SittingEvent
from exams.models.statistics import ItemFigure, StatisticsReport

__all__ = [
    "BlueprintRow",
    "Booking",
    "Decision",
    "Exam",
    "ExamSession",
    "Form",
    "FormItem",
    "Grade",
    "Item",
    "ItemAppeal",
    "ItemFigure",
    "LateAnswer",
    "Level",
    "LookUp",
    "Marking",
    "PracticeAnswer",
    "PracticeCard",
    "Prerequisite",
    "Question",
    "QuestionReview",
    "QuestionVersion",
    "Regrade",
    "Release",
    "Requirement",
    "Scheme",
    "Sitting",
    "SittingEvent",
    "StatisticsReport",
    "Topic",
]
