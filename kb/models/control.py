"""The controlled page: its head, its revision table, the digests of its live blocks, and citations of them."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.blocks import StreamValue
from wagtail.models import Orderable, Page, PageManager, ReferenceIndex, Revision
from wagtail.query import PageQuerySet
from wagtail.search import index

from kb.models.citation import Block
from kb.models.products import ProductModel
from people.models import Audience, OrgUnit, Person, User, audience_of


class Significance(models.TextChoices):
    """How much a change matters to those who were trained and examined on the text before it."""

    ERRATUM = "erratum", _("Erratum")
    CONTENT = "content", _("Content")
    SAFETY = "safety", _("Safety-critical")


class ControlledQuerySet(PageQuerySet):
    """The one door to controlled pages."""

    def visible_to(self, person: Person) -> Self:
        """Those this person may read: live, for his audience, and of a confidentiality class open to him."""
        audience = audience_of(person)
        classes = [ControlledPage.Confidentiality.OPEN]
        if audience == Audience.INTERNAL:
            classes.append(ControlledPage.Confidentiality.INTERNAL)
        if person.has_perm("kb.read_restricted"):
            classes.append(ControlledPage.Confidentiality.RESTRICTED)
        return self.live().filter(audience__lte=audience, confidentiality__in=classes, number__isnull=False)

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


class ControlledPageForm(WagtailAdminPageForm):
    """The editing form: an author gives a number, though a copy begins without one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if "number" in self.fields:
            self.fields["number"].required = True


class DraftCopyForm(CopyForm):
    """The form to copy a document: a copy is a draft without a number, and an alias would have its original's."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


class ControlledPage(Page):
    """A controlled document 受控文件 in one language; the kinds of documents are its subclasses.

    One table for the head of every kind, so that numbers are unique over all of them and whoever asks what a person
    may read asks one queryset. The head is the regulation's: number, version, prepared, reviewed, approved, effective
    date, revisions.
    """

    class Confidentiality(models.TextChoices):
        OPEN = "open", _("Open")
        INTERNAL = "internal", _("Internal")
        RESTRICTED = "restricted", _("Restricted")

    kind: ClassVar[str] = "document"

    # Null while a copy has none yet; two copies without a number must not clash.
    number = models.CharField(  # noqa: DJ001
        _("document number"), max_length=32, null=True, blank=True, help_text=_("Unique, never used again.")
    )
    language = models.CharField(max_length=12, editable=False)
    version = models.CharField(_("version"), max_length=16, default="1.0")
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    keywords = models.CharField(_("other words people search for"), max_length=300, blank=True)
    audience = models.PositiveSmallIntegerField(_("audience"), choices=Audience, default=Audience.INTERNAL)
    confidentiality = models.CharField(
        _("confidentiality"), max_length=12, choices=Confidentiality, default=Confidentiality.INTERNAL
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("owning unit"), null=True, blank=True, related_name="+"
    )
    prepared_by = models.CharField(_("prepared by"), max_length=60, blank=True)
    prepared_on = models.DateField(_("prepared on"), null=True, blank=True)
    reviewed_by = models.CharField(_("reviewed by"), max_length=60, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=60, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    effective_on = models.DateField(_("effective on"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)
    product_models = ParentalManyToManyField(
        ProductModel, verbose_name=_("applies to"), blank=True, related_name="documents"
    )

    content_panels = [FieldPanel("title"), FieldPanel("summary"), FieldPanel("keywords")]
    control_panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("version")]),
        FieldRowPanel([FieldPanel("audience"), FieldPanel("confidentiality")]),
        FieldPanel("unit"),
        FieldRowPanel([FieldPanel("effective_on"), FieldPanel("review_by")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel(f"{act}_by"), FieldPanel(f"{act}_on")])
                for act in ("prepared", "reviewed", "approved")
            ],
            heading=_("Sign-off"),
        ),
        FieldPanel("product_models"),
        InlinePanel("changes", heading=_("Revisions"), label=_("Revision")),
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
        index.FilterField("audience"),
        index.FilterField("confidentiality"),
        index.FilterField("language"),
        index.FilterField("number"),
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
        permissions = [("read_restricted", "Can read restricted documents")]
        constraints = [
            models.UniqueConstraint(fields=["number", "language"], name="one_document_per_number_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def tabs(cls, *extra: tuple[list, object]) -> TabbedInterface:
        """Return the editing form: words, the document's head, then settings."""
        tabs = [(cls.content_panels, _("Content")), *extra, (cls.control_panels, _("Document control"))]
        return TabbedInterface(
            [
                *(ObjectList(panels, heading=heading) for panels, heading in tabs),
                ObjectList(cls.settings_panels, heading=_("Settings")),
            ]
        )

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
        others = ControlledPage.objects.filter(number=self.number, language=self.language).exclude(pk=self.pk)
        if self.number and others.exists():
            raise ValidationError(
                {"number": _("Document number %(number)s is already taken.") % {"number": self.number}}
            )

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
        return super().get_context(request) | {"is_foreign": self.language != here, "changes": self.changes.all()}

    def stream(self) -> StreamValue:
        """Return its blocks."""
        return self.specific.body

    @property
    def headings(self) -> str:
        """All headings, for search."""
        return "\n".join(block.value.get("heading", "") for block in self.stream())

    @property
    def words(self) -> str:
        """All text, for search."""
        return "\n".join(words_of(block.block.get_prep_value(block.value)) for block in self.stream())

    @transaction.atomic
    def publish(self, revision: Revision, user: User | None = None, **options: object) -> None:
        """Publish this revision and keep the digests of its blocks; every way to publish in Wagtail passes here."""
        super().publish(revision, user=user, **options)
        if (page := Page.objects.get(pk=self.pk).specific).live:
            Block.objects.replace(page)


def url_parts(parts: tuple | None, language: str, name: str, *args: str) -> tuple[int, str, str] | None:
    """Return (site, root address, path) of a screen of ours for a page whose parts Wagtail gave; None without any."""
    if parts is None:
        return None
    with translation.override(language):
        return parts[0], settings.BASE_URL, reverse(name, args=args)


def words_of(value: object) -> str:
    """Return the words in a block's raw value, a member a line; ids, targets and numbers are left out."""
    if isinstance(value, dict):
        return "\n".join(
            words_of(member) for key, member in value.items() if key not in {"to", "none", "cannot", "then"}
        )
    if isinstance(value, list):
        return "\n".join(
            words_of(member.get("value", member) if isinstance(member, dict) else member) for member in value
        )
    return value if isinstance(value, str) else ""


class Change(Orderable):
    """A line of a document's revision table."""

    page = ParentalKey(ControlledPage, on_delete=models.CASCADE, related_name="changes")
    version = models.CharField(_("version"), max_length=16)
    changed_on = models.DateField(_("date"))
    significance = models.CharField(
        _("significance"), max_length=12, choices=Significance, default=Significance.CONTENT
    )
    note = models.CharField(_("what changed and why"), max_length=300)

    panels = [
        FieldRowPanel([FieldPanel("version"), FieldPanel("changed_on"), FieldPanel("significance")]),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return f"{self.version} {self.changed_on}"
