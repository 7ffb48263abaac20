"""Fixed papers: chosen by hand, or drawn, several at once sharing as little as can be; drawn again from their seed."""

import re
from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from exams import draw
from exams.models import Exam, Form, FormItem, Question
from exams.sit.enter import candidates, rows_of
from people.models import User
from people.refusal import Refused

MOST = 20  # drawn at once
_SEED = re.compile(r"[\w-]{1,24}")


@transaction.atomic
def make(*, exam: Exam, name: str, drawn: Sequence[draw.Drawn], by: User, seed: str = "") -> Form:
    """Make a fixed paper of these questions in this order. Raises Refused."""
    if not name.strip():
        raise Refused(_("Give the paper a name."))
    if reasons := objections(drawn):
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            form = Form.objects.create(exam=exam, name=name.strip(), seed=seed)
    except IntegrityError:
        raise Refused(_("The exam has a paper “%s” already.") % name.strip()) from None
    _fill(form, drawn)
    log(form, "wagtail.create", user=by)
    return form


def objections(drawn: Sequence[draw.Drawn]) -> list[str]:
    """Return a sentence for each reason why these questions make no paper."""
    if not drawn:
        return [_("A paper asks at least one question.")]
    ids = [each.id for each in drawn]
    twice = [pk for pk, n in Counter(ids).items() if n > 1]
    drawable = set(Question.objects.drawable().filter(pk__in=ids).values_list("pk", flat=True))
    questions = Question.objects.select_related("topic").in_bulk(ids)
    found = [_("%s stands there twice.") % questions[pk] for pk in twice]
    return found + [
        _("%s may not be asked: it is not active, not reviewed, only for practice, or its passage has changed.")
        % questions.get(pk, pk)
        for pk in dict.fromkeys(ids)
        if pk not in drawable
    ]


def _fill(form: Form, drawn: Sequence[draw.Drawn]) -> None:
    FormItem.objects.bulk_create(
        FormItem(form=form, position=position, question_id=each.id, points=each.points)
        for position, each in enumerate(drawn, start=1)
    )


@transaction.atomic
def draw_forms(*, exam: Exam, name: str, count: int, seed: str, by: User) -> list[Form]:
    """Draw parallel papers by the blueprint: `name 1`, `name 2`, … (`name` alone for one). Raises Refused."""
    if not 1 <= count <= MOST:
        raise Refused(_("Between 1 and %d papers are drawn at once.") % MOST)
    if not _SEED.fullmatch(seed):
        raise Refused(_("A seed has up to 24 letters, digits or hyphens."))
    try:
        series = parallel(rows_of(exam), candidates(exam), seed=seed, count=count)
    except draw.TooFew:
        raise Refused(_("The question bank has too few questions for this blueprint.")) from None
    return [
        make(exam=exam, name=name if count == 1 else f"{name} {n}", drawn=drawn, by=by, seed=_mark(seed, n))
        for n, drawn in enumerate(series, start=1)
    ]


def parallel(
    rows: Sequence[draw.Row], bank: Sequence[draw.Candidate], *, seed: str, count: int
) -> list[list[draw.Drawn]]:
    """Draw papers that ask the same question as seldom as can be. Pure: a seed draws the same. Raises TooFew."""
    used: Counter[int] = Counter()
    found = []
    for n in range(1, count + 1):
        drawn = _least_used(rows, bank, _mark(seed, n), used)
        used.update(each.id for each in drawn)
        found.append(drawn)
    return found


def _least_used(
    rows: Sequence[draw.Row], bank: Sequence[draw.Candidate], seed: str, used: Counter[int]
) -> list[draw.Drawn]:
    """Draw of those used least often; of those used once more only where a row finds no others."""
    for most in range(max(used.values(), default=0) + 1):
        seldom = [each for each in bank if used[each.id] <= most]
        often = {each.id for each in seldom if used[each.id] == most} if most else set()
        try:
            return draw.draw(rows, seldom, seed=seed, avoid=often)
        except draw.TooFew as too_few:
            reason = too_few
    raise reason


def _mark(seed: str, n: int) -> str:
    return f"{seed}/{n}"


def drawn_again(form: Form) -> list[draw.Drawn]:
    """Draw a paper from its seed: the same again while bank and blueprint are. Raises TooFew, ValueError."""
    seed, _slash, n = form.seed.rpartition("/")
    return parallel(rows_of(form.exam), candidates(form.exam), seed=seed, count=int(n))[-1]


@transaction.atomic
def arrange(*, form: Form, drawn: Sequence[draw.Drawn], by: User) -> Form:
    """Give a paper that nobody has sat these questions in this order. Raises Refused."""
    row = Form.objects.select_for_update().get(pk=form.pk)
    if row.sittings.exists():
        raise Refused(_("Somebody has sat this paper: make another one."))
    if reasons := objections(drawn):
        raise Refused(*reasons)
    row.items.all().delete()
    _fill(row, drawn)
    if row.seed and list(drawn) != _again_or_nothing(row):
        Form.objects.filter(pk=row.pk).update(seed="")  # it is what was drawn no longer
    log(row, "wagtail.edit", user=by)
    return Form.objects.get(pk=row.pk)


def _again_or_nothing(form: Form) -> list[draw.Drawn]:
    try:
        return drawn_again(form)
    except (draw.TooFew, ValueError):
        return []


@transaction.atomic
def switch(*, form: Form, is_active: bool, by: User) -> Form:
    """Bring a paper into use or out of it; one comes into use only whole. Raises Refused."""
    row = Form.objects.select_for_update().get(pk=form.pk)
    if is_active and not row.is_active:
        items = [draw.Drawn(item.question_id, item.points) for item in row.items.all()]
        if reasons := objections(items):
            raise Refused(*reasons)
    if row.is_active != is_active:
        row.is_active = is_active
        row.save(update_fields=["is_active"])
        log(row, "wagtail.edit", user=by, data={"is_active": is_active})
    return row
