"""A sitting in a real browser: networks, browsers, servers and clocks fail, and nothing acknowledged is lost."""

import datetime
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as project
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Route, expect

from exams import sit
from exams.kinds import KINDS
from exams.models import Exam, Item, Sitting, SittingEvent
from exams.views.paper import WORDS
from people.models import User
from tests import make
from tests.browser.answering import BODIES, exam_of, give, hand_in, items_of, start
from tests.browser.conftest import PHONE, QUIET, chromium
from tests.browser.server import Server

# Stories leave their rows behind: only a database that is thrown away, or emptied, may hold them
IS_SQLITE = project.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
pytestmark = pytest.mark.django_db(transaction=not IS_SQLITE)

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def candidate(server: Server, context: BrowserContext) -> User:
    """林涛, who is signed in."""
    person = make.person(username="technician", name="林涛")
    server.sign_in(context, person)
    return person


def open_paper(page: Page, sitting: Sitting) -> None:
    """Open the paper and wait until its script works: it has its seat when it has asked for it."""
    with page.expect_response(re.compile("/seat/$")):
        page.goto(sitting.get_absolute_url())
    expect(page.locator("#tools")).to_be_visible()


def saved(page: Page, n: int) -> Locator:
    return page.locator(f"#q{n} .state .saved")


def waiting(page: Page, n: int) -> Locator:
    return page.locator(f"#q{n} .state .waiting")


def test_every_kind_of_question_is_answered_saved_shown_again_and_marked(candidate: User, page: Page):
    exam = exam_of([*BODIES, "simulation"])
    sitting = start(page, exam)

    for item in items_of(sitting):
        give(page, item, make.right(item))
        expect(saved(page, item.n)).to_be_visible()
    page.reload()

    expect(page.locator("[data-item][data-answered]")).to_have_count(len(BODIES) + 1)
    assert all(item.response is not None for item in items_of(sitting))
    hand_in(page)
    expect(page).to_have_url(re.compile("/result/$"))
    sitting.refresh_from_db()
    assert sitting.percent == 100


@dataclass
class Machine:
    """A computer with a browser of its own, which can be killed."""

    context: BrowserContext
    page: Page
    profile: Path

    def kill(self) -> None:
        """End the browser as a power cut would."""
        pid = int((self.profile / "SingletonLock").readlink().name.rpartition("-")[2])
        os.kill(pid, signal.SIGKILL)


@contextmanager
def at_machine(browser: Browser, server: Server, person: User, profile: Path) -> Iterator[Machine]:
    """Sit down at a computer; what its browser keeps lies in `profile`."""
    (profile / "SingletonLock").unlink(missing_ok=True)  # of a browser that was killed
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=chromium(browser.browser_type), args=QUIET, base_url=server.base_url,
        locale="zh-CN", timezone_id="Asia/Shanghai",
    )  # fmt: skip
    context.set_default_timeout(10_000)
    server.sign_in(context, person)
    try:
        yield Machine(context, context.pages[0], profile)
    finally:
        with suppress(Error):
            context.close()


@pytest.fixture
def sitting(candidate: User) -> Sitting:
    """A sitting of four items whose clock runs."""
    return make.sitting(exam_of(["single", "numeric", "short", "truefalse"]), candidate, at=timezone.now())


def number(sitting: Sitting) -> Item:
    return make.item(sitting, "numeric")


def left(page: Page) -> int:
    """The seconds on the clock."""
    parts = page.locator("#left").inner_text().split(":")
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))


def events(sitting: Sitting, kind: str) -> list[dict]:
    return [event.detail for event in sitting.events.filter(kind=kind)]


