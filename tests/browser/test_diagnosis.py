"""From the label on a machine to its repair and record; from a fault nobody knew to a document; a case to its end."""

import datetime
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from kb.control import sign, submit
from kb.models import Contact, DiagnosisRun, FaqPage, FaultGuidePage, FaultReport, Override, Significance, Solution
from people.models import Qualification, User
from tests import make
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, SignIn
from tests.browser.server import Server
from web import demo

DEVICE, SERIAL = "7hk2m9q4wx3d", "RS22-260302-0147"
WAY_IN = "转几秒又断电"
REASON, LEAVE = "客户停产，等不了。", "电话指导，全程在线。"
FAULT, HELP = "凌晨三点嗡嗡叫", "换掉松动的侧板减震垫后不再响"


@pytest.fixture
def field(site: Server) -> Server:
    """The demonstration's devices, and 周岩, who may repair servers for another year."""
    demo.make_devices(on=timezone.localdate())
    server_repair = Qualification.objects.get(subject__key="server", rank=1)
    make.credential(User.objects.get(username="senior"), server_repair, valid_until=a_year_on())
    return site


def a_year_on() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=365)


# ------------------------------------------------------------------------------- from the label to the record


def test_from_the_label_on_a_machine_to_a_record_that_helps_the_next_one(field: Server, as_person: SignIn):
    phone = as_person("technician", PHONE)
    come_to_the_guide(phone)
    measure(phone, field)
    read_of_the_danger(phone)
    be_refused(phone)
    allow(as_person("supervisor", DESKTOP))
    go_on_to_the_end(phone)
    run = save_in_few_taps(phone)
    find_it_again(phone, run)
    see_what_it_taught(as_person("senior", PHONE))


def come_to_the_guide(page: Page) -> None:
    """Scan, open the product, type the code as a Chinese keyboard does, and choose the guide."""
    page.goto(f"/q/{DEVICE.upper()}/")
    expect(page).to_have_url(re.compile(f"/devices/{DEVICE}/"))
    page.get_by_role("link", name="产品全部资料").click()
    expect(page).to_have_url(re.compile(f"/products/rs2200/.*device={DEVICE}"))
    page.locator("#code-box").fill("Ｅ０４")
    page.locator("#code-box").press("Enter")
    expect(page).to_have_url(re.compile(f"/codes/e04/.*device={DEVICE}"))
    page.locator("a.btn", has_text="服务器开不了机").click()
    expect(page.locator(".walk-head")).to_contain_text(SERIAL)


def measure(page: Page, server: Server) -> None:
    """Come to a measurement past its danger, and give a reading while the server is down: it goes on when it is up."""
    on_from(page, page.locator(".choice", has_text=WAY_IN))
    expect(page.locator("#reading")).to_have_count(0)
    on_from(page, page.locator("article a.btn--big"))
    page.locator("#reading").fill("十一")
    page.locator("form[data-step] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#reading")).to_have_value("十一")
    page.locator("#reading").fill("１１，２")
    server.kill()
    before = page.url
    page.locator("form[data-step] button").click()
    expect(page.locator("[data-network]")).to_be_visible()
    expect(page.locator("#reading")).to_have_value("１１，２")
    server.start()
    expect(page).not_to_have_url(before, timeout=30_000)
    expect(page.locator(".trail")).to_contain_text("11.2 V")


def read_of_the_danger(page: Page) -> None:
    """A live step is not shown before its danger was opened; its gate not either."""
    expect(page.locator("h1")).to_have_text("更换电源模块")
    expect(page.locator(".hazard").first).to_be_visible()
    expect(page.locator("[data-gate]")).to_have_count(0)
    expect(page.get_by_role("link", name="已完成，下一步")).to_have_count(0)
    on_from(page, page.locator("article a.btn--big"))


