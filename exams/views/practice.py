"""The screens of practice: parse, call, render."""

import json
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams.kinds import KINDS, BadResponse, Response
from exams.models import Item, PracticeAnswer, PracticeCard, QuestionVersion, Topic
from exams.practice import choose, figures
from exams.practice.answer import SELF_MARKS, answer, order_of
from exams.views.paper import face, response_from
from kb.models import Block, ControlledPage

_BRANCHES, _ROWS = 100, 50
_MOST_PLAYED = 20_000  # characters of what was done so far


@login_required
@never_cache
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """The topics to choose from, and how far one is in each."""
    found = choose.overview(person=request.user, at=timezone.now())
    context = {
        "whole": found.whole,
        "difficult": found.difficult,
        "page_obj": Paginator(found.branches, _BRANCHES).get_page(request.GET.get("page")),
    }
    return render(request, "exams/practice/topics.html", context)


@dataclass(frozen=True)
class Round:
    """What is practised: a topic, or what is due of all; `again` when also what was right is asked once more."""

    topic: Topic | None = None
    again: bool = False

    @property
    def address(self) -> str:
        """Where the next question of it is."""
        where = reverse("practise", args=[self.topic.key]) if self.topic else reverse("practice_due")
        return f"{where}?again=1" if self.again else where

    def of_answer(self, key: uuid.UUID) -> str:
        """Where an answer given in it is told, with the way back to it."""
        query = {"of": self.topic.key} if self.topic else {}
        query |= {"again": "1"} if self.again else {}
        return f"{reverse('practice_answer', args=[key])}{'?' if query else ''}{urlencode(query)}"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def practise(request: HttpRequest, key: str) -> HttpResponse:
    """The next question of a topic; a POST answers the one it was made for."""
    topic = get_object_or_404(Topic, key=key)
    if not choose.of_topics(request.user, [topic]).exists():
        raise Http404
    return _go_on(request, Round(topic, "again" in request.GET))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def practice_due(request: HttpRequest) -> HttpResponse:
    """The next question that is due, of any topic; a POST answers the one it was made for."""
    return _go_on(request, Round())


def _go_on(request: HttpRequest, current: Round) -> HttpResponse:
    if request.method == "POST":
        return _answered(request, current)
    person, now = request.user, timezone.now()
    question = choose.following(person=person, at=now, topic=current.topic, again=current.again)
    if question is None:
        coming = PracticeCard.objects.of(person).filter(question__in=choose.practisable(person).values("pk"))
        coming = coming.order_by("due_at").first()
        return render(request, "exams/practice/done.html", {"round": current, "coming": coming, "at": now})
    key = uuid.uuid4()
    version = question.in_force
    return _asked(request, current, _item(version, key), key)


def _item(version: QuestionVersion, key: uuid.UUID, response: Response = None) -> Item:
    """Return an item, not saved, that asks this version in the order of this key."""
    return Item(n=1, version=version, points=1, order=order_of(version, key), response=response)


def _asked(request: HttpRequest, current: Round, item: Item, key: uuid.UUID, mistake: str = "") -> HttpResponse:
    context = {
        "round": current,
        "item": face(item),
        "version": item.version,
        "question": item.version.question,
        "key": key,
        "played": json.dumps(item.response) if item.version.kind == "simulation" and item.response else "",
        "mistake": mistake,
    }
    return render(request, "exams/practice/question.html", context, status=422 if mistake else 200)


def _answered(request: HttpRequest, current: Round) -> HttpResponse:
    """Mark what was sent, or ask for what it lacks. What was sent before is told as it was marked then."""
    key, version, person = _key(request), _version(request), request.user
    if PracticeAnswer.objects.filter(key=key, person=person).exists():
        return redirect(current.of_answer(key))
    item = _item(version, key, _so_far(request, version, key))
    is_given_up, mark = "unknown" in request.POST, SELF_MARKS.get(request.POST.get("mark", ""))
    mistake = "" if is_given_up else _take(request, item)
    if mistake or not (is_given_up or _is_whole(item)):
        return _asked(request, current, item, key, mistake)
    if KINDS[version.kind].is_marked_by_hand and mark is None and not is_given_up:
        context = {"round": current, "item": face(item), "version": version, "key": key}
        return render(request, "exams/practice/assess.html", context)
    try:
        answer(person=person, version=version, key=key, response=item.response, at=timezone.now(), self_mark=mark)
    except PracticeAnswer.DoesNotExist:
        raise Http404 from None
    return redirect(current.of_answer(key))