def test_a_sitting_in_which_network_browser_and_server_die_ends_like_one_undisturbed(
    candidate: User, server: Server, browser: Browser, page: Page, tmp_path: Path
):
    told: list[int] = []

    def cut_off(save: Route) -> None:
        if save.request.post_data_json["item"] != 21:  # what was typed before is sent again when its field is left
            return save.fallback()
        if not told:
            told.append(save.fetch().status)
            server.kill()  # it has saved, and cannot say so any more
        return save.abort()

    exam = exam_of([*BODIES, *["single", "multiple", "truefalse", "numeric"] * 8], minutes=50)
    with at_machine(browser, server, candidate, tmp_path / "machine") as machine:
        page_a = machine.page
        page_a.clock.install()
        sitting = start(page_a, exam)
        items = items_of(sitting)
        responses = {item.n: some_response(item) for item in items}
        for item in items[:16]:
            give(page_a, item, responses[item.n])
        be_saved(page_a, items[:16])

        machine.context.set_offline(True)  # from item 17 on the network is gone, for three minutes
        for item in items[16:20]:
            give(page_a, item, responses[item.n])
        page_a.clock.run_for(1000)
        for item in items[16:20]:
            expect(waiting(page_a, item.n)).to_be_visible()
        server.restart(at=timezone.now() + 3 * MINUTE)
        page_a.clock.fast_forward(180_000)
        machine.context.set_offline(False)
        be_saved(page_a, items[:20])
        with page_a.expect_response(re.compile("/beat/$")):
            page_a.clock.fast_forward(31_000)

        page_a.route("**/save/", cut_off)
        with page_a.expect_event("requestfailed"):
            give(page_a, items[20], responses[21])
            page_a.clock.run_for(1000)
        expect(waiting(page_a, 21)).to_be_visible()
        machine.kill()
    assert told == [200]
    server.start(at=timezone.now() + 5 * MINUTE)

    with page.expect_response(re.compile("/seat/$")) as seated:  # at another machine
        page.goto(f"/exams/{exam.key}/")
        page.locator("#begin a").click()
    expect(page.locator("#tools")).to_be_visible()
    seat, looked = seated.value.json(), time.monotonic()
    sitting.refresh_from_db()
    time_left = sitting.deadline_at - datetime.datetime.fromisoformat(seat["server_time"])
    assert abs(time_left.total_seconds() * 1000 - seat["remaining_ms"]) < 1000
    elapsed = time.monotonic() - looked
    assert -1 <= time_left.total_seconds() - left(page) < 1 + elapsed
    acknowledged = {item.n: stored_form(item, responses[item.n]) for item in items[:20]}
    assert {item.n: item.response for item in items_of(sitting)[:20]} == acknowledged
    expect(page.locator("[data-answered]")).to_have_count(21)  # item 21 got through, though nobody was told
    for item in items[20:]:
        give(page, item, responses[item.n])
    be_saved(page, items)
    hand_in(page)
    expect(page).to_have_url(re.compile("/result/$"))

    sitting = Sitting.objects.get(person=candidate)
    assert sitting.attempt == 1
    assert (sitting.points, sitting.has_passed) == undisturbed(sitting, responses)
    assert max(event["seconds"] for event in events(sitting, "online")) >= 180
    assert len(events(sitting, "offline")) == 1
    log = list(sitting.events.all())
    again = max(place for place, event in enumerate(log) if event.kind == "seated")
    assert log[again].at - log[again - 1].at > MINUTE  # nobody was there
    kinds = [event.kind for event in log]
    assert [kinds.count(kind) for kind in ("checked-in", "started", "device", "finished")] == [1, 1, 1, 1]


def be_saved(page: Page, items: list[Item]) -> None:
    """Wait until each says so; typing counts as done after a while of the page's own clock."""
    expect(page.locator(".state .saved")).to_have_count(len(items), timeout=20_000)


def some_response(item: Item) -> object:
    """The right one, but for each fifth item that a number or a choice can get wrong."""
    wrong = {"numeric": "99", "truefalse": False, "short": "螺丝"}
    return wrong.get(item.version.kind) if item.n % 5 == 0 and item.version.kind in wrong else make.right(item)


def stored_form(item: Item, response: object) -> object:
    kind = KINDS[item.version.kind]
    return kind.clean(kind.shown(item.version.body, item.order), response)


def undisturbed(sitting: Sitting, responses: dict[int, object]) -> tuple[object, bool]:
    """Points and verdict of another person who gives the same answers to the same paper without any trouble."""
    other = make.sitting(sitting.exam, make.person(), at=timezone.now(), seed=sitting.seed)
    for item in items_of(other):
        make.saved(item, responses[item.n], at=timezone.now())
    done = sit.finish(sitting=other, at=timezone.now())
    return done.points, done.has_passed


