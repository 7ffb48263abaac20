"""A paper with every kind of question, and going through it by hand."""

import re

from playwright.sync_api import Locator, Page, expect

from exams.models import Exam, Item, Question, QuestionVersion, Sitting
from exams.simulation import build
from tests import make
from tests.exams.simulation.guides import power

BODIES = make.BODIES | {
    "short": {"accepted": [{"text": "锁扣"}]},
    "matching": {"pairs": [{"left": "绿色", "right": "正常"}, {"left": "琥珀色", "right": "异常"}]},
    "cloze": {
        "parts": [
            {"kind": "single", "options": [{"text": "交流", "right": True}, {"text": "直流"}]},
            {"kind": "numeric", "answer": "12", "tolerance": "0", "unit": "V"},
            {"kind": "short", "accepted": [{"text": "断电"}]},
        ]
    },
}
TEXTS = {"cloze": "电源是 {{1}}，输出 {{2}}；先 {{3}}。"}
SIMULATION = build(power(), end="end-cord", number="FG-100", edition="1.0", device="RS2200", symptom="开不了机")
ALL = BODIES | {"essay": {"least_words": 20}, "simulation": SIMULATION}


def exam_of(kinds: list[str], **fields: object) -> Exam:
    """An exam that asks one question of each of these kinds, in which kinds may come again."""
    exam = make.exam(kinds=[], **fields)
    topic = exam.blueprint.get().topic
    for n, kind in enumerate(kinds, start=1):
        question = Question.objects.create(topic=topic, key=f"s-{n}", state=Question.State.ACTIVE, difficulty=1)
        QuestionVersion.objects.create(
            question=question, number=1, kind=kind, text=TEXTS.get(kind, f"第 {n} 题？"), body=ALL[kind],
            reviewed_at=make.NOON,
        )  # fmt: skip
    exam.blueprint.update(count=len(kinds))
    return exam


def start(page: Page, exam: Exam) -> Sitting:
    """Go from the lobby over the check-in to the running paper."""
    page.goto(f"/exams/{exam.key}/")
    page.locator("[name=confirm_identity]").check()
    page.locator("[name=confirm_rules]").check()
    page.locator("form.pledge button").click()
    expect(page.locator(".btn--start")).to_contain_text(str(exam.minutes))
    with page.expect_response(re.compile("/seat/$")):
        page.locator(".btn--start").click()
    expect(page.locator("#tools")).to_be_visible()
    return Sitting.objects.filter(exam=exam).latest("started_at")


def items_of(sitting: Sitting) -> list[Item]:
    """The items of its paper in their order."""
    return list(sitting.items.select_related("version"))


def give(page: Page, item: Item, response: object) -> None:
    """Answer a question by hand; the response is what a script would send."""
    field = page.locator(f"#q{item.n}")
    match item.version.kind:
        case "numeric":
            measure(field, response)
        case "short" | "essay":
            field.locator("input[type=text], textarea").fill(response)
        case "ordering":
            put_in_order(field, response)
        case "matching":
            for left, right in response.items():
                field.locator(f"[data-left='{left}']").select_option(right)
        case "cloze":
            for n, words in response.items():
                fill_gap(field.locator(f"[data-gap='{n}']"), words)
        case "simulation":
            for verb, id_ in response:
                act(field, verb, id_)
        case _:
            for value in response if isinstance(response, list) else [response]:
                field.locator(f"input:not([type=hidden])[value='{str(value).lower()}']").check()
    expect(field).to_have_attribute("data-answered", "")


def measure(field: Locator, response: str | dict) -> None:
    """Write a number, and choose its unit where there is a choice."""
    said = response if isinstance(response, dict) else {"number": response}
    if "unit" in said:
        field.locator("select").select_option(said["unit"])
    field.locator("input[type=text]").fill(said["number"])


def fill_gap(gap: Locator, words: str | dict) -> None:
    """Fill in one gap of a text."""
    if gap.get_attribute("data-kind") == "single":
        gap.locator("select").select_option(words)
    else:
        measure(gap, words)


def put_in_order(field: Locator, order: list[str]) -> None:
    """Move the lines up until they stand in this order."""
    lines = field.locator("li[data-line]")
    if [line.get_attribute("data-line") for line in lines.all()] == order:
        field.locator("[data-keep]").click()
    for place, wanted in enumerate(order):
        while (now := [line.get_attribute("data-line") for line in lines.all()].index(wanted)) > place:
            lines.nth(now).locator("[data-move='-1']").click()


def act(field: Locator, verb: str, id_: str) -> None:
    """Do one step of a fault simulation."""
    if verb == "name":
        field.locator("[data-cause]").select_option(id_)
    value = "name" if verb == "name" else f"{verb} {id_}"
    button = field.locator(f"button[value='{value}']")
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()


def hand_in(page: Page) -> None:
    """Press the button, and confirm it."""
    page.locator("#finish").click()
    page.locator("#really").click()
