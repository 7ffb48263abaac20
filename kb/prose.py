"""Markdown to HTML that is safe to show, with links between documents."""

import re
import threading
from functools import lru_cache

import markdown
import nh3
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_EXTENSIONS = [
    "tables",
    "sane_lists",
    "attr_list",
    "pymdownx.tilde",
    "pymdownx.mark",
    "pymdownx.tasklist",
    "pymdownx.superfences",
]
_TAGS = nh3.ALLOWED_TAGS | {"mark", "kbd", "input", "label"}
_ATTRIBUTES = nh3.ALLOWED_ATTRIBUTES | {"input": {"type", "checked", "disabled"}}
_LINK = re.compile(r'href="(doc|course):([\w.-]+)(?:#([\w-]+))?"')
_ALIGNED = re.compile(r' style="text-align: (left|right|center);"')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_WORDS_OF_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_RULE_OF_TABLE = re.compile(r"^[|\s:-]+$", re.MULTILINE)
_MARKS = re.compile(r"^\s*(?:#+|[-*+>])\s+|\|", re.MULTILINE)
_NAMES = {"doc": "document", "course": "course"}


class _Made(threading.local):
    """Markdown's converter, one for each thread: to make one takes longer than to convert a paragraph."""

    def __init__(self) -> None:
        self.of_thread = markdown.Markdown(extensions=_EXTENSIONS, output_format="html")


_made = _Made()


def html(text: str) -> SafeString:
    """Return the Markdown as sanitised HTML; `doc:PR-003#id` and `course:key` become links in the reader's language."""
    return _html(text, get_language() or "")


@lru_cache(maxsize=4096)
def _html(text: str, language: str) -> SafeString:
    # Links differ between languages, hence the language in the key.
    rough = _made.of_thread.reset().convert(text)
    rough = _LINK.sub(_address, rough)
    rough = _ALIGNED.sub(r' align="\1"', rough)  # the content security policy allows no style attributes
    clean = nh3.clean(rough, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"})
    return mark_safe(_TABLE.sub(r'<div class="table" tabindex="0">\g<0></div>', clean))  # noqa: S308 (sanitised above)


def _address(match: re.Match[str]) -> str:
    kind, key, anchor = match.groups()
    try:
        return f'href="{reverse(_NAMES[kind], args=[key])}{"#" + anchor if anchor else ""}"'
    except NoReverseMatch:
        return ""


def links(text: str) -> list[tuple[str, str, str]]:
    """Return the (kind, key, block id or "") of every link to a document or course in the Markdown."""
    return re.findall(r"\]\((doc|course):([\w.-]+)(?:#([\w-]+))?\)", text)


def plain(text: str) -> str:
    """Return the words of the Markdown on one line, without its marks: for search results."""
    words = _WORDS_OF_LINK.sub(r"\1", _RULE_OF_TABLE.sub(" ", text))
    return " ".join(_MARKS.sub(" ", words.replace("**", "").replace("`", "")).split())
