"""An author mends a fault guide: a finding stands at its node, and goes when the target is chosen by its heading."""

from playwright.sync_api import Page, expect

from people import roles
from tests import make
from tests.browser.server import Server
from tests.make import act, end


def test_a_finding_goes_when_its_target_is_chosen_by_heading(server: Server, page: Page) -> None:
    author = make.person(roles.AUTHOR)
    draft = make.guide([act("do", then="nowhere"), end("done", cause="坏")], live=False)
    server.sign_in(page.context, author)

    page.goto(f"/admin/pages/{draft.pk}/edit/")
    card = page.locator("[data-streamfield-child][data-contentpath=do]")
    expect(card.locator(".kb-findings")).to_contain_text("nowhere")
    expect(page.locator("[data-kb-chart] .fc-missing")).to_have_count(1)
    page.locator("[data-kb-chart] a[href='#node-do']").first.click()
    target = card.locator("[name$='-value-then']")
    target.fill("结论")
    target.press("Tab")

    expect(card.locator(".kb-named a")).to_have_text("→ 结论")
    expect(page.locator(".kb-findings")).to_have_count(0)
    expect(page.locator("[data-kb-chart] .fc-missing")).to_have_count(0)
    assert target.input_value() == "done"
