"""A question as a candidate sees it, and his answer as a browser without scripts sends it.

`face` turns an item into what the partials exams/kinds/*.html show; `response_from` reads their fields again. Sitting,
practice and the author's preview use both, so they know nothing of a sitting and never see the key.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count, product
from string import ascii_uppercase

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exams.kinds import KINDS, BadResponse
from exams.kinds.cloze import GAP
from exams.models import Item, Sitting
from exams.sit import Asked
from kb.prose import html, plain

type Face = dict[str, object]
type Shown = Mapping[str, object]

_HELD = re.compile("\ue000(\\d+)\ue001")  # a gap while its text is made HTML: braces would mean attributes there


def face(item: Item | Asked) -> Face:
    """Return the item for its partial; the item need not be saved, so that a preview can make one."""
    version, kind = item.version, KINDS[item.version.kind]
    shown = kind.shown(version.body, item.order)
    return {
        "n": item.n,
        "kind": version.kind,
        "template": f"exams/kinds/{version.kind}.html",
        "label": kind.label,
        "text": version.text,
        "points": item.points,
        "worth": ngettext("%(n)d point", "%(n)d points", item.points) % {"n": item.points},
        "shown": shown,
        "response": item.response,
        "revision": item.revision,
        "saved_at": item.saved_at,
        "is_answered": item.response is not None,
        "reveal": kind.reveal(version.body, item.order, item.response),
        **_PREPARE.get(version.kind, _as_it_is)(item, shown),
    }


def _as_it_is(item: Item | Asked, shown: Shown) -> Face:
    return {}


def _options(item: Item | Asked, shown: Shown) -> Face:
    return {"options": _chosen(shown, item.response)}


def _chosen(shown: Shown, response: object) -> list[dict]:
    taken = response if isinstance(response, list) else [response]
    return [{**option, "is_chosen": option["id"] in taken} for option in shown["options"]]


def _number(item: Item | Asked, shown: Shown) -> Face:
    return _measured(shown, item.response)


def _measured(shown: Shown, response: object) -> Face:
    """Return the number typed, the one unit there is or those to choose from, each with whether it is chosen."""
    said = response if isinstance(response, dict) else {"number": response}
    units = [{"unit": unit, "is_chosen": unit == said.get("unit")} for unit in shown.get("units", [])]
    return {"number": said.get("number") or "", "unit": shown.get("unit", ""), "units": units}


def _lines(item: Item | Asked, shown: Shown) -> Face:
    lines = shown["lines"]
    if isinstance(item.response, list):
        lines = sorted(lines, key=lambda line: item.response.index(line["id"]))
    return {"lines": lines}


def _pairs(item: Item | Asked, shown: Shown) -> Face:
    """Return the lefts, each with all rights. Rights with pictures get letters to be chosen by."""
    said = item.response if isinstance(item.response, dict) else {}
    has_pictures = any("![" in right["text"] for right in shown["rights"])
    rights = [
        {**right, "letter": letter, "words": letter if has_pictures else plain(right["text"]) or right["text"]}
        for right, letter in zip(shown["rights"], _letters(), strict=False)
    ]
    return {
        "lettered": rights if has_pictures else [],
        "lefts": [
            {**left, "rights": [{**right, "is_chosen": said.get(left["id"]) == right["id"]} for right in rights]}
            for left in shown["lefts"]
        ],
    }


def _letters() -> Iterator[str]:
    """Yield A to Z, then AA and on."""
    for size in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=size))


def _gaps(item: Item | Asked, shown: Shown) -> Face:
    """Return the text cut at its gaps: [{html, gap}], gap None after the last piece."""
    said = item.response if isinstance(item.response, dict) else {}
    gaps = {str(place): _gap(str(place), part, said) for place, part in enumerate(shown["parts"], start=1)}
    pieces = _HELD.split(html(GAP.sub("\ue000\\1\ue001", item.version.text)))
    cut = [
        {"html": _safe(words), "gap": gaps.pop(id_, None)}
        for words, id_ in zip(pieces[::2], [*pieces[1::2], ""], strict=True)
    ]
    return {"pieces": cut + [{"html": "", "gap": gap} for gap in gaps.values()]}  # those the text forgot


def _safe(words: str) -> SafeString:
    return mark_safe(words)  # noqa: S308 (pieces of what kb.prose sanitised)


def _gap(id_: str, part: Shown, said: Mapping[str, object]) -> Face:
    response = said.get(id_)
    gap: Face = {"id": id_, "kind": part["kind"]}
    if part["kind"] == "single":
        options = _chosen(part, response)
        return gap | {"options": [{**option, "words": plain(option["text"])} for option in options]}
    if part["kind"] == "numeric":
        return gap | _measured(part, response)
    return gap | {"words": response or ""}


_PREPARE: dict[str, Callable[[Item | Asked, Shown], Face]] = {
    "single": _options,
    "multiple": _options,
    "numeric": _number,
    "ordering": _lines,
    "matching": _pairs,
    "cloze": _gaps,
}


# ------------------------------------------------------------------------------------------------------- what is sent


def response_from(sent: QueryDict, face: Face) -> object:
    """Return the response that the form gives to this question, None for none. Raises BadResponse."""
    return _READ.get(face["kind"], _text)(sent, f"item-{face['n']}", face)


def base_from(sent: QueryDict, face: Face) -> int:
    """Return the revision the form was filled in on, 0 for none or nonsense."""
    base = sent.get(f"item-{face['n']}-base", "0")
    return int(base) if re.fullmatch("[0-9]{1,9}", base) else 0


def _text(sent: QueryDict, name: str, face: Face) -> object:
    return sent.get(name) or None


def _several(sent: QueryDict, name: str, face: Face) -> object:
    return sent.getlist(name) or None


def _with_unit(sent: QueryDict, name: str, face: Face) -> object:
    number = sent.get(name, "").strip()
    if not number or not face["units"]:
        return number or None
    return {"number": number, "unit": sent.get(f"{name}-unit", "")}


def _order(sent: QueryDict, name: str, face: Face) -> object:
    """Read the places given to the lines; none given is no answer."""
    places = {line["id"]: sent.get(f"{name}-{line['id']}", "") for line in face["lines"]}
    if not any(places.values()):
        return None
    if not all(places.values()) or len(set(places.values())) < len(places):
        raise BadResponse(_("Give every line a place of its own."))
    return sorted(places, key=lambda id_: places[id_])


def _matched(sent: QueryDict, name: str, face: Face) -> object:
    said = {left["id"]: sent.get(f"{name}-{left['id']}", "") for left in face["lefts"]}
    return {id_: right for id_, right in said.items() if right} or None


def _filled(sent: QueryDict, name: str, face: Face) -> object:
    gaps = [piece["gap"] for piece in face["pieces"] if piece["gap"]]
    said = {
        gap["id"]: (_with_unit if gap["kind"] == "numeric" else _text)(sent, f"{name}-{gap['id']}", gap) for gap in gaps
    }
    return {id_: words for id_, words in said.items() if words is not None} or None


def _step(sent: QueryDict, name: str, face: Face) -> object:
    """Return the one action whose button was pressed; the kind adds it to those done."""
    step = sent.get(name)
    if step == "name":  # the fault that was found is chosen beside the button
        step = f"name {sent.get(f'{name}-cause', '')}"
    return [step] if step else None


_READ: dict[str, Callable[[QueryDict, str, Face], object]] = {
    "multiple": _several,
    "numeric": _with_unit,
    "ordering": _order,
    "matching": _matched,
    "cloze": _filled,
    "simulation": _step,
}


# -------------------------------------------------------------------------------------------------- the whole screen


WORDS: dict[str, str | Promise] = {
    "saving": gettext_lazy("Saving…"),
    "saved": gettext_lazy("Saved"),
    "waiting": gettext_lazy("Waiting for the network"),
    "unsaved": gettext_lazy("Not saved"),
    "cleared": gettext_lazy("Cleared"),
    "stands": gettext_lazy("What was saved before stands."),
    "lost": gettext_lazy(
        "No connection. Go on answering: your answers are kept on this device and sent as soon as it is back."
    ),
    "back": gettext_lazy("Connected again; everything is saved."),
    "asking": gettext_lazy("The time is over. Asking whether it was extended…"),
    "over": gettext_lazy("The time is over. Sending what is left…"),
    "handing": gettext_lazy("No connection. Your paper is handed in as soon as it is back; keep this page open."),
    "newer": gettext_lazy("A newer answer exists; it is shown now. You had given: %s"),
    "nothing": gettext_lazy("nothing"),
    "mine": gettext_lazy("Use mine instead"),
    "minutes": gettext_lazy("%s minutes left"),
    "extended": gettext_lazy("Your time was changed: %s minutes left."),
    "signin": gettext_lazy("You are signed out. Sign in in another window; your answers wait here."),
    "late": gettext_lazy(
        "The sitting is over. What was saved before counts; what comes later is kept, but not scored."
    ),
    "some": gettext_lazy("Not answered yet: %s."),
    "none": gettext_lazy("All questions are answered."),
    "marked": gettext_lazy("Marked for review: %s."),
    "answered": gettext_lazy("answered"),
    "unanswered": gettext_lazy("not answered"),
    "unsent": gettext_lazy("waiting"),
    "review": gettext_lazy("marked for review"),
    "count": gettext_lazy("%s words"),
    "at": gettext_lazy("Invigilator, %s"),
    "noted": gettext_lazy("Noted"),
}


def paper(*, sitting: Sitting, items: Collection[Asked], at: datetime.datetime) -> dict[str, object]:
    """Return the context of exams/sitting.html.

    During a break, and when nothing but handing in is possible any more, the questions are not shown.
    """
    is_over = sitting.is_over(at)
    faces = [] if sitting.paused_at or is_over else [face(item) for item in items]
    return {
        "exam": sitting.exam,
        "sitting": sitting,
        "items": faces,
        "is_over": is_over,
        "closes_at": sitting.closes_at(),
        "total": len(items),
        "answered": sum(item.response is not None for item in items),
        "ends_at": sitting.ends_at(at),
        "remaining_ms": sitting.remaining_ms(at),
        "words": WORDS,
    }
