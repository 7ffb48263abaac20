"""The authoring screens of learning."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from courses.models import Course, Enrolment, Plan
from people.viewsets import Records, Rows


class CourseViewSet(Rows):
    """Courses with their lessons."""

    model = Course
    icon = "openquote"
    list_display = ["title", "key", "audience", "hours"]


class PlanViewSet(Rows):
    """Training plans with their courses."""

    model = Plan
    icon = "date"
    list_display = ["title", "position"]


class EnrolmentViewSet(Records):
    """Who takes what, to look at."""

    model = Enrolment
    icon = "user"
    form_fields = ["person", "course"]
    list_display = ["person", "course", "enrolled_at"]


class LearningGroup(ModelViewSetGroup):
    """The menu of learning."""

    menu_label = _("Learning")
    menu_icon = "openquote"
    menu_order = 220
    items = (CourseViewSet("courses"), PlanViewSet("plans"), EnrolmentViewSet("enrolments"))