def be_refused(page: Page) -> None:
    """See who can be called, and ask for leave."""
    gate = page.locator("[data-gate=shut]")
    able = gate.locator(".row", has_text="周岩")
    expect(able).to_contain_text("服务器维修")
    expect(able).to_contain_text(f"{a_year_on():%Y-%m-%d}")
    expect(page.locator(".choices")).to_have_count(0)
    gate.locator("details summary").click()
    gate.locator("[name=reason]").fill(REASON)
    gate.locator("form button").click()
    expect(page.locator("[data-gate=asked]")).to_be_visible()


def allow(page: Page) -> None:
    """Be told, look at what is asked, and allow it: not without the password."""
    page.goto("/")
    page.locator("#notices .row", has_text="林涛").get_by_role("button").click()
    expect(page.get_by_role("main")).to_contain_text(REASON)
    for password in ("not-my-password", PASSWORD):
        assert not Override.objects.filter(is_granted=True).exists()
        page.locator("#id_reason").fill(LEAVE)
        page.locator("#id_password").fill(password)
        page.locator("button[name=grant]").click()
    expect(page.locator(".messages")).to_contain_text("林涛")


def go_on_to_the_end(page: Page) -> None:
    page.locator("[data-poll] a[data-step]").click()
    expect(page.locator("[data-gate]")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text(LEAVE)
    on_from(page, page.locator(".choices a.btn--wide"))
    on_from(page, page.locator(".choice", has_text="自检通过"))
    expect(page.locator("h1")).to_have_text("电源模块损坏")


def save_in_few_taps(page: Page) -> DiagnosisRun:
    """One tap does at the end: what the guide says of it is filled in."""
    taps = 0
    while "/walk/" in page.url:
        page.get_by_role("button", name="记录结果").click()
        taps += 1
        page.wait_for_load_state()
        assert taps <= 3
    expect(page.locator(".messages")).to_contain_text("已记录")
    return DiagnosisRun.objects.get()


def find_it_again(page: Page, run: DiagnosisRun) -> None:
    """The record says which way, which reading, who allowed what, on which edition; the machine's history has it."""
    main = page.get_by_role("main")
    for words in (WAY_IN, "11.2 V", LEAVE, f"版本 {run.version}", SERIAL):
        expect(main).to_contain_text(words)
    assert (run.edition.version, run.device.code, run.gaps) == (run.guide.version, DEVICE, [])
    assert list(run.parts.values_list("number", "quantity")) == [("RS2-PSU-0550", 1)]
    main.get_by_role("link", name=SERIAL).click()
    expect(page.locator("#history .row")).to_have_count(1)
    page.locator("#history .row").click()
    expect(page).to_have_url(re.compile(f"/runs/{run.key}/"))


def see_what_it_taught(page: Page) -> None:
    page.goto(f"/doc/FG-001/walk/?device={DEVICE}")
    expect(page.locator(".choice", has_text=WAY_IN)).to_contain_text("100%")


def on_from(page: Page, way: Locator) -> None:
    """Take a way on, and wait for the next screen: it comes without loading the page anew."""
    before = page.url
    way.click()
    expect(page).not_to_have_url(before)


def test_without_scripts_and_with_a_new_edition_in_the_middle_he_finishes_on_his(field: Server, as_person: SignIn):
    page = as_person("senior", PHONE, java_script_enabled=False)
    guide = FaultGuidePage.objects.get(number="FG-001", language="zh-hans")
    began_on = guide.edition
    page.goto(f"/doc/FG-001/walk/?device={DEVICE}")
    page.locator(".choice", has_text=WAY_IN).click()
    page.locator("article a.btn--big").click()
    make.issue(guide, summary="改过的摘要。", effective_on=timezone.localdate())
    page.locator("#reading").fill("１１，２")
    page.locator("form:has(#reading) button").click()
    expect(page.locator(".walk-newer")).to_be_visible()
    page.locator("article a.btn--big").click()
    expect(page.locator(".tag--good")).to_contain_text("服务器维修")
    page.locator(".choices a.btn--wide").click()
    page.locator(".choice", has_text="自检通过").click()
    page.get_by_role("button", name="记录结果").click()
    expect(page.locator(".messages")).to_contain_text("已记录")
    run = DiagnosisRun.objects.get()
    assert (run.edition, run.device.code, run.gaps) == (began_on, DEVICE, [])
    assert FaultGuidePage.objects.get(pk=guide.pk).edition != began_on


# ----------------------------------------------------------------------- from a fault nobody knew to a document


def test_a_fault_that_nobody_knew_becomes_a_document_and_whoever_met_it_is_told(field: Server, as_person: SignIn):
    note = write_it_down(as_person("technician", PHONE))
    find_that_it_works(as_person("senior", PHONE), note)
    faq = draft_an_faq(as_person("author", DESKTOP), note)
    sign_it(faq)
    call_command("nightly", verbosity=0)
    be_told(as_person("technician", PHONE), note)


def write_it_down(page: Page) -> Solution:
    """Search, find nothing, and write it down: one screen, nothing to fill in but what helped, one tap."""
    page.goto("/")
    page.get_by_role("combobox", name="搜索").fill(FAULT)
    page.get_by_role("combobox", name="搜索").press("Enter")
    page.get_by_role("link", name="记录经验或提问").click()
    expect(page.get_by_label("问题")).to_have_value(FAULT)
    assert page.locator("main form :required").count() <= 3
    page.locator("[name=remedy]").fill(HELP)
    page.locator("button[value=save]").click()
    expect(page.locator(".messages")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("未验证")
    return Solution.objects.get()


def find_that_it_works(page: Page, note: Solution) -> None:
    """A colleague who begins to write the same sees it first; one tap says that it helped him too."""
    page.goto(f"/notes/new/?q={FAULT}，怎么办")
    known = page.locator("section:has(#known-h)")
    expect(known).to_contain_text(note.remedy)
    known.locator("button[value=worked]").click()
    expect(page).to_have_url(re.compile(f"/notes/{note.key}/"))
    expect(page.locator("main .tag--good").first).to_have_text("已验证")


def draft_an_faq(page: Page, note: Solution) -> FaqPage:
    page.goto(note.get_absolute_url())
    page.locator("details:has(button[value=faq]) summary").click()
    page.locator("button[value=faq]").click()
    page.wait_for_url("**/admin/pages/*/edit/")
    expect(page.locator("#id_title")).to_have_value(FAULT)
    page.get_by_role("tab", name="文件控制").click()
    page.locator("#id_qualification").select_option(label="服务器维修 · 高级")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".messages")).to_contain_text(FAULT)
    return FaqPage.objects.get(title=FAULT)


