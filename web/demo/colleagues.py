"""Colleagues of the demonstration who only appear on lists: they sat exams; nobody signs in as one of them."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from people.models import OrgUnit, User
from people.roles import TECHNICIAN

# Units of their own: whoever counts or tells the people of a unit of the content finds nobody of these there.
UNITS = (
    ("station-hangzhou", "杭州服务站", "Hangzhou Service Station"),
    ("station-ningbo", "宁波服务站", "Ningbo Service Station"),
)


@dataclass(frozen=True)
class Colleague:
    """One of them: what he is called, and how much he knows, in logits around what the questions ask for."""

    username: str
    name: str
    knows: float


COLLEAGUES = (
    Colleague("fang.yuan", "方远", 2.6), Colleague("jiang.wei", "蒋薇", 2.1), Colleague("luo.jian", "罗健", 1.9),
    Colleague("han.bo", "韩波", 1.6), Colleague("feng.lei", "冯磊", 1.4), Colleague("cao.min", "曹敏", 1.3),
    Colleague("zeng.hui", "曾慧", 1.2), Colleague("dong.jie", "董洁", 1.0), Colleague("pan.long", "潘龙", 1.0),
    Colleague("cai.xin", "蔡欣", 0.8), Colleague("du.juan", "杜鹃", 0.7), Colleague("su.hang", "苏航", 0.3),
    Colleague("wei.tao", "魏涛", 0.1), Colleague("ding.yi", "丁一", -0.3), Colleague("ren.qiang", "任强", -0.6),
    Colleague("shen.kai", "沈凯", -1.0),
)  # fmt: skip
# They know the service standard since long, and sat the second exam alone.
EXPERIENCED = (
    Colleague("xu.lin", "徐琳", 1.7), Colleague("deng.yu", "邓宇", 1.5), Colleague("peng.fei", "彭飞", 1.3),
    Colleague("xiao.gang", "肖刚", 1.1), Colleague("tian.ye", "田野", 1.1), Colleague("yuan.ming", "袁明", 0.9),
    Colleague("yu.hai", "余海", 0.8), Colleague("ye.qing", "叶青", 0.6), Colleague("cheng.hao", "程浩", 0.5),
    Colleague("lv.dan", "吕丹", -0.1), Colleague("hou.liang", "侯亮", 1.8), Colleague("bai.xue", "白雪", 1.4),
    Colleague("meng.da", "孟达", 1.0), Colleague("qin.feng", "秦峰", 0.7), Colleague("yin.le", "尹乐", 0.4),
    Colleague("gu.yue", "顾悦", 1.2),
)  # fmt: skip
# They came later: so far they sat the service standard only.
NEWCOMERS = (
    Colleague("yao.na", "姚娜", 1.5),
    Colleague("lu.chuan", "卢川", 1.2),
    Colleague("fu.rui", "傅蕊", 1.1),
    Colleague("zhong.nan", "钟楠", 0.9),
    Colleague("jiang.ping", "姜平", 0.8),
    Colleague("cui.shan", "崔珊", 0.5),
    Colleague("tan.zheng", "谭征", 0.2),
)
LATE = Colleague("hao.jing", "郝静", 0.7)  # the time ran out before the last answer
WORKING = Colleague("liao.ke", "廖可", 0.9)  # sits on a paper now
EXPECTED = Colleague("fan.xing", "范星", 0.8)  # has a seat today, and has not come yet
EVERYBODY = (*COLLEAGUES, *EXPERIENCED, *NEWCOMERS, LATE, WORKING, EXPECTED)


def make_colleagues() -> dict[str, User]:
    """Make them, and return them by username; a few statements, whatever their number."""
    units = [OrgUnit.objects.get_or_create(key=key, defaults=_unit(name, name_en))[0] for key, name, name_en in UNITS]
    User.objects.bulk_create(
        [
            User(
                username=each.username, name=each.name, unit=units[place % len(units)],
                employee_number=f"H{3107 + 13 * place}", password=make_password(None),
            )
            for place, each in enumerate(EVERYBODY)
        ]
    )  # fmt: skip
    made = User.objects.select_related("unit").in_bulk([each.username for each in EVERYBODY], field_name="username")
    Group.objects.get(name=TECHNICIAN.group).user_set.add(*made.values())
    return made


def _unit(name: str, name_en: str) -> dict[str, object]:
    return {"name": name, "name_en": name_en, "parent": OrgUnit.objects.filter(key="east").first()}
