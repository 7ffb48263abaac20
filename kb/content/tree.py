"""The page tree that documents hang in: a home for each language, and a folder in it for each kind of documents."""

from django.db.models import Model
from wagtail.models import Locale, Page, Site

from kb.content.names import CHINESE, ENGLISH
from kb.models import HomePage, KnowledgeIndexPage

_HOME = ("首页", "Home")
_FOLDERS = {
    "manuals": ("手册", "Manuals"),
    "procedures": ("作业规程", "Procedures"),
    "faults": ("故障指南", "Fault guides"),
    "faqs": ("常见问题", "Frequently asked questions"),
    "bulletins": ("技术通报", "Bulletins"),
    "policies": ("制度", "Policies"),
}


def plant() -> list[Model]:
    """Make what of the tree is missing, and return it. Wagtail's welcome page goes where nobody has touched it."""
    chinese, english = (Locale.objects.get_or_create(language_code=code)[0] for code in (CHINESE, ENGLISH))
    root, made = Page.get_first_root_node(), []
    home = _child(root, HomePage, _HOME[0], "zh", chinese, None, made)
    english_home = _child(root, HomePage, _HOME[1], "en", english, home, made)
    _show(home)
    for slug, titles in _FOLDERS.items():
        below = _child(home, KnowledgeIndexPage, titles[0], slug, chinese, None, made)
        _child(english_home, KnowledgeIndexPage, titles[1], slug, english, below, made)
    return made


def _child(
    parent: Page, model: type[Page], title: str, slug: str, locale: Locale, original: Page | None, made: list
) -> Page:
    there = model.objects.child_of(parent).filter(locale=locale)
    found = (there if model is HomePage else there.filter(slug=slug)).first()
    if found:
        return found
    page = model(title=title, slug=slug, locale=locale)
    if original:
        page.translation_key = original.translation_key
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    made.append(page)
    return page


def _show(home: Page) -> None:
    """Make this the home of the site, and take away the page that Wagtail puts there at first."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    before = site.root_page if site.pk else None
    if before and issubclass(before.specific_class or Page, HomePage):
        return
    site.root_page = home
    site.save()
    welcome = Page.objects.filter(depth=2, numchild=0, content_type__model="page", live_revision=None, slug="home")
    for page in welcome:
        page.delete()


def folder(name: str, language: str) -> KnowledgeIndexPage:
    """Return the folder for documents of a kind, by its name, in a language."""
    return KnowledgeIndexPage.objects.get(slug=name, locale__language_code=language, depth=3)
