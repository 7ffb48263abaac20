"""What of a file could not be represented, and where it stood. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What was lost -> the sentence for the person: what it is, and what has become of it.
SENTENCES: dict[str, Promise] = {
    "merged-cells": gettext_lazy("Merged table cells: the table was made regular, what spans rows stands in each."),
    "cell-paragraphs": gettext_lazy("Several paragraphs or a list in a table cell: now on one line."),
    "nested-table": gettext_lazy("A table inside a table: its words stand in the cell."),
    "table-picture": gettext_lazy("A picture in a table: it stands beside the table."),
    "text-box": gettext_lazy("A text box: its words stand after the paragraph it was fixed to."),
    "footnote": gettext_lazy("A footnote: it stands at the end of its block."),
    "comment": gettext_lazy("A comment was left out."),
    "tracked-change": gettext_lazy("A tracked change: insertions are kept, deletions left out."),
    "embedded-object": gettext_lazy("An embedded object was left out."),
    "drawing": gettext_lazy("A chart, diagram or drawn shape was left out."),
    "equation": gettext_lazy("An equation was left out."),
    "external-picture": gettext_lazy("A picture that lies elsewhere: it was not fetched."),
    "missing-picture": gettext_lazy("A picture that is not in the file."),
    "unsupported-picture": gettext_lazy("A picture in a format that browsers do not show (such as EMF, WMF)."),
    "style": gettext_lazy("A style that means nothing here: taken for plain text."),
    "contents": gettext_lazy("The table of contents was left out: the site makes its own."),
    "header-footer": gettext_lazy("A header or footer was left out."),
    "deep-list": gettext_lazy("A list deeper than five levels: its items are paragraphs."),
    "list-format": gettext_lazy("A list counted in letters or the like is now counted in numbers."),
    "list-joined": gettext_lazy("Two numbered lists in a row are now one."),
    "raised": gettext_lazy("Raised or lowered characters stand on the line."),
    "symbol": gettext_lazy("A character of a symbol font was left out."),
    "link": gettext_lazy("A link within the document or to a file: only its words were kept."),
    "long-heading": gettext_lazy("A long heading was shortened; its words begin the text."),
    "heading-number": gettext_lazy("Numbers written in headings were left out: the site counts by itself."),
    "html": gettext_lazy("HTML was taken out; the words in it were kept."),
    "front-matter": gettext_lazy("The lines of data before the text were left out."),
    "element": gettext_lazy("An element of the file that is not known here was left out."),
}


@dataclass(frozen=True)
class Loss:
    """Something that was lost: what (a key of SENTENCES), under which heading, in which paragraph or line (from 1)."""

    what: str
    heading: str = ""
    paragraph: int = 0
    line: int = 0
    detail: str = ""

    def __str__(self) -> str:
        return str(SENTENCES[self.what])

    @property
    def where(self) -> str:
        """The place in words; "" where the whole file is meant."""
        parts = [_("under “%s”") % self.heading] if self.heading else []
        if self.paragraph:
            parts.append(_("paragraph %d") % self.paragraph)
        if self.line:
            parts.append(_("line %d") % self.line)
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        return {"what": self.what, "text": str(self), "where": self.where, "detail": self.detail}


def by_kind(losses: Iterable[Loss]) -> list[tuple[str, list[Loss]]]:
    """Return (sentence, the losses it is true of), in the order of first appearance."""
    groups: dict[str, list[Loss]] = {}
    for loss in losses:
        groups.setdefault(loss.what, []).append(loss)
    return [(str(SENTENCES[what]), found) for what, found in groups.items()]
