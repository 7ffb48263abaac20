"""The field practice exam in the demonstration: five who sat it, and how far their essays are marked."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from exams.marking import mark, release
from exams.models import Exam, Item, Sitting
from people.models import User
from web.demo.answering import answered
from web.demo.sat import sat

EXAM = "field-practical"
# Who sat it, how many days ago, how much he knows, which of the answers he wrote.
SAT = (
    ("technician", 16, 1.6, 0), ("fang.yuan", 6, 2.2, 0), ("luo.jian", 3, 1.5, 1), ("xu.lin", 2, 1.2, 0),
    ("pan.long", 1, 0.6, 1),
)  # fmt: skip
# What the examiner found in each criterion, as shares of what it is worth, and said.
MARKED = {
    "technician": (
        ("1", "1", "0.5", "1", "1"),
        "条理清楚，客户听得懂。第三项只写了一半，请对照评分标准再看一遍：下次别让客户猜。",
    ),
    "fang.yuan": (("1", "1", "1", "0.5", "1"), "结构完整；第四项还可以再具体一些。"),
}
ESSAYS = {
    "explain-psu": (
        "王经理您好。机器现在还在正常工作，您的业务没有受影响。它有两块电源，像两个人轮流值班，其中右边那块坏"
        "了，剩下一块在单独撑着，再坏一块就会停机。\n\n我想给它换上一块同型号的新电源，一般不用停机，大概三十"
        "五分钟。万一换的时候另一块也出问题，机器会断电，所以请您先确认数据都备份好了。机器还在保修期内，应该"
        "不用您付钱。您同意的话我就开始。",
        "领导好，PSU2 坏了，BMC 和灯都指向它，要做热插拔。我有备件，半个多小时就好，您放心，绝对不会停机，费"
        "用也不用管。我这就开始换。",
    ),
    "write-repair-sheet": (
        "现象：按电源键后风扇转，无画面；BMC 09:12 报 E-21，指出插槽 A2；12 V 主输出 11.9 V，合格。\n种类：硬"
        "件。部位：A2 槽内存。原因：内存不可纠正错误。\n处理：按 PR-002 断电、放余电、验电后更换。旧件 RS2-ME"
        "M-0032（M24A0117），新件 RS2-MEM-0032（M26C0442）。\n测试：内存检测 1 遍，错误 0 个，总容量正确。\n0"
        "9:20 到场，已提醒备份，王经理 09:40 口头同意停机，09:45 开始，10:50 结束。",
        "客户反映开不了机，到场检查是内存条坏了，A2 槽报错，换了一条新的内存（M26C0442），开机正常，做了内存"
        "检测没有问题。王经理同意停机，10:50 修好交付客户使用，客户表示满意。建议客户注意备份，机房注意散热。"
        "以上工作全部完成，已修好。",
    ),
    "scope-grows-essay": (
        "先停下来，背板不一并更换，电源那部分也停在安全的状态。我会对客户说：拆开以后发现硬盘背板也有烧痕，这"
        "不在刚才同意的范围里；换它要另收费用，大约多少钱、多长时间，我马上报给您。请先确认数据已经备份，不换"
        "的话有可能再次停机。您同意了我再动手。\n\n口头同意的，我在维修单上写下谁、什么时候、用什么方式同意的"
        "，再请他补签。再急也不省掉这一步。",
        "客户很急，我会跟他说背板也要换，需要加钱，他点头以后就一起换掉，先把业务恢复起来最重要。修完以后在维"
        "修单上写明换了哪些件、加收了多少费用，请客户签字确认。",
    ),
}  # fmt: skip


def make_essays(*, people: Mapping[str, User], at: datetime.datetime) -> list[Sitting]:
    """Let five sit the exam: three wait for markers, one for its release, and the technician has his result."""
    exam, examiner = Exam.objects.get(key=EXAM), User.objects.get(username="examiner")
    everybody = {**people, "technician": User.objects.get(username="technician")}
    made = {}
    for username, days, knows, text in SAT:
        made[username] = sat(
            exam=exam, person=everybody[username], at=at - datetime.timedelta(days=days, hours=3), minutes=38,
            answer=lambda item, knows=knows, text=text, name=username: _answer(item, knows, text, name),
        )  # fmt: skip
    for username, (shares, comment) in MARKED.items():
        _mark(made[username], shares, comment, examiner)
    release.release(
        sittings=[made["technician"]], by=User.objects.get(username="examofficer"), at=at - datetime.timedelta(days=12),
        note="阅卷完成，已核对。",
    )  # fmt: skip
    return list(made.values())


def _answer(item: Item, knows: float, text: int, name: str) -> object:
    if item.version.kind != "essay":
        return answered(item, knows=knows, name=f"{name}/field")
    return ESSAYS[item.version.question.key][text]


def _mark(sitting: Sitting, shares: tuple[str, ...], comment: str, examiner: User) -> None:
    item = sitting.items.select_related("version", "sitting__exam").get(share=None)
    rubric = item.version.body["rubric"]
    scores = [Decimal(row["points"]) * Decimal(share) for row, share in zip(rubric, shares, strict=True)]
    when = sitting.finished_at + datetime.timedelta(days=2, hours=4)
    mark.mark(item=item, by=examiner, share=mark.share_of(rubric, scores), at=when, scores=scores, comment=comment)
