"""Cases of the demonstration, one in each state; the contacts are invented."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass

from kb.cases import act, levels
from kb.cases.report import receive
from kb.models import Device, FaultReport, ProductModel, Symptom, Tier
from people.models import User
from web.demo.keys import key
from web.demo.runs import search_of, walked

FIRST = "case/no-boot"


@dataclass(frozen=True)
class Fault:
    """What is reported: by whom, how many hours ago, about which device (or model), how grave."""

    by: str
    hours: float
    about: str  # the code of a device, or the key of a model
    rank: int
    symptom: str
    words: str
    code: str = ""
    occurred: str = ""
    frequency: str = ""
    contact: tuple[str, str, str] = ("", "", "")


FAULTS = {
    FIRST: Fault(
        "dispatcher", 0.3, "b5t8z1n6yc0f", 2, "no-boot", "重启后再也没有启动，前面板电源灯是橙色的。挂号已切到备机。",
        "E-04", "今天上午", "always", ("钱护士长", "138-0000-0001", "江城医院门诊楼 B1 机房"),
    ),
    "case/touch": Fault(
        "technician", 26, "g6r2q0a7zx5b", 2, "touch-failure", "2 号自助机点哪里都没有反应，重启后能用几分钟。", "S-02",
        "昨天上午", "often", ("冯导诊", "138-0000-0002", "江城医院门诊大厅"),
    ),
    "case/ports": Fault(
        "dispatcher", 3, "e9w4d6x1pj5n", 2, "port-down", "二层诊室有六个网口同时不通，换口能用。", "",
        "今天早上", "always", ("韩工", "138-0000-0003", "江城医院门诊楼二层"),
    ),
    "case/array": Fault(
        "senior", 47, "x8n0j5h2wd6e", 2, "raid-degraded", "更换 5 号槽硬盘后重建停在 62%，又有一块盘告警。", "R-05",
        "更换硬盘之后", "always", ("沈主任", "138-0000-0004", "江城医院信息科"),
    ),
    "case/print": Fault(
        "dispatcher", 22, "4ptv3y9c1k8m", 3, "print-failure", "1 号自助机不出凭条，屏幕提示打印机无应答。", "P-07",
        "昨天中午", "always", ("冯导诊", "138-0000-0002", "江城医院门诊大厅"),
    ),
    "case/slow": Fault(
        "dealer", 140, "d7f9w1e4ns3h", 4, "performance-drop", "收银软件打开要一分钟，别的程序正常。", "",
        "上周", "often", ("褚店长", "138-0000-0005", "临安门店"),
    ),
    "case/clinic": Fault(
        "customer", 2, "m1s6b4z9rq7k", 3, "network-slow", "社区门诊医保结算时断时续，重启路由器后好十来分钟。", "W-11",
        "今天上午", "sometimes", ("赵科长", "138-0000-0006", "江北社区门诊"),
    ),
    "case/new": Fault(
        "dealer", 0.1, "ts1100", 3, "fan-noise", "客户送修一台塔式机，风扇一直全速，还没有登记。", "E-11",
        "", "always", ("卫女士", "138-0000-0007", ""),
    ),
}  # fmt: skip


def make_cases(*, at: datetime.datetime) -> list[FaultReport]:
    """Report them, and let happen to each what has happened since."""
    people = User.objects.in_bulk({"senior", "dispatcher", "supervisor", "technician"}, field_name="username")
    made = {name: _reported(name, fault, at) for name, fault in FAULTS.items()}
    _given(made["case/ports"], people)
    _handed_over(made["case/array"], people)
    _repaired(made["case/print"], people, at)
    _advised(made["case/slow"], people)
    later = _later(made["case/clinic"])
    act.respond(report=made["case/clinic"], by=people["dispatcher"], at=later(40), words="已请客户记下断线的时刻。")
    return list(made.values())


def _reported(name: str, fault: Fault, at: datetime.datetime) -> FaultReport:
    device = Device.objects.filter(code=fault.about).first()
    model = device.model if device else ProductModel.objects.get(key=fault.about)
    scheme = levels.scheme_for(model=model, device=device)
    return receive(
        key=key(name), by=User.objects.get(username=fault.by), at=at - datetime.timedelta(hours=fault.hours),
        description=fault.words, model=model, device=device, code=fault.code, occurred=fault.occurred,
        frequency=fault.frequency, symptom=Symptom.objects.filter(key=fault.symptom).first(),
        level=levels.level_in(scheme, fault.rank),
        contact=dict(zip(("name", "phone", "address"), fault.contact, strict=True)),
    )  # fmt: skip


def _later(report: FaultReport) -> Callable[[float], datetime.datetime]:
    """Return what says when it was so many minutes after a report."""
    return lambda minutes: report.reported_at + datetime.timedelta(minutes=minutes)


def _given(report: FaultReport, people: dict[str, User]) -> None:
    """Answered at once and given to 周岩, who is on his way."""
    later = _later(report)
    act.respond(report=report, by=people["dispatcher"], at=later(12), words="先请客户把受影响的诊室换到备用口。")
    act.dispatch(report=report, by=people["supervisor"], to=people["senior"], at=later(25), words="带一台备用 NS5024。")
    act.inform(report=report, by=people["supervisor"], at=later(70), words="已报部门主管")


def _handed_over(report: FaultReport, people: dict[str, User]) -> None:
    """Taken by 周岩, who lent a machine and handed it to the service centre."""
    by, later = people["senior"], _later(report)
    act.respond(report=report, by=by, at=later(20))
    act.dispatch(report=report, by=people["supervisor"], to=by, at=later(30))
    act.arrive(report=report, by=by, at=later(95), words="机房温度正常，两控心跳正常。")
    act.inform(report=report, by=people["supervisor"], at=later(120), words="已报部门主管")
    act.loan(report=report, by=by, at=later(400), serial="SA40-DEMO-0001", words="备用阵列，先接管归档库。")
    tier = Tier.objects.get(key="service-centre")
    asked = act.to_collect(report=report, tier=tier)
    act.escalate(
        report=report, by=by, tier=tier, at=later(460), words="第二块盘未敢更换，请专业服务中心确认重建顺序。",
        collected=[(line, "已收集，见本次检修记录与照片") for line in asked],
    )  # fmt: skip


def _repaired(report: FaultReport, people: dict[str, User], at: datetime.datetime) -> None:
    """Searched and repaired by 林涛 within the promised time."""
    by, later = people["technician"], _later(report)
    act.respond(report=report, by=people["dispatcher"], at=later(8))
    act.dispatch(report=report, by=people["dispatcher"], to=by, at=later(15))
    act.arrive(report=report, by=by, at=later(110))
    act.inform(report=report, by=people["supervisor"], at=later(130), words="已报部门主管")
    search = search_of(by, "FG-006", at=at)
    if search and search.begins < later(180) and (ends := search.ends("resolved")):
        walked(
            search, "FG-006/case", ends[-1], at=later(180), chance=random.Random(0), device=report.device,  # noqa: S311
            report=report, note="修复后连打 20 张凭条，没有再断。",
        )  # fmt: skip
    act.close(report=report, by=by, at=later(195), outcome="repaired", words="客户确认正常，备用窗口已撤。")


def _advised(report: FaultReport, people: dict[str, User]) -> None:
    """Solved over the telephone."""
    later = _later(report)
    act.respond(report=report, by=people["technician"], at=later(35), words="收银软件的日志占满了缓存目录。")
    act.close(report=report, by=people["technician"], at=later(60), outcome="remote", words="清空日志目录后恢复。")
