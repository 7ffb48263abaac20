"""The exam officer's desk: what waits there, for what this person may do."""

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exams.invigilation.sessions import sittings_watched_by
from exams.invigilation.stuck import stuck
from exams.marking import late, queue, release
from exams.models import ExamSession, ItemAppeal
from people.models import Person, User

_ANY = (
    "exams.invigilate", "exams.mark_answers", "exams.release_results", "exams.regrade", "exams.decide_appeals",
    "exams.see_statistics", "exams.change_question",
)  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """A pile on the desk: what it is, how much is on it, where it leads."""

    label: str | Promise
    count: int
    url: str


@dataclass(frozen=True)
class Way:
    """Another screen of the desk."""

    label: str | Promise
    url: str


def has_one(person: Person) -> bool:
    """Say whether this person has a desk: a permission for something on it, or a session to watch over."""
    if not person.is_authenticated:
        return False
    return any(person.has_perm(each) for each in _ANY) or ExamSession.objects.filter(invigilators=person).exists()


def waiting(*, person: User, at: datetime.datetime) -> list[Waiting]:
    """Return the piles this person may work on, empty ones too."""
    piles = [_sessions(person, at)]
    if person.has_perm("exams.invigilate"):
        piles += [_pile(_("Stuck sittings"), stuck(sittings_watched_by(person), at).count(), "stuck")]
    if person.has_perm("exams.mark_answers"):
        piles.append(_pile(_("Answers to mark"), queue.waiting(person).count(), "marking"))
    if person.has_perm("exams.release_results"):
        piles.append(_pile(_("Results to release"), release.waiting().exclude(person=person).count(), "releases"))
        piles.append(_pile(_("Late answers"), late.waiting().exclude(sitting__person=person).count(), "late_answers"))
    if person.has_perm("exams.decide_appeals"):
        appeals = ItemAppeal.objects.filter(state=ItemAppeal.State.OPEN).exclude(item__sitting__person=person)
        piles.append(_pile(_("Appeals of questions"), appeals.count(), "appeals"))
    return piles


def _sessions(person: User, at: datetime.datetime) -> Waiting:
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Q(opens_at__lt=day + datetime.timedelta(days=1), closes_at__gte=day)
    return _pile(_("Sessions today"), ExamSession.objects.watched_by(person).filter(today).count(), "sessions")


def _pile(label: str | Promise, count: int, name: str) -> Waiting:
    return Waiting(label, count, _url(name))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def ways(person: User) -> list[Way]:
    """Return the other screens of the desk that this person may open."""
    may = person.has_perm
    named = [
        (may("exams.mark_answers"), _("Marking"), "marking"),
        (may("exams.release_results"), _("Results"), "releases"),
        (may("exams.decide_appeals"), _("Appeals of questions"), "appeals"),
        (may("exams.view_exam"), _("Papers"), "paper_check"),
        (may("exams.see_statistics"), _("Statistics"), "statistics_of_exams"),
        (may("exams.change_question"), _("Import questions"), "import_questions"),
        (may("exams.change_question"), _("Export questions"), "export_questions"),
    ]
    return [Way(label, url) for is_open, label, name in named if is_open and (url := _url(name))]
