"""The screens of what past runs teach: the statistics, and the evidence of one fault guide."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext

from kb import diagnosis
from kb.control import sheets
from kb.evidence import branches, order
from kb.evidence import statistics as rules
from kb.evidence.columns import HEIGHT, columns, width
from kb.evidence.forms import WantedForm
from kb.models import DiagnosisRun, FaultGuidePage, Solution


@login_required
@permission_required("kb.see_statistics", raise_exception=True)
def statistics(request: HttpRequest) -> HttpResponse:
    """Figures over runs, by one dimension at a time; ?format=xlsx or csv to take them away."""
    today = timezone.localdate()
    form = WantedForm(request.GET)
    form.is_valid()
    wanted, by = form.wanted(today), form.cleaned_data.get("by") or "class"
    total, lines = rules.lines(wanted=wanted, by=by)
    if request.GET.get("format") in {"xlsx", "csv"}:
        return _file(request.GET["format"], wanted, by, [total, *lines])
    over_time = columns(rules.months(wanted=wanted))
    context = {
        "form": form,
        "wanted": wanted,
        "by": by,
        "dimensions": [(key, name) for key, (_column, name) in rules.DIMENSIONS.items()],
        "dimension": rules.DIMENSIONS[by][1],
        "total": total,
        "lines": lines,
        "is_cut": len(lines) == rules.MOST_ROWS,
        "visits": rules.visits(wanted=wanted),
        "columns": over_time,
        "chart": {"width": width(len(over_time)), "height": HEIGHT},
        "unresolved": [
            (guide, _heading(guide, end), count) for guide, end, count in rules.unresolved_ends(wanted=wanted)
        ],
        "questions": Solution.objects.questions().count(),
    }
    return render(request, "kb/evidence/statistics.html", context)


def _heading(guide: FaultGuidePage, end: str) -> str:
    node = guide.graph.nodes.get(branches.local(end))
    return str(node.value["heading"]) if node else end


def _file(kind: str, wanted: rules.Wanted, by: str, lines: list[rules.Line]) -> HttpResponse:
    """Answer with the table as a file; its first line is all the runs together."""
    results = [str(label) for label in rules.EndBlock.Result.labels]
    words = [str(rules.DIMENSIONS[by][1]), gettext("Searches"), *results]
    names = [*words, gettext("Resolved, percent"), gettext("Median minutes")]
    rows = [
        [
            line.label or gettext("All together"), line.runs, line.resolved, line.workaround, line.unresolved,
            line.percent, None if line.minutes is None else f"{line.minutes:g}",
        ]
        for line in lines
    ]  # fmt: skip
    title = f"{gettext('Statistics of fault searches')} {wanted.begins} – {wanted.ends}"
    table = [(name, 40 if place == 0 else 14) for place, name in enumerate(names)]
    if kind == "xlsx":
        response = HttpResponse(sheets.xlsx(title=title, columns=table, rows=rows), content_type=sheets.XLSX)
    else:
        response = HttpResponse(sheets.comma_separated(columns=table, rows=rows), content_type=sheets.CSV)
    response["Content-Disposition"] = f'attachment; filename="searches-{by}-{wanted.begins}-{wanted.ends}.{kind}"'
    return response


@dataclass(frozen=True)
class Way:
    """A way on from a node, and what is known of it."""

    words: str
    to: str
    evidence: branches.Evidence | None


@login_required
def evidence(request: HttpRequest, number: str) -> HttpResponse:
    """How the runs through each branch of a guide ended, and whether its tests would cost less in another order."""
    guide = FaultGuidePage.objects.visible_to(request.user).filter(number=number).preferring(get_language()).first()
    if guide is None or not branches.is_open_to(request.user):
        raise Http404(number)
    found = branches.rows(guide=guide)
    context = {
        "page": guide,
        "nodes": _nodes(guide.expanded_for(request.user), found),
        "runs": DiagnosisRun.objects.filter(guide__translation_key=guide.translation_key).count(),
        "proposals": order.better(guide=guide, rows=found),
        "enough": order.ENOUGH_RUNS,
    }
    return render(request, "kb/evidence/guide.html", context)


def _nodes(tree: diagnosis.Graph, found: list[branches.Row]) -> list[tuple[diagnosis.Node, int, list[Way]]]:
    """Return the guide's own nodes that lead on, each with its runs and its ways."""
    words, by_node = branches.labels(tree), {}
    for row in found:
        by_node.setdefault(row.node, []).append(row)
    made = []
    for node in tree.nodes.values():
        ways, passed = [], 0
        for edge in node.edges:
            some = [row for row in by_node.get(node.id, ()) if branches.fits(row, edge)]
            passed += sum(row.runs for row in some)
            to = tree.nodes.get(edge.to)
            heading = str(to.value.get("heading") or edge.to) if to else edge.to
            ways.append(Way(edge.words, heading, branches.evidence(some, words) if some else None))
        if ways and node.guide is None:
            made.append((node, passed, ways))
    return made
