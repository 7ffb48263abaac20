"""Small guides to hide faults in."""

from collections.abc import Sequence

from kb import diagnosis
from tests.make import act, ask, end, measure


def graph(blocks: Sequence[dict]) -> diagnosis.Graph:
    """A graph of blocks as a stream holds them; it starts at the first."""
    return diagnosis.graph(start=blocks[0]["id"], blocks=[(each["id"], each["type"], each["value"]) for each in blocks])


def _minutes(block: dict, minutes: int, **more: object) -> dict:
    block["value"] |= {"minutes": minutes, **more}
    return block


# lamp off -> mains: bad -> end-mains, good -> unplug, then cord -> new cord lamp -> end-cord or rail
# lamp amber -> rail: low -> swap (needs unplug first by the guide) -> result -> end-psu or end-board
POWER = [
    _minutes(ask("lamp", {"不亮": "mains", "琥珀色": "unplug"}, none="over", heading="灯怎样？"), 2),
    _minutes(
        measure(
            "mains", [(None, "198", "end-mains"), ("198", "242", "cord"), ("242", None, "end-mains")], cannot="over"
        ),
        5,
        heading="插座电压",
        live=True,
        hazard="danger",
        hazards="mains-voltage",
        text="只读面板。",
    ),
    _minutes(act("cord", "cord-lamp", heading="换电源线"), 10),
    _minutes(ask("cord-lamp", {"亮": "end-cord", "不亮": "unplug"}, none="over", heading="换线后灯怎样？"), 1),
    _minutes(act("unplug", "swap", heading="拔线静置"), 6),
    _minutes(act("swap", "result", heading="换电源", hazard="warning", hazards="residual-charge", text="戴手套。"), 20),
    _minutes(ask("result", {"正常": "end-psu", "仍不亮": "end-board"}, none="over", heading="换后怎样？"), 3),
    end("end-mains", heading="市电不合格", cause="插座电压越限"),
    end("end-cord", heading="电源线坏", cause="电源线断"),
    end("end-psu", heading="电源坏", cause="电源模块损坏"),
    end("end-board", result="unresolved", escalate="专业服务中心", heading="主板坏", cause="机内短路"),
    end("over", result="unresolved", escalate="专业服务中心", heading="原因不明"),
]
ENDS = ["end-mains", "end-cord", "end-psu", "end-board", "over"]


def power() -> diagnosis.Graph:
    """A guide of seven steps and five ends, with live work, and an act that must come before dangerous work."""
    return graph(POWER)


def long(steps: int) -> diagnosis.Graph:
    """A guide of so many steps in a line, each question of which may also end it."""
    blocks = []
    for n in range(steps):
        if n % 3 == 2:
            blocks.append(act(f"s{n}", f"s{n + 1}", heading=f"做 {n}"))
        else:
            blocks.append(ask(f"s{n}", {"是": f"s{n + 1}"}, none=f"e{n}", heading=f"问 {n}？"))
            blocks.append(end(f"e{n}", heading=f"原因 {n}"))
    return graph([*blocks, end(f"s{steps}", heading="最后的原因")])
