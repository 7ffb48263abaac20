"""A procedure is changed: written, returned with a reason, mended, signed by two others, in force on the 1st."""

import datetime

import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from kb.control import log
from kb.models import Edition, ProcedurePage, SignOff
from tests.browser.conftest import PASSWORD, PHONE, SignIn
from tests.browser.server import Server

REASON = "第 3 步缺少断电后等待的时间"
OLD, NEW = "带电测量", "断电等待 5 分钟后，带电测量"


def test_written_returned_mended_signed_and_in_force_on_the_first(site: Server, as_person: SignIn):
    document = ProcedurePage.objects.get(number="PR-004", language="zh-hans")
    before, today = document.edition, timezone.localdate()
    first = (today.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)

    author = as_person("author")
    write(author, document, summary=f"{NEW}，判断供电是否合格。")
    submission = submit(author, document, effective_on=first)
    give_back(as_person("reviewer", PHONE), submission)
    be_told(author, document)
    write(author, document, summary=f"{NEW}，逐项记录，判断供电是否合格。")
    submission = submit(author, document, effective_on=first)
    sign(as_person("reviewer", PHONE), submission, "签署（审核）")
    sign(as_person("approver"), submission, "签署（批准）")

    edition = Edition.objects.filter(page=document).order_by("sequence").last()
    assert (edition.effective_on, edition.sequence) == (first, before.sequence + 1)
    reader = as_person("technician", PHONE)
    reader.goto("/doc/PR-004/")
    expect(reader.get_by_role("main")).to_contain_text(OLD)
    expect(reader.get_by_role("main")).not_to_contain_text("逐项记录")

    at = datetime.datetime.combine(first, datetime.time(0, 0, 30), timezone.get_current_timezone())
    site.restart(at)
    with time_machine.travel(at):
        reader = as_person("technician", PHONE)
    reader.goto("/doc/PR-004/")
    expect(reader.get_by_role("main")).to_contain_text("逐项记录")
    expect(reader.get_by_role("main")).to_contain_text(edition.version)

    document.refresh_from_db()
    assert document.content_digest() == edition.digest
    names = [line.name for line in edition.submission.signatures]
    assert names == ["陈立", "何静", "郑国强"]
    assert log.broken_line()[0] is None


def write(page: Page, document: ProcedurePage, summary: str) -> None:
    """Change the text in Wagtail's editor, as authors do."""
    page.goto(f"/admin/pages/{document.pk}/edit/")
    page.locator("#id_summary").fill(summary)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("#id_summary")).to_have_value(summary)
    expect(page.locator(".messages")).to_contain_text(document.title)


def submit(page: Page, document: ProcedurePage, effective_on: datetime.date) -> str:
    """Hand it to 何静 and 郑国强; return the address of the signing screen."""
    page.goto(f"/control/submit/{document.pk}/")
    expect(page.get_by_role("main")).to_contain_text("断电等待")
    page.locator("input[name=significance][value=safety]").check()
    page.locator("#id_reason").fill("测量前补充断电等待时间")
    page.locator("#id_effective_on").fill(f"{effective_on:%Y-%m-%d}")
    page.locator("#id_reviewer").select_option(label="何静")
    page.locator("#id_approver").select_option(label="郑国强")
    page.get_by_role("main").locator("button.btn--big").click()
    page.wait_for_url("**/control/sign/*/")
    return page.url


def give_back(page: Page, submission: str) -> None:
    """Find it in the inbox, see what changes, and return it: not without the password, not without a reason."""
    page.goto("/control/")
    page.get_by_role("main").locator(f"a[href$='{submission[-10:]}']").first.click()
    expect(page.locator("ins").first).to_be_visible()
    page.locator("#id_password").fill("not-my-password")
    page.locator("button[name=reject]").click()
    expect(page.get_by_role("main")).to_contain_text("这不是您的密码")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("button[name=reject]").click()
    expect(page.get_by_role("alert")).to_contain_text("说明原因")
    page.locator("#id_comment").fill(REASON)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("button[name=reject]").click()
    expect(page.locator(".messages")).to_contain_text("陈立")


def be_told(page: Page, document: ProcedurePage) -> None:
    """Find the reason on the home screen."""
    page.goto("/")
    expect(page.locator("#notices + *, section:has(#notices-h)").first).to_contain_text(REASON)
    assert SignOff.objects.filter(page=document, act=SignOff.Act.REJECTED, reason=REASON).exists()


def sign(page: Page, submission: str, button: str) -> None:
    """Look at it, and sign with the password."""
    page.goto(submission)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/control/")
    expect(page.locator(".messages")).to_contain_text("已签署")