def sign_it(faq: FaqPage) -> None:
    """Sent through by the three; their screens have a story of their own."""
    author, reviewer, approver = (User.objects.get(username=name) for name in ("author", "reviewer", "approver"))
    now = timezone.now()
    sent = submit.submit(
        page=faq, author=author, reviewer=reviewer, approver=approver, significance=Significance.CONTENT,
        reason="现场多次遇到", effective_on=timezone.localdate(now), at=now,
    )  # fmt: skip
    for person in (reviewer, approver):
        sent = sign.sign(submission=sent, person=person, digest=sent.digest, at=timezone.now())


def be_told(page: Page, note: Solution) -> None:
    faq = FaqPage.objects.get(title=FAULT)
    page.goto("/")
    page.locator("#notices .row", has_text=faq.number).get_by_role("button").click()
    expect(page).to_have_url(re.compile(f"/doc/{faq.number}/"))
    page.goto(note.get_absolute_url())
    expect(page.locator(".note--success")).to_contain_text(faq.number)
    page.get_by_role("combobox", name="搜索").fill(FAULT)
    page.get_by_role("combobox", name="搜索").press("Enter")
    expect(page.locator(".hit", has_text=faq.number)).to_be_visible()


# ---------------------------------------------------------------------------------------- a case to its end


