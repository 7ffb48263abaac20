"""Making a document that was read: drafts and pictures, all of them or nothing."""

import datetime
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from kb.importing.document import Block, Document, Illustration, Refused
from kb.importing.losses import by_kind
from kb.importing.reading import KINDS as NAMES
from kb.models import ChapterPage, ControlledPage, KnowledgeIndexPage, Picture
from kb.models.pages import KINDS
from people.models import User

_SLUG = 200  # letters, which leaves room for a number


@dataclass(frozen=True)
class Report:
    """What was made of a file: its drafts, the document first and then its chapters, and what was lost."""

    pages: list[ControlledPage]
    pictures: list[Picture]
    document: Document
    at: datetime.datetime

    def as_json(self) -> dict[str, Any]:
        """Return it for a program, or to be kept in a session."""
        drafts = [
            {"id": page.pk, "kind": page.kind, "title": page.title, "edit": edit_url(page)} for page in self.pages
        ]
        return described(self.document) | {"pages": drafts, "at": self.at.isoformat()}


def described(document: Document) -> dict[str, Any]:
    """Return what a document holds and what was lost, in numbers and sentences."""
    return {
        "title": document.title,
        "chapters": len(document.chapters),
        "blocks": document.block_count,
        "tables": document.table_count,
        "pictures": document.picture_count,
        "losses": [loss.as_json() for loss in document.losses],
        "summary": [{"text": text, "count": len(found)} for text, found in by_kind(document.losses)],
        "notes": list(document.notes),
    }


def edit_url(page: Page) -> str:
    """Return where the draft is worked on."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def objections(*, kind: str, parent: KnowledgeIndexPage, by: User) -> list[str]:
    """Return why this person cannot bring a document of that kind into that folder; none: he can."""
    if kind not in NAMES:
        return [_("Documents of that kind cannot be imported.")]
    if not parent.permissions_for_user(by).can_add_subpage():
        return [_("You may not add documents to the folder “%s”.") % parent.title]
    return []


def bring_in(*, document: Document, kind: str, parent: KnowledgeIndexPage, by: User, at: datetime.datetime) -> Report:
    """Make the document below `parent` as drafts, for others to check and sign off; the model numbers them.

    All of it is made in one transaction. Whatever fails, nothing is left: no page, no picture, no file. Raises Refused
    where the person may not, and what the database or the storage raises.
    """
    if found := objections(kind=kind, parent=parent, by=by):
        raise Refused(found[0])
    maker = _Maker(by)
    try:
        with transaction.atomic():
            pages = maker.pages(document, kind, parent)
    except BaseException:
        maker.forget_files()
        raise
    return Report(pages, list(maker.pictures.values()), document, at)


@dataclass
class _Maker:
    """Makes rows, and remembers the files it stored: no rollback takes these away."""

    by: User
    pictures: dict[bytes, Picture] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)

    def pages(self, document: Document, kind: str, parent: KnowledgeIndexPage) -> list[ControlledPage]:
        # The tree keeps counts in its rows: a parent that was read some time ago would be given two first children.
        parent = KnowledgeIndexPage.objects.get(pk=parent.pk)
        page = self._page(KINDS[kind], document.title, document.blocks, parent)
        chapters = [self._page(ChapterPage, each.title, each.blocks, page) for each in document.chapters]
        return [page, *chapters]

    def _page(self, model: type[ControlledPage], title: str, blocks: list[Block], parent: Page) -> ControlledPage:
        slug = _free_slug(slugify(title, allow_unicode=True)[:_SLUG].strip("-") or model.kind, parent)
        page = model(title=title, slug=slug, locale=parent.locale, live=False, owner=self.by, number=None)
        page.body = json.dumps([self._block(place, block) for place, block in enumerate(blocks, start=1)])
        parent.add_child(instance=page)
        page.save_revision(user=self.by, log_action=True)
        return page

    def _block(self, place: int, block: Block) -> dict[str, Any]:
        picture = self._picture(block.picture).pk if block.picture else None
        return {
            "type": "text",
            "id": f"p{place}",
            "value": {"heading": block.heading, "text": block.text, "picture": picture},
        }

    def _picture(self, illustration: Illustration) -> Picture:
        """Return the row of a picture; one that stands in several places is kept once."""
        if illustration.data in self.pictures:
            return self.pictures[illustration.data]
        name = illustration.name
        picture = Picture(title=illustration.description or name, uploaded_by_user=self.by)
        picture.description = illustration.description
        picture.file.name = self._store(picture, name, illustration.data)
        picture._set_image_file_metadata()
        picture.width, picture.height = picture.file.width, picture.file.height
        picture.save()
        self.pictures[illustration.data] = picture
        return picture

    def _store(self, picture: Picture, name: str, data: bytes) -> str:
        storage, file = picture.file.storage, picture._meta.get_field("file")
        wanted = storage.get_available_name(file.generate_filename(picture, name), max_length=file.max_length)
        self.stored.append(wanted)  # before it is written: what breaks off leaves a file too
        self.stored[-1] = storage.save(wanted, ContentFile(data), max_length=file.max_length)
        return self.stored[-1]

    def forget_files(self) -> None:
        """Delete what was stored."""
        storage = Picture._meta.get_field("file").storage
        for name in self.stored:
            storage.delete(name)


def _free_slug(wanted: str, parent: Page) -> str:
    """Return the slug, with a number behind it where a page beside it has it."""
    taken = set(Page.objects.child_of(parent).filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)