def _take(request: HttpRequest, item: Item) -> str:
    """Put what was sent into the item; return what is wrong with it, "" for nothing."""
    kind, before = KINDS[item.version.kind], item.response
    shown = kind.shown(item.version.body, item.order)
    try:
        sent = response_from(request.POST, face(item))
        item.response = sent if item.version.kind != "simulation" else before  # stays where it was typed
        item.response = kind.clean(shown, sent, before)
    except BadResponse as mistake:
        return str(mistake)
    return "" if item.response is not None else _("Give an answer, or say that you do not know.")


def _is_whole(item: Item) -> bool:
    """Whether a simulation was played to its end; of other kinds every answer is whole."""
    reveal = KINDS[item.version.kind].reveal(item.version.body, item.order, item.response)
    return reveal.get("is_over", True)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None


def _version(request: HttpRequest) -> QuestionVersion:
    """Return the version that was asked, if it may still be practised."""
    sent = request.POST.get("version", "")
    pk = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 18 else 0
    versions = QuestionVersion.objects.filter(reviewed_at__isnull=False).select_related("question__topic")
    return get_object_or_404(versions, pk=pk, question__in=choose.practisable(request.user).values("pk"))


def _so_far(request: HttpRequest, version: QuestionVersion, key: uuid.UUID) -> Response:
    """Return what was done in a simulation until now, as its page says; nothing where that cannot be."""
    sent = request.POST.get("played", "")
    if version.kind != "simulation" or not sent or len(sent) > _MOST_PLAYED:
        return None
    kind = KINDS[version.kind]
    try:
        return kind.clean(kind.shown(version.body, order_of(version, key)), json.loads(sent))
    except (ValueError, RecursionError):  # a BadResponse is a ValueError
        return None


@login_required
@never_cache
@require_safe
def practice_answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How an answer of one's own was marked, and why: the right one, the explanation, the passage it rests on."""
    practisable = choose.practisable(request.user).values("pk")
    own = PracticeAnswer.objects.filter(person=request.user, version__question__in=practisable)
    given = get_object_or_404(own.select_related("version__question__topic"), key=key)
    topic = Topic.objects.filter(key=request.GET.get("of", "")[:60]).first()
    current = Round(topic, bool(topic) and "again" in request.GET)
    card = PracticeCard.objects.of(request.user).filter(question=given.version.question_id).first()
    context = {"round": current, "given": given, "card": card, "at": timezone.now()}
    return render(request, "exams/practice/answer.html", context | _told(given) | _ground(request, given.version))


def _told(given: PracticeAnswer) -> dict[str, object]:
    version, kind = given.version, KINDS[given.version.kind]
    shown = kind.shown(version.body, given.order)
    return {
        "question": version.question,
        "version": version,
        "label": kind.label,
        "is_right": given.share == 1,
        "is_partly": 0 < given.share < 1,
        "is_own_mark": kind.is_marked_by_hand and given.response is not None,
        "said": kind.words(shown, given.response) if given.response is not None else [],
        "key_words": kind.key_words(shown, kind.key(version.body, given.order)),
        "feedback": kind.feedback(version.body, given.order, given.response) if given.response is not None else [],
    }


def _ground(request: HttpRequest, version: QuestionVersion) -> dict[str, object]:
    """Return the document and the passage a question rests on, as they read today."""
    page = ControlledPage.objects.visible_to(request.user).filter(pk=version.page_id).first()
    block = Block.objects.filter(page=page, block_id=version.block_id).first() if page and version.block_id else None
    return {
        "page": page,
        "passage": block,
        "has_changed": bool(page and version.block_id) and (block is None or block.basis != version.digest),
    }


@login_required
@permission_required("exams.see_statistics", raise_exception=True)
@require_safe
def practice_figures(request: HttpRequest) -> HttpResponse:
    """What people get wrong in practice: by topic, and with ?topic= by question; nobody is named."""
    key, page = request.GET.get("topic", ""), request.GET.get("page")
    may_read = request.user.has_perm("exams.view_question") or request.user.has_perm("exams.change_question")
    topic = get_object_or_404(Topic, key=key) if key else None
    rows = figures.by_question(topic) if topic else figures.by_topic()
    context = {
        "topic": topic,
        "page_obj": Paginator(rows, _ROWS).get_page(page),
        "may_read": may_read,
        "at_least": figures.AT_LEAST,
    }
    return render(request, "exams/practice/figures.html", context)
