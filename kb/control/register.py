"""The list of controlled documents 受控文件清单: what there was on a day, in which edition, and who had signed it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from kb.models import Act, ControlledPage, Edition, SignOff
from kb.models.pages import KINDS
from people.models import Audience, OrgUnit, Person, User, audience_of


class Status:
    """How a document stands on a day."""

    IN_FORCE, WITHDRAWN, COMING = "in-force", "withdrawn", "coming"
    choices = (
        (IN_FORCE, _("in force")),
        (WITHDRAWN, pgettext_lazy("document", "withdrawn")),
        (COMING, _("not yet in force")),
    )
    labels = dict(choices)


@dataclass(frozen=True)
class Signature:
    """A signature as the list shows it; `name` is "甲 代 乙" where 甲 signed in the place of 乙."""

    name: str
    on: datetime.date


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    edition: Edition
    kind: str
    unit: str
    status: str
    prepared: Signature | None
    reviewed: Signature | None
    approved: Signature | None
    review_by: datetime.date | None

    @property
    def language(self) -> str:
        """The name of its language, in that language."""
        return dict(settings.LANGUAGES).get(self.edition.language, self.edition.language)

    @property
    def signatures(self) -> "tuple[Signature | None, ...]":
        """The three in order."""
        return self.prepared, self.reviewed, self.approved

    @property
    def status_label(self) -> str:
        """Its status in words."""
        return str(Status.labels[self.status])

    @property
    def url(self) -> str:
        """The edition, in the language of the document; who may read it is asked there."""
        with translation.override(self.edition.language):
            return reverse("edition", args=[self.edition.number, self.edition.version])


def listed(
    *,
    person: Person,
    on: datetime.date,
    kind: str = "",
    unit: int | None = None,
    status: str = "",
    language: str = "",
    text: str = "",
) -> QuerySet[Edition]:
    """Return the edition of each document that tells how it stood on that day, by number.

    Of what had never been in force by then, the first one, if it was signed by then: a list of a past day stays as
    it was. `text` is looked for in numbers and titles.
    """
    later = Edition.objects.filter(page=OuterRef("page"), sequence__gt=OuterRef("sequence"), effective_on__lte=on)
    is_last, is_coming = (
        Q(~Exists(later), effective_on__lte=on),
        Q(sequence=1, effective_on__gt=on, approved_on__lte=on),
    )
    states = {
        Status.IN_FORCE: is_last & Q(act=Act.ISSUE),
        Status.WITHDRAWN: is_last & Q(act=Act.WITHDRAWAL),
        Status.COMING: is_coming,
    }
    found = Edition.objects.filter(
        states.get(status, is_last | is_coming), page__in=ControlledPage.objects.open_to(person).order_by()
    )
    if not person.has_perm("kb.read_restricted"):  # what was signed may be more secret than the page is yet
        found = found.exclude(revision__content__confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    if audience_of(person) != Audience.INTERNAL:
        found = found.filter(revision__content__audience__lte=audience_of(person))
    if kind:
        found = found.filter(page__content_type=ContentType.objects.get_for_model(KINDS[kind]))
    if unit is not None:
        found = found.filter(page__unit=unit)
    if language:
        found = found.filter(language=language)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(title__icontains=text))
    return found.order_by("number", "language", "pk")


def rows(editions: QuerySet[Edition], *, on: datetime.date) -> Iterator[Row]:
    """Yield a row for each edition as it stood on that day; four queries for every thousand."""
    units = OrgUnit.objects.in_bulk()
    kinds = {ContentType.objects.get_for_model(page).pk: page for page in KINDS.values()}
    # Of the page three columns are wanted: two thousand page objects would take most of the time.
    placed = editions.only(*_COLUMNS).annotate(
        unit=F("page__unit"), content_type=F("page__content_type"), is_live=F("page__live")
    )
    for chunk in batched(placed, 1000, strict=False):
        submissions = [edition.submission_id for edition in chunk]
        signatures = _signatures(submissions)
        were = _reviews_before_confirmation(submissions, on)
        for edition in chunk:
            signed = signatures.get(edition.submission_id, {})
            yield Row(
                edition=edition,
                kind=str(kinds[edition.content_type]._meta.verbose_name),
                unit=units[edition.unit].label if edition.unit else "",
                status=status_of(edition, on),
                prepared=signed.get(SignOff.Act.PREPARED),
                reviewed=signed.get(SignOff.Act.REVIEWED),
                approved=signed.get(SignOff.Act.APPROVED),
                review_by=were.get(edition.submission_id, edition.review_by),
            )


_COLUMNS = (
    "submission_id", "act", "number", "language", "title", "version", "significance", "effective_on", "review_by",
)  # fmt: skip


def status_of(edition: Edition, on: datetime.date) -> str:
    """Return how a document stands on that day whose edition `listed` returned."""
    if edition.effective_on > on:
        return Status.COMING
    return Status.WITHDRAWN if edition.is_withdrawal else Status.IN_FORCE


def _signatures(submissions: list[int]) -> dict[int, dict[str, Signature]]:
    """Return the signatures under these submissions, by act."""
    lines = SignOff.objects.filter(submission__in=submissions, act__in=SignOff.SIGNATURES)
    deputised = lines.filter(deputy_for__isnull=False).order_by().values("deputy_for")
    people = {person.pk: person for person in User.objects.filter(pk__in=deputised)}
    found: dict[int, dict[str, Signature]] = {}
    for submission, act, name, on, person in lines.values_list(
        "submission", "act", "name", "signed_on", "deputy_for"
    ):  # fmt: skip
        signed = in_place_of(name, people[person]) if person else name
        found.setdefault(submission, {})[act] = Signature(signed, on)
    return found


def signed_name(line: SignOff) -> str:
    """Return who signed a line of the log: "甲 代 乙" for a deputy."""
    return in_place_of(line.name, line.deputy_for) if line.deputy_for_id else line.name


def in_place_of(deputy: str, person: User) -> str:
    """Return how a deputy's name stands under a text."""
    return pgettext("signature of a deputy", "%(deputy)s for %(person)s") % {"deputy": deputy, "person": person}


def _reviews_before_confirmation(submissions: list[int], on: datetime.date) -> dict[int, datetime.date | None]:
    """Return by when these were to be reviewed on that day, where they were confirmed after it."""
    later = SignOff.objects.filter(submission__in=submissions, act=SignOff.Act.CONFIRMED, signed_on__gt=on)
    were: dict[int, datetime.date | None] = {}
    for submission, facts in later.order_by("-sequence").values_list("submission", "facts"):
        were[submission] = datetime.date.fromisoformat(facts["from"]) if facts.get("from") else None
    return were


def lines(*, person: Person, number: str = "", act: str = "") -> QuerySet[SignOff]:
    """Return the lines of the sign-off log about documents this person may know of, the newest first."""
    found = SignOff.objects.filter(page__in=ControlledPage.objects.open_to(person).order_by())
    if not person.has_perm("kb.read_restricted"):
        found = found.exclude(submission__revision__content__confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    if number:
        found = found.filter(page__number__iexact=number)
    if act:
        found = found.filter(act=act)
    return found.select_related("page", "deputy_for").order_by("-sequence")
