"""What templates need to show questions."""

import functools
import re
from dataclasses import dataclass, field

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kb.prose import html

register = template.Library()
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>", re.DOTALL)
_JOINER = "\u2060"  # before the first word, so that "1. " or "- " of an option does not begin a list


@register.filter
def inline(text: str) -> SafeString:
    """Markdown of a few words (an option, a line, one side of a pair) as safe HTML, without a paragraph around it."""
    rough = html(_JOINER + str(text))
    found = _ONE_PARAGRAPH.fullmatch(rough)
    return mark_safe((found[1] if found else rough).replace(_JOINER, ""))  # noqa: S308 (sanitised by kb.prose)


_PLACE = "\ue010"  # stands for the number of the question in what is kept of its HTML
_KEPT = 4096  # questions in an order and a language: some 12 MB


@dataclass(frozen=True)
class _Blank:
    """A question that is not answered yet: what it says, and in which language, makes its HTML."""

    says: str
    language: str
    face: dict = field(compare=False)


@register.simple_tag
def question(face: dict) -> SafeString:
    """A question of a paper as HTML. Three hundred people open theirs at once, so what is alike is rendered once."""
    if face["revision"] or face["kind"] == "simulation":
        return render_to_string("exams/_question.html", {"item": face})
    says = f"{face['kind']} {face['points']} {face['text']} {face['shown']}"
    blank = _Blank(says, get_language(), face)
    return mark_safe(_rendered(blank).replace(_PLACE, str(face["n"])))  # noqa: S308 (what a template made)


@functools.lru_cache(maxsize=_KEPT)
def _rendered(blank: _Blank) -> str:
    return render_to_string("exams/_question.html", {"item": blank.face | {"n": _PLACE}})
