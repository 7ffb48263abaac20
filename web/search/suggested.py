"""What is suggested to somebody who has begun to type, of everything the site has."""

from dataclasses import asdict

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Course
from kb.searching.suggest import LONGEST, SHORTEST, Suggestion, suggestions
from people.models import Person

#: Lines in all, and those of courses.
MOST, _COURSES = 8, 2


def suggested(text: str, person: Person) -> list[dict]:
    """Return what this person may see and may mean."""
    if len(text) < SHORTEST:
        return []
    courses = Course.objects.visible_to(person).autocomplete(text[:LONGEST])[:_COURSES]
    shown = [Suggestion(course.label, _("course"), course.get_absolute_url()) for course in courses]
    others = suggestions(text=text, person=person, language=get_language(), limit=MOST - len(shown))
    return [asdict(each) for each in [*others, *shown]]
