"""The kinds of controlled documents, and the folders of the page tree that hold them."""

import itertools
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PagePermissionTester

from kb import diagnosis
from kb.blocks import NODES, PROCEDURE, PROSE
from kb.guide_editor.panels import ChartPanel
from kb.models.control import NO_ALIAS, ControlledPage, DraftCopyForm, NotSigned, url_parts, was_submitted
from kb.models.guide_names import empty_members, sentence, unknown_names, unread_pages
from kb.models.products import FaultCode, Part, Symptom, Tool
from people.models import Person, Qualification, User, holds


class FolderTester(PagePermissionTester):
    """What a person may do in Wagtail with a folder: whoever may edit it may show it."""

    def can_publish(self) -> bool:
        """Folders hold no text to sign."""
        return self.can_edit()

    def can_publish_subpage(self) -> bool:
        """Nobody makes and publishes in one go: what is made below may be a document."""
        return False

    def can_unpublish(self) -> bool:
        """Whoever may edit it, while nothing that was submitted lies below."""
        return self.page.live and self.can_edit() and not was_submitted(self.page)

    def can_set_view_restrictions(self) -> bool:
        """Nobody: who reads is audience and confidentiality."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Not with documents below that were ever submitted."""
        return super().can_delete(ignore_bulk) and not was_submitted(self.page)

    def can_move(self) -> bool:
        """Likewise."""
        return self.can_edit() and not was_submitted(self.page)

    def can_move_to(self, destination: Page) -> bool:
        """Where it may go, if it may go at all."""
        return self.can_move() and super().can_move_to(destination)

    def can_copy(self) -> bool:
        """Folders alone: there is one home for each language, and nobody would answer for where a copy of it lies."""
        return not isinstance(self.page.specific_deferred, HomePage) and super().can_copy()

    def can_reorder_children(self) -> bool:
        """Folders and documents in a folder stand in any order."""
        return self.can_edit()


class Folder:
    """What the folders of the page tree have in common; a class beside Wagtail's page, because each is its own table.

    Nothing is scheduled in them, and they have no aliases: both would carry along, unsigned, what lies below.
    """

    settings_panels: ClassVar[list] = []
    private_page_options: ClassVar[list[str]] = []
    copy_form_class = DraftCopyForm

    def permissions_for_user(self, user: User) -> FolderTester:
        """Return what a person may do in Wagtail."""
        return FolderTester(user, self)

    def save(self, *args: object, **options: object) -> None:
        """Save it. Raises NotSigned for an alias."""
        if self.alias_of_id:
            raise NotSigned(NO_ALIAS)
        super().save(*args, **options)

    @transaction.atomic
    def copy(self, *args: object, **options: object) -> Page:
        """Copy it with all below or not at all: Wagtail leaves half a tree where a document cannot be copied live."""
        return super().copy(*args, **options)


class HomePage(Folder, Page):
    """The root of a language's tree; the site's home itself is a screen of its own."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["kb.KnowledgeIndexPage"]

    class Meta:
        verbose_name = _("home")

    def get_url_parts(self, request: object = None) -> tuple[int, str, str] | None:
        """Return the home screen in this language."""
        return url_parts(super().get_url_parts(request), self.locale.language_code, "home")


class KnowledgeIndexPage(Folder, Page):
    """A folder of documents."""

    parent_page_types = ["kb.HomePage", "kb.KnowledgeIndexPage"]
    subpage_types = [
        "kb.KnowledgeIndexPage",
        "kb.ManualPage",
        "kb.ProcedurePage",
        "kb.FaultGuidePage",
        "kb.FaqPage",
        "kb.BulletinPage",
        "kb.PolicyPage",
    ]

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")

    def get_url_parts(self, request: object = None) -> tuple[int, str, str] | None:
        """Return the list of all documents in this language."""
        return url_parts(super().get_url_parts(request), self.locale.language_code, "library")


class ManualPage(ControlledPage):
    """A manual of chapters 手册."""

    kind = "manual"
    body = StreamField(PROSE, verbose_name=_("foreword"), blank=True)

    content_panels = [*ControlledPage.content_panels, FieldPanel("body")]
    parent_page_types = ["kb.KnowledgeIndexPage"]
    subpage_types = ["kb.ChapterPage"]

    class Meta:
        verbose_name = _("manual")
        verbose_name_plural = _("manuals")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add its chapters."""
        return super().get_context(request) | {"chapters": self.chapters(request.user)}

    def chapters(self, person: Person) -> "list[ChapterPage]":
        """Return the chapters this person may read, in order; none of a manual that is not in the tree yet."""
        return list(ChapterPage.objects.visible_to(person).child_of(self).with_version()) if self.path else []


