"""Whoever is on site finds it however he types it; an editor teaches a word; a lost index comes back."""

import re
import shutil

import pytest
from playwright.sync_api import Locator, Page, expect

from kb.models import Asked, FaqPage, SavedSearch, SynonymGroup
from people.models import User
from tests import make
from tests.browser.conftest import DESKTOP, PHONE, SignIn
from tests.browser.server import Server

FAULT, SLANG = "开不了机", "哑火"
WITHDRAWN, RESTRICTED = "FAQ-021", "FAQ-012"


@pytest.fixture
def site(site: Server) -> Server:
    """The demonstration's site, of which one document was withdrawn."""
    document = FaqPage.objects.get(number=WITHDRAWN, language="zh-hans")
    signers = (User.objects.get(username=name) for name in ("author", "reviewer", "approver"))
    make.withdrawn(document, make.Team(*signers, document.qualification))
    return site


# ------------------------------------------------------------------------------------ on site, with a telephone


def test_a_technician_finds_and_an_editor_teaches_and_a_lost_index_comes_back(site: Server, as_person: SignIn):
    phone = as_person("technician", PHONE)
    come_by_initials(phone)
    come_by_a_code(phone)
    ask_in_his_own_words(phone)
    narrow_it_down(phone)
    open_the_chapter(phone)
    slip(phone)
    write_in_another_script(phone)
    keep_it(phone)
    find_it_kept(as_person("technician", PHONE))
    see_nothing_withdrawn(phone)
    find_nothing(phone)
    desk = as_person("author", DESKTOP)
    see_what_was_withdrawn(desk)
    teach_the_word(desk)
    find_it_now(phone)
    ask_why(desk)
    learn_nothing_restricted(phone, as_person("supervisor", PHONE))
    lose_the_index(site, phone, as_person("admin", DESKTOP))


def search(page: Page, words: str) -> None:
    """Type it into the box of the screen, which is at the top everywhere but on the search's own, and send it."""
    box = page.locator("input[name=q]:visible")
    box.fill(words)
    with page.expect_navigation():
        box.press("Enter")


def hit(page: Page, number: str) -> Locator:
    return page.locator(f".hit[data-number='{number}']")


def marks(place: Locator) -> list[str]:
    return place.locator("mark").all_inner_texts()


def come_by_initials(page: Page) -> None:
    """Type the first letters of a title's syllables, go down with the arrow, and take it with Enter."""
    page.goto("/search/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.press_sequentially("fwqk")
    expect(page.get_by_role("option").first).to_contain_text("服务器开不了机")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    box.press("Enter")
    expect(page).to_have_url(re.compile("/doc/FG-001/$"))


def come_by_a_code(page: Page) -> None:
    search(page, "Ｅ０４")
    expect(page).to_have_url(re.compile("/codes/e04/$"))


def ask_in_his_own_words(page: Page) -> None:
    """The words of the editors' list are searched too; all kinds have their groups; the counts come to the total."""
    search(page, FAULT)
    expect(page.locator(".meant").first).to_contain_text("无法启动")
    assert marks(hit(page, "FG-001").locator(".hit__title")) == [FAULT]
    assert {"常见问题", "故障指南", "作业规程", "手册"} <= set(headings(page))
    beside = page.locator("section:is([aria-labelledby=found-courses], [aria-labelledby=found-products]) .hit").count()
    assert sum(kinds(page).values()) + beside == total(page)


def headings(page: Page) -> list[str]:
    return [words.split()[0] for words in page.locator(".found h2").all_inner_texts()]


def kinds(page: Page) -> dict[str, int]:
    """Return what is offered of each kind."""
    chips = page.locator(".kinds .chip:has(.n)").all_inner_texts()
    return {name: int(n) for name, n in (words.split() for words in chips)}


def total(page: Page) -> int:
    return int(re.search(r"\d+", page.get_by_role("status").inner_text())[0])


def narrow_it_down(page: Page) -> None:
    """By kind and by product: each leaves as many as it says."""
    offered = kinds(page)["故障指南"]
    page.locator(".kinds .chip", has_text="故障指南").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"\b{offered}\b"))
    expect(page.locator(".hit[data-number]")).to_have_count(offered)
    page.locator(".sieve-facets summary").click()
    product = page.locator("section[aria-labelledby=facet-model] a", has_text="RS2200")
    offered = int(product.locator(".n").inner_text())
    product.click()
    expect(page.locator(".hit[data-number]")).to_have_count(offered)
    expect(page.locator(".chosen .chip")).to_contain_text("RS2200")
    for models in page.locator(".hit__models").all():
        expect(models).to_contain_text("RS2200")


