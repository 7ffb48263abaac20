"""Field notes of the demonstration, one in each state."""

import datetime

from kb.models import ProductModel, Solution, Symptom
from kb.notes.adopt import put_aside
from kb.notes.confirm import confirm
from kb.notes.write import follow, write
from people.models import User
from web.demo.keys import key

# name: by, days ago, model, symptom, code, problem, cause, what helped (empty: an open question), what was searched for
NOTES = {
    "leaves": (
        "technician", 3, "kt300", "touch-failure", "", "自助机冬季触摸乱跳，校准后半天又跳", "", "", "触摸 静电 冬季",
    ),
    "dealer-wan": (
        "dealer", 11, "nr3000", "network-slow", "W-07", "光猫换成新型号后 WAN 口只协商到百兆", "", "", "W-07 新光猫",
    ),
    "fan": (
        "senior", 6, "ns5024", "fan-noise", "F-02", "NS5024 换过风扇盘后仍报 F-02", "风扇盘右侧卡扣没有扣到底",
        "拔出风扇盘，先按住左侧再推右侧，听到两声卡扣响；重新上电后 F-02 消失。", "F-02 换风扇盘",
    ),
    "paper": (
        "technician", 16, "kt300", "print-failure", "P-05", "潮湿天气切刀常停在半途，报 P-05",
        "纸卷受潮，纸屑粘在切刀导轨上",
        "换用密封保存的纸卷，用干毛刷清导轨，不用酒精；连切 20 次再交付。", "P-05 切刀 潮湿",
    ),
    "slow": (
        "dealer", 9, "dt700", "performance-drop", "", "DT700 收银软件每晚九点变慢", "备份任务与系统更新撞在同一时间",
        "把备份改到闭店后一小时，更新改到周日凌晨。", "收银 晚上 慢",
    ),
    "memory": (
        "senior", 20, "rs2200", "no-boot", "E-21", "RS2200 加内存后开不了机", "新旧内存条规格不同",
        "拔下新加的内存条，换成同规格的再试。", "加内存 E-21",
    ),
}  # fmt: skip


def make_notes(*, at: datetime.datetime) -> list[Solution]:
    """Write them; then others say whether it worked, and one is put aside."""
    people = User.objects.in_bulk(("technician", "senior", "trainer", "author", "dealer"), field_name="username")
    made = {name: _written(name, people[said[0]], at) for name, said in NOTES.items()}

    def ago(days: float) -> datetime.datetime:
        return at - datetime.timedelta(days=days)

    follow(solution=made["leaves"], by=people["senior"], at=ago(2))
    confirm(solution=made["paper"], by=people["senior"], worked=True, at=ago(9), note="二号机照此处理，一周没有再报。")
    confirm(solution=made["paper"], by=people["trainer"], worked=True, at=ago(5), note="培训用机上试过。")
    confirm(solution=made["slow"], by=people["technician"], worked=False, at=ago(4), note="门诊终端上没有备份任务。")
    put_aside(solution=made["memory"], by=people["author"], at=ago(12), because="FG-001 的内存分支已经写明，不另成文。")
    return list(made.values())


def _written(name: str, by: User, at: datetime.datetime) -> Solution:
    _by, days, model, symptom, code, problem, cause, remedy, query = NOTES[name]
    return write(
        key=key(f"note/{name}"), by=by, at=at - datetime.timedelta(days=days), problem=problem, cause=cause,
        remedy=remedy, model=ProductModel.objects.get(key=model), symptom=Symptom.objects.filter(key=symptom).first(),
        code=code, query=query,
    )  # fmt: skip
