"""Nodes of fault guides in files: dangers, minutes, and guides that are walked inside others."""

import pytest

from kb.models import ControlledPage
from tests.content.folder import Folder, dumped

pytestmark = pytest.mark.django_db

GUIDE, INCLUDED = "kb/faults/fg-1-no-boot.md", "kb/faults/fg-2-power.md"
ENGLISH_GUIDE, ENGLISH_INCLUDED = GUIDE.replace(".md", ".en.md"), INCLUDED.replace(".md", ".en.md")
INTO = """## include: 按供电指南排查 {#power}
guide: FG-2
unresolved: unknown

先做供电指南。

"""
POWER = """title: 供电
number: FG-2
version: 1.0
audience: dealer
confidentiality: open
owner: repair
prepared: 甲一 2026-01-05
reviewed: 乙二 2026-01-06
approved: 丙三 2026-01-07
effective: 2026-02-01
models:
change: 1.0 / 2026-01-07 / content / 初次发行
class: hardware
severity: 2
start: cord

## ask: 电源线完好吗？ {#cord}
choice: 完好 -> volts
choice: 破损 -> cord-bad
none: handed-over
minutes: 0

## measure: 插座电压是多少？ {#volts}
point: 插座
instrument: 检测仪
unit: V
range: .. 198 -> switch
range: 198 .. -> handed-over
cannot: handed-over
live: yes
hazard: danger
hazards: mains, loss
minutes: 5

**危险**：只用检测仪。

## act: 合上开关 {#switch}
live: yes
hazards: mains
then: handed-over
minutes: 1

## end: 电源线损坏 {#cord-bad}
result: resolved

## end: 交专业服务中心 {#handed-over}
result: unresolved
escalate: 专业服务中心
"""
ENGLISH = """title: Power
change: 1.0 / 2026-01-07 / content / First issue

## ask: Is the cord sound? {#cord}
choice: Sound -> volts
choice: Damaged -> cord-bad

## measure: What is the voltage? {#volts}
point: Socket
instrument: Tester

**Danger**: use the tester only.

## act: Close the switch {#switch}

## end: Cord damaged {#cord-bad}

## end: Handed over {#handed-over}
escalate: Service centre
"""


@pytest.fixture
def both(small: Folder) -> Folder:
    """The small content with a second guide, which the first includes though its file comes before."""
    small.write(INCLUDED, POWER)
    small.write(ENGLISH_INCLUDED, ENGLISH)
    small.change(GUIDE, "none: unknown\n", "none: power\n")
    small.change(GUIDE, "## end: 电源损坏", INTO + "## end: 电源损坏")
    end = next(line for line in small.text(ENGLISH_GUIDE).split("\n") if "{#fixed}" in line)
    small.change(ENGLISH_GUIDE, end, "## include: The power guide {#power}\n\nPower first.\n\n" + end)
    return small


def guide(number: str, language: str = "zh-hans") -> ControlledPage:
    return ControlledPage.objects.get(number=number, language=language).specific


def test_dangers_minutes_and_included_guides_come_back_byte_for_byte(both: Folder):
    both.load()

    assert dumped() == both.files()
    assert both.load().changed == 0
    assert guide("FG-1").included_graphs().keys() == {guide("FG-2").pk}
    value = guide("FG-2").graph.nodes["volts"].value
    assert (value["live"], value["hazards"], value["minutes"]) == (True, "mains, loss", 5)
    assert guide("FG-2").graph.nodes["cord"].value["minutes"] == 0
    assert guide("FG-1", "en").included_graphs().keys() == {guide("FG-2", "en").pk}
    english = guide("FG-2", "en").graph.nodes["volts"].value
    assert (english["heading"], english["live"]) == ("What is the voltage?", True)


def test_guides_that_include_one_another_are_named(both: Folder):
    both.change(
        INCLUDED,
        "## end: 电源线损坏",
        INTO.replace("FG-2", "FG-1").replace("unknown", "handed-over") + "## end: 电源线损坏",
    )
    both.change(INCLUDED, "none: handed-over", "none: power")
    (both.path / ENGLISH_INCLUDED).unlink()

    found = [mistake for mistake in both.mistakes() if "These include one another: " in mistake]

    assert [set(each.split("another: ")[1].rstrip(".").split(", ")) for each in found] == [{"FG-1", "FG-2"}]


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "sentence"),
    [
        (GUIDE, "guide: FG-2", "guide: FG-3", "guide: FG-3", "There is no fault guide “FG-3”."),
        (GUIDE, "guide: FG-2", "guide: PR-1", "guide: PR-1", "There is no fault guide “PR-1”."),
        (GUIDE, "unresolved: unknown", "unresolved: gone", "unresolved: gone", "node that does not exist: gone"),
        (INCLUDED, "hazards: mains, loss", "hazards: gone", "hazards: gone", "There is no hazard “gone”."),
        (INCLUDED, "hazards: mains\n", "", "## act: 合上开关 {#switch}", "must name its hazard"),
        (INCLUDED, "range: 198 ..", "range: 200 ..", "range: .. 198 -> switch", "readings: 198 to 200 V"),
        (INCLUDED, "escalate: 专业服务中心\n", "", "## end: 交专业服务中心 {#handed-over}", "to whom it is handed"),
        (INCLUDED, "then: handed-over", "then: cord", "## ask: 电源线完好吗？ {#cord}", "cord → volts → switch → cord"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_node_is_named_with_its_line(both: Folder, file, old, new, line, sentence):
    both.change(file, old, new)
    (both.path / ENGLISH_INCLUDED).unlink()
    place = both.text(file).split("\n").index(line) + 1

    assert [mistake for mistake in both.mistakes() if mistake.startswith(f"{file}:{place}:") and sentence in mistake]
