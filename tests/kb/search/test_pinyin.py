"""How Chinese is read, what sounds alike, and what is typed for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.pinyin import initials, sound, sounds, syllables

#: Words of the trade with a character of several readings.
READINGS = {
    "chong": "重启 重新 重复 重置 重装 重试 重叠 重载 双重",
    "zhong": "重量 载重 起重机 严重 重心 中断 种类",
    "chang": "长度 时长 延长 波长 正常 厂家",
    "zhang": "增长 组长",
    "xing": "行程 运行 执行 并行 串行",
    "hang": "行号 换行 命令行 行业",
    "tiao": "调试 调节 调整 空调 可调 调速",
    "diao": "调度 调用 调换 对调",
    "jiao": "校准 校验 校正 角度",
    "xiao": "学校 效率",
    "lv": "频率 效率 分辨率 滤网 绿灯 过滤 旅行 考虑",
    "lu": "暴露 露点 短路",
    "huan": "还原 更换 转换 返还",
    "hai": "还是 还有",
    "tan": "弹簧 弹性 弹出",
    "dan": "单元 炮弹",
    "ka": "卡死 卡住 网卡 内存卡 卡槽",
    "qia": "卡扣 卡箍 卡盘 卡爪",
    "mu": "模具 模板 目录",
    "mo": "模块 模式 薄膜",
    "se": "堵塞 阻塞 颜色",
    "sai": "活塞 塞子",
    "chuan": "传感器 传动 传输",
    "can": "参数 参考",
    "cha": "差压 偏差 检查",
    "xiang": "相位 响应",
    "jiang": "降压 下降",
    "nian": "粘度 粘性",
    "zhan": "粘贴 占用",
    "bian": "便携 变更",
    "zai": "载荷 下载",
    "geng": "更换 变更",
    "zhuan": "转速 旋转",
    "ya": "压缩机 差压",
    "le": "勒索 可乐",
    "di": "接地 目的 地址",
    "liao": "了解 材料",
    "ji": "给水 奇数 系紧",
    "za": "扎带 复杂",
    "lou": "泄露 漏电",
    "chen": "对称",
    "zhao": "着火",
    "zhuo": "附着 着色",
    "xue": "削减 学校",
    "bo": "薄弱 剥落",
    "bao": "薄板 保护",
}


@pytest.mark.parametrize(("reading", "words"), READINGS.items())
def test_words_of_the_trade_are_read_as_people_read_them(reading: str, words: str) -> None:
    assert [word for word in words.split() if reading not in syllables(word).split()] == []


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("压缩机", "ya suo ji"),
        ("調試", "tiao shi"),
        ("重载运行", "chong zai yun xing"),
        ("电源USB", "dian yuan u s b"),
        ("", ""),
    ],
)
def test_every_character_has_its_syllable(word: str, read: str) -> None:
    assert syllables(word) == read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("览屏", "蓝屏"),  # an for an, the same sound
        ("兰频", "蓝屏"),  # in for ing
        ("传杆器", "传感器"),
        ("正动", "震动"),  # eng for en
        ("四用", "使用"),  # s for sh
        ("资障", "致脏"),  # zh for z, ng for n
        ("泄露电牛", "泄漏电流"),  # n for l
        ("重其", "重启"),  # read zhong by itself
    ],
)
def test_what_is_confused_sounds_alike(typed: str, meant: str) -> None:
    assert not {*sounds(typed)}.isdisjoint(sounds(meant))


@pytest.mark.parametrize(("one", "other"), [("电机", "点击器"), ("过热", "过冷"), ("绿灯", "路灯"), ("安", "恩")])
def test_what_is_heard_apart_sounds_apart(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("run", "letters"),
    [
        ("电机过热", ["djgr"]),
        ("重启", ["cq"]),
        ("重量", ["zl"]),
        ("超长", ["cc", "cz"]),
        ("重", ["z", "c"]),
        ("調試", ["ts"]),
        ("长弹重行", ["ctzx", "ctzh", "ctcx", "ctch"]),
    ],
)
def test_first_letters_follow_the_readings(run: str, letters: list[str]) -> None:
    assert initials(run) == letters


@given(st.text(max_size=30))
def test_any_text_has_few_readings_of_one_letter_a_character(text: str) -> None:
    found = initials(text)
    assert 1 <= len(found) <= 4
    assert all(len(letters) == len(text) for letters in found)
    assert sound(text) in sounds(text)


@settings(deadline=None)  # the readings of a block of characters are loaded when one of them first occurs
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8))
def test_ideographs_are_read_in_plain_letters(word: str) -> None:
    read = syllables(word).split()
    assert len(read) == len(word)
    assert all(syllable.isascii() and syllable.isalpha() and syllable.islower() for syllable in read)
