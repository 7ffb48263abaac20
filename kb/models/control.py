"""The controlled page: its head, its revision table, the digests of its live blocks, and citations of them."""

import datetime
import logging
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.blocks import StreamValue
from wagtail.models import Orderable, Page, PageManager, PagePermissionTester, ReferenceIndex, Revision, Workflow
from wagtail.query import PageQuerySet
from wagtail.search import index

from kb.digest import content_digest
from kb.models.citation import Block, Link, words_of
from kb.models.numbers import number_for
from kb.models.products import ProductModel
from kb.models.signing import Act, DocumentNumber, Edition, Significance, Submission
from kb.models.workflow import sign_off_workflow
from people.models import Audience, OrgUnit, Person, Qualification, User, audience_of

logger = logging.getLogger("benchbook")


class NotSigned(PermissionDenied):
    """Somebody or something tried to put into force, or out of it, what three people have not signed."""


class Frozen(PermissionDenied):
    """A text that waits for signatures cannot be changed."""


class ControlledQuerySet(PageQuerySet):
    """The one door to controlled pages."""

    def visible_to(self, person: Person) -> Self:
        """Those this person may read: live, for his audience, and of a confidentiality class open to him."""
        return self.live().open_to(person)

    def open_to(self, person: Person) -> Self:
        """Those that are for this person, in force or not: what becomes of the others is asked elsewhere."""
        return self.filter(is_open_to(person), number__isnull=False)

    def with_version(self) -> Self:
        """Annotate the version in force and its date, so that lists do not ask for each."""
        live = Edition.objects.filter(revision=OuterRef("live_revision"), act=Act.ISSUE).order_by("-sequence")
        return self.annotate(
            live_version=Subquery(live.values("version")[:1]), live_since=Subquery(live.values("effective_on")[:1])
        )

    def referring_to(self, page: Page) -> Self:
        """Those whose live text points at that page."""
        pages = ContentType.objects.get_for_model(Page)  # other models have the same ids for other things
        references = ReferenceIndex.get_references_to(page).filter(base_content_type=pages)
        ids = references.values_list("object_id", flat=True)
        return self.filter(pk__in=[int(id_) for id_ in ids]) if page.pk else self.none()

    def preferring(self, language: str) -> Self:
        """Those written in this language, and of documents that are not, what there is."""
        own = self.filter(language=language).order_by().values("number")
        return self.filter(Q(language=language) | ~Q(number__in=own))


def is_open_to(person: Person, prefix: str = "") -> Q:
    """Return the condition that a document is for this person's audience and of a class open to him.

    With a prefix it asks what lies behind that, such as the content of a revision.
    """
    audience = audience_of(person)
    classes = [ControlledPage.Confidentiality.OPEN]
    if audience == Audience.INTERNAL:
        classes.append(ControlledPage.Confidentiality.INTERNAL)
    if person.has_perm("kb.read_restricted"):
        classes.append(ControlledPage.Confidentiality.RESTRICTED)
    return Q(
        **{f"{prefix}audience__lte": int(audience), f"{prefix}confidentiality__in": [str(each) for each in classes]}
    )


class ControlledPageForm(WagtailAdminPageForm):
    """The editing form: a number once given stays."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields and self.instance.number:
            self.fields["number"].disabled = True


class DraftCopyForm(CopyForm):
    """The form to copy a document: a copy is a draft with a number of its own; an alias would have its original's."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


class ControlledTester(PagePermissionTester):
    """What a person may do in Wagtail with a document: write drafts; nobody publishes, not even a superuser.

    What goes into force or out of it is signed (kb/control); the model refuses everything else, and this keeps
    Wagtail's screens from offering it.
    """

    def can_publish(self) -> bool:
        """Nobody may."""
        return False

    can_publish_subpage = can_unpublish = can_unschedule = can_set_view_restrictions = can_publish

    def can_submit_for_moderation(self) -> bool:
        """Nobody may in Wagtail's own way, which asks for no reason and no signers: see kb/control/submit.py."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Drafts alone: what was ever submitted stays."""
        return super().can_delete(ignore_bulk) and not was_submitted(self.page)

    def can_move(self) -> bool:
        """Not what was ever submitted: the place of a chapter is what its manual says."""
        return self.can_edit() and not was_submitted(self.page)

    def can_move_to(self, destination: Page) -> bool:
        """Where a page may go, if it may go at all."""
        return self.can_move() and super().can_move_to(destination)

    def can_reorder_children(self) -> bool:
        """The order of chapters is what the manual says."""
        return self.can_edit() and not was_submitted(self.page)


