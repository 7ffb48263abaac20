"""The stream of a file arranged as a document: a manual of chapters, or a single document of blocks. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.translation import gettext as _

from kb.importing.document import Block, Chapter, Document, Illustration, Refused
from kb.importing.flow import Flow, Heading, Item, Passage, joined
from kb.importing.losses import Loss
from kb.importing.marks import escape, guard

LONGEST = 255
_DEEPEST = 6
# 第3章 …, 3.1…, 3. …, 三、…: only where the headings of a level count on from 1 is it taken for a number.
_NUMBER = re.compile(
    r"^(?:第\s*(\w+?)\s*[章节条篇]|(?:\d+\.)+(\d+)(?!\d)[.、．]?|(\d+)(?:[.、．](?!\d)|(?=\s))|([一二三四五六七八九十]+)、)[\s:：]*(?=\S)"
)
_DIGITS = "零一二三四五六七八九"


def arrange(flow: Flow, *, name: str, as_manual: bool) -> Document:
    """Return the document that the stream is; `name` is its title where the file says none. Raises Refused.

    The highest level of headings in use begins the chapters of a manual, the next its blocks; in a single document
    the highest begins the blocks. A single heading of the highest level that everything stands under is the title.
    """
    items, title = _titled(flow)
    losses = list(flow.losses)
    title = _fit(title or name or _("Untitled"), losses)
    if not any(isinstance(item, Passage) for item in items) and not any(isinstance(item, Heading) for item in items):
        raise Refused(_("There is no text in this file."))
    items = _without_numbers(items, losses)
    top = min((item.level for item in items if isinstance(item, Heading)), default=1)
    if not as_manual:
        return Document(title, _blocks(items, title, top, losses), [], losses, flow.notes)
    below = min((item.level for item in items if isinstance(item, Heading) and item.level > top), default=top + 1)
    foreword, parts = _split(items, top)
    chapters = []
    for heading, inside in parts:
        chapter = _fit(heading.words, losses)
        rest = [Passage(guard(heading.markdown)), *inside] if chapter != heading.words else inside
        chapters.append(Chapter(chapter, _blocks(rest, chapter, below, losses)))
    return Document(title, _blocks(foreword, title, below, losses), chapters, losses, flow.notes)


def _titled(flow: Flow) -> tuple[list[Item], str]:
    """Return the items and the title, which is taken out of them where it is their single highest heading."""
    headings = [item for item in flow.items if isinstance(item, Heading)]
    if flow.title or not headings or flow.items[0] is not headings[0]:
        return list(flow.items), flow.title
    first = headings[0]
    if any(each.level <= first.level for each in headings[1:]):
        return list(flow.items), ""
    rest = flow.items[1:]
    return ([Passage(guard(first.markdown)), *rest] if len(first.words) > LONGEST else list(rest)), first.words


def _split(items: Iterable[Item], level: int) -> tuple[list[Item], list[tuple[Heading, list[Item]]]]:
    """Cut before every heading of that level: what stands before the first, and each heading with what follows."""
    before: list[Item] = []
    parts: list[tuple[Heading, list[Item]]] = []
    for item in items:
        if isinstance(item, Heading) and item.level <= level:
            parts.append((item, []))
        else:
            (parts[-1][1] if parts else before).append(item)
    return before, parts


def _fit(words: str, losses: list[Loss]) -> str:
    """Return a heading as long as a heading may be."""
    if len(words) <= LONGEST:
        return words
    short = f"{words[: LONGEST - 1].rstrip()}…"
    losses.append(Loss("long-heading", short[:40] + "…"))
    return short


@dataclass
class _Open:
    """A block that is being filled."""

    heading: str
    is_explicit: bool = False
    part: int = 1
    passages: list[Passage] = field(default_factory=list)
    picture: Illustration | None = None

    def close(self) -> list[Block]:
        """Return the block; none where nothing came after the heading of the chapter itself."""
        if not (self.passages or self.picture or self.is_explicit):
            return []
        notes = [Passage(note) for passage in self.passages for note in passage.notes]
        heading = self.heading if self.part == 1 else f"{self.heading[: LONGEST - 6]} ({self.part})"
        tables = sum(passage.tables for passage in self.passages)
        return [Block(heading, joined([*self.passages, *notes]), self.picture, tables)]


def _blocks(items: Sequence[Item], heading: str, level: int, losses: list[Loss]) -> list[Block]:
    """Return the blocks: one for each heading of that level, before it one with the heading of the whole.

    A block shows its picture above its text. Its first picture therefore goes there; every further one begins a
    block that continues it ("Heading (2)"), with the words that follow. So captions and the steps between pictures
    stay behind their picture, as they were read in the file, and no picture is lost.
    """
    made: list[Block] = []
    now = _Open(heading)
    for item in items:
        match item:
            case Heading() if item.level <= level:
                made += now.close()
                now = _Open(_fit(item.words, losses), is_explicit=True)
                if now.heading != item.words:
                    now.passages.append(Passage(guard(item.markdown)))
            case Heading():
                now.passages.append(Passage(f"{'#' * min(2 + item.level - level, _DEEPEST)} {item.markdown}"))
            case Passage():
                now.passages.append(item)
            case Illustration() if now.picture:
                made += now.close()
                now = _Open(now.heading, is_explicit=now.is_explicit, part=now.part + 1, picture=item)
            case Illustration():
                now.picture = item
    return made + now.close()


def _without_numbers(items: list[Item], losses: list[Loss]) -> list[Item]:
    """Take numbers out of the headings of each level whose headings are all numbered and count on.

    The site numbers clauses when it shows them; "3.1 Safety" would read "2.1 3.1 Safety".
    """
    for level in range(1, 10):
        places = [place for place, item in enumerate(items) if isinstance(item, Heading) and item.level == level]
        if len(places) > 1 and _count_on([items[place].words for place in places]):
            for place in places:
                words = _NUMBER.sub("", items[place].words)
                items[place] = replace(items[place], words=words, markdown=escape(words))
            losses.append(Loss("heading-number", detail=", ".join(items[place].words for place in places[:3])))
    return items


def _count_on(headings: list[str]) -> bool:
    """Tell whether all begin with a number, each with the next one or with 1 again."""
    numbers = [_number(words) for words in headings]
    return numbers[0] in {0, 1} and all(
        number is not None and number in {(before or 0) + 1, 1} for before, number in pairwise(numbers)
    )


def _number(words: str) -> int | None:
    match = _NUMBER.match(words)
    if not match:
        return None
    found = next(filter(None, match.groups()))
    if found.isascii():
        return int(found) if found.isdigit() else None
    tens, has_ten, ones = found.rpartition("十")
    if any(letter not in _DIGITS for letter in tens + ones):
        return None
    ten = (_DIGITS.index(tens) if tens else 1) * 10 if has_ten else 0
    return ten + (_DIGITS.index(ones) if ones else 0)
