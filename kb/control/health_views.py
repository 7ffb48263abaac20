"""The health of documents, and signing that one is still valid."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kb import feedback
from kb.control import health as rules
from kb.control import review
from kb.control.forms import DayField, SignedForm
from kb.models import Act, Block, ControlledPage, Correction, Edition, Link, SignOffTask
from people.models import Person, User
from people.refusal import Refused

FIRST, ON_A_PAGE = 10, 50


@dataclass(frozen=True)
class Item:
    """A document that something is the matter with, and what to do about it."""

    number: str
    title: str
    language: str
    notes: tuple[str, ...]
    action: str = ""
    action_url: str = ""

    @property
    def url(self) -> str:
        """The document, in its own language."""
        with translation.override(self.language):
            return reverse("document", args=[self.number])


@dataclass(frozen=True)
class Section:
    """One thing that can be the matter: the rows it was found in, and how to show some of them."""

    key: str
    heading: str
    hint: str
    found: QuerySet | Sequence
    shown: Callable[[Iterable, User], Iterator[Item]]


@login_required
@permission_required("kb.see_control", raise_exception=True)
def health(request: HttpRequest) -> HttpResponse:
    """What is the matter with the documents, section by section; ?section= shows one whole, ?mine=1 only one's own."""
    is_mine = request.GET.get("mine") == "1"
    sections = sections_for(person=request.user, is_mine=is_mine, on=timezone.localdate())
    pages = {section.key: Paginator(section.found, FIRST) for section in sections}
    wanted = next((section for section in sections if section.key == request.GET.get("section")), None)
    context: dict = {
        "is_mine": is_mine,
        "sections": sections,
        "wanted": wanted,
        "counts": [(section, pages[section.key].count) for section in sections],
    }
    if wanted:
        page = Paginator(wanted.found, ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page_obj": page, "shown": [(wanted, page.paginator.count, _items(wanted, page, request.user))]}
    else:
        context["shown"] = [
            (section, pages[section.key].count, _items(section, pages[section.key].get_page(1), request.user))
            for section in sections
        ]
    return render(request, "kb/health/health.html", context)


def _items(section: Section, page: Page, person: User) -> list[Item]:
    return list(section.shown(list(page.object_list), person)) if page.paginator.count else []


def sections_for(*, person: User, is_mine: bool, on: datetime.date) -> list[Section]:
    """Return the sections, each with its rows still to be fetched."""
    pages = rules.documents(person=person, is_mine=is_mine)
    submitted = rules.submitted(person=person, is_mine=is_mine)
    return [
        Section(
            "overdue", gettext("Overdue for review"), gettext("Somebody should have looked whether they still hold."),
            rules.overdue(pages=pages, on=on).select_related("page"), _overdue,
        ),
        Section(
            "signatures", gettext("Signatures overdue"), gettext("Submitted, and not signed by the day it was due."),
            review.overdue_steps(on=on, pages=submitted), _signatures,
        ),
        Section(
            "corrections", gettext("Corrections nobody has answered"), gettext("Readers proposed them."),
            rules.open_corrections(pages=pages).select_related("edition__page", "assignee"), _corrections,
        ),
        Section(
            "unhelpful", gettext("Did not help"), gettext("What readers said of the edition in force."),
            rules.unhelpful(pages=pages, on=on).select_related("page"), _unhelpful,
        ),
        Section(
            "links", gettext("Dead links"), gettext("They lead to no document in force, or to no block of it."),
            rules.dead_links(pages=pages).select_related("page"), _links,
        ),
        Section(
            "translations", gettext("Translations left behind"),
            gettext("Their original has changed since, by more than an erratum."),
            rules.stale_translations(pages=pages, on=on), _translations,
        ),
        Section(
            "unused", gettext("Never used"),
            _since_when(), rules.never_used(pages=pages, on=on), _unused,
        ),
    ]  # fmt: skip


def _since_when() -> str:
    since = rules.counted_since()
    if since is None:
        return gettext("Not opened, followed or cited in 90 days. No opening was ever counted.")
    return gettext("Not opened, followed or cited in 90 days. Openings are counted since %s.") % f"{since:%Y-%m}"


def _overdue(editions: Iterable[Edition], person: User) -> Iterator[Item]:
    for edition in editions:
        yield Item(
            edition.number, edition.title, edition.language,
            (gettext("to be reviewed by %s") % edition.review_by,),
            gettext("Confirm as still valid"), confirmation_url(edition),
        )  # fmt: skip


def confirmation_url(edition: Edition) -> str:
    """Return the address of the screen on which this edition is confirmed."""
    return f"{reverse('confirm_review', args=[edition.number])}?language={edition.language}"


def _signatures(steps: Iterable[review.OverdueStep], person: User) -> Iterator[Item]:
    for overdue in steps:
        page = overdue.submission.page
        names = {"step": SignOffTask.Step(overdue.step).label, "person": overdue.signer, "date": overdue.due_on}
        yield Item(
            page.number, page.draft_title or page.title, page.language,
            (gettext("%(step)s by %(person)s was due on %(date)s") % names,),
            gettext("Open the submission"), reverse("sign", args=[overdue.submission.pk]),
        )  # fmt: skip


def _corrections(corrections: Iterable[Correction], person: User) -> Iterator[Item]:
    corrections = list(corrections)
    own = feedback.answered_by(person).filter(pk__in=[correction.pk for correction in corrections])
    answerable = set(own.order_by().values_list("pk", flat=True))
    for correction in corrections:
        edition = correction.edition
        said = [correction.text[:160], str(timezone.localdate(correction.proposed_at))]
        if correction.assignee:
            said.append(gettext("with %s") % correction.assignee)
        action = ("", "")
        if correction.pk in answerable:
            action = (pgettext("correction", "Answer"), reverse("correction", args=[correction.pk]))
        yield Item(edition.number, edition.page.title, edition.language, tuple(said), *action)


def _unhelpful(editions: Iterable[Edition], person: User) -> Iterator[Item]:
    editions = list(editions)
    why = rules.reasons(editions)
    for edition in editions:
        names = {"version": edition.version, "no": edition.unhelpful, "yes": edition.helpful}
        counts = tuple(f"{words}: {count}" for words, count in why.get(edition.pk, []))
        yield Item(
            edition.number, edition.title, edition.language,
            (gettext("version %(version)s: did not help %(no)s, helped %(yes)s") % names, *counts),
            *_edit(edition.page, person),
        )  # fmt: skip


def _links(links: Iterable[Link], person: User) -> Iterator[Item]:
    links = list(links)
    places = Block.objects.filter(page__in={link.page_id for link in links})
    headings = {(page, block): heading for page, block, heading in places.values_list("page", "block_id", "heading")}
    for link in links:
        page = link.page
        names = {"target": str(link).removesuffix("#"), "heading": headings.get((page.pk, link.block_id)) or "–"}
        yield Item(
            page.number, page.title, page.language,
            (gettext("to %(target)s, in “%(heading)s”") % names,), *_edit(page, person),
        )  # fmt: skip


def _translations(pages: Iterable[ControlledPage], person: User) -> Iterator[Item]:
    for page in pages:
        names = {"version": page.original_version, "date": page.original_since, "since": page.live_since}
        words = (
            gettext("the original was withdrawn on %(date)s")
            if page.original_act == Act.WITHDRAWAL
            else gettext("the original is version %(version)s since %(date)s, this one is of %(since)s")
        )
        yield Item(page.number, page.title, page.language, (words % names,), *_edit(page, person))


def _unused(pages: Iterable[ControlledPage], person: User) -> Iterator[Item]:
    for page in pages:
        action = ("", "")
        if page.permissions_for_user(person).can_edit():
            action = (gettext("Submit its withdrawal"), f"{reverse('submit', args=[page.pk])}?act={Act.WITHDRAWAL}")
        since = gettext("in force since %s") % page.first_in_force
        yield Item(page.number, page.title, page.language, (since,), *action)


def _edit(page: ControlledPage, person: User) -> tuple[str, str]:
    if not page.permissions_for_user(person).can_edit():
        return "", ""
    return gettext("Mend the text"), reverse("wagtailadmin_pages:edit", args=[page.pk])


class ConfirmationForm(SignedForm):
    """A name under "still valid": what was seen, and until when."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.DateField(widget=forms.HiddenInput, required=False)
    until = DayField(label=_("To be reviewed again by"))
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300})
    )


@never_cache
@login_required
@sensitive_post_parameters("password")
def confirm_review(request: HttpRequest, number: str) -> HttpResponse:
    """What is in force under this number, what readers said of it, and the signature that it is still valid."""
    page = _in_force(request.user, number, request.GET.get("language", ""))
    if not request.user.has_perm("kb.see_control"):
        raise PermissionDenied
    now = timezone.now()
    edition = Edition.objects.in_force(timezone.localdate(now)).filter(page=page).select_related("submission").first()
    if edition is None:
        raise Http404(number)
    initial = {
        "edition": edition.pk,
        "seen": edition.review_by,
        "until": review.next_review(page=page, on=timezone.localdate(now)),
    }
    form = ConfirmationForm(request.POST or None, initial=initial, person=request.user)
    context = _seen(page, edition, request.user, now) | {"form": form}
    if request.method != "POST":
        return render(request, "kb/health/confirm.html", context)
    if not ratelimit.consume(request, action="sign", user=request.user):
        refusals = [gettext("Too many attempts. Wait a few minutes, then sign again.")]
        return render(request, "kb/health/confirm.html", context | {"refusals": refusals}, status=429)
    if not form.is_valid():
        return render(request, "kb/health/confirm.html", context, status=422)
    said = form.cleaned_data
    try:
        if said["edition"] != edition.pk:
            raise Refused(gettext("Meanwhile version %s came into force. Look at it first.") % edition.version)
        edition.review_by = said["seen"]
        confirmed = review.confirm(
            edition=edition, by=request.user, at=now, until=said["until"], comment=said["comment"]
        )  # fmt: skip
    except Refused as refusal:
        return render(request, "kb/health/confirm.html", _again(context, page, refusal, request.user), status=409)
    messages.success(request, gettext("Signed. It is to be reviewed again by %s.") % confirmed.review_by)
    return redirect(confirmation_url(confirmed))


def _again(context: dict, page: ControlledPage, refusal: Refused, person: User) -> dict:
    """Return what to show after a refusal: what stands now, and what was typed, to be signed anew."""
    now = timezone.now()
    edition = Edition.objects.in_force(timezone.localdate(now)).filter(page=page).select_related("submission").get()
    typed = context["form"].cleaned_data
    form = ConfirmationForm(
        initial={**typed, "edition": edition.pk, "seen": edition.review_by, "password": ""}, person=person
    )
    return _seen(page, edition, person, now) | {"form": form, "refusals": refusal.reasons}


def _in_force(person: Person, number: str, language: str) -> ControlledPage:
    """Return the document of this number in that language, or in the reader's if there is one. Raises Http404."""
    pages = ControlledPage.objects.visible_to(person).filter(number=number)
    page = pages.filter(language=language).first() or pages.preferring(get_language()).first()
    if page is None:
        raise Http404(number)
    return page


def _seen(page: ControlledPage, edition: Edition, person: User, now: datetime.datetime) -> dict:
    objections = review.objections(edition=edition, person=person, at=now)
    counted = rules.unhelpful(pages=ControlledPage.objects.filter(pk=page.pk), on=timezone.localdate(now)).first()
    return {
        "page": page,
        "edition": edition,
        "today": timezone.localdate(now),
        "signatures": list(edition.submission.signatures.select_related("deputy_for")),
        "confirmations": list(review.confirmations(edition)[:5]),
        "objections": objections,
        "candidates": review.candidates(edition=edition, asker=person, at=now) if objections else [],
        "helpful": edition.votes.filter(was_helpful=True).count(),
        "unhelpful": counted.unhelpful if counted else 0,
        "reasons": rules.reasons([edition]).get(edition.pk, []),
        "corrections": rules.open_corrections(pages=ControlledPage.objects.filter(pk=page.pk)).count(),
        "others": ControlledPage.objects.visible_to(person).filter(number=page.number).exclude(pk=page.pk),
    }