def test_two_windows_the_newest_has_the_seat_and_neither_overwrites_the_other(
    sitting: Sitting, page: Page, context: BrowserContext
):
    n = number(sitting).n
    open_paper(page, sitting)
    page.route("**/save/", lambda route: route.abort())
    page.locator(f"#n{n}").fill("11")
    expect(waiting(page, n)).to_be_visible()
    newer = context.new_page()
    newer.goto("about:blank")
    open_paper(newer, sitting)  # in the same browser: it finds what the first window could not send
    expect(saved(newer, n)).to_be_visible()
    newer.locator(f"#n{n}").fill("12")
    expect(saved(newer, n)).to_be_visible()
    newer.wait_for_function("document.querySelectorAll('.saving').length === 0")
    page.unroute("**/save/")

    page.locator(f"#n{n}").fill("13")  # by the first window, which does not know
    expect(page.locator("#elsewhere")).to_be_visible()
    expect(page.locator(f"#n{n}")).to_be_disabled()
    assert number(sitting).response == "12"
    page.locator("#here").click()

    expect(page.locator(f"#q{n} .newer")).to_contain_text("13")
    expect(page.locator(f"#n{n}")).to_have_value("12")
    page.locator(f"#q{n} .newer button").click()
    expect(saved(page, n)).to_be_visible()
    assert number(sitting).response == "13"
    newer.locator(f"#n{n}").fill("14")
    expect(newer.locator("#elsewhere")).to_be_visible()
    assert number(sitting).response == "13"
    newer.close()


def test_what_a_killed_browser_could_not_send_is_sent_when_it_is_opened_again(
    sitting: Sitting, server: Server, browser: Browser, tmp_path: Path
):
    n = number(sitting).n
    with at_machine(browser, server, sitting.person, tmp_path / "machine") as machine:
        open_paper(machine.page, sitting)
        machine.context.set_offline(True)
        machine.page.locator(f"#n{n}").fill("12")
        expect(waiting(machine.page, n)).to_be_visible()
        machine.kill()
    with at_machine(browser, server, sitting.person, tmp_path / "machine") as machine:
        open_paper(machine.page, sitting)
        expect(saved(machine.page, n)).to_be_visible()
        expect(machine.page.locator(f"#n{n}")).to_have_value("12")
    assert number(sitting).response == "12"


def test_a_clock_of_the_device_that_jumps_changes_nothing(sitting: Sitting, page: Page):
    page.add_init_script("const real = Date.now; window.jump = 0; Date.now = () => real.call(Date) + window.jump;")
    open_paper(page, sitting)
    before = left(page)

    page.evaluate("window.jump = 3 * 3600 * 1000")
    page.locator(f"#n{number(sitting).n}").fill("12")
    expect(saved(page, number(sitting).n)).to_be_visible()

    assert before - 10 < left(page) <= before
    assert page.url.endswith(sitting.get_absolute_url())


def test_a_paper_handed_in_without_a_network_is_handed_in_when_it_is_back(
    sitting: Sitting, page: Page, context: BrowserContext
):
    n = number(sitting).n
    open_paper(page, sitting)
    context.set_offline(True)
    page.locator(f"#n{n}").fill("12")
    expect(waiting(page, n)).to_be_visible()
    hand_in(page)
    expect(page.locator("#confirm-open")).to_have_text(str(WORDS["handing"]))
    page.locator("#not-yet").click()  # thinks better of it
    page.locator(f"#n{n}").fill("12.1")
    hand_in(page)
    expect(page.locator("#really")).to_be_disabled()

    context.set_offline(False)

    expect(page).to_have_url(re.compile("/result/$"), timeout=15_000)
    assert number(sitting).response == "12.1"
    sitting.refresh_from_db()
    assert sitting.ended_by == "candidate"


def test_a_server_that_asks_for_patience_gets_it(sitting: Sitting, page: Page):
    asked: list[Route] = []

    def drain(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=503, headers={"Retry-After": "60"})

    n = number(sitting).n
    page.clock.install()
    open_paper(page, sitting)
    page.route("**/save/", drain)
    page.locator(f"#n{n}").fill("12")
    page.clock.run_for(1000)
    expect(waiting(page, n)).to_be_visible()
    expect(page.locator("#line")).to_be_visible()
    page.clock.fast_forward(25_000)
    page.locator("#q1 input, #q1 select").first.focus()
    assert len(asked) == 1
    page.unroute("**/save/")

    page.clock.fast_forward(36_000)

    expect(saved(page, n)).to_be_visible()
    expect(page.locator("#line.line-state--good")).to_be_visible()


def test_at_the_end_the_page_asks_the_server_first_then_sends_what_is_left_and_hands_in(
    sitting: Sitting, page: Page, context: BrowserContext
):
    n = number(sitting).n
    ends(sitting, in_seconds=2)
    open_paper(page, sitting)
    ends(sitting, in_seconds=120)  # given while he works; the page does not know yet
    expect(page.locator("#left")).to_have_text(re.compile("^01:5"), timeout=8000)
    expect(page.locator(f"#n{n}")).to_be_enabled()

    ends(sitting, in_seconds=2)
    page.reload()
    expect(page.locator("#tools")).to_be_visible()
    context.set_offline(True)
    page.locator(f"#n{n}").fill("12")
    expect(page.locator(f"#n{n}")).to_be_disabled(timeout=6000)
    context.set_offline(False)

    expect(page).to_have_url(re.compile("/result/$"), timeout=15_000)
    assert number(sitting).response == "12"
    sitting.refresh_from_db()
    assert sitting.ended_by == "candidate"


