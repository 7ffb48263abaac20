"""The kinds of blocks that controlled pages are made of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtailmarkdown.blocks import MarkdownBlock


class HazardLevel(models.TextChoices):
    """Signal words after ANSI Z535.6 / ISO 3864-2: notice (property), caution, warning, danger (people)."""

    NOTICE = "notice", _("Notice")
    CAUTION = "caution", _("Caution")
    WARNING = "warning", _("Warning")
    DANGER = "danger", _("Danger")


def _words(label: str, **options: object) -> blocks.CharBlock:
    return blocks.CharBlock(label=label, max_length=300, **options)


class WordedBlock(blocks.StructBlock):
    """A heading and Markdown, which most kinds begin with."""

    heading = _words(_("Heading"))
    text = MarkdownBlock(label=_("Text"), required=False)


class TextBlock(WordedBlock):
    """A numbered clause: heading and Markdown."""

    picture = ImageChooserBlock(label=_("Picture"), required=False)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "kb/blocks/text.html"


class HazardBlock(blocks.StructBlock):
    """A safety message."""

    heading = _words(_("Heading"))
    level = blocks.ChoiceBlock(label=_("Level"), choices=HazardLevel.choices, default=HazardLevel.WARNING)
    text = MarkdownBlock(label=_("Text"), required=False)

    class Meta:
        icon = "warning"
        label = _("Hazard")
        template = "kb/blocks/hazard.html"


class PreconditionBlock(WordedBlock):
    """What must be so before the first step."""

    class Meta:
        icon = "clipboard-list"
        label = _("Precondition")
        template = "kb/blocks/precondition.html"


class StepBlock(WordedBlock):
    """One thing to do."""

    picture = ImageChooserBlock(label=_("Picture"), required=False)
    hazard = blocks.ChoiceBlock(label=_("Hazard"), choices=HazardLevel.choices, required=False)
    critical = blocks.BooleanBlock(label=_("Critical: a mistake here endangers people or data"), required=False)
    minutes = blocks.IntegerBlock(label=_("Minutes"), required=False, min_value=0)

    class Meta:
        icon = "list-ol"
        label = _("Step")
        template = "kb/blocks/step.html"


class CheckBlock(blocks.StructBlock):
    """A close-out test with its limit."""

    heading = _words(_("Heading"))
    limit = _words(_("Limit"), required=False)
    text = MarkdownBlock(label=_("Text"), required=False)

    class Meta:
        icon = "check"
        label = _("Check")
        template = "kb/blocks/check.html"


class TidyBlock(WordedBlock):
    """Putting things back."""

    class Meta:
        icon = "bin"
        label = _("Tidy up")
        template = "kb/blocks/tidy.html"


def _node(label: str = _("Go to node")) -> blocks.CharBlock:
    """A target: the block id of another node."""
    return blocks.CharBlock(label=label, max_length=64, form_attrs={"data-kb-node": ""})


def _minutes() -> blocks.IntegerBlock:
    return blocks.IntegerBlock(label=_("Minutes"), required=False, min_value=0)


def _live() -> blocks.BooleanBlock:
    return blocks.BooleanBlock(label=_("Parts under voltage or moving parts can be touched"), required=False)


def _hazards() -> blocks.CharBlock:
    return blocks.CharBlock(label=_("Hazards (keys, commas)"), max_length=200, required=False)


class ChoiceBlock(blocks.StructBlock):
    """An answer to a question and where it leads."""

    words = _words(_("Answer"))
    to = _node()


class RangeBlock(blocks.StructBlock):
    """A half-open range of readings, low included and high not; an empty bound is unlimited."""

    low = blocks.DecimalBlock(label=_("From (included)"), required=False)
    high = blocks.DecimalBlock(label=_("Below"), required=False)
    to = _node()


class AskBlock(blocks.StructBlock):
    """A question with its answers."""

    heading = _words(_("Question"))
    text = MarkdownBlock(label=_("Text"), required=False)
    picture = ImageChooserBlock(label=_("Picture"), required=False)
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Answers"), min_num=1)
    none = _node(_("None of these: go to node"))
    minutes = _minutes()

    class Meta:
        icon = "help"
        label = _("Ask")


class MeasureBlock(blocks.StructBlock):
    """A measurement and what each range of readings means."""

    heading = _words(_("What to measure"))
    point = _words(_("Measuring point"))
    instrument = _words(_("Instrument"))
    setup = _words(_("Set-up"), required=False)
    unit = blocks.CharBlock(label=_("Unit"), max_length=16)
    tolerance = blocks.CharBlock(label=_("Tolerance of the instrument"), max_length=60, required=False)
    live = _live()
    hazard = blocks.ChoiceBlock(label=_("Hazard"), choices=HazardLevel.choices, required=False)
    hazards = _hazards()
    text = MarkdownBlock(label=_("Text"), required=False)
    picture = ImageChooserBlock(label=_("Picture"), required=False)
    ranges = blocks.ListBlock(RangeBlock(), label=_("Ranges"), min_num=1)
    cannot = _node(_("Cannot be measured: go to node"))
    minutes = _minutes()

    class Meta:
        icon = "decimal"
        label = _("Measure")


class ActBlock(blocks.StructBlock):
    """Something to do, by a procedure where there is one."""

    heading = _words(_("What to do"))
    procedure = blocks.PageChooserBlock(label=_("Procedure"), page_type="kb.ProcedurePage", required=False)
    step = blocks.CharBlock(label=_("Only this step (block id)"), max_length=64, required=False)
    qualification = blocks.CharBlock(label=_("Qualification (subject/rank)"), max_length=60, required=False)
    live = _live()
    hazard = blocks.ChoiceBlock(label=_("Hazard"), choices=HazardLevel.choices, required=False)
    hazards = _hazards()
    text = MarkdownBlock(label=_("Text"), required=False)
    picture = ImageChooserBlock(label=_("Picture"), required=False)
    then = _node(_("Then go to node"))
    minutes = _minutes()

    class Meta:
        icon = "cog"
        label = _("Act")


class IncludeBlock(blocks.StructBlock):
    """Another guide, walked here as if its nodes stood in this one."""

    heading = _words(_("Heading"))
    guide = blocks.PageChooserBlock(label=_("Fault guide"), page_type="kb.FaultGuidePage")
    text = MarkdownBlock(label=_("Text"), required=False)
    unresolved = _node(_("Not resolved there: go to node"))

    class Meta:
        icon = "doc-full-inverse"
        label = _("Another guide")


class EndBlock(blocks.StructBlock):
    """Where the search ends: cause and remedy, or whom to hand over to."""

    class Result(models.TextChoices):
        RESOLVED = "resolved", _("Resolved")
        WORKAROUND = "workaround", _("Workaround")
        UNRESOLVED = "unresolved", _("Unresolved")

    heading = _words(_("Finding"))
    result = blocks.ChoiceBlock(label=_("Result"), choices=Result.choices)
    cause = _words(_("Cause"), required=False)
    component = blocks.CharBlock(label=_("Component (key)"), max_length=60, required=False)
    remedy = blocks.PageChooserBlock(label=_("Remedy"), page_type="kb.ProcedurePage", required=False)
    workaround = blocks.CharBlock(label=_("Workaround"), max_length=600, required=False)
    parts = blocks.CharBlock(label=_("Parts (keys, commas)"), max_length=200, required=False)
    minutes = blocks.IntegerBlock(label=_("Minutes"), required=False, min_value=0)
    customer = blocks.CharBlock(label=_("What to tell the customer"), max_length=600, required=False)
    verify = blocks.CharBlock(label=_("How to make sure"), max_length=600, required=False)
    escalate = _words(_("Hand over to"), required=False)
    collect = blocks.CharBlock(label=_("What to gather before"), max_length=600, required=False)
    text = MarkdownBlock(label=_("Text"), required=False)

    class Meta:
        icon = "tick-inverse"
        label = _("End")


PROSE = [("text", TextBlock()), ("hazard", HazardBlock())]
PROCEDURE = [
    *PROSE,
    ("precondition", PreconditionBlock()),
    ("step", StepBlock()),
    ("check", CheckBlock()),
    ("tidy", TidyBlock()),
]
NODES = [
    ("ask", AskBlock()),
    ("measure", MeasureBlock()),
    ("act", ActBlock()),
    ("include", IncludeBlock()),
    ("end", EndBlock()),
]
