"""The screens of the wizard: parse, call, render."""

import datetime
import uuid
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kb import diagnosis, editions
from kb.blocks import EndBlock
from kb.models import Device, FaultGuidePage, FaultReport
from kb.walking import address as addresses
from kb.walking import bars, gates, walks
from kb.walking.address import Address
from kb.walking.bars import Stage, Standing
from kb.walking.forms import AskForm
from kb.walking.walks import Pinned, Place
from people.refusal import Refused

_LONGEST = 200  # characters that are kept of a reading that is none
_QUIET = {diagnosis.NONE, diagnosis.CANNOT}


@dataclass(frozen=True)
class Way:
    """A way on from a node, as the screen shows it; `is_given` where it was taken before."""

    node: diagnosis.Node
    answer: str
    words: str
    url: str
    is_given: bool

    @property
    def is_quiet(self) -> bool:
        """Whether it is the way for those who cannot answer; its words are the site's, not the guide's."""
        return self.answer in _QUIET


@dataclass(frozen=True)
class Line:
    """A line of the trail: a node that was answered, the answer, and whose guide it is where that changes."""

    turn: diagnosis.Turn
    url: str
    is_here: bool
    is_ahead: bool
    guide: str


@never_cache
@require_safe
def walk(request: HttpRequest, number: str) -> HttpResponse:
    """One node of a fault guide. Everything needed stands in the address: each screen can be linked and reloaded."""
    address, now = addresses.read(request.GET), timezone.now()
    if address.started is not None and addresses.moment(address.started, now) is None:
        address = replace(address, started=None)
    if not address.is_complete:
        return _begin(request, number, address, now)
    try:
        pinned = _pinned(request, number, address, now)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return _begin(request, number, address.again(), now)
    return screen(request, pinned, address, now)


def _pinned(request: HttpRequest, number: str, address: Address, now: datetime.datetime) -> Pinned:
    return walks.pinned(
        pks=address.editions, number=number, person=request.user, key=address.key, on=timezone.localdate(now)
    )


def _begin(request: HttpRequest, number: str, address: Address, now: datetime.datetime) -> HttpResponse:
    """Fill in what the address lacks: a key, the editions in force, the moment. Raises Http404."""
    today = timezone.localdate(now)
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=today)
    if not isinstance(page, FaultGuidePage):
        raise Http404(number)
    if not page.live:
        return redirect("document", number)
    try:
        found = address.editions or _begun(request, page, today)
    except Refused:
        return redirect("document", number)
    started = int(now.timestamp()) if address.started is None else address.started
    whole = replace(address, key=address.key or uuid.uuid4(), editions=tuple(found), started=started).url(number)
    typed = {"reading": request.GET["reading"][:_LONGEST]} if "reading" in request.GET else {}
    return redirect(f"{whole}&{urlencode(typed)}" if typed else whole)


def _begun(request: HttpRequest, page: FaultGuidePage, today: datetime.date) -> list[int]:
    return [edition.pk for edition in walks.begun(guide=page, person=request.user, on=today)]


@never_cache
@require_safe
def walk_anew(request: HttpRequest, number: str) -> HttpResponse:
    """Begin on the editions in force instead of those the address names, with the answers that still are answers."""
    address, now = addresses.read(request.GET), timezone.now()
    begun = address.again()
    if not address.is_complete:
        return redirect(begun.url(number))
    try:
        pinned = _pinned(request, number, address, now)
        place, _wrong = walks.stand(pinned.tree, address.answers, None)
        editions_now = walks.begun(guide=pinned.guide, person=request.user, on=timezone.localdate(now))
    except (Refused, diagnosis.WrongTurn):
        return redirect(begun.url(number))
    answers = tuple(walks.still_given(place.turns, walks.tree_of(editions_now)))
    if len(answers) < len(address.answers):
        messages.warning(request, gettext("From here on the guide asks something else; these answers are yet to come."))
    return redirect(replace(begun, answers=answers).url(number))


def screen(
    request: HttpRequest, pinned: Pinned, address: Address, now: datetime.datetime, form: AskForm | None = None
) -> HttpResponse:
    """Show the node that the address leads to, or what stands before it."""
    address, place, mistakes = _followed(request, pinned.tree, address)
    found = bars.standing(place=place, person=request.user, seen=address.seen, walk=address.key, at=now)
    address = address.looking(found.place.at)
    address, rows, lost = _carried(request, address)
    _keep(request, pinned, address, now)
    context = {
        **_shown(pinned, found, address, now),
        **bars.named(found.place.node, request.user),
        **rows,
        **_before(request, found, now),
        "today": timezone.localdate(now),
        "form": form or AskForm(),
        "mistakes": mistakes,
        "lost": lost,
        "typed": request.GET.get("reading", "")[:_LONGEST] if mistakes else "",
    }
    status = 422 if mistakes or (form and form.errors) else 200
    return render(request, "kb/walking/walk.html", context, status=status)


def _followed(request: HttpRequest, tree: diagnosis.Graph, address: Address) -> tuple[Address, Place, list[str]]:
    """Follow the answers and the reading that was typed; say in words what is none. Raises Http404."""
    try:
        place, wrong = walks.stand(tree, address.answers, address.at)
    except diagnosis.WrongTurn:
        raise Http404 from None  # an old edition that starts nowhere
    mistakes = []
    if wrong is not None or address.is_damaged or (address.at or 0) > len(address.answers):
        mistakes.append(gettext("Part of this address leads nowhere. You stand as far as it leads."))
    address = replace(address, answers=tuple(turn.answer for turn in place.turns))
    if "reading" in request.GET:
        typed = request.GET["reading"]
        try:
            answer = walks.reading(place.node, typed)
        except diagnosis.WrongTurn as refused:
            return address, place, [*mistakes, _no_reading(refused)]
        same = walks.is_same(place.node, answer, place.given)
        address = address.answered(place.at, answer, is_same=same)
        place, _wrong = walks.stand(tree, address.answers, address.at)
    return address, place, mistakes


