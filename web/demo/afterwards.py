"""What comes after an exam: an answer that came too late, appeals of questions, a question marked again."""

import datetime
from collections.abc import Mapping

from exams import sit
from exams.marking import appeal, regrade
from exams.models import Exam, Item, Question, Regrade, Sitting
from people.models import User
from web.demo.colleagues import LATE
from web.demo.people import right_response
from web.demo.sat import by_knowledge, sat

_WHY_OPEN = "题干的条件没有写全：按另一种情形来看，我选的这一项也是对的。"
_WHY_UPHELD = "题干没有写明条件，选项里有两项都说得通；我是按现场常见的情形选的。"
_ANSWER = "题干确有歧义。本题对所有作答的人给分，修改之前不再出题。"


def make_late(*, exam: Exam, people: Mapping[str, User], at: datetime.datetime) -> Sitting:
    """Let the time of a sitting run out, and one answer arrive when it was over."""
    usual, last = by_knowledge(LATE), 20
    made = sat(
        exam=exam, person=people[LATE.username], at=at - datetime.timedelta(days=2, hours=5), minutes=exam.minutes,
        answer=lambda item: None if item.n == last else usual(item), ended_by=Sitting.Ended.TIMER,
    )  # fmt: skip
    item = made.items.select_related("version").get(n=last)
    try:
        sit.save(
            sitting=made.public_id, item=item.n, response=right_response(item), base=0, lease=None,
            at=made.finished_at + datetime.timedelta(minutes=3),
        )  # fmt: skip
    except sit.Closed:
        return made
    raise AssertionError("an answer after the end was taken")


def make_appeals(*, exam: Exam, at: datetime.datetime) -> Question:
    """Let two candidates appeal an item; one appeal is upheld, and its question marked again for everybody."""
    wrong = Item.objects.filter(
        sitting__exam=exam, sitting__released_at__gt=at - datetime.timedelta(days=28), share=0, is_critical=False,
        version__kind="single", response__isnull=False,
    ).exclude(sitting__person__username=LATE.username)  # fmt: skip
    upheld = wrong.select_related("version__question", "sitting__person").order_by("pk").first()
    others = wrong.exclude(version=upheld.version).exclude(sitting=upheld.sitting)
    still_open = others.select_related("sitting__person").order_by("-pk").first()
    made = [
        appeal.appeal(item=item, person=item.sitting.person, text=text, at=at - datetime.timedelta(hours=hours))
        for item, text, hours in ((upheld, _WHY_UPHELD, 70), (still_open, _WHY_OPEN, 6))
    ]
    decided = at - datetime.timedelta(hours=28)
    appeal.decide(made=made[0], is_upheld=True, answer=_ANSWER, by=User.objects.get(username="certmanager"), at=decided)
    regrade.regrade(
        version=upheld.version, rule=Regrade.Rule.EVERYONE, new_version=None, reason=_ANSWER,
        by=User.objects.get(username="examofficer"), at=decided + datetime.timedelta(hours=1),
    )  # fmt: skip
    return upheld.version.question
