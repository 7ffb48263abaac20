"""The spreadsheet to be filled in: an example of every kind of question, and how it is filled in. Pure."""

from exams.formats.question import Neutral
from exams.formats.sheet_rows import KINDS

_TOPIC = ("供电", "开关电源")
EXAMPLES = (
    Neutral(
        "single",
        "熔断器规格",
        "更换模块输入熔断器时应选用哪一种？",
        {
            "options": [
                {"text": "与铭牌同型号、同额定电流", "right": True},
                {"text": "额定电流大一级", "right": False},
                {"text": "任意快断熔断器", "right": False},
            ]
        },
        "大一级的熔断器在过载时不能及时断开。",
        topic=_TOPIC,
        tags=["安全"],
    ),
    Neutral(
        "multiple",
        "",
        "打开机柜前必须做哪几项？",
        {
            "options": [
                {"text": "断开输入开关并挂牌", "right": True},
                {"text": "等待电容放电", "right": True},
                {"text": "把告警静音", "right": False},
            ],
            "credit": "part",
        },
        topic=_TOPIC,
    ),
    Neutral("truefalse", "", "验电之前先要在已知带电处检查验电器。", {"right": True}, topic=_TOPIC),
    Neutral(
        "numeric",
        "",
        "辅助电源的额定输出电压是多少？",
        {"answer": "12", "tolerance": "5", "relative": True, "unit": "V"},
        topic=_TOPIC,
    ),
    Neutral(
        "short",
        "",
        "防止误合闸的做法叫什么？",
        {"accepted": [{"text": "上锁挂牌"}, {"text": "挂牌上锁"}, {"text": "LOTO"}]},
        topic=_TOPIC,
    ),
    Neutral("ordering", "", "按先后排列停电步骤。", {"lines": ["断开负载", "断开输入", "挂牌", "验电"]}, topic=_TOPIC),
    Neutral(
        "matching",
        "",
        "把仪表与所测的量对应起来。",
        {
            "pairs": [{"left": "钳形表", "right": "电流"}, {"left": "兆欧表", "right": "绝缘电阻"}],
            "distractors": ["转速"],
        },
        topic=_TOPIC,
    ),
    Neutral(
        "cloze",
        "",
        "三相线电压 {{1}} V，相电压约 {{2}} V。",
        {
            "parts": [
                {"kind": "single", "options": [{"text": "380", "right": True}, {"text": "220", "right": False}]},
                {"kind": "numeric", "answer": "220", "tolerance": "5"},
            ],
            "credit": "part",
        },
        topic=_TOPIC,
    ),
    Neutral(
        "essay",
        "",
        "说明怎样判断是模块故障还是线路故障。",
        {
            "rubric": [
                {"criterion": "先隔离再测量", "points": "2"},
                {"criterion": "给出判断的依据", "points": "3"},
            ],
            "sample": "断开负载后测模块空载输出……",
        },
        topic=_TOPIC,
    ),
)
HELP = (
    "每行一题，第一行是列名（只写中文或只写英文也可以），列的顺序不限，不用的列可以删去。",
    "One question a row; the first row names the columns, in Chinese, English or both; delete those you do not need.",
    "题型 Kind：" + "、".join(f"{words[0]} ({kind})" for kind, words in KINDS.items()),
    "单选、多选：选项填在“选项A”至“选项H”，答案写字母，如 B 或 A,C。",
    "Choice: options in their columns, the answer as letters, such as B or A,C.",
    "多选的“部分得分”填“是”：选对一部分得一部分分，选错扣分；不填：全部选对才得分。",
    "Partial credit “yes”: a part of the right options earns a part, wrong ones take away; otherwise all or nothing.",
    "判断：答案写“正确”或“错误”。 True or false: the answer says true or false.",
    "数值：答案、允差（0.6 或 5%）、单位。 Number: answer, tolerance (0.6, or 5% of the answer), unit.",
    "简短填空：可接受的写法用 | 隔开，* 代表任意文字。 Short text: accepted forms with | between them, * for anything.",
    "排序：按正确顺序填各选项。 Put in order: the lines in the right order, one in each option.",
    "匹配：每个选项写“左 → 右”；多余的右项写“→ 右”。 Matching: “left → right”; “→ right” belongs to nothing.",
    "填空、问答、带反馈或比例的题：写在“详细”一列，写法与题库编辑页相同。",
    "Gaps, essays, options with feedback or a share of the points: in “详细 Details”, as in the editor of the bank.",
    "主题用 / 分层；标签用逗号隔开。 Topics with / between levels; tags with commas between them.",
    "公式不会被计算；图片请导入后在编辑页加入。 Formulas are not calculated; add pictures in the editor afterwards.",
)
