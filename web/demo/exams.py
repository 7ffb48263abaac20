"""What an exam officer of the demonstration finds on his desk: exams that were sat, and what is still to be done."""

import datetime

from django.db import transaction
from django.utils import translation

from exams.models import Exam, Form, Sitting
from exams.papers import forms
from exams.statistics import report
from people.models import User
from web.demo import afterwards, bank, essays, practice, sat, sessions
from web.demo.colleagues import COLLEAGUES, make_colleagues

FIRST, SECOND, PRACTICAL = "service-standard-junior", "server-repair-junior", essays.EXAM
PAPER = "固定卷"


@transaction.atomic
def make_papers() -> list[Form]:
    """Draw two parallel papers of the second exam, once, and use the first: so all that sit it are asked the same."""
    exam, officer = Exam.objects.get(key=SECOND), User.objects.get(username="examofficer")
    if exam.forms.exists() or has_history():
        return []
    with translation.override("zh-hans"):
        made = forms.draw_forms(exam=exam, name=PAPER, count=2, seed="demo", by=officer)
        return [made[0], forms.switch(form=made[1], is_active=False, by=officer)]


@transaction.atomic
def make_exams(*, at: datetime.datetime) -> bool:
    """Make the sittings and all that follows from them, once; say whether it did."""
    if has_history():
        return False
    with translation.override("zh-hans"):
        _make(at)
    return True


def has_history() -> bool:
    """Say whether there are these colleagues, or people who sat the practical exam: their history is left alone."""
    there = User.objects.filter(username=COLLEAGUES[0].username)
    return there.exists() or Sitting.objects.filter(exam__key=PRACTICAL).exists()


def _make(at: datetime.datetime) -> None:
    people = make_colleagues()
    first, second = (Exam.objects.get(key=key) for key in (FIRST, SECOND))
    done = sat.sit_first(exams=(first, second), people=people, at=at)
    done += sessions.hold_last_week(exam=second, people=people, at=at)
    _use_papers(second, is_first=False)
    sat.sit_again(failed=[each for each in done if _may_try_again(each, at)], people=people)
    _use_papers(second, is_first=None)
    sessions.hold_now(exam=first, people=people, at=at)
    sessions.plan_tomorrow(exam=second, people=people, at=at)
    essays.make_essays(people=people, at=at)
    afterwards.make_late(exam=first, people=people, at=at)
    disputed = afterwards.make_appeals(exam=first, at=at)
    bank.make_questions(disputed=disputed, at=at)
    practice.make_practice(people=people, at=at)
    for key in (FIRST, SECOND, PRACTICAL):
        report.make(exam=Exam.objects.get(key=key), at=at)


def _may_try_again(sitting: Sitting, at: datetime.datetime) -> bool:
    return not sitting.has_passed and sitting.finished_at + sat.AGAIN < at - datetime.timedelta(days=1)


def _use_papers(exam: Exam, *, is_first: bool | None) -> None:
    """Switch the pair: the first or the second one is used, or none, and papers are drawn again."""
    officer = User.objects.get(username="examofficer")
    for form in exam.forms.filter(name__startswith=PAPER):
        is_active = is_first is not None and form.name.endswith("1") == is_first
        forms.switch(form=form, is_active=is_active, by=officer)
