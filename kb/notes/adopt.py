"""From a field note to a document: an FAQ of its own, a place in a guide, or put aside; then who asked is told."""

import datetime
import json

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from kb.models import ControlledPage, FaqPage, FaultGuidePage, Follower, KnowledgeIndexPage, Solution
from kb.notes.standing import State, standing_of
from kb.notes.write import held, tell_followers, url
from kb.reading import alike
from people.inbox import tell
from people.models import Notice, Qualification, User
from people.refusal import Refused

LONGEST_REASON = Solution._meta.get_field("closed_because").max_length
_KEY = "note-adopted-"


def objections(note: Solution, by: User, *, even_unverified: bool = False) -> list[str]:
    """Return why this person cannot make a document of it now; none: he can."""
    if not by.has_perm("kb.adopt_solution"):
        return [_("Your role does not make documents of field notes.")]
    if note.closed_at:
        return [_("This note was put aside.")]
    if note.document_id:
        return [_("It is in hand already: %s") % note.document]
    if not note.remedy:
        return [_("Nobody has said what helps yet.")]
    if not even_unverified and standing_of(note) != State.VERIFIED:
        return [_("Nobody else has found that it works. Tick that you take it up all the same, or wait.")]
    return []


@transaction.atomic
def draft_faq(
    *, solution: Solution, by: User, folder: KnowledgeIndexPage, at: datetime.datetime, even_unverified: bool = False
) -> FaqPage:
    """Make an FAQ of it as a draft in that folder, to be put well, submitted and signed like any other.

    Raises Refused, and Solution.DoesNotExist for strangers.
    """
    note = held(solution, by)
    reasons = objections(note, by, even_unverified=even_unverified)
    folder = KnowledgeIndexPage.objects.get(pk=folder.pk)  # the tree keeps counts in its rows
    if not folder.permissions_for_user(by).can_add_subpage():
        reasons.append(_("You may not add documents to the folder “%s”.") % folder.title)
    if reasons:
        raise Refused(*reasons)
    page = FaqPage(
        title=note.problem, slug=f"{slugify(note.problem, allow_unicode=True)[:80]}-{note.pk}".strip("-"),
        locale=folder.locale, live=False, owner=by, number=None, unit=by.unit, keywords=_keywords(note),
        qualification=_field_of(note),
    )  # fmt: skip
    with translation.override(folder.locale.language_code):
        page.body = json.dumps(_blocks(note))
    page.product_models = [note.model] if note.model else []
    folder.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return _given(note, page, at)


def _field_of(note: Solution) -> Qualification | None:
    """Return what its signers must hold: the highest rank of the product's field of work."""
    subject = note.model.family.subject_id if note.model else None
    return Qualification.objects.filter(subject=subject).order_by("rank").last() if subject else None


def _keywords(note: Solution) -> str:
    symptom = note.symptom.label if note.symptom else ""
    words = dict.fromkeys(word for word in (note.code, symptom, note.query) if word and word != note.problem)
    return ", ".join(words)[: FaqPage._meta.get_field("keywords").max_length]


def _blocks(note: Solution) -> list[dict]:
    said = {"problem": (_("Question"), note.problem), "cause": (_("Cause"), note.cause)}
    said["remedy"] = (_("What helps"), note.remedy)
    return [
        {"type": "text", "id": name, "value": {"heading": heading, "text": text, "picture": None}}
        for name, (heading, text) in said.items()
        if text
    ]


def _given(note: Solution, page: ControlledPage, at: datetime.datetime) -> ControlledPage:
    """Give the note its document; `changed_at` says since when, and which editions can hold it."""
    note.document_id, note.changed_at = page.pk, at
    note.save(update_fields=["document", "changed_at"])
    return page


def guides_for(person: User) -> QuerySet[FaultGuidePage]:
    """Return the fault guides this person may see, drafts included."""
    return FaultGuidePage.objects.open_to(person).order_by("number", "pk")


