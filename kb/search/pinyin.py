"""How Chinese sounds: readings without tones, what is heard alike, first letters.

The reading of a character comes from anyascii, which knows one of each; the tables below put it right where its
neighbour decides. Of the 5,545 words in 1,000 technical documents, anyascii alone misreads some 150, a dictionary
of phrases, which takes 53 MB of every process, some 50, and this a handful.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, product

from anyascii import anyascii

from .characters import normalise

#: Characters that are read here otherwise than anyascii does.
_USUALLY = (
    "率lv 虑lv 滤lv 绿lv 律lv 旅lv 屡lv 铝lv 履lv 侣lv 缕lv 氯lv 吕lv 驴lv 女nv 地di 调tiao 长chang 校jiao 还huan "
    "弹tan 塞sai 薄bo 拓tuo 爪zhua 曝bao 轧zha 簿bo 幢zhuang 琢zhuo 辗nian 削xiao 堵du"
)
#: Neighbours that settle how one of them is read, after that character and its reading.
_TOGETHER = """
重chong: 重启 重新 重复 重置 重装 重试 重连 重叠 重组 重现 重做 重写 重发 重传 重设 重排 重绕 重开 重建 重构 重定 重载
重chong: 重刷 重编 重影 重合 重播 重测 重算 重绘 重修 重接 重登 重命 重放 重焊 重码 重名 双重 多重 三重
重zhong: 重量 重要 重点 重心 重力 重物 重大 重型 重油 重工 载重 严重 权重 称重 起重 笨重 比重 配重 沉重 毛重 净重 自重
重zhong: 承重 加重 超重 过重
调diao: 调度 调用 调查 调换 调研 调取 调阅 调出 调入 调拨 调动 调派 调车 对调 抽调 变调 声调 音调 单调 强调 色调 回调
调tiao: 调试 调节 调整 调速 调压 调制 调零 调频 调平 调谐 调光 调温 调高 调低 调大 调小 空调 可调 微调 协调 失调 粗调
调tiao: 下调 上调
长zhang: 组长 班长 队长 厂长 部长 校长 店长 站长 科长 处长 行长 增长 生长 成长 长大 长锈 长霉
长chang: 长度 长期 长时 长按 长短 长久 长途 时长 延长 过长 加长 波长 全长 周长 变长 最长 太长 较长 特长 很长 长宽
行hang: 行号 行业 行列 行距 行首 行尾 行高 行内 行情 行数 行家 银行 排行 换行 令行 空行 单行 多行 首行 末行 逐行 整行
行hang: 每行 一行 几行
行xing: 运行 执行 进行 行程 并行 串行 行为 行驶 行走 行车 可行 发行 现行 试行 实行 自行 上行 下行 流行 平行 履行 旅行
行xing: 飞行 步行 另行 航行
校xiao: 学校 高校 院校 校园 校友 校区 校内 校外
校jiao: 校准 校验 校正 校对 校核 校表 调校 检校 校时 校零
卡qia: 卡扣 卡箍 卡盘 卡爪 卡滞 卡环 卡簧 卡涩 卡钳 卡圈 卡套 卡具 关卡
卡ka: 网卡 显卡 声卡 板卡 存卡 刷卡 读卡 插卡 发卡 卡片 卡顿 卡死 卡住 卡槽 卡号 卡纸 卡机 卡在 卡车 卡口 卡主 卡屏
卡ka: 卡壳
弹dan: 炮弹 子弹 导弹 弹头 弹药 弹壳 炸弹 弹道
弹tan: 弹簧 弹性 弹出 弹窗 弹片 弹跳 弹力 弹起 弹开 弹幕 回弹 反弹
粘nian: 粘度 粘性 粘合 粘稠 粘附 粘土 粘滞 粘液 粘胶
粘zhan: 粘贴 粘连 粘结 粘接 粘住 粘在 粘上
还hai: 还是 还有 还要 还会 还能 还可 还没 还未 还不 还需 还得 还应 还在 还将
塞se: 堵塞 阻塞 闭塞 栓塞 填塞
薄bao: 薄板 薄片 薄壁 薄厚 薄层 太薄 变薄
抹ma: 抹布
着zhuo: 附着 黏着 着色 着陆 着重 着手 着装 粘着 着地
着zhao: 着火 着凉 着急
率shuai: 率先 率领 表率
削xue: 削减 削弱 削峰
参shen: 人参 海参 党参
差chai: 出差 差旅 差遣
模mu: 模具 模板 模样 冲模 压模 脱模 开模 合模 铸模 注模 模架 模腔 模温 模芯
扎za: 扎带 扎线 包扎 捆扎 绑扎 扎紧
露lou: 泄露 露出 漏露
茄qie: 番茄
了liao: 了解 不了 得了 了断 明了
的di: 的确 目的 标的
都du: 首都 成都 都市
系ji: 系紧 系好 系绳
藏zang: 西藏 宝藏
称chen: 对称 匀称
奇ji: 奇数 奇偶
给ji: 给水 给予 给与 给油 给料 给排 供给 补给
没mo: 淹没 沉没 没收 浸没
会kuai: 会计 财会
畜xu: 畜电
龟jun: 龟裂
乐yue: 音乐 乐器
便pian: 便宜
角jue: 角色
勒le: 勒索
降xiang: 投降
"""
#: Read in two ways so often that outside the pairs above both are expected.
_EITHER = {"重": ("zhong", "chong"), "调": ("tiao", "diao"), "长": ("chang", "zhang"), "行": ("xing", "hang")}
_EITHER |= {"校": ("jiao", "xiao"), "卡": ("ka", "qia"), "弹": ("tan", "dan"), "粘": ("zhan", "nian")}
#: How many readings of one run are followed up.
_ALTERNATIVES = 4


class _Readings(dict[str, str]):
    """The usual reading of a character, worked out when the character first occurs."""

    def __missing__(self, character: str) -> str:
        reading = self[character] = anyascii(character).strip().lower() or character
        return reading


class _Sounds(dict[str, str]):
    """What a syllable is taken for: zh, ch, sh for z, c, s; ng for n; n before a vowel for l."""

    def __missing__(self, syllable: str) -> str:
        plain = re.sub("^n", "l", re.sub("^([zcs])h", r"\1", re.sub("ng$", "n", syllable)))
        self[syllable] = plain
        return plain


_READING = _Readings((entry[0], entry[1:]) for entry in _USUALLY.split())
_SOUND = _Sounds()
_PAIRS = {
    (pair[0], pair[1]): (pair.index(head[0]), head[1:-1])
    for head, *pairs in map(str.split, _TOGETHER.strip().splitlines())
    for pair in pairs
}


def syllables(word: str) -> str:
    """Return how ``word`` is read, without tones; the u with two dots is v.

    >>> [syllables(word) for word in ("重启", "重量", "频率")]
    ['chong qi', 'zhong liang', 'pin lv']
    """
    return " ".join(_read(normalise(word)))


def sound(word: str) -> str:
    """Return what ``word`` sounds like: what is often confused in speech and typing sounds alike.

    >>> sound("蓝屏") == sound("览屏") == sound("南平")
    True
    """
    return _heard(_read(normalise(word)))


def sounds(word: str) -> list[str]:
    """Return what ``word`` may sound like, most likely first, four at most."""
    run = normalise(word)
    if _EITHER.keys().isdisjoint(run):
        return [_heard(_read(run))]
    return list(dict.fromkeys(map(_heard, _ways_to_read(run))))


def initials(run: str) -> list[str]:
    """Return the first letters of the syllables of ``run``, most likely first, four at most.

    >>> initials("电机过热"), initials("重启"), initials("超长")
    (['djgr'], ['cq'], ['cc', 'cz'])
    """
    return list(dict.fromkeys("".join(way[0] for way in ways) for ways in _ways_to_read(normalise(run))))


def _read(run: str) -> list[str]:
    found = [_READING[character] for character in run]
    for at, reading in _settled(run):
        found[at] = reading
    return found


def _ways_to_read(run: str) -> Iterator[tuple[str, ...]]:
    ways = [_EITHER.get(character) or (_READING[character],) for character in run]
    for at, reading in _settled(run):
        ways[at] = (reading,)
    return islice(product(*ways), _ALTERNATIVES)


def _settled(run: str) -> Iterator[tuple[int, str]]:
    """Yield the places in ``run`` whose reading their neighbour settles."""
    for at, pair in enumerate(pairwise(run)):
        if pair in _PAIRS:
            place, reading = _PAIRS[pair]
            yield at + place, reading


def _heard(readings: Iterable[str]) -> str:
    return " ".join([_SOUND[reading] for reading in readings])
