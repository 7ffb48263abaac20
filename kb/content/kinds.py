"""The kinds of controlled documents as files: where they lie, what their head and their blocks may say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.blocks import EndBlock, HazardLevel
from kb.content.shapes import Field, Shapes
from kb.content.values import (
    Changes,
    Choice,
    Date,
    Key,
    Keys,
    Reference,
    Signature,
    Value,
    Version,
    Whole,
    Words,
    Yes,
)
from kb.content.ways import Spans, Ways
from kb.models import (
    Block,
    BulletinPage,
    ChapterPage,
    Component,
    ControlledPage,
    FaqPage,
    FaultCode,
    FaultGuidePage,
    Hazard,
    ManualPage,
    Part,
    PolicyPage,
    ProcedurePage,
    ProductModel,
    Significance,
    Symptom,
    Tool,
)
from people.models import Audience, OrgUnit, Qualification

AUDIENCES = [audience.name.lower() for audience in Audience]


class Number(Words):
    """A document number."""

    def read(self, text: str) -> str:
        """Refuse what cannot stand in an address or before a `#`."""
        if not text.replace("-", "").replace(".", "").replace("_", "").isalnum():
            raise ValueError(_("“%s” is not a document number such as PR-003 or HB-01.4.") % text)
        return super().read(text)


class Place(Value):
    """A document, `PR-003`, or a block of it, `PR-003#id`; kept as it is written."""

    def __init__(self, model: type[ControlledPage] = ControlledPage, *, block: bool | None = None) -> None:
        self.model, self.block = model, block  # True: a block is needed; False: none is allowed

    def read(self, text: str) -> str:
        """Check the form."""
        number, hashed, block_id = text.partition("#")
        if not number or (hashed and not block_id) or (self.block is False and hashed):
            raise ValueError(_("“%s” is not a document number.") % text)
        if self.block and not block_id:
            raise ValueError(_("Name the block as well: %s#id.") % number)
        return text

    def refers(self, value: str) -> Iterator[Reference]:
        """Name the document if it must be of a kind, and the place."""
        if not value:
            return
        if self.model is not ControlledPage:
            yield self.model, value.partition("#")[0]
        if self.model is ControlledPage or "#" in value:
            yield Block, value


class Persons(Value):
    """`server/1 x 2`: of which qualification, and how many."""

    def read(self, text: str) -> tuple[str, int]:
        """Part the two."""
        key, _times, count = text.partition(" x ")
        if not count.strip().isdigit() or int(count) < 1:
            raise ValueError(_("Write qualification x how many, such as server/1 x 2."))
        return key.strip(), int(count)

    def show(self, value: tuple[str, int]) -> str:
        """Join the two."""
        return f"{value[0]} x {value[1]}"

    def refers(self, value: tuple[str, int]) -> Iterator[Reference]:
        """Name the qualification."""
        yield Qualification, value[0]


def _words(key: str, limit: int = 300, **options: bool) -> Field:
    return Field(key, Words(limit), is_words=True, **options)


HEAD = (
    _words("title", 255, is_required=True),
    Field("number", Number(32), is_required=True),
    Field("version", Version(), is_required=True),
    _words("summary"),
    Field("audience", Choice(AUDIENCES), is_required=True),
    Field("confidentiality", Choice(ControlledPage.Confidentiality.values), is_required=True),
    Field("owner", Key(OrgUnit), is_required=True),
    Field("prepared", Signature(), is_required=True),
    Field("reviewed", Signature(), is_required=True),
    Field("approved", Signature(), is_required=True),
    Field("effective", Date(), is_required=True),
    Field("review_by", Date()),
    Field("field", Key(Qualification)),
    Field("readers", Keys(OrgUnit)),
    Field("models", Keys(ProductModel), is_always_shown=True),
    Field("software", Words(100)),
    _words("keywords", is_optional_in_english=True),
    Field("change", Changes(Significance.values), is_required=True, is_repeated=True, is_words=True),
)
PROCEDURE_HEAD = (
    *HEAD,
    Field("kind", Choice(ProcedurePage.Work.values), is_required=True),
    Field("minutes", Whole(), is_required=True),
    Field("persons", Persons(), is_repeated=True),
    _words("interval", 60),
    Field("tools", Keys(Tool)),
    Field("parts", Keys(Part)),
)
GUIDE_HEAD = (
    *HEAD,
    Field("class", Choice(FaultGuidePage.FaultClass.values), is_required=True),
    Field("symptoms", Keys(Symptom)),
    Field("codes", Keys(FaultCode)),
    Field("severity", Whole(1, 4), is_required=True),
    Field("start", Words(64), is_required=True),
)
_HAZARD = Field("hazard", Choice(HazardLevel.values))
_MINUTES = Field("minutes", Whole())
_DANGERS = (Field("live", Yes()), _HAZARD, Field("hazards", Keys(Hazard, is_sorted=False)))
PROSE = {"text": (), "hazard": (Field("level", Choice(HazardLevel.values), is_required=True),)}
STEPS = PROSE | {
    "precondition": (),
    "step": (Field("critical", Yes()), _HAZARD, _MINUTES),
    "check": (_words("limit"),),
    "tidy": (),
}
NODES = {
    "ask": (
        Field("choice", Ways(), is_required=True, is_repeated=True, is_words=True),
        Field("none", Words(64), is_required=True),
        _MINUTES,
    ),
    "measure": (
        _words("point", is_required=True),
        _words("instrument", is_required=True),
        _words("setup"),
        Field("unit", Words(16), is_required=True),
        Field("tolerance", Words(60)),
        Field("range", Spans(), is_required=True, is_repeated=True),
        Field("cannot", Words(64), is_required=True),
        *_DANGERS,
        _MINUTES,
    ),
    "act": (
        Field("procedure", Place(ProcedurePage)),
        Field("qualification", Key(Qualification)),
        *_DANGERS,
        Field("then", Words(64), is_required=True),
        _MINUTES,
    ),
    "include": (
        Field("guide", Place(FaultGuidePage, block=False), is_required=True),
        Field("unresolved", Words(64), is_required=True),
    ),
    "end": (
        Field("result", Choice(EndBlock.Result.values), is_required=True),
        _words("cause"),
        Field("component", Key(Component)),
        Field("remedy", Place(ProcedurePage, block=False)),
        _words("workaround", 600),
        Field("parts", Keys(Part, is_sorted=False)),
        _MINUTES,
        _words("customer", 600),
        _words("verify", 600),
        _words("escalate"),
        _words("collect", 600),
    ),
}


@dataclass(frozen=True)
class Kind:
    """A kind of documents."""

    model: type[ControlledPage]
    folder: str
    shapes: Shapes


KINDS = {
    kind.model: kind
    for kind in (
        Kind(ManualPage, "manuals", Shapes(HEAD, PROSE)),
        Kind(ChapterPage, "manuals", Shapes(HEAD, PROSE)),
        Kind(ProcedurePage, "procedures", Shapes(PROCEDURE_HEAD, STEPS)),
        Kind(FaultGuidePage, "faults", Shapes(GUIDE_HEAD, NODES)),
        Kind(FaqPage, "faqs", Shapes(HEAD, PROSE)),
        Kind(BulletinPage, "bulletins", Shapes(HEAD, PROSE)),
        Kind(PolicyPage, "policies", Shapes(HEAD, PROSE)),
    )
}