@transaction.atomic
def into_guide(
    *, solution: Solution, by: User, guide: FaultGuidePage, at: datetime.datetime, even_unverified: bool = False
) -> FaultGuidePage:
    """Say into which fault guide it goes; it counts as adopted once an edition submitted after this is in force.

    Raises Refused, and Solution.DoesNotExist for strangers.
    """
    note = held(solution, by)
    reasons = objections(note, by, even_unverified=even_unverified)
    if not guide.permissions_for_user(by).can_edit():
        reasons.append(_("You may not edit the fault guide “%s”.") % guide.title)
    if reasons:
        raise Refused(*reasons)
    return _given(note, guide, at)


@transaction.atomic
def put_aside(*, solution: Solution, by: User, because: str, at: datetime.datetime) -> Solution:
    """Close it with a reason, which author and followers are told. Raises Refused, and Solution.DoesNotExist."""
    note, because = held(solution, by), because.replace("\0", "").strip()
    reasons = [] if by.has_perm("kb.adopt_solution") else objections(note, by)
    if note.closed_at:
        reasons.append(_("This note was put aside."))
    if not because:
        reasons.append(_("Say why it is put aside."))
    if len(because) > LONGEST_REASON:
        reasons.append(_("The reason is too long: %s characters at most.") % LONGEST_REASON)
    if standing_of(note) == State.ADOPTED:
        reasons.append(_("It is in a document in force already."))
    if reasons:
        raise Refused(*reasons)
    note.closed_at, note.closed_by, note.closed_because, note.document = at, by, because, None
    note.save(update_fields=["closed_at", "closed_by", "closed_because", "document"])
    text = gettext_lazy("Put aside: %(problem)s. %(reason)s")
    key = f"note-aside-{note.pk}-{at.isoformat()}"
    tell_followers(note, key=key, text=text, at=at, but=by, values={"reason": because})
    return note


@transaction.atomic
def reopen(*, solution: Solution, by: User, at: datetime.datetime) -> Solution:
    """Let it wait again: put aside by mistake, or given to the wrong document. Raises as the others do."""
    note = held(solution, by)
    if not by.has_perm("kb.adopt_solution"):
        raise Refused(_("Your role does not make documents of field notes."))
    if standing_of(note) == State.ADOPTED:
        raise Refused(_("It is in a document in force already."))
    note.document = note.closed_at = note.closed_by = None
    note.closed_because, note.changed_at = "", at
    note.save(update_fields=["document", "closed_at", "closed_by", "closed_because", "changed_at"])
    return note


def tell_adopted(*, at: datetime.datetime, page: Page | None = None) -> int:
    """Tell everybody who asked or followed that it is in force now, each once; return how many were told.

    Called when a document (`page`) comes into effect, and every night for what was missed then.
    """
    adopted = Solution.objects.filter(document__isnull=False).with_standing().filter(standing=State.ADOPTED)
    adopted = adopted.filter(document=page.pk) if page else adopted
    told = Notice.objects.filter(
        person=OuterRef("person"), key=Concat(Value(_KEY), Cast(OuterRef("solution"), CharField()))
    )
    untold = Follower.objects.filter(
        ~Exists(told), solution__in=adopted.order_by().values("pk"), person__is_active=True
    )
    followers = list(untold.select_related("person__unit", "solution__document"))
    able = _readers(followers)
    for each in followers:
        _tell(each, can_read=(each.person_id, each.solution.document_id) in able, at=at)
    return len(followers)


def _readers(followers: list[Follower]) -> set[tuple[int, int]]:
    """Return which of them may read the document, as (person, document)."""
    documents = {each.solution.document_id for each in followers}
    groups = alike({each.person_id: each.person for each in followers}.values())
    return {
        (person.pk, pk)
        for group in groups
        for pk in ControlledPage.objects.visible_to(group[0]).filter(pk__in=documents).values_list("pk", flat=True)
        for person in group
    }


def _tell(follower: Follower, *, can_read: bool, at: datetime.datetime) -> None:
    note, document = follower.solution, follower.solution.document
    text = gettext_lazy("What you asked about is answered in a document now: %(problem)s")
    if can_read:
        text = gettext_lazy("What you asked about is in force now, in %(document)s: %(problem)s")
    tell(
        person=follower.person, key=f"{_KEY}{note.pk}", text=text, at=at,
        values={"problem": note.problem, "document": document},
        url=reverse("document", args=[document.number]) if can_read else url(note),
    )  # fmt: skip
