"""Every screen, on a phone in Chinese and on a desk in English: axe finds nothing serious, and the policy is kept."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from courses.models import Lesson
from exams import sit
from exams.models import Exam, Prerequisite, Sitting
from kb.control import submit
from kb.models import Device, FaultGuidePage, ProcedurePage, Significance
from people.models import Credential, User
from tests import make
from tests.browser.answering import ALL, exam_of
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.server import Server
from web import demo

PUBLIC = [
    "/",
    "/library/",
    "/search/?q=保修",
    "/doc/FAQ-001/",
    "/products/",
    "/accounts/login/",
    "/verify/",
    "/nowhere/",
]
READING = [
    "/",
    "/search/",
    "/search/?q=电源",
    "/search/?q=开不了机&kind=guide&model=rs2200",
    "/search/?q=xyzzy",
    "/library/",
    "/doc/HB-01/",
    "/doc/HB-01.4/",
    "/doc/PR-001/",
    "/doc/FG-001/",
    "/doc/FG-001/walk/",
    "/doc/FG-001/walk/?a=2",
    "/doc/FG-001/table/",
    "/doc/FG-001/chart/",
    "/doc/FAQ-014/",
    "/doc/TB-001/",
    "/products/rs2200/",
    "/codes/",
    "/codes/E04/",
    "/symptoms/",
    "/q/",
    "/doc/PR-003/editions/",
    "/doc/PR-003/v/1.2.1/",
    "/d/PR-003/1.2.1",
    "/doc/PR-003/correction/",
    "/reading/",
    "/reading/TB-001/",
]
CONTROL = [
    "/control/",
    "/control/deputies/",
    "/control/documents/",
    "/control/log/",
    "/control/health/",
    "/control/reading/",
    "/control/reading/TB-001/",
    "/control/review/PR-003/",
]
DEVICE = "7hk2m9q4wx3d"  # one of the demonstration's
FIELD = [
    "/devices/",
    f"/devices/{DEVICE}/",
    "/cases/",
    f"/cases/new/?device={DEVICE}",
    "/notes/",
    "/notes/new/?q=电源",
    "/maintenance/",
    f"/maintenance/rs2200-quarterly/{DEVICE}/",
    "/runs/",
    "/me/tokens/",
]
# What axe finds that is serious or critical, but by some rules: what a rule finds has the rule's impact
SERIOUS = """async but => {
    const idle = axe._audit.rules.filter(({id, impact}) => ["minor", "moderate"].includes(impact) || but.includes(id));
    const rules = Object.fromEntries(idle.map(({id}) => [id, {enabled: false}]));
    return (await axe.run({rules, resultTypes: ["violations"]})).violations;
}"""
WRITING = [
    "/control/",
    "/control/corrections/",
    "/import/",
    "/catalogue/",
    "/admin/searching/report/",
    "/admin/searching/explain/?q=电源&d=PR-001",
    "/admin/synonyms/new/?words=电源",
]
LEARNING = ["/courses/", "/courses/service-standard/", "/plan/", "/me/", "/certification/", "/exams/"]


@pytest.fixture
def screens(site: Server) -> dict[str, list[str]]:
    """Addresses to look at, by who looks."""
    now = timezone.now()
    demo.certify_senior(at=now)
    technician = User.objects.get(username="technician")
    exam = Exam.objects.get(key="service-standard-junior")
    done = Sitting.objects.filter(person__username="senior").first()
    credential = Credential.objects.get(decision__isnull=False)
    records = _records_of(technician)
    lessons = [f"/courses/{lesson.course.key}/{lesson.key}/" for lesson in _one_lesson_of_each_kind()]
    draft = ProcedurePage.objects.get(number="PR-001", language="zh-hans").get_latest_revision_as_object()
    draft.summary = "改过的摘要。"
    draft.save_revision(user=User.objects.get(username="author"))
    names = ("author", "reviewer", "approver")
    author, reviewer, approver = (User.objects.get(username=name) for name in names)
    sent = submit.submit(
        page=draft, author=author, reviewer=reviewer, approver=approver, reason="改摘要", at=now,
        significance=Significance.CONTENT, effective_on=timezone.localdate(now),
    )  # fmt: skip
    return {
        "author": [*WRITING, f"/control/submit/{draft.pk}/"],
        "reviewer": [f"/control/sign/{sent.pk}/", *CONTROL],
        "trainer": ["/control/recheck/"],
        "": [*PUBLIC, f"/verify/{credential.number}/"],
        "supervisor": ["/statistics/", "/gates/", "/doc/FG-001/evidence/", records[0]],
        "technician": [
            *READING,
            *FIELD,
            *records,
            *LEARNING,
            *lessons,
            exam.get_absolute_url(),
        ],
        "dealer": _papers_of(User.objects.get(username="dealer")),
        "senior": [f"/sittings/{done.public_id}/result/", f"/certificates/{credential.number}/"],
        "certmanager": ["/", "/certification/decisions/", "/credentials/"],
    }


def _papers_of(person: User) -> list[str]:
    """Return a lobby with prerequisites, a paper that is ready, and papers with every kind: all on a page, and one."""
    now, course = timezone.now(), make.course()
    lobby = make.exam(instructions="请先**断电**。", material="计算器", needs_session=False)
    Prerequisite.objects.create(exam=lobby, course=course)
    ready = sit.check_in(exam=make.exam(), person=person, at=now, seed="axe")
    papers = [make.sitting(exam_of(list(ALL), paging=paging), person, at=now, seed="axe") for paging in ("all", "one")]
    return [each.get_absolute_url() for each in (lobby, ready, *papers)]


def _records_of(technician: User) -> list[str]:
    """Return where a case, a run and a note of his are looked at."""
    demo.make_devices(on=timezone.localdate())
    device = Device.objects.get(code=DEVICE)
    guide = FaultGuidePage.objects.get(number="FG-001", language="zh-hans")
    path = [{"node": "lamp", "heading": "看到什么？", "answer": "0", "words": "不亮"}]
    run = make.diagnosis(technician, guide, device=device, path=path, cause="电源模块损坏")
    case, note = make.fault_report(technician, device=device), make.note(technician)
    return [case.get_absolute_url(), f"/runs/{run.key}/", note.get_absolute_url()]


def _one_lesson_of_each_kind() -> list[Lesson]:
    return [Lesson.objects.filter(kind=kind).select_related("course").first() for kind in Lesson.Kind]


@pytest.mark.parametrize(("viewport", "language"), [(PHONE, ""), (DESKTOP, "/en")], ids=["phone-zh", "desk-en"])
def test_no_screen_keeps_anybody_out(
    site: Server, screens: dict, page: Page, context: BrowserContext, language: str
) -> None:
    """No serious violation, nothing the content security policy had to block, no sideways scrolling."""
    context.add_init_script(Axe().axe_script)
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    found = []
    for username, addresses in screens.items():
        context.clear_cookies()
        if username:
            site.sign_in(context, User.objects.get(username=username))
        for address in addresses:
            page.goto(address if address.startswith("/admin/") else language + address)
            found += [f"{address}: {violation}" for violation in _violations(page, is_first=language == "")]
    page.goto(f"{language}/search/")
    page.locator("#ask").press_sequentially("rs2")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    found += [f"suggestions: {violation}" for violation in _violations(page, is_first=language == "")]

    assert found == []
    assert [text for text in console if "Content Security Policy" in text] == []


def _violations(page: Page, *, is_first: bool) -> list[str]:
    bad = page.evaluate(SERIOUS, [] if is_first else ["color-contrast"])  # the same in both; it takes most of the time
    found = [f"{each['id']} at {each['nodes'][0]['target']}" for each in bad]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("scrolls sideways")
    return found