def _no_reading(refused: diagnosis.WrongTurn) -> str:
    said = gettext("“%s” is not a reading. Enter a number, such as 11.8, or choose one of the ways on.") % refused
    if any(comma in str(refused) for comma in ",，"):
        said += " " + gettext("Write a point for decimals, and nothing between thousands.")
    return said


def _carried(request: HttpRequest, address: Address) -> tuple[Address, dict, list[str]]:
    """Return the device and the case that travel along, as far as the person may know of them."""
    device = report = None
    if address.device:
        mine = Device.objects.visible_to(request.user)
        device = mine.filter(code=address.device).select_related("model").first()
    if address.case:
        report = FaultReport.objects.visible_to(request.user).filter(number=address.case).first()
    lost = []
    if address.device and device is None:
        lost.append(gettext("The device in this address is not known, or not open to you. You go on without it."))
    if address.case and report is None:
        lost.append(gettext("The case in this address is not known, or not open to you. You go on without it."))
    address = replace(
        address, device=address.device if device else "", case=address.case if report else ""
    )  # fmt: skip
    return address, {"device": device, "report": report}, lost


def _keep(request: HttpRequest, pinned: Pinned, address: Address, now: datetime.datetime) -> None:
    """Remember where he stands, unless his browser only looks ahead."""
    looks_ahead = "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "HEAD" or looks_ahead or not request.user.is_authenticated:
        return
    walks.keep(
        key=address.key, person=request.user, guide=pinned.guide, query=address.query,
        has_begun=bool(address.answers), at=now,
    )  # fmt: skip


def _before(request: HttpRequest, found: Standing, now: datetime.datetime) -> dict:
    """Return whom to call where the gate is shut."""
    if found.stage != Stage.GATE:
        return {}
    wanted = found.gate.qualification
    return {"callable": gates.who_can(person=request.user, qualification=wanted, at=now)}


def _shown(pinned: Pinned, found: Standing, address: Address, now: datetime.datetime) -> dict:
    number, place = pinned.edition.number, found.place
    node, begun = place.node, addresses.moment(address.started, now)
    return {
        "page": pinned.guide,
        "edition": pinned.edition,
        "editions": pinned.editions,
        "pinned": pinned,
        "is_foreign": pinned.edition.language != get_language(),
        "graph": pinned.tree,
        "node": node,
        "kind": node.kind,
        "value": node.value,
        "inner": pinned.titles.get(node.guide, "") if node.guide else "",
        "place": place,
        "stage": found.stage.value,
        "danger": found.danger,
        "gate": found.gate,
        "ways": _ways(place, address, number) if found.stage == Stage.STEP else [],
        "ranges": _ranges(place) if found.stage == Stage.STEP else [],
        "lines": _lines(pinned, place, address),
        "trail": list(address.answers[: place.at]),
        "seen": list(address.seen),
        "address": address,
        "fields": address.fields,
        "opened": address.opened(node.id).url(number),
        "asking": address.url(number, "gate_ask"),
        "here": address.url(number),
        "back": address.looking(place.at - 1).url(number) if place.at else "",
        "ahead": address.looking(None).url(number) if place.given is not None else "",
        "restart": address.anew().url(number),
        "anew": address.url(number, "walk_anew"),
        "walk_key": address.key,
        "started_at": begun,
        "minutes": int((now - begun).total_seconds()) // 60 if begun else 0,
        "results": EndBlock.Result.choices,
    }


def _ways(place: Place, address: Address, number: str) -> list[Way]:
    return [
        Way(
            place.node, edge.answer, edge.words,
            address.answered(place.at, edge.answer, is_same=edge.answer == place.given).url(number),
            edge.answer == place.given,
        )
        for edge in place.node.edges
        if edge.answer
    ]  # fmt: skip


def _ranges(place: Place) -> list[tuple[str, bool]]:
    """Return the ranges in words and which of them the reading lay in: after going back, not before it was typed."""
    if place.given is None or place.node.kind != "measure" or place.given in place.node.ways:
        return []
    number, unit = diagnosis.reading(place.given), str(place.node.value.get("unit") or "")
    return [(each.words(unit), each.holds(number)) for each in place.node.ranges]


def _lines(pinned: Pinned, place: Place, address: Address) -> list[Line]:
    lines, inside = [], pinned.edition.page_id
    for count, turn in enumerate(place.turns):
        guide = turn.node.guide or pinned.edition.page_id
        lines.append(
            Line(
                turn, address.looking(count).url(pinned.edition.number), count == place.at, count > place.at,
                pinned.titles.get(guide, "") if guide != inside else "",
            )
        )  # fmt: skip
        inside = guide
    return lines


@login_required
@require_POST
def discard_walk(request: HttpRequest, number: str) -> HttpResponse:
    """Forget a walk that somebody does not want to go on with."""
    try:
        walks.discard(key=uuid.UUID(request.POST.get("w", "")), person=request.user)
    except ValueError:
        messages.error(request, gettext("This form is broken; please try again."))
    else:
        messages.success(request, gettext("The search that was under way is forgotten."))
    return redirect(*(["document", number] if "guide" in request.POST else ["home"]))
