"""HTML in a Markdown file: taken out where it is not code, pictures and tables of it turned into Markdown. Pure.

Everything here goes through the text once, whatever is in it.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator

from kb.importing.flow import Flow, Passage
from kb.importing.hypertext import Writer, tree
from kb.importing.losses import Loss

BREAK = "\ue001"  # stands for a line break while lines are counted; no text holds it otherwise
FENCE = re.compile(r" *(`{3,}|~{3,})")
_TICKS = re.compile(r"`+")
_MARKUP = re.compile(
    r"<!--|<(?P<whole>script|style|table)\b|</?(?P<tag>[a-z][a-z0-9-]*)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def is_end(line: str, fence: str) -> bool:
    """Tell whether a line ends the block of code that this fence began."""
    line = line.strip(" >\n")
    return line.startswith(fence) and not line.strip(fence[0])


def code_spans(text: str, offset: int = 0) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each span of code within paragraphs: from a run of ticks to the next of the same length."""
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text)]
    by_length: dict[int, list[int]] = {}
    for place, (start, end) in enumerate(runs):
        by_length.setdefault(end - start, []).append(place)
    place = 0
    while place < len(runs):
        start, end = runs[place]
        same = by_length[end - start]
        after = bisect_right(same, place)
        if after < len(same) and "\n\n" not in text[start : runs[same[after]][0]]:
            yield start + offset, runs[same[after]][1] + offset
            place = same[after]
        place += 1


def _code(text: str) -> list[tuple[int, int]]:
    """Return the stretches of code, fenced and within paragraphs, in order."""
    found: list[tuple[int, int]] = []
    fence, begun, position, plain = "", 0, 0, 0
    for line in text.splitlines(keepends=True):
        match = FENCE.match(line)
        if fence and is_end(line, fence):
            found.append((begun, position + len(line)))
            fence, plain = "", position + len(line)
        elif match and not fence:
            found += code_spans(text[plain:position], plain)
            fence, begun = match[1], position
        position += len(line)
    return [*found, (begun, position)] if fence else [*found, *code_spans(text[plain:], plain)]


def without_html(text: str, flow: Flow) -> str:
    """Return the text without tags, what they hold kept; each word stays in its line, so that losses can name it."""
    code, done, position, line = iter([*_code(text), (len(text), len(text))]), 0, 0, 1
    start, end = next(code)
    kept: list[str] = []
    first: dict[str, Loss] = {}
    while match := _MARKUP.search(text, position):
        while end <= match.start():
            start, end = next(code)
        if start <= match.start():
            position = end
            continue
        close = _close(text, match)
        line += text.count("\n", done, match.start())
        kept += [text[done : match.start()], _instead(text, match, close, flow, line, first)]
        line += text.count("\n", match.start(), close)
        done = position = close
    flow.losses += first.values()
    return "".join([*kept, text[done:]])


def _close(text: str, match: re.Match[str]) -> int:
    """Return where the markup ends: of what is taken whole behind its end tag, which may be missing."""
    if match["tag"]:
        return match.end()
    ending = f"</{match['whole'].lower()}" if match["whole"] else "-->"
    found = re.compile(re.escape(ending), re.IGNORECASE).search(text, match.end())
    if not found:
        return len(text)  # as a browser has it
    return found.end() if not match["whole"] else (text.find(">", found.end()) + 1 or len(text))


def _instead(text: str, match: re.Match[str], close: int, flow: Flow, line: int, first: dict[str, Loss]) -> str:
    """Return what stands there instead of the markup."""
    whole = text[match.start() : close]
    word = (match["tag"] or match["whole"] or "!--").lower()
    if word == "table":
        return _table(whole, flow, line)
    if word == "br":
        begun = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        return " / " if begun.lstrip().startswith("|") else BREAK
    if word == "img":
        found = {each[1].lower(): each[2] or each[3] or each[4] or "" for each in _ATTRIBUTE.finditer(whole)}
        return f"![{html.unescape(found.get('alt', ''))}](<{html.unescape(found.get('src', ''))}>)"
    first.setdefault(word, Loss("html", line=line, detail=f"<{word}>"))
    return "\n" * whole.count("\n")


def _table(markup: str, flow: Flow, line: int) -> str:
    """Return a table of Markdown, in no more lines than the markup took if that is possible."""
    written = Flow(line=line)
    Writer(written).write(tree(markup))
    flow.losses += written.losses
    text = "\n\n".join(item.text for item in written.items if isinstance(item, Passage))
    return text + "\n" * max(1, markup.count("\n") - text.count("\n"))
