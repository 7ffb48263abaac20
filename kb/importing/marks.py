"""Plain words as Markdown that shows exactly these words, in the Markdown of kb.prose. Pure."""

import re
from urllib.parse import quote, urlsplit

_ALWAYS = re.compile(r"[*`{]|\\(?=[!-/:-@\[-`{-~\s]|$)")
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_BRACKET = re.compile(r"\[(?=[^\[\]]*\][(\[:])|(?<=!)\[")
_TAG = re.compile(r"<(?=[A-Za-z/!?]|[^<> !]+@)")  # an element, or an address in brackets
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TOGETHER = re.compile(r"\S+")
_LINE_START = re.compile(r"^(?:(#|[-+](?=\s|$)|>|=+$|-{2,}$|~{3,}|\|)|(\d+)(?=\.(?:\s|$)))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SCHEMES = {"http", "https", "mailto", "tel"}
_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def escape(text: str) -> str:
    """Return words within a line as Markdown that shows them as they are."""
    text = _ALWAYS.sub(r"\\\g<0>", _ENTITY.sub("&amp;", text))
    text = _UNDERSCORE.sub(r"\\_", _BRACKET.sub(r"\\[", text))
    text = _TAG.sub("&lt;", text)
    if text.count("~") > 1:
        text = _TOGETHER.sub(lambda match: match[0].replace("~", r"\~") if match[0].count("~") > 1 else match[0], text)
    return text.replace("==", r"\=\=")


def guard(text: str) -> str:
    """Keep what stands at the beginning of a line of a paragraph from making it a heading, a list or a quotation."""
    return _LINE_START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\", text)


def plain(markdown: str) -> str:
    """Return the words of one line of Markdown without its marks."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", markdown)
    text = re.sub(r"(?<!\\)(?:\*+|`+|~~)|(?<![\w\\])_+(?=\w)|(?<=\w)_+(?!\w)", "", text)
    text = _ESCAPED.sub(r"\1", text).replace("&lt;", "<").replace("&amp;", "&")
    return " ".join(text.split())


def wrap(mark: str, text: str) -> str:
    """Put the mark around the words, not around the blanks at their ends."""
    words = text.strip()
    if not words:
        return text
    before, _words, after = text.partition(words)
    return f"{before}{mark}{words}{mark}{after}"


def code(text: str) -> str:
    """Return the words as code within a line."""
    fence = "`"
    while fence in text:
        fence += "`"
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}" if text.strip() else text


def fenced(text: str) -> str:
    """Return the lines as a block of code."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text.strip('\n')}\n{fence}"


def is_reachable(address: str) -> bool:
    """Tell whether a link to that address still leads somewhere from a document of ours."""
    try:
        return urlsplit(address.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def link(words: str, address: str) -> str:
    """Return a link; `words` is Markdown."""
    return f"[{words}]({quote(address.strip(), safe="%/:=&?~#+!$,;@*[]'")})"


def raised(text: str, *, lowered: bool = False) -> str:
    """Return the words with raised (or lowered) characters; those there are none of stay as they are."""
    return text.translate(_LOWERED if lowered else _RAISED)


def indent(text: str) -> str:
    """Return the text as it stands inside an item of a list."""
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


def quotation(text: str) -> str:
    """Return the text as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
