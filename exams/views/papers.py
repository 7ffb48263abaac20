"""The desk's screens for papers: can the bank fill them, fixed and parallel papers, what they share and how often."""

import re
import secrets
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams import draw
from exams.models import BlueprintRow, Exam, Form, FormItem, Question, QuestionVersion, Sitting, Topic
from exams.papers import check, exposure, forms
from exams.views.bank import item_of
from exams.views.paper import face
from people.refusal import Refused

_NUMBER = re.compile("[0-9]{1,4}")
_LINE = re.compile(r"(?P<topic>[\w-]+)#(?P<key>[\w-]+)(?:\s+(?P<points>[0-9]{1,3}))?")
_LONGEST = 20_000  # characters of a list of questions


def _for_papers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in who may look at exams and at the questions on their papers."""
    may = permission_required(("exams.view_exam", "exams.view_question"), raise_exception=True)
    return login_required(may(view))


@login_required
@permission_required("exams.view_exam", raise_exception=True)
@require_safe
def paper_check(request: HttpRequest) -> HttpResponse:
    """Show for each exam whether the bank can fill its blueprint now, and what it allows."""
    exams = Exam.objects.prefetch_related("blueprint__topic").annotate(fixed=Count("forms"))
    found = check.checks(exams)
    fixed = Form.objects.filter(is_active=True).exclude(pk__in=Form.objects.usable().order_by().values("pk"))
    context = {
        "found": found,
        "short": sum(not each.is_enough for _exam, each in found),
        "broken": fixed.select_related("exam"),
    }
    return render(request, "exams/papers/check.html", context)


@login_required
@permission_required("exams.change_exam", raise_exception=True)
@require_POST
def check_rows(request: HttpRequest) -> HttpResponse:
    """Check the blueprint as it stands in the editor, not saved: the part of the page that shows it."""
    return render(request, "exams/papers/_check.html", {"check": check.check(_rows_in(request.POST))})


def _rows_in(sent: QueryDict) -> list[BlueprintRow]:
    """Return the rows of a blueprint that the editor's form says whole, those taken out left out."""
    total = sent.get("blueprint-TOTAL_FORMS", "")
    places = range(int(total)) if _NUMBER.fullmatch(total) else ()
    rows = [_row_in(sent, f"blueprint-{place}-") for place in places if not sent.get(f"blueprint-{place}-DELETE")]
    known = Topic.objects.in_bulk({each.topic_id for each in rows if each})
    found = [each for each in rows if each and each.topic_id in known]
    for each in found:
        each.topic = known[each.topic_id]
    return found


def _row_in(sent: QueryDict, prefix: str) -> BlueprintRow | None:
    said = {name: sent.get(prefix + name, "") for name in ("topic", "count", "points", "difficulty")}
    if not all(re.fullmatch("[0-9]{1,9}", said[name]) for name in ("topic", "count")):
        return None
    return BlueprintRow(
        topic_id=int(said["topic"]),
        count=min(int(said["count"]), 1000),
        points=int(said["points"]) if _NUMBER.fullmatch(said["points"]) else 1,
        difficulty=int(said["difficulty"]) if _NUMBER.fullmatch(said["difficulty"]) else None,
        is_critical=bool(sent.get(f"{prefix}is_critical")),
    )


@_for_papers
@require_http_methods(["GET", "HEAD", "POST"])
def paper_forms(request: HttpRequest, key: str) -> HttpResponse:
    """List the fixed papers of an exam; make one by hand, or draw some."""
    exam = get_object_or_404(Exam, key=key)
    typed, refused = {"seed": secrets.token_hex(6), "count": "2"}, []
    if request.method == "POST":
        _must_change(request)
        typed = {name: value[:_LONGEST] for name, value in request.POST.items()}
        try:
            return _made(request, exam, typed)
        except Refused as reasons:
            refused = reasons.reasons
    context = {
        "exam": exam, "forms": _listed(exam), "check": check.check(list(exam.blueprint.select_related("topic"))),
        "typed": typed, "refused": refused, "most": forms.MOST, "may_change": _may_change(request),
    }  # fmt: skip
    return render(request, "exams/papers/forms.html", context, status=409 if refused else 200)


def _may_change(request: HttpRequest) -> bool:
    return request.user.has_perm("exams.change_exam")


def _must_change(request: HttpRequest) -> None:
    if not _may_change(request):
        raise PermissionDenied


def _listed(exam: Exam) -> Sequence[Form]:
    usable = Exists(Form.objects.usable().filter(pk=OuterRef("pk")))
    counted = exam.forms.annotate(questions=_count(FormItem), sat=_count(Sitting), is_usable=usable)
    return counted.order_by("-is_active", "name")[:200]


def _count(model: type[FormItem | Sitting]) -> Coalesce:
    """Return how many rows of that model a paper has; apart, for joined they would be multiplied."""
    rows = model.objects.filter(form=OuterRef("pk")).order_by().values("form").annotate(n=Count("pk"))
    return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), 0)


def _made(request: HttpRequest, exam: Exam, typed: dict[str, str]) -> HttpResponse:
    name = typed.get("name", "").strip()[:36]
    if typed.get("act") == "draw":
        count = typed.get("count", "")
        made = forms.draw_forms(
            exam=exam, name=name, count=int(count) if _NUMBER.fullmatch(count) else 0, seed=typed.get("seed", ""),
            by=request.user,
        )  # fmt: skip
        n = len(made)
        messages.success(request, ngettext("%d paper drawn.", "%d papers drawn.", n) % n)
        return redirect("paper_forms", exam.key)
    made = forms.make(exam=exam, name=name, drawn=_read(typed.get("questions", "")), by=request.user)
    messages.success(request, _("Made."))
    return redirect("paper_form", made.pk)


