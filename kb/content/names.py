"""What content may refer to: keys of the database and those the files will add; and the primary keys behind them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

from django.db.models import F, Model, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _

from kb.content.sources import Mistake
from kb.content.values import Reference
from kb.models import Block, ControlledPage, FaultCode, FaultGuidePage, ProcedurePage, SeverityLevel
from people.models import Qualification

CHINESE, ENGLISH = "zh-hans", "en"

type Keys = dict[str, int | None]


class Gone(LookupError):
    """Something a file refers to is not there any more when it is needed; the text is a sentence."""


class Ended(Exception):
    """What a file says was ended here for good; the text is a sentence."""


def _by_key(model: type[Model]) -> Keys:
    """Return the keys of a model; nothing refers to rows without any."""
    has_key = any(each.name == "key" for each in model._meta.fields)
    return dict(model.objects.values_list("key", "pk")) if has_key else {}


def _levels() -> Keys:
    rows = SeverityLevel.objects.values_list("scheme__key", "rank", "pk")
    return {f"{scheme}/{rank}": pk for scheme, rank, pk in rows}


def _qualifications() -> Keys:
    return {
        f"{subject}/{rank}": pk for subject, rank, pk in Qualification.objects.values_list("subject__key", "rank", "pk")
    }


def _fault_codes() -> Keys:
    owner = Coalesce("family__key", "model__key")
    return dict(FaultCode.objects.values_list(Concat(owner, Value(":"), F("code")), "pk"))


def _numbers(model: type[ControlledPage]) -> Keys:
    return dict(model.objects.filter(language=CHINESE, number__isnull=False).values_list("number", "pk"))


_KEYS: dict[type[Model], Callable[[], Keys]] = {
    Qualification: _qualifications,
    FaultCode: _fault_codes,
    SeverityLevel: _levels,
    ControlledPage: lambda: _numbers(ControlledPage),
    ProcedurePage: lambda: _numbers(ProcedurePage),
    FaultGuidePage: lambda: _numbers(FaultGuidePage),
}


class Names:
    """The keys of every model that content refers to. A key that only a file has yet has no primary key.

    `loaded` names the pieces that earlier loads have made: one that is not in the database now was removed by a
    person, so its file does not bring it back, and nothing may refer to it, unless `brings_back`.
    """

    def __init__(
        self,
        loaded: Collection[str] = (),
        keys: Mapping[type[Model], Callable[[], Keys]] = {},
        *,
        brings_back: bool = False,
    ) -> None:
        self.loaded, self._brings_back, self._readers = loaded, brings_back, _KEYS | keys
        self._keys: dict[type[Model], Keys] = {}
        self._removed: set[Reference] = set()
        self._blocks: dict[str, set[str]] | None = None

    def of(self, model: type[Model]) -> Keys:
        """Return all keys of a model, read once."""
        if model not in self._keys:
            self._keys[model] = self._readers.get(model, lambda: _by_key(model))()
        return self._keys[model]

    def promise(self, model: type[Model], key: str, piece: str) -> None:
        """Say that the files have this; `piece` is the name it is loaded by."""
        if key in self.of(model):
            return
        if piece in self.loaded and not self._brings_back:
            self._removed.add((model, key))
        else:
            self.of(model)[key] = None

    def settle(self, model: type[Model], key: str, pk: int) -> None:
        """Say that it is in the database now."""
        self.of(model)[key] = pk

    def pk(self, model: type[Model], key: str) -> int:
        """Return its primary key. Raises Gone."""
        found = self.of(model).get(key)
        if found is None:
            raise Gone(self.unknown(model, key))
        return found

    def blocks(self) -> dict[str, set[str]]:
        """Return the block ids of every document; whoever reads a file puts those of its document there."""
        if self._blocks is None:
            self._blocks = defaultdict(set)
            rows = Block.objects.filter(page__language=CHINESE, page__number__isnull=False)
            for number, block_id in rows.values_list("page__number", "block_id"):
                self._blocks[number].add(block_id)
        return self._blocks

    def objections(self, reference: Reference) -> Iterator[str]:
        """Yield a sentence where the thing referred to does not exist."""
        model, key = reference
        if model is Block:
            yield from self._objections_to_place(key)
        elif key not in self.of(model):
            yield self.unknown(model, key)

    def _objections_to_place(self, place: str) -> Iterator[str]:
        number, _hash, block_id = place.partition("#")
        if number not in self.of(ControlledPage):
            yield self.unknown(ControlledPage, number)
        elif block_id and block_id not in self.blocks()[number]:
            yield _("Document %(number)s has no block “%(block)s”.") % {"number": number, "block": block_id}

    def unknown(self, model: type[Model], key: str) -> str:
        """Return the sentence that there is no such thing."""
        names = {"kind": model._meta.verbose_name, "key": key}
        if (model, key) in self._removed:
            return _("%(kind)s “%(key)s” was removed here by a person; --overwrite brings it back.") % names
        return _("There is no %(kind)s “%(key)s”.") % names

    def mistakes(self, path: str, line: int, references: Iterator[Reference]) -> Iterator[Mistake]:
        """Yield a mistake for each reference to something that does not exist."""
        for reference in references:
            for sentence in self.objections(reference):
                yield Mistake(path, line, sentence)
