"""Drafts <-> pages of controlled documents."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Locale, Page

from kb.content import sources
from kb.content.kinds import KINDS, Kind
from kb.content.names import CHINESE, Gone, Names
from kb.content.shapes import Draft, show
from kb.content.streams import Raw, part_of, raw_stream
from kb.content.values import Change
from kb.control import effect
from kb.models import Change as ChangeRow
from kb.models import ControlledPage, Edition, Frozen, PersonsNeeded, SignOff
from people.models import Audience, OrgUnit, Qualification
from people.refusal import Refused

_ACTS = ("prepared", "reviewed", "approved")
_OF_EDITION = (*_ACTS, "version", "effective", "review_by")  # what a file says of the edition, not of its text
# Where a key of a file has another name than the field of the page, by field.
_RENAMED = {"class": "fault_class", "kind": "work", "models": "product_models"}
_MANY = ("models", "readers", "tools", "parts", "symptoms", "codes")
_SPECIAL = (*_OF_EDITION, *_MANY, "audience", "owner", "field", "change", "persons")


def write(page: ControlledPage, draft: Draft, names: Names) -> None:
    """Make the page, in memory, say what the draft says. Raises names.Gone."""
    members = draft.members
    for key, value in members.items():
        if key not in _SPECIAL:
            setattr(page, _RENAMED.get(key, key), value)
    page.draft_title = page.title
    page.audience = Audience[members["audience"].upper()]
    page.unit_id = names.pk(OrgUnit, members["owner"])
    page.qualification_id = names.pk(Qualification, members["field"]) if members["field"] else None
    page.changes = [
        ChangeRow(
            version=row.version, changed_on=row.on, significance=row.significance, note=row.note, sort_order=place
        )
        for place, row in enumerate(members["change"])
    ]
    if "persons" in members:
        page.persons = [
            PersonsNeeded(qualification_id=names.pk(Qualification, key), count=count, sort_order=place)
            for place, (key, count) in enumerate(members["persons"])
        ]
    for key in _MANY:
        if key in members:
            _write_many(page, _RENAMED.get(key, key), members[key], names)
    page.body = json.dumps(_stream(page, draft, names))


def _stream(page: ControlledPage, draft: Draft, names: Names) -> list[Raw]:
    """Return the blocks; files know nothing of pictures, so a block keeps its own."""
    pks = numbers_to_pks(page.language)

    def pk_of(number: str) -> int:
        if number not in pks:
            raise Gone(names.unknown(ControlledPage, number))
        return pks[number]

    pictures = {raw["id"]: raw["value"].get("picture") for raw in page.body.raw_data}
    stream = raw_stream(draft.parts, pk_of)
    for raw in stream:
        if picture := pictures.get(raw["id"]):
            raw["value"]["picture"] = picture
    return stream


def _write_many(page: ControlledPage, name: str, keys: Any, names: Names) -> None:
    model: type[Model] = page._meta.get_field(name).related_model
    found = model.objects.in_bulk([names.pk(model, key) for key in keys])
    setattr(page, name, list(found.values()))


def numbers_to_pks(language: str) -> dict[str, int]:
    """Return the pages that links from a page of this language lead to: of its language, else the Chinese ones."""
    pages = ControlledPage.objects.filter(language__in={language, CHINESE}, number__isnull=False)
    rows = list(pages.values_list("number", "language", "pk"))
    return {number: pk for number, _language, pk in sorted(rows, key=lambda row: row[1] == language)}


def read(page: ControlledPage, path: str = "") -> Draft:
    """Return the draft that the page, as it is in memory, says."""
    kind = KINDS[type(page)]
    members = {each.key: each.or_empty(_member(page, each.key)) for each in kind.shapes.head}
    numbers = _Numbers()
    parts = [part_of(raw, kind.shapes.blocks[raw["type"]], numbers.__getitem__) for raw in page.body.raw_data]
    return Draft(path, members, parts)


def _member(page: ControlledPage, key: str) -> Any:
    if key in _OF_EDITION:
        return _member_of_edition(page.edition, key)
    if key in _MANY:
        return tuple(sorted(_key(row) for row in getattr(page, _RENAMED.get(key, key)).all()))
    match key:
        case "audience":
            return Audience(page.audience).name.lower()
        case "owner":
            return page.unit.key if page.unit else ""
        case "field":
            return page.qualification.key if page.qualification else None
        case "change":
            rows = page.revision_table()
            return [Change(row.version, row.changed_on, row.significance, " ".join(row.note.split())) for row in rows]
        case "persons":
            return [(row.qualification.key, row.count) for row in page.persons.all()]
    value = getattr(page, _RENAMED.get(key, key))
    return " ".join(value.split()) if isinstance(value, str) else value


def _member_of_edition(edition: Edition | None, key: str) -> Any:
    if edition is None:
        return None
    if key in _ACTS:
        line = edition.signatures[key]
        return line.name, line.signed_on
    return getattr(edition, {"effective": "effective_on"}.get(key, key))


def _key(row: Model) -> str:
    return row.key if hasattr(row, "key") else f"{row.product.key}:{row.code}"


class _Numbers(dict[int, str]):
    """Document numbers by primary key, each looked up once."""

    def __missing__(self, pk: int) -> str:
        self[pk] = ControlledPage.objects.filter(pk=pk).values_list("number", flat=True).first() or ""
        return self[pk]


def text_of(draft: Draft, kind: Kind, *, english: bool = False) -> str:
    """Return the canonical file: whole, or only what an English file repeats."""
    return sources.show(show(draft, kind.shapes.english() if english else kind.shapes))


def latest(page: ControlledPage) -> ControlledPage:
    """Return the page as its last revision has it: what a person is working on, or what takes effect later."""
    said = page.get_latest_revision_as_object() if page.has_unpublished_changes else page
    last = last_edition(page)
    if last and last.revision_id == page.latest_revision_id:
        said.edition = last
    return said


def last_edition(page: ControlledPage) -> Edition | None:
    """Return the edition that was made last, in effect or not yet."""
    return Edition.objects.newest(page)


def as_signed(edition: Edition) -> ControlledPage:
    """Return the page as an edition has it."""
    page = edition.revision.as_object()
    page.edition = edition
    return page


def find(number: str, language: str) -> ControlledPage | None:
    """Return the page of that number in that language."""
    page = ControlledPage.objects.filter(number=number, language=language).first()
    return page.specific if page else None


def publish(page: ControlledPage, draft: Draft, parent: Page | None, after: Page | None) -> ControlledPage:
    """Take over a page that was written as the edition its file says it is. Raises ValidationError.

    A new one goes below `parent`, or after a page.
    """
    if page.pk is None:
        page.live = False
        if after:
            after.add_sibling("right", instance=page)
        else:
            parent.add_child(instance=page)
    members = draft.members
    try:
        page.full_clean()  # what takes effect later is not looked at again before it does
        page.save_revision(clean=False)
        effect.take_over(
            page=page, version=members["version"], effective_on=members["effective"], review_by=members["review_by"],
            signatures={SignOff.Act(act): members[act] for act in _ACTS}, at=timezone.now(),
            significance=members["change"][-1].significance, reason=members["change"][-1].note,
        )  # fmt: skip
    except (Refused, Frozen) as refusal:
        raise ValidationError(str(refusal)) from None
    return page


def new(kind: Kind, number: str, language: str, chinese: ControlledPage | None) -> ControlledPage:
    """Return an unsaved page; a page in another language than Chinese is a translation of the Chinese one."""
    page = kind.model(
        number=number, language=language, slug=slug(number), locale=Locale.objects.get(language_code=language)
    )
    if chinese:
        page.translation_key = chinese.translation_key
    return page


def slug(number: str) -> str:
    """Return a document number as it may stand in an address of the page tree."""
    return "".join(letter if letter.isalnum() else "-" for letter in number.lower())