class ChapterPage(ControlledPage):
    """A chapter of a manual, controlled by itself."""

    kind = "chapter"
    body = StreamField(PROSE, verbose_name=_("clauses"), blank=True)

    content_panels = [*ControlledPage.content_panels, FieldPanel("body")]
    parent_page_types = ["kb.ManualPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add its manual, its place in it, and the chapters around it."""
        manual = self.get_parent().specific if self.path else ManualPage()
        chapters = manual.chapters(request.user)
        is_open = ManualPage.objects.visible_to(request.user).filter(pk=manual.pk).exists()
        place = next((place for place, chapter in enumerate(chapters) if chapter.pk == self.pk), len(chapters))
        around = dict(enumerate(chapters))
        return super().get_context(request) | {
            "manual": manual if is_open else None,
            "chapters": chapters,
            "place": place + 1,
            "before": around.get(place - 1),
            "after": around.get(place + 1),
        }


class ProcedurePage(ControlledPage):
    """A procedure 作业规程: preconditions, hazards, steps, close-out checks."""

    class Work(models.TextChoices):
        REPAIR = "repair", _("Repair")
        MAINTENANCE = "maintenance", _("Maintenance")
        INSTALL = "install", _("Installation")
        INSPECT = "inspect", _("Inspection")

    kind = "procedure"
    work = models.CharField(_("kind of work"), max_length=12, choices=Work, default=Work.REPAIR)
    minutes = models.PositiveSmallIntegerField(_("estimated minutes"), default=30)
    interval = models.CharField(_("interval"), max_length=60, blank=True)
    tools = ParentalManyToManyField(Tool, verbose_name=_("tools"), blank=True, related_name="procedures")
    parts = ParentalManyToManyField(Part, verbose_name=_("spare parts"), blank=True, related_name="procedures")
    body = StreamField(PROCEDURE, verbose_name=_("steps"), blank=True)

    content_panels = [
        *ControlledPage.content_panels,
        FieldRowPanel([FieldPanel("work"), FieldPanel("minutes"), FieldPanel("interval")]),
        InlinePanel("persons", heading=_("Persons needed"), label=_("Person")),
        FieldPanel("tools"),
        FieldPanel("parts"),
        FieldPanel("body"),
    ]
    parent_page_types = ["kb.KnowledgeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")

    def ranks_asked(self) -> set[int]:
        """Return the ranks of the persons needed."""
        return {need.qualification.rank for need in self.persons.all()}

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict:
        """Add the persons needed, each with whether the reader is one, and the guides that lead here."""
        now = timezone.now()
        needs = list(self.persons.all())
        return super().get_context(request) | {
            "persons": [(need, holds(person=request.user, qualification=need.qualification, at=now)) for need in needs],
            "guides": FaultGuidePage.objects.visible_to(request.user).referring_to(self).preferring(self.language),
        }


class PersonsNeeded(Orderable):
    """How many people of which qualification a procedure asks for."""

    page = ParentalKey(ProcedurePage, on_delete=models.CASCADE, related_name="persons")
    qualification = models.ForeignKey(Qualification, models.PROTECT, verbose_name=_("qualification"), related_name="+")
    count = models.PositiveSmallIntegerField(_("how many"), default=1, validators=[MinValueValidator(1)])

    class Meta(Orderable.Meta):
        verbose_name = _("persons needed")

    def __str__(self) -> str:
        return f"{self.qualification} × {self.count}"


class FaultGuidePage(ControlledPage):
    """A fault guide 故障指南: a graph of nodes from what is seen to its cause and remedy."""

    class FaultClass(models.TextChoices):
        HARDWARE = "hardware", _("Hardware")
        SOFTWARE = "software", _("Software")
        NETWORK = "network", _("Network")
        CONFIGURATION = "configuration", _("Configuration")

    kind = "guide"
    fault_class = models.CharField(_("fault class"), max_length=16, choices=FaultClass, default=FaultClass.HARDWARE)
    severity = models.PositiveSmallIntegerField(
        _("default severity"), choices=FaultCode.Severity, default=FaultCode.Severity.DEGRADED
    )
    symptoms = ParentalManyToManyField(Symptom, verbose_name=_("symptoms"), blank=True, related_name="guides")
    codes = ParentalManyToManyField(FaultCode, verbose_name=_("fault codes"), blank=True, related_name="guides")
    start = models.CharField(_("first node (block id)"), max_length=64)
    body = StreamField(NODES, verbose_name=_("nodes"), blank=True, collapsed=True)

    content_panels = [
        *ControlledPage.content_panels,
        FieldRowPanel([FieldPanel("fault_class"), FieldPanel("severity")]),
        FieldPanel("symptoms"),
        FieldPanel("codes"),
        FieldPanel("start"),
        ChartPanel(heading=_("Flow chart and findings"), icon="site"),
        FieldPanel("body", classname="kb-guide-nodes"),
    ]
    parent_page_types = ["kb.KnowledgeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("fault guide")
        verbose_name_plural = _("fault guides")

    def ranks_asked(self) -> set[int]:
        """Return the ranks that its gates ask for; they name a qualification as subject/rank."""
        asked = (str(raw.get("qualification") or "").rpartition("/")[2] for _id, _kind, raw in self.raw_blocks())
        return {int(rank) for rank in asked if rank in map(str, Qualification.Rank.values)}

    @cached_property
    def graph(self) -> diagnosis.Graph:
        """Its own nodes as the pure walker takes them."""
        return diagnosis.graph(
            start=self.start,
            blocks=self.raw_blocks(),
        )

    def included_graphs(self, person: Person | None = None) -> dict[int, diagnosis.Graph]:
        """Return the graphs in force of the guides that are walked inside it, and inside those, by primary key.

        With a person, only of those he may read.
        """
        guides = FaultGuidePage.objects.visible_to(person) if person is not None else FaultGuidePage.objects.live()
        found: dict[int, diagnosis.Graph] = {}
        wanted = diagnosis.included(self.graph)
        while pages := list(guides.filter(pk__in=wanted)):
            found |= {page.pk: page.graph for page in pages}
            wanted = {pk for page in pages for pk in diagnosis.included(page.graph)} - found.keys()
        return found

    def expanded_for(self, person: Person) -> diagnosis.Graph:
        """Return its nodes with those of the guides in force that are walked inside it, as far as he may read them."""
        return diagnosis.expand(self.graph, self.included_graphs(person), self.pk)

    def problems(self) -> list[diagnosis.Problem]:
        """Return what is wrong with its nodes as they are in memory, warnings too."""
        found = diagnosis.problems(self.graph, guides=self.included_graphs(), guide=self.pk)
        rest = (empty_members(self.graph), unknown_names(self.graph), unread_pages(self.graph, self))
        return [*found, *itertools.chain(*rest)]

    def flaws(self) -> list[str]:
        """Say where someone could get lost or hurt; a draft may be unfinished for days."""
        return [sentence(self.graph, problem) for problem in self.problems() if problem.is_error]


class FaqPage(ControlledPage):
    """A question and its answer 常见问题."""

    kind = "faq"
    body = StreamField(PROSE, verbose_name=_("answer"), blank=True)

    content_panels = [*ControlledPage.content_panels, FieldPanel("body")]
    parent_page_types = ["kb.KnowledgeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("frequently asked question")
        verbose_name_plural = _("frequently asked questions")


class BulletinPage(ControlledPage):
    """A technical or safety bulletin 技术通报."""

    kind = "bulletin"
    body = StreamField(PROSE, verbose_name=_("text"), blank=True)

    content_panels = [*ControlledPage.content_panels, FieldPanel("body")]
    parent_page_types = ["kb.KnowledgeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")


class PolicyPage(ControlledPage):
    """A policy 制度: what the company asks of its people."""

    kind = "policy"
    body = StreamField(PROSE, verbose_name=_("clauses"), blank=True)

    content_panels = [*ControlledPage.content_panels, FieldPanel("body")]
    parent_page_types = ["kb.KnowledgeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")


# The search fields of a page are inherited; the editing form is built from each class's own panels.
for _page in (ManualPage, ChapterPage, ProcedurePage, FaultGuidePage, FaqPage, BulletinPage, PolicyPage):
    _page.edit_handler = _page.tabs()
# What a document names in a list (tools, parts, symptoms, models, units that read it) cannot be deleted while it does:
# the text under its signatures would change. Wagtail's lists have no setting for it, and a table of our own for each
# would carry nothing else.
for _field in {field for page in ControlledPage.__subclasses__() for field in page._meta.many_to_many}:
    if isinstance(_field, ParentalManyToManyField):
        _field.remote_field.through._meta.get_field(
            _field.m2m_reverse_field_name()
        ).remote_field.on_delete = models.PROTECT
KINDS: dict[str, type[ControlledPage]] = {
    page.kind: page
    for page in (ProcedurePage, FaultGuidePage, FaqPage, ManualPage, ChapterPage, BulletinPage, PolicyPage)
}
