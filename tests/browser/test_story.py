"""The whole story on real content: search a fault, follow the guide, learn, be examined, be certified, be verified."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from exams.models import Exam
from kb.models import DiagnosisRun, Override
from kb.walking import gates
from people.models import Credential, User
from tests import make
from tests.browser.answering import give, hand_in, items_of, start
from tests.browser.conftest import PASSWORD, PHONE, hashed
from tests.browser.server import Server


@pytest.fixture
def technician(site: Server) -> User:
    """林涛 of the demonstration, who signs in by the form.

    The server is a process of its own, with the hashers of production.
    """
    User.objects.filter(username="technician").update(password=hashed())
    return User.objects.get(username="technician")


@pytest.mark.parametrize("viewport", [PHONE])
def test_from_a_fault_on_site_to_a_certificate_that_a_stranger_verifies(
    site: Server, technician: User, page: Page, context: BrowserContext
):
    sign_in(page)
    find_the_guide(page)
    follow_it_to_an_end(page)
    open_the_procedure(page)
    for course in ("service-standard", "server-field-repair"):
        take(page, course)
    sit(page, "service-standard-junior", site)
    sit(page, "server-repair-junior")
    number = be_certified(page, context, site)
    be_verified(page, context, number)


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("technician")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("今天要做的事")


def find_the_guide(page: Page) -> None:
    search(page, "开不了机")
    page.locator(".hit", has_text="FG-001").first.click()
    expect(page).to_have_url(re.compile("/doc/FG-001/"))
    page.locator("a[href$='/doc/FG-001/walk/']").first.click()


def search(page: Page, words: str) -> None:
    page.get_by_role("combobox", name="搜索").fill(words)
    page.get_by_role("combobox", name="搜索").press("Enter")


def follow_it_to_an_end(page: Page) -> None:
    """Answer the first question, give a low reading, and take the first way on wherever the guide goes."""
    on_from(page, page.locator(".choice", has_text="转几秒又断电"))
    for _node in range(40):
        if page.locator("form[action$='/record/']").count():
            break
        if page.locator("[data-gate]").count():
            be_allowed(page)
        elif page.locator("#reading").count():
            page.locator("#reading").fill("11。0")
            on_from(page, page.locator("form:has(#reading) button"))
        else:
            on_from(page, page.locator("article a.choice, article a.btn--wide").first)
    page.get_by_role("radio", name="已解决").check()
    page.locator("form[action$='/record/'] details summary").click()
    page.locator("[name=note]").fill("更换电源模块后恢复。")
    page.locator("form[action$='/record/'] button.btn--big").click()
    expect(page.locator(".messages")).to_contain_text("已记录")
    run = DiagnosisRun.objects.get()
    assert (run.person.username, run.result, run.path[0]["words"]) == (
        "technician",
        "resolved",
        "转几秒又断电，反复如此",
    )
    assert any(turn["answer"] == "11.0" for turn in run.path)


def on_from(page: Page, way: Locator) -> None:
    """Take a way on, and wait for the next screen: it comes without loading the page anew."""
    before = page.url
    way.click()
    expect(page).not_to_have_url(before)


def be_allowed(page: Page) -> None:
    """Ask for leave to do a step he is not qualified for; the supervisor gives it, and the screen notices by itself."""
    page.locator("[data-gate] details summary").click()
    page.locator("[name=reason]").fill("客户停产，等不了。")
    page.locator("[data-gate] form button").click()
    expect(page.locator("[data-poll]")).to_be_visible()
    supervisor = User.objects.get(username="supervisor")
    override = Override.objects.get(is_granted=None)
    gates.decide(override=override, by=supervisor, is_granted=True, reason="电话指导。", at=timezone.now())
    page.locator("[data-poll] a[data-step]").click()
    expect(page.locator("[data-gate]")).to_have_count(0)


def open_the_procedure(page: Page) -> None:
    search(page, "更换电源模块")
    page.locator(".hit", has_text="PR-001").first.click()
    expect(page.get_by_role("main")).to_contain_text("您没有")


def take(page: Page, course: str) -> None:
    page.goto(f"/courses/{course}/")
    page.locator(f"form[action='/courses/{course}/enrol/'] button").click()
    for _lesson in range(20):
        form = page.locator("form[action$='/done/']")
        if not form.count():
            break
        if form.locator("[name=confirmed]").count():
            form.locator("[name=confirmed]").check()
        form.locator("button").click()
    expect(page).to_have_url(re.compile(f"/courses/{course}/$"))
    expect(page.locator(".messages")).to_contain_text("已完成课程")


def sit(page: Page, exam: str, killed: Server | None = None) -> None:
    """Answer every item rightly; on the way reload the page and, where there is a server to kill, kill it."""
    sitting = start(page, Exam.objects.get(key=exam))
    items = items_of(sitting)
    for item in items[:8]:
        give(page, item, make.right(item))
    expect(page.locator("#answered")).to_have_text("8")
    expect(page.locator(".state .saved")).to_have_count(8)
    page.reload()
    expect(page.locator("[data-item][data-answered]")).to_have_count(8)
    if killed:
        killed.kill()
        give(page, items[8], make.right(items[8]))
        expect(page.locator("#q9 .waiting")).to_be_visible()
        killed.start()
        expect(page.locator("#q9 .saved")).to_be_visible(timeout=40_000)
        assert sum(item.revision > 0 for item in items_of(sitting)) == 9
    for item in items[9 if killed else 8 :]:
        give(page, item, make.right(item))
    expect(page.locator(".state .saved")).to_have_count(len(items))
    hand_in(page)
    expect(page.locator(".verdict")).to_contain_text("合格")
    sitting.refresh_from_db()
    assert (sitting.has_passed, sitting.percent) == (True, 100)


def be_certified(page: Page, context: BrowserContext, site: Server) -> str:
    context.clear_cookies()
    site.sign_in(context, User.objects.get(username="certmanager"))
    page.goto("/certification/decisions/")
    page.locator("a.row", has_text="林涛").filter(has_text="现场服务").click()
    page.locator("input[value=granted]").check()
    page.locator("main form[method=post] button").click()
    credential = Credential.objects.get(person__username="technician", qualification__subject__key="server")
    expect(page.get_by_role("main")).to_contain_text(credential.number)
    return credential.number


def be_verified(page: Page, context: BrowserContext, number: str) -> None:
    context.clear_cookies()
    page.goto("/verify/")
    page.locator("#number").fill(number.lower().replace("-", " "))
    page.locator("main form button").click()
    expect(page.locator(".verdict--good")).to_contain_text("林涛")
    expect(page.locator(".verdict--good")).to_contain_text("有效")
