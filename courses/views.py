"""The screens of learning: parse, call, render."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from courses import learn
from courses.models import Course, Enrolment, Lesson, LessonCompletion, duties
from kb.models import ControlledPage


def catalogue(request: HttpRequest) -> HttpResponse:
    """All courses for this person, and how far he is in each."""
    mine = {}
    if request.user.is_authenticated:
        mine = {row.course_id: row for row in Enrolment.objects.filter(person=request.user).with_progress()}
    courses = [
        (course, mine.get(course.pk))
        for course in Course.objects.visible_to(request.user).select_related("covers__subject")
    ]
    return render(request, "courses/catalogue.html", {"courses": courses})


def course(request: HttpRequest, key: str) -> HttpResponse:
    """A course, its lessons, and which of them this person has done."""
    found = get_object_or_404(Course.objects.visible_to(request.user).select_related("covers__subject"), key=key)
    lessons = list(found.lessons.select_related("page"))
    done = _done(request, found)
    upcoming = next((lesson for lesson in lessons if lesson.pk not in done), None)
    enrolment = (
        Enrolment.objects.filter(person=request.user, course=found).first() if request.user.is_authenticated else None
    )
    context = {
        "course": found,
        "lessons": lessons,
        "done": done,
        "upcoming": upcoming,
        "enrolment": enrolment,
    }
    return render(request, "courses/course.html", context)


def _done(request: HttpRequest, found: Course) -> dict[int, LessonCompletion]:
    if not request.user.is_authenticated:
        return {}
    rows = LessonCompletion.objects.filter(enrolment__person=request.user, enrolment__course=found)
    return {row.lesson_id: row for row in rows}


@login_required
@require_POST
def enrol(request: HttpRequest, key: str) -> HttpResponse:
    """Enrol and go to the first lesson."""
    found = get_object_or_404(Course.objects.visible_to(request.user), key=key)
    learn.enrol(person=request.user, course=found, at=timezone.now())
    first = found.lessons.first()
    return redirect(first or found)


def _lesson(request: HttpRequest, course_key: str, key: str) -> Lesson:
    lessons = Lesson.objects.filter(course__in=Course.objects.visible_to(request.user)).select_related("course", "page")
    return get_object_or_404(lessons, course__key=course_key, key=key)


@login_required
def lesson(request: HttpRequest, course_key: str, key: str) -> HttpResponse:
    """A lesson; a document it shows is shown only to those who may read it."""
    return _show(request, _lesson(request, course_key, key))


def _show(request: HttpRequest, found: Lesson, mistake: str = "") -> HttpResponse:
    lessons = list(found.course.lessons.all())
    place = [each.pk for each in lessons].index(found.pk)
    page = _edition(request, found)
    context = {
        "course": found.course,
        "lesson": found,
        "lessons": lessons,
        "place": place + 1,
        "before": lessons[place - 1] if place else None,
        "after": lessons[place + 1] if place + 1 < len(lessons) else None,
        "done": _done(request, found.course),
        "document": page,
        "blocks": [child for child in page.body if found.block_id in ("", child.id)] if page else [],
        "mistake": mistake,
    }
    return render(request, "courses/lesson.html", context, status=422 if mistake else 200)


def _edition(request: HttpRequest, found: Lesson) -> ControlledPage | None:
    """Return the document of the lesson that the person may read, in his language if there is one."""
    if not found.page_id:
        return None
    editions = ControlledPage.objects.visible_to(request.user).filter(number=found.page.number)
    return editions.preferring(get_language()).with_version().specific().first()


@login_required
@require_POST
def complete(request: HttpRequest, course_key: str, key: str) -> HttpResponse:
    """Mark a lesson as done and go on to the next."""
    found = _lesson(request, course_key, key)
    try:
        learn.complete(person=request.user, lesson=found, confirmed="confirmed" in request.POST, at=timezone.now())
    except learn.NotYet as reason:
        return _show(request, found, mistake=str(reason))
    done = _done(request, found.course)
    upcoming = next((each for each in found.course.lessons.all() if each.pk not in done), None)
    if upcoming is None:
        messages.success(request, learn.finished_words(found.course))
    return redirect(upcoming or found.course)


@login_required
def plan(request: HttpRequest) -> HttpResponse:
    """What the plans for this person's position ask of him."""
    return render(request, "courses/plan.html", {"duties": duties(person=request.user), "today": timezone.localdate()})