def open_the_chapter(page: Page) -> None:
    """What the manual says in other words: the chapter, its manual, the words marked; the block comes into view."""
    page.locator(".chosen .chip").click()
    page.locator(".kinds .chip", has_text="手册").click()
    chapter = hit(page, "HB-01.4")
    expect(chapter.locator(".hit__manual")).to_have_text("售后技术服务标准手册")
    assert marks(chapter.locator(".hit__text")) == ["无法启动"]
    chapter.click()
    expect(page).to_have_url(re.compile("/doc/HB-01.4/#symptom-and-class$"))
    expect(page.locator("#symptom-and-class")).to_be_in_viewport()
    expect(page.locator("#symptom-and-class")).to_contain_text("无法启动")


def slip(page: Page) -> None:
    """Written as it sounds: the results are those of the right word, and what was typed is a tap away."""
    search(page, "点源模块")
    expect(page.locator("h1")).to_contain_text("电源模块")
    assert "电源模块" in marks(hit(page, "PR-001").locator(".hit__title"))
    page.locator(".meant a", has_text="点源模块").click()
    expect(page.locator("h1")).to_contain_text("点源模块")
    expect(page.locator(".meant", has_text="点源模块")).to_have_count(0)


def write_in_another_script(page: Page) -> None:
    search(page, "更換電源模塊")
    assert marks(hit(page, "PR-001").locator(".hit__title")) == ["更换", "电源模块"]


def keep_it(page: Page) -> None:
    """Keep a search, narrowed as it is."""
    page.locator(".kinds .chip", has_text="作业规程").click()
    page.get_by_role("button", name="收藏此搜索").click()
    expect(page.locator(".messages")).to_contain_text("已收藏")
    expect(page.locator(".results-head__kept")).to_be_visible()
    kept = SavedSearch.objects.get()
    assert (kept.person.username, kept.query, kept.narrowed) == ("technician", "更換電源模塊", "kind=procedure")
    page.goto("/search/")
    recent = page.locator("section[aria-labelledby=recent] .row__name").all_inner_texts()
    assert recent == ["更換電源模塊", "点源模块", FAULT]


def find_it_kept(page: Page) -> None:
    """In another browser: what is kept is there, what he searched for lately is not; and it is what it was."""
    page.goto("/search/")
    expect(page.locator("section[aria-labelledby=recent]")).to_have_count(0)
    page.locator("section[aria-labelledby=saved] a", has_text="更換電源模塊").click()
    expect(page.locator(".kinds .chip[aria-current]")).to_contain_text("作业规程")
    expect(hit(page, "PR-001")).to_be_visible()


def see_nothing_withdrawn(page: Page) -> None:
    for more in ("", "&withdrawn=1"):
        page.goto(f"/search/?q=网线插上只有百兆{more}")
        expect(page.get_by_role("status")).to_be_visible()
        expect(hit(page, WITHDRAWN)).to_have_count(0)
        expect(page.locator("#facet-withdrawn")).to_have_count(0)


def find_nothing(page: Page) -> None:
    """A word that nobody has written: there is help, and a field note begins with it."""
    search(page, SLANG)
    expect(page.locator(".empty")).to_contain_text("没有找到")
    expect(page.locator(".empty").get_by_role("link", name="故障码")).to_be_visible()
    page.locator(".gap a").click()
    expect(page.get_by_label("问题")).to_have_value(SLANG)


# ------------------------------------------------------------------------------------------- the editor's desk


def see_what_was_withdrawn(page: Page) -> None:
    """Whoever reads what was withdrawn has to ask for it."""
    page.goto("/search/?q=网线插上只有百兆")
    expect(hit(page, WITHDRAWN)).to_have_count(0)
    page.locator("section[aria-labelledby=facet-withdrawn] a").click()
    expect(hit(page, WITHDRAWN).locator(".tag--bad")).to_be_visible()


