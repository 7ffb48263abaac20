"""What may stand in Markdown: links that lead somewhere, and no HTML."""

import re
from collections.abc import Iterator, Mapping

from django.db.models import Model
from django.utils.translation import gettext as _

from kb import prose
from kb.content.names import Names
from kb.content.sources import Mistake
from kb.models import Block

_CODE = re.compile(r"(`+).*?\1")
_FENCE = re.compile(r"\s*(```|~~~)")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)[^)]*\)")
_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(\s[^<>]*)?/?>")
_ABROAD = ("https://", "http://", "mailto:", "tel:")


class Links:
    """Checks texts; `models` says what a link `word:key` leads to, such as {"course": Course}."""

    def __init__(self, models: Mapping[str, type[Model]]) -> None:
        self.models = models

    def check(self, text: str, path: str, line: int, names: Names) -> Iterator[Mistake]:
        """Yield what is wrong in a text that begins in this line of the file."""
        fenced = False
        for number, row in enumerate(text.split("\n"), start=line):
            if _FENCE.match(row):
                fenced = not fenced
            elif not fenced:
                for sentence in self._objections(_CODE.sub("", row), names):
                    yield Mistake(path, number, sentence)

    def _objections(self, row: str, names: Names) -> Iterator[str]:
        if match := _HTML.search(row):
            yield _("HTML is not allowed here: %s. Put code between backticks.") % match[0]
        understood = {
            f"{kind}:{key}" + (f"#{block}" if block else ""): (kind, key) for kind, key, block in prose.links(row)
        }
        for target in _LINK.findall(row):
            if target.startswith(_ABROAD):
                continue
            if target not in understood:
                yield (
                    _("The link “%s” leads nowhere: write doc:NUMBER, doc:NUMBER#id, course:key or https://….") % target
                )
                continue
            kind, key = understood[target]
            reference = (Block, target.removeprefix("doc:")) if kind == "doc" else (self.models[kind], key)
            yield from names.objections(reference)