def _read(text: str) -> list[draw.Drawn]:
    """Return the questions of lines `topic#key points`. Raises Refused naming what cannot be read or found."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if wrong := [line for line in lines if not _LINE.fullmatch(line)]:
        raise Refused(*(_("This line cannot be read: %s") % line for line in wrong[:5]))
    said = [_LINE.fullmatch(line) for line in lines]
    keys, topics = {each["key"] for each in said}, {each["topic"] for each in said}
    rows = Question.objects.filter(key__in=keys, topic__key__in=topics)
    known = {(topic, key): pk for topic, key, pk in rows.values_list("topic__key", "key", "pk")}
    if missing := [each for each in said if (each["topic"], each["key"]) not in known]:
        raise Refused(*(_("The bank has no question %(topic)s#%(key)s.") % each.groupdict() for each in missing[:5]))
    return [draw.Drawn(known[each["topic"], each["key"]], max(int(each["points"] or 1), 1)) for each in said]


@_for_papers
@require_http_methods(["GET", "HEAD", "POST"])
def paper_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a fixed paper: its questions, as a candidate sees it (?as=candidate), to print (?as=print); change it."""
    form = get_object_or_404(Form.objects.select_related("exam"), pk=pk)
    refused: list[str] = []
    if request.method == "POST":
        _must_change(request)
        try:
            return _changed(request, form)
        except Refused as reasons:
            refused = reasons.reasons
    items = list(form.items.select_related("question__topic").order_by("position"))
    asked = request.GET.get("as", "")
    if asked in ("candidate", "print"):
        context = {"form": form, "exam": form.exam, "items": _faces(items, form), "is_print": asked == "print"}
        return render(request, "exams/papers/shown.html", context)
    context = {
        "form": form, "exam": form.exam, "items": _with_words(items), "refused": refused, "typed": request.POST,
        "is_sat": form.sittings.exists(), "may_change": _may_change(request),
        "points": sum(item.points for item in items), "again": _again(request, form),
    }  # fmt: skip
    return render(request, "exams/papers/form.html", context, status=409 if refused else 200)


def _with_words(items: Sequence[FormItem]) -> list[tuple[FormItem, Question, bool]]:
    """Return each item with its question in its words and whether it may still be asked."""
    ids = [item.question_id for item in items]
    words = Question.objects.with_current().select_related("topic").in_bulk(ids)
    drawable = set(Question.objects.drawable().filter(pk__in=ids).values_list("pk", flat=True))
    return [(item, words[item.question_id], item.question_id in drawable) for item in items]


def _faces(items: Sequence[FormItem], form: Form) -> list[dict[str, object]]:
    """Return the questions of the paper as a candidate sees them, in the version that is drawn today."""
    in_force = QuestionVersion.objects.in_force().filter(question__in=[item.question_id for item in items])
    versions = {version.question_id: version for version in in_force}
    kept = [item for item in items if item.question_id in versions]
    return [
        face(item_of(versions[item.question_id], seed=f"{form.pk}/{n}", n=n, points=item.points))
        for n, item in enumerate(kept, start=1)
    ]


def _again(request: HttpRequest, form: Form) -> dict[str, int] | None:
    """Return how many of its questions the seed draws again today, where that is asked and the paper was drawn."""
    if "again" not in request.GET or not form.seed:
        return None
    try:
        drawn = {each.id for each in forms.drawn_again(form)}
    except (draw.TooFew, ValueError):
        drawn = set()
    here = set(form.items.values_list("question", flat=True))
    return {"same": len(here & drawn), "all": len(here)}


def _changed(request: HttpRequest, form: Form) -> HttpResponse:
    sent = request.POST
    if sent.get("act") in ("on", "off"):
        forms.switch(form=form, is_active=sent["act"] == "on", by=request.user)
        messages.success(
            request, _("In use.") if sent["act"] == "on" else _("Out of use: nobody is given it any more.")
        )
    else:
        forms.arrange(form=form, drawn=_arranged(sent, form), by=request.user)
        messages.success(request, _("Saved."))
    return redirect("paper_form", form.pk)


def _arranged(sent: QueryDict, form: Form) -> list[draw.Drawn]:
    """Return the questions in the order of the places typed beside them (none takes one out), then those added."""
    kept = []
    for item in form.items.order_by("position"):
        place, points = sent.get(f"place-{item.pk}", ""), sent.get(f"points-{item.pk}", "")
        is_number = (place == "" or _NUMBER.fullmatch(place)) and re.fullmatch("[1-9][0-9]{0,2}", points)
        if not is_number:
            raise Refused(_("Places and points are whole numbers."))
        if place and int(place):
            kept.append((int(place), item.position, draw.Drawn(item.question_id, int(points))))
    added = _read(sent.get("added", "")[:_LONGEST])
    return [drawn for _place, _position, drawn in sorted(kept, key=lambda each: each[:2])] + added


@_for_papers
@require_safe
def paper_exposure(request: HttpRequest, key: str) -> HttpResponse:
    """Show what papers of an exam share, which questions were asked most, and which never."""
    exam = get_object_or_404(Exam, key=key)
    papers, asked = exposure.most_asked(exam)
    never, unasked = exposure.never_asked(exam)
    context = {
        "exam": exam, "overlaps": [(_("Fixed papers in use"), exposure.of_forms(exam)),
        (_("Papers of the last sittings"), exposure.of_sittings(exam))], "papers": papers, "asked": asked,
        "never": never, "unasked": unasked, "at": timezone.now(),
    }  # fmt: skip
    return render(request, "exams/papers/exposure.html", context)