def ends(sitting: Sitting, in_seconds: float) -> None:
    deadline = timezone.now() + datetime.timedelta(seconds=in_seconds)
    Sitting.objects.filter(pk=sitting.pk).update(deadline_at=deadline)


def test_during_a_break_the_paper_is_covered_and_the_clock_stands_and_the_end_by_an_officer_is_told(
    sitting: Sitting, page: Page
):
    n = number(sitting).n
    page.clock.install()
    open_paper(page, sitting)
    SittingEvent.objects.create(
        sitting=sitting, kind="message", at=timezone.now(), detail={"text": "还有十分钟，请检查。"}
    )
    Sitting.objects.filter(pk=sitting.pk).update(paused_at=timezone.now())
    page.clock.fast_forward(31_000)
    expect(page.locator("#break")).to_be_visible()
    expect(page.locator("#q1")).to_be_hidden()
    expect(page.locator("#notices")).to_contain_text("还有十分钟")
    before = left(page)
    page.clock.fast_forward(5_000)
    assert left(page) == before

    Sitting.objects.filter(pk=sitting.pk).update(paused_at=None)
    page.clock.fast_forward(31_000)
    expect(page.locator("#q1")).to_be_visible()
    expect(page.locator("#notices .note")).to_have_count(1)

    sit.finish(sitting=sitting, at=timezone.now(), ended_by=Sitting.Ended.OFFICER)
    page.locator(f"#n{n}").fill("12")
    page.clock.run_for(2000)
    expect(page.locator("#over")).to_be_visible()
    assert sitting.late_answers.get().response == "12"
    assert number(sitting).response is None


@pytest.mark.parametrize("viewport", [PHONE])
def test_the_paper_is_gone_through_by_keys_one_question_at_a_time(sitting: Sitting, page: Page):
    Exam.objects.update(paging="one")
    truefalse = make.item(sitting, "truefalse").n
    open_paper(page, sitting)
    expect(page.locator("[data-item]:visible")).to_have_count(1)
    for _question in range(truefalse - 1):
        page.keyboard.press("n")
    expect(page.locator(f"#q{truefalse}")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("m")
    expect(saved(page, truefalse)).to_be_visible()
    expect(page.locator(f"[data-jump='{truefalse}']")).to_have_class(re.compile("is-answered.* is-marked|is-marked"))
    page.locator(f"[data-jump='{number(sitting).n}']").click()
    page.locator(f"#n{number(sitting).n}").press_sequentially("1n")
    expect(page.locator(f"#q{number(sitting).n}")).to_be_visible()
    page.reload()

    expect(page.locator(f"[data-jump='{truefalse}'].is-marked")).to_have_count(1)
    page.locator("#paging").click()
    expect(page.locator("[data-item]:visible")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_answer_given_before_the_script_has_arrived_is_saved(sitting: Sitting, page: Page):
    n = make.item(sitting, "single").n
    arrived: list[Route] = []
    page.route("**/sitting/main.js", lambda route: arrived.append(route))
    page.goto(sitting.get_absolute_url(), wait_until="commit")
    page.locator(f"#q{n} input[value='2']").check()

    arrived[0].continue_()

    expect(saved(page, n)).to_be_visible()
    assert make.item(sitting, "single").response == ["2"]


def test_what_never_got_through_in_time_is_still_delivered_and_kept_as_late(
    sitting: Sitting, page: Page, server: Server
):
    n = number(sitting).n
    open_paper(page, sitting)
    server.kill()  # Chromium sends what a page says on leaving even where it is told to be offline
    page.locator(f"#n{n}").fill("12")
    expect(waiting(page, n)).to_be_visible()
    page.goto("about:blank")  # the machine is switched off, and on again when the time is long over
    sit.finish(sitting=sitting, at=timezone.now(), ended_by=Sitting.Ended.TIMER)
    server.start()

    with page.expect_response(re.compile("/save/$")):
        page.goto(sitting.get_absolute_url())

    expect(page).to_have_url(re.compile("/result/$"))
    assert sitting.late_answers.get().response == "12"
    assert number(sitting).response is None
