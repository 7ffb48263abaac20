"""Documents in every state, the people who try to get past the sign-off, and what must be as it was afterwards."""

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import override_settings
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker
from wagtail.models import Locale, Page, PageViewRestriction, Revision

from kb.models import (
    ChapterPage,
    ControlledPage,
    Edition,
    FaqPage,
    HomePage,
    KnowledgeIndexPage,
    ManualPage,
    SignOff,
    Submission,
)
from people import roles
from people.models import User
from tests import database, make

PEOPLE = ("author", "reviewer", "approver", "superuser")


@dataclass(frozen=True)
class Estate:
    """What there is to attack, and by whom."""

    team: make.Team
    superuser: User
    home: HomePage
    folder: KnowledgeIndexPage
    elsewhere: KnowledgeIndexPage
    live: FaqPage  # in force, with a draft nobody signed
    renewed: FaqPage  # in force in its second edition
    waiting: FaqPage  # in force, with a change that waits for its review
    beginning: FaqPage  # never in force; its first text waits for its review
    scheduled: FaqPage  # signed, in force in ten days
    withdrawn: FaqPage
    fresh: FaqPage  # a draft that was never submitted
    manual: ManualPage
    chapters: list[ChapterPage]
    other_manual: ManualPage

    def person(self, name: str) -> User:
        """Return whom a name of PEOPLE means."""
        return self.superuser if name == "superuser" else getattr(self.team, name)

    def again(self, name: str) -> ControlledPage:
        """Return a document of this name as it is in the database now."""
        return ControlledPage.objects.get(pk=getattr(self, name).pk).specific


def rewritten(page: ControlledPage, by: User, words: str = "没有人签署的文字") -> Revision:
    """A draft with other words."""
    draft = page.get_latest_revision_as_object()
    draft.title = f"{words}（{page.number}）"
    draft.body = draft._meta.get_field("body").stream_block.to_python([make.text("first", words)])
    return draft.save_revision(user=by)


def form(page: ControlledPage, **extra: object) -> dict:
    """What the editor's form would send, with other words than those that were signed."""
    return {
        "title": "没有人签署的标题", "summary": "", "keywords": "", "number": page.number or "", "is_controlled": "on",
        "audience": page.audience, "confidentiality": page.confidentiality, "unit": "",
        "qualification": page.qualification_id or "", "software": "", "slug": page.slug,
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "text", "body-0-id": "first",
        "body-0-value-heading": "标题", "body-0-value-text": "没有人签署的文字", "body-0-value-picture": "",
    } | extra  # fmt: skip


@database.once
def make_estate() -> Estate:
    """Make all of it."""
    Locale.objects.get_or_create(language_code="en")
    team = make.team()
    other = make.person(roles.AUTHOR)
    superuser = make.person(roles.ADMINISTRATOR, username="superuser", is_superuser=True, is_staff=True)
    folder = make.folder()
    home = HomePage.objects.get(locale__language_code="zh-hans")
    elsewhere = home.add_child(instance=KnowledgeIndexPage(title="别处", slug="elsewhere", locale=home.locale))

    def draft() -> FaqPage:
        return make.document(live=False, qualification=team.qualification)

    def signed() -> FaqPage:
        page = draft()
        make.signed(page, team)
        return FaqPage.objects.get(pk=page.pk)

    live, renewed, waiting, withdrawn = signed(), signed(), signed(), signed()
    rewritten(live, other)
    rewritten(renewed, other, "第二版")
    make.signed(renewed, team)
    rewritten(waiting, team.author)
    make.submission(waiting, team)
    beginning = draft()
    make.submission(beginning, team)
    make.signed(withdrawn, team, act="withdrawal")
    manual, chapters = make.manual(chapters=3)
    other_manual, _chapters = make.manual(chapters=1)
    scheduled = draft()
    rewritten(scheduled, team.author, "下一版")
    make.signed(scheduled, team, effective_on=timezone.localdate() + datetime.timedelta(days=10))
    return Estate(
        team=team, superuser=superuser, home=home, folder=folder, elsewhere=elsewhere,
        live=live, renewed=renewed, waiting=waiting, beginning=beginning, scheduled=scheduled,
        withdrawn=withdrawn, fresh=draft(), manual=manual, chapters=chapters, other_manual=other_manual,
    )  # fmt: skip


@pytest.fixture(scope="module")
def estate(django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder: Path) -> Iterator[Estate]:
    """Make it once for a module; what a test does to it is rolled back by the test's own transaction."""
    path = str(folder / "search" / uuid4().hex)
    index = {"default": {"BACKEND": "kb.search.backend", "PATH": path}}
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(WAGTAILSEARCH_BACKENDS=index):
        translation.activate("zh-hans")
        yield make_estate()
        transaction.set_rollback(True)


@contextmanager
def then_undone() -> Iterator[None]:
    """Undo what is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def standing() -> dict[str, list[tuple]]:
    """Return everything that only a sign-off changes: what readers see and where it is, what was signed, by whom."""
    found = {}
    with connection.cursor() as cursor:
        for name, (asked, values) in _questions().items():
            cursor.execute(asked, values)
            found[name] = cursor.fetchall()
    return found | {"tree": broken_branches(found.pop("tree"))}


@cache
def _questions() -> dict[str, tuple[str, tuple]]:
    """What `standing` asks as SQL: put into words once, as it is asked some two thousand times."""
    submitted = Submission.objects.values("page")
    waiting = Submission.objects.open().values("page")
    said = ("pk", "live", "title", "number", "summary", "audience", "confidentiality", "body")
    signed = Revision.objects.filter(pk__in=Submission.objects.values("revision"))
    folders = Page.objects.filter(content_type__model__in=["homepage", "knowledgeindexpage"])
    first = folders.filter(alias_of=None, locale__language_code="zh-hans").order_by("pk")[:3]
    texts = {
        f"shown as {model.kind}": model.objects.filter(Q(live=True) | Q(pk__in=waiting)).order_by("pk").values(*said)
        for model in (FaqPage, ManualPage, ChapterPage)
    }
    asked = texts | {
        "from": ControlledPage.objects.live().order_by("pk").values("pk", "live_revision"),
        "place": Page.objects.filter(pk__in=submitted).order_by("pk").values("pk", "path", "url_path"),
        "frozen": Page.objects.filter(pk__in=waiting).order_by("pk").values("pk", "latest_revision"),
        "signed": signed.order_by("pk").values("pk", "content"),
        "editions": Edition.objects.order_by("pk").values(),
        "log": SignOff.objects.order_by("pk").values(),
        "submissions": Submission.objects.order_by("pk").values("pk", "page", "outcome", "revision", "digest"),
        "folders": first.values("pk", "path", "live"),
        "restrictions": PageViewRestriction.objects.order_by("pk").values("pk"),
        "aliases": Page.objects.filter(alias_of__isnull=False).order_by("pk").values("pk"),
        "tree": Page.objects.order_by("path").values("path", "numchild"),
    }
    return {name: rows.query.sql_with_params() for name, rows in asked.items()}


def broken_branches(pages: list[tuple[str, int]]) -> list[str]:
    """Return the paths of pages without a parent, or whose children are not as many as they say."""
    rows = dict(pages)
    children = Counter(path[: -Page.steplen] for path in rows)
    lost = [path for path in rows if len(path) > Page.steplen and path[: -Page.steplen] not in rows]
    return lost + [path for path, count in rows.items() if children[path] != count]