def test_a_fault_is_reported_given_to_who_may_repair_it_handed_over_and_followed_to_its_end(
    field: Server, as_person: SignIn, tmp_path: Path
):
    reporter = as_person("technician", PHONE)
    scan_what_is_unknown(reporter)
    report = report_it(reporter, tmp_path)
    supervisor = as_person("supervisor", DESKTOP)
    give_it(supervisor, report)
    find_no_cause(as_person("senior", PHONE), report)
    see_no_contact(as_person("author", DESKTOP), report)
    close_it(supervisor, report)
    reporter.goto(report.get_absolute_url())
    expect(reporter.get_by_role("main")).to_contain_text("整机更换")


def scan_what_is_unknown(page: Page) -> None:
    response = page.goto("/q/0000zzzz0000/")
    assert response.status == 404
    expect(page.locator("h1")).to_have_text("没有这个编码")
    page.locator("#typed-code").fill(SERIAL.lower())
    page.locator("#typed-code").press("Enter")
    expect(page).to_have_url(re.compile(f"/devices/{DEVICE}/"))


def report_it(page: Page, folder: Path) -> FaultReport:
    """Report it with a photo and whom to call; a file of 50 MB is refused with words, and nothing else is lost."""
    page.get_by_role("link", name="报修").first.click()
    page.locator("[name=description]").fill("早上开机没有反应")
    page.locator("[name=name]").fill("王主任")
    page.locator("[name=phone]").fill("13800000000")
    photo, huge = folder / "photo.jpg", folder / "huge.jpg"
    Image.new("RGB", (1200, 900), "teal").save(photo)
    with huge.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    page.locator("[name=photos][multiple]").set_input_files([photo, huge])
    page.locator("form[action$='/cases/new/'] button.btn--big").first.click()
    page.wait_for_url(re.compile(r"/cases/(?!new)"))
    expect(page.locator(".messages")).to_contain_text("50 MB")
    expect(page.locator(".pictures img")).to_have_count(1)
    report = FaultReport.objects.get()
    assert (report.device.code, report.contact.phone) == (DEVICE, "13800000000")
    return report


def give_it(page: Page, report: FaultReport) -> None:
    page.goto(report.get_absolute_url())
    fit = page.locator("section:has(#people-h) .row").first
    expect(fit).to_contain_text("周岩")
    fit.locator("button").click()
    expect(page.locator(".clocks")).to_contain_text("周岩")


def find_no_cause(page: Page, report: FaultReport) -> None:
    """Walk with the case to an end that resolves nothing, record it, and hand over with all that is wanted."""
    page.goto("/")
    page.locator("section:has(#cases-h) a.row").first.click()
    page.locator(".alike a.row", has_text="FG-001").click()
    expect(page.locator(".walk-head")).to_contain_text(report.number)
    on_from(page, page.locator(".choice--quiet"))
    page.get_by_role("button", name="记录结果").click()
    expect(page.locator(".messages")).to_contain_text("已记录")
    page.locator(f"a[href='{report.get_absolute_url()}']").last.click()
    over = page.locator("details", has_text="移交专业服务中心")
    over.locator("summary").click()
    for field in over.locator("textarea[required]").all():
        field.fill("见记录")
    over.locator("button").click()
    expect(page.locator(".messages")).to_be_visible()
    expect(page.locator(".tags")).to_contain_text("专业服务中心")


def see_no_contact(page: Page, report: FaultReport) -> None:
    """The service centre sees the case, not the customer; a unit that has nothing to do with it sees neither."""
    page.goto(report.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("早上开机没有反应")
    expect(page.get_by_role("main")).not_to_contain_text("13800000000")
    stranger = User.objects.get(username="dealer")
    assert not FaultReport.objects.visible_to(stranger).exists()
    assert not Contact.objects.visible_to(stranger).exists()


def close_it(page: Page, report: FaultReport) -> None:
    page.goto(report.get_absolute_url())
    page.locator("#act-close summary").click()
    page.locator("#act-close input[value=swapped]").check()
    page.locator("#act-close textarea").fill("已换机。")
    page.locator("#act-close button").click()
    expect(page.locator(".tags")).to_contain_text("整机更换")
