"""What is under way in the demonstration's question bank: a draft to be reviewed, a question out of use for now."""

import datetime

from exams.bank import revise, use
from exams.models import Question, Topic
from kb.models import ControlledPage
from people.models import User

_TEXT = "故障电源模块的插头拔下以后，为什么要让它留在槽内静置不少于 5 分钟？"
_EXPLANATION = "指示灯熄灭不代表没有电压，要等模块里的电放完。"
_WHY = "申诉成立：题干没有写明条件，有两个选项都说得通。改好并审核以后再启用。"


def make_questions(*, disputed: Question, at: datetime.datetime) -> Question:
    """Write a question that waits for its review, and take the disputed one out of papers."""
    use.quarantine(
        question=disputed,
        by=User.objects.get(username="examofficer"),
        at=at - datetime.timedelta(hours=26),
        reason=_WHY,
    )
    trainer, topic = User.objects.get(username="trainer"), Topic.objects.get(key="server-repair")
    page = ControlledPage.objects.get(number="PR-001", language="zh-hans")
    question = Question.objects.create(topic=topic, key="why-five-minutes", author=trainer, difficulty=2)
    revise.revise(
        question=question, kind="single", text=_TEXT, explanation=_EXPLANATION,
        body={"options": _options()}, page=page, block_id="isolate-cord", by=trainer,
        at=at - datetime.timedelta(hours=20), name="拔线以后为什么静置",
    )  # fmt: skip
    return question


def _options() -> list[dict[str, object]]:
    said = ("指示灯熄灭不代表里面没有电压", "等 BMC 写完日志", "等另一块模块升到满负荷", "等风扇吹净模块里的灰尘")
    return [{"text": text, "right": place == 0} for place, text in enumerate(said)]