def was_submitted(page: Page) -> bool:
    """Say whether this page or one below it was ever submitted for sign-off."""
    below = ControlledPage.objects.descendant_of(page, inclusive=True)
    return Submission.objects.filter(page__in=below.order_by().values("pk")).exists()


class ControlledPage(Page):
    """A controlled document 受控文件 in one language; the kinds of documents are its subclasses.

    One table for the head of every kind, so that numbers are unique over all of them and whoever asks what a person
    may read asks one queryset. Version, dates and signatures are those of its editions (kb/models/signing.py).
    """

    class Confidentiality(models.TextChoices):
        OPEN = "open", _("Open")
        INTERNAL = "internal", _("Internal")
        RESTRICTED = "restricted", _("Restricted")

    kind: ClassVar[str] = "document"

    # Null until the first draft is saved; two pages without a number must not clash.
    number = models.CharField(  # noqa: DJ001
        _("document number"),
        max_length=32,
        null=True,
        blank=True,
        help_text=_("Leave it empty to get the next one. Unique, never used again."),
    )
    language = models.CharField(max_length=12, editable=False)
    is_controlled = models.BooleanField(
        _("controlled"), default=True, help_text=_("Marked as controlled 受控; without it, for reference only.")
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    keywords = models.CharField(_("other words people search for"), max_length=300, blank=True)
    audience = models.PositiveSmallIntegerField(_("audience"), choices=Audience, default=Audience.INTERNAL)
    confidentiality = models.CharField(
        _("confidentiality"), max_length=12, choices=Confidentiality, default=Confidentiality.INTERNAL
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("owning unit"), null=True, blank=True, related_name="+"
    )
    qualification = models.ForeignKey(
        Qualification,
        models.PROTECT,
        verbose_name=_("field of work and rank"),
        help_text=_("What those who review and approve it must hold."),
        null=True,
        blank=True,
        related_name="+",
    )
    readers = ParentalManyToManyField(
        OrgUnit,
        verbose_name=_("units that must confirm reading it"),
        blank=True,
        related_name="+",
    )
    software = models.CharField(
        _("software versions"), max_length=100, blank=True, help_text=_("Such as 2.4 to 3.1; empty for all.")
    )
    product_models = ParentalManyToManyField(
        ProductModel, verbose_name=_("applies to"), blank=True, related_name="documents"
    )

    content_panels = [FieldPanel("title"), FieldPanel("summary"), FieldPanel("keywords")]
    control_panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("is_controlled")]),
        FieldRowPanel([FieldPanel("audience"), FieldPanel("confidentiality")]),
        FieldRowPanel([FieldPanel("unit"), FieldPanel("qualification")]),
        FieldPanel("product_models"),
        FieldPanel("software"),
        FieldPanel("readers"),
    ]

    # Title, headings and text weigh 4, 2 and 1: see kb/search.
    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=4),
        index.SearchField("number", boost=4),
        index.SearchField("keywords", boost=4),
        index.SearchField("summary", boost=2),
        index.SearchField("headings", boost=2),
        index.SearchField("words", boost=1),
        index.AutocompleteField("title"),
        index.AutocompleteField("number"),
        index.FilterField("audience"),
        index.FilterField("confidentiality"),
        index.FilterField("language"),
        index.FilterField("number"),
        index.FilterField("product_models"),
        index.FilterField("facet_kind"),
        index.FilterField("facet_class"),
        index.FilterField("facet_levels", type="IntegerField"),
    ]

    # Who reads is a matter of audience and confidentiality alone: a second system beside it would be overlooked.
    private_page_options: ClassVar[list[str]] = []
    exclude_fields_in_copy = ["number"]
    base_form_class = ControlledPageForm
    copy_form_class = DraftCopyForm
    is_creatable = False

    objects = PageManager.from_queryset(ControlledQuerySet)()

    class Meta:
        verbose_name = _("controlled document")
        permissions = [
            ("read_restricted", "Can read restricted documents"),
            ("read_withdrawn", "Can read what was withdrawn"),
            ("see_control", "Can see the controlled-document list, who has read what, and the sign-off log"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "language"], name="one_document_per_number_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def tabs(cls, *extra: tuple[list, object]) -> TabbedInterface:
        """Return the editing form: words, then the document's head. Nothing is scheduled: editions are signed."""
        tabs = [(cls.content_panels, _("Content")), *extra, (cls.control_panels, _("Document control"))]
        return TabbedInterface([ObjectList(panels, heading=heading) for panels, heading in tabs])

    def clean(self) -> None:
        """Keep the language beside the number, and say in words what is wrong with a number."""
        super().clean()
        self._clean_number()

    def minimal_clean(self) -> None:
        """Do the same for drafts, of which Wagtail checks little else."""
        super().minimal_clean()
        self._clean_number()

    def _clean_number(self) -> None:
        self.number = self.number or None
        self.language = self.locale.language_code
        if self.number and "/" in self.number:
            raise ValidationError({"number": _("A document number cannot hold “/”: it stands in an address.")})
        if self.number and self.number.upper().startswith("BB-"):
            raise ValidationError({"number": _("Numbers that begin with “BB-” are those of certificates.")})
        others = DocumentNumber.objects.filter(number=self.number).exclude(translation_key=self.translation_key)
        twins = ControlledPage.objects.filter(number=self.number, language=self.language).exclude(pk=self.pk)
        if self.number and (others.exists() or twins.exists()):
            raise ValidationError(
                {"number": _("Document number %(number)s is already taken.") % {"number": self.number}}
            )

    def flaws(self) -> list[str]:
        """Say why this text may be a draft but must not be put into force; its fields are checked by `clean`."""
        return []

    def get_url_parts(self, request: object = None) -> tuple[int, str, str] | None:
        """Return the address by document number, in the language of the document."""
        return (
            url_parts(super().get_url_parts(request), self.language, "document", self.number) if self.number else None
        )

    def get_absolute_url(self) -> str:
        """Return the address by document number in the language of the reader."""
        return reverse("document", args=[self.number])

    def get_template(self, request: HttpRequest, *args: object, **kwargs: object) -> str:
        """Return the template of its kind."""
        return f"kb/{self.kind}.html"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Return what its template needs, for the person who asks; previews in the admin come here too."""
        here = translation.get_language()
        edition = self.edition
        return super().get_context(request) | {
            "is_foreign": self.language != here,
            "edition": edition,
            "signatures": list(edition.submission.signatures) if edition else [],
            "changes": self.revision_table(),
        }

    @cached_property
    def edition(self) -> Edition | None:
        """The edition whose text this is: the live one, unless an older one was set here; None for drafts."""
        mine = Edition.objects.filter(page=self.pk, revision=self.live_revision_id, act=Act.ISSUE)
        return mine.select_related("submission").order_by("sequence").last()

    @property
    def version(self) -> str:
        """The version in force; empty for what never was. Lists annotate it: see `with_version`."""
        if hasattr(self, "live_version"):
            return self.live_version or ""
        return self.edition.version if self.edition else ""

    @property
    def effective_on(self) -> datetime.date | None:
        """Since when it is in force."""
        if hasattr(self, "live_since"):
            return self.live_since
        return self.edition.effective_on if self.edition else None

    def revision_table(self) -> "list[Change]":
        """Return the revision table: the lines taken over from paper, then one for each edition up to this one."""
        taken_over = list(self.changes.all())
        known = {change.version for change in taken_over}
        upto = self.edition.sequence if self.edition else 0
        own = Edition.objects.filter(page=self.pk, sequence__lte=upto, act=Act.ISSUE).order_by("sequence")
        return taken_over + [Change.of(edition) for edition in own if edition.version not in known]

    def stream(self) -> StreamValue:
        """Return its blocks."""
        return self.specific.body

    def raw_blocks(self) -> list[tuple[str, str, dict]]:
        """Return (block id, kind, raw value) of each block, as a stream stores them."""
        return [(child.id, child.block_type, child.block.get_prep_value(child.value)) for child in self.stream()]

    @property
    def headings(self) -> str:
        """All headings, for search."""
        return "\n".join(block.value.get("heading", "") for block in self.stream())

    @property
    def words(self) -> str:
        """All text, for search."""
        return "\n".join(words_of(raw) for _id, _kind, raw in self.raw_blocks())

    @property
    def facet_kind(self) -> str:
        """The kind it is found under: a chapter is found as a part of its manual."""
        return "manual" if self.specific_class.kind == "chapter" else self.specific_class.kind

    @property
    def facet_class(self) -> str | None:
        """The class of faults it is about, for search."""
        return getattr(self.specific, "fault_class", None)

    @property
    def facet_levels(self) -> list[int]:
        """The ranks it asks for, for search."""
        return sorted(self.specific.ranks_asked())

    def ranks_asked(self) -> set[int]:
        """Return the ranks of the qualifications that its work asks for."""
        return set()

    def get_workflow(self) -> Workflow:
        """Return the one workflow there is for documents, whatever is set in the page tree."""
        return sign_off_workflow()

    @property
    def has_workflow(self) -> bool:
        """Every document has."""
        return True

    def permissions_for_user(self, user: User) -> ControlledTester:
        """Return what a person may do in Wagtail."""
        return ControlledTester(user, self)

    def with_content_json(self, content: dict) -> Self:
        """Return the page as a revision says it; its number is its own, and dates to go live or expire do not exist."""
        page = super().with_content_json(content)
        page.number = self.number or page.number
        page.live_revision_id = self.live_revision_id
        page.go_live_at = page.expire_at = None
        return page

    @transaction.atomic
    def save_revision(self, *args: object, **options: object) -> Revision:
        """Save a draft; its first gives the document its number. Raises Frozen while it waits for signatures.

        What was ever submitted is not written over, as an editor left open would: it becomes a draft of its own.
        """
        # Whoever saves a draft and whoever submits it wait for each other.
        own = ControlledPage.objects.select_for_update().filter(pk=self.pk, pk__isnull=False).order_by()
        known = next(iter(own.values_list("number", flat=True)), None)
        if is_waiting(self):
            raise Frozen(_WAITS)
        over = options.get("overwrite_revision")
        if over and Submission.objects.filter(revision=over).exists():
            options["overwrite_revision"] = None
        self.go_live_at = self.expire_at = None
        # A number once given stays: changed in a draft, it would be changed for readers, unsigned.
        self.number = known or self.number
        self.number = number_for(self)
        if not known:
            ControlledPage.objects.filter(pk=self.pk).update(number=self.number)
        return super().save_revision(*args, **options)

    def content_digest(self) -> str:
        """Return the digest of what is signed: the document as it is in memory."""
        return content_digest(self.serializable_data())

    @transaction.atomic
    def publish(self, revision: Revision, user: User | None = None, **options: object) -> None:
        """Publish the revision of the edition in force today, with the digests of its blocks. Raises NotSigned.

        Every way to publish in Wagtail passes here, and none but that of kb/control/effect.py finds such an edition.
        """
        edition = in_force_today(self)
        if edition is None or edition.revision_id != revision.pk:
            if options.get("log_action") == _SCHEDULER:  # let go of, so that what else is due is not kept waiting
                Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
                logger.warning("Not published as scheduled, because it is not signed: %s", self)
                return
            raise NotSigned(_("A document is published by its sign-off alone."))
        passed = self._passed_over(edition)
        super().publish(revision, user=user, **options)
        for each in [*passed, edition]:
            page = self.specific_class.objects.get(pk=self.pk) if each == edition else each.revision.as_object()
            Block.objects.replace(page, is_erratum=each.significance == Significance.ERRATUM)
        Link.objects.replace(page)

    def _passed_over(self, edition: Edition) -> list[Edition]:
        """Return the editions since the live one that came into effect unseen: what they changed counts as well."""
        editions = Edition.objects.filter(page=self.pk, act=Act.ISSUE).order_by("sequence")
        live = editions.filter(revision=self.live_revision_id).last() if self.live_revision_id else None
        if live is None:
            return []
        unseen = editions.filter(sequence__gt=live.sequence, sequence__lt=edition.sequence)
        return list(unseen.select_related("revision"))

    def save(self, *args: object, **options: object) -> None:
        """Save it, unless that would show readers what is not signed, or hide what is in force. Raises NotSigned."""
        if self.alias_of_id:
            raise NotSigned(NO_ALIAS)
        fields = options.get("update_fields")
        if fields is None or not _ABOUT_DRAFTS.issuperset(fields):
            self.go_live_at = self.expire_at = None
            self._refuse_what_is_not_signed()
        super().save(*args, **options)

    def _refuse_what_is_not_signed(self) -> None:
        last = Edition.objects.as_of(timezone.localdate()).filter(page=self.pk).first() if self.pk else None
        is_withdrawn = last is not None and last.is_withdrawal
        if self.live:
            is_signed = last is not None and not is_withdrawn and last.revision_id == self.live_revision_id
            if not is_signed or last.digest != self.content_digest():
                raise NotSigned(_("Only what was signed can be live."))
        elif self.pk and not is_withdrawn and ControlledPage.objects.filter(pk=self.pk, live=True).exists():
            raise NotSigned(_("What is in force ends by its withdrawal alone."))
        elif is_waiting(self):  # Wagtail's screens write the row of a draft before they save the draft
            raise Frozen(_WAITS)


_WAITS = _("This document waits for signatures; its text cannot be changed meanwhile.")
NO_ALIAS = _("Documents and their folders have no aliases: those would follow a text without being signed.")
_SCHEDULER = "wagtail.publish.scheduled"  # what `publish_scheduled` and nothing else says it does
# What Wagtail writes on the row of a page when a draft of it is saved or locked: nothing that readers see.
_ABOUT_DRAFTS = frozenset(
    (
        *("latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes"),
        *("locked", "locked_by", "locked_at", "wagtail_admin_comments"),
    )
)


def is_waiting(page: Page) -> bool:
    """Say whether this page waits for signatures."""
    return page.pk is not None and Submission.objects.open().filter(page=page.pk).exists()


def in_force_today(page: Page) -> Edition | None:
    """Return the edition in force. Wagtail's ways to save and publish carry no date, so this one reads the clock."""
    return Edition.objects.in_force(timezone.localdate()).filter(page=page.pk).first()


def url_parts(parts: tuple | None, language: str, name: str, *args: str) -> tuple[int, str, str] | None:
    """Return (site, root address, path) of a screen of ours for a page whose parts Wagtail gave; None without any."""
    if parts is None:
        return None
    with translation.override(language):
        return parts[0], settings.BASE_URL, reverse(name, args=args)


class Change(Orderable):
    """A line of a document's revision table that was taken over with it; later ones are its editions."""

    page = ParentalKey(ControlledPage, on_delete=models.CASCADE, related_name="changes")
    version = models.CharField(_("version"), max_length=16)
    changed_on = models.DateField(_("date"))
    significance = models.CharField(
        _("significance"), max_length=12, choices=Significance, default=Significance.CONTENT
    )
    note = models.CharField(_("what changed and why"), max_length=300)

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """Return the unsaved line of an edition."""
        return cls(
            version=edition.version,
            changed_on=edition.approved_on,
            significance=edition.significance,
            note=edition.reason,
        )

    class Meta(Orderable.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return f"{self.version} {self.changed_on}"