def teach_the_word(page: Page) -> None:
    """Find in the report what nothing was found for, and say what it means."""
    assert Asked.objects.get(text=SLANG).nothing == 1
    page.goto("/admin/searching/report/?view=nothing")
    page.locator("tr", has_text=SLANG).get_by_role("link", name="同义词").click()
    words = page.locator("#id_words")
    expect(words).to_have_value(SLANG)
    words.fill(f"{SLANG}\n{FAULT}")
    page.get_by_role("button", name=re.compile("保存|添加|创建")).first.click()
    expect(page.locator(".messages")).to_be_visible()
    assert SynonymGroup.objects.filter(words=f"{SLANG}\n{FAULT}").exists()


def find_it_now(page: Page) -> None:
    """Nothing was built anew: the same word finds the guide."""
    search(page, SLANG)
    expect(page.locator(".meant")).to_contain_text(FAULT)
    assert marks(hit(page, "FG-001").locator(".hit__title")) == [FAULT]


def ask_why(page: Page) -> None:
    """From a hit to why it is found: which of its words, where, and that a synonym did it."""
    page.goto("/")
    search(page, SLANG)
    page.locator("li", has=hit(page, "FG-001")).locator("a[href*='/searching/explain/']").click()
    why = page.locator("section[aria-labelledby=why]")
    expect(why.locator("h2")).to_contain_text("FG-001")
    expect(why).to_contain_text(FAULT)
    expect(why.locator("table").first).to_be_visible()


# ----------------------------------------------------------------------------------- what must not be, and may be


def learn_nothing_restricted(stranger: Page, supervisor: Page) -> None:
    """Its title, its number and its initials lead whoever may not read it nowhere."""
    title = FaqPage.objects.get(number=RESTRICTED, language="zh-hans").title
    supervisor.goto("/")
    for words in (title, RESTRICTED):
        search(supervisor, words)
        expect(supervisor.get_by_role("main")).to_contain_text(title)
        search(stranger, words)
        expect(stranger.get_by_role("main")).not_to_contain_text(RESTRICTED if words == title else title)
        expect(hit(stranger, RESTRICTED)).to_have_count(0)
    for words in (title[:6], "jdkhsj", RESTRICTED):
        offered = stranger.request.get("/search/suggest/", params={"q": words}).json()["suggestions"]
        assert title not in [each["label"] for each in offered]


def lose_the_index(site: Server, page: Page, administrator: Page) -> None:
    """While the server runs its index is gone: a search still answers, the administrator is told, and it comes back."""
    shutil.rmtree(site.data_dir / "search")
    answer = page.goto(f"/search/?q={FAULT}")
    assert answer.ok
    expect(page.get_by_role("status")).to_be_visible()
    asked = Asked.objects.get(text=SLANG).nothing
    page.goto(f"/search/?q={SLANG}")
    assert Asked.objects.get(text=SLANG).nothing == asked
    administrator.goto("/admin/")
    expect(administrator.get_by_role("main")).to_contain_text("索引缺失")
    for _try in range(40):
        page.goto(f"/search/?q={FAULT}")
        if hit(page, "FG-001").count():
            break
        page.wait_for_timeout(250)
    expect(hit(page, "FG-001")).to_be_visible()


def test_without_scripts_everything_is_within_reach(site: Server, as_person: SignIn):
    page = as_person("technician", PHONE, java_script_enabled=False)
    page.goto("/search/")
    search(page, FAULT)
    page.locator(".sieve-facets summary").click()
    product = page.locator("section[aria-labelledby=facet-model] a", has_text="RS2200")
    offered = int(product.locator(".n").inner_text())
    product.click()
    assert sum(kinds(page).values()) == offered
    page.get_by_role("button", name="收藏此搜索").click()
    page.goto("/search/")
    page.locator("section[aria-labelledby=saved] button").click()
    expect(page.locator("section[aria-labelledby=saved]")).to_have_count(0)
    page.get_by_role("button", name="清除").click()
    expect(page.locator("section[aria-labelledby=recent]")).to_have_count(0)
