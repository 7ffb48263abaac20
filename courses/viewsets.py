"""The authoring screens of learning."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from courses.models import Course, Enrolment, Plan


class CourseViewSet(ModelViewSet):
    """Courses with their lessons."""

    model = Course
    icon = "openquote"
    list_display = ["title", "key", "audience", "hours"]
    copy_view_enabled = False


class PlanViewSet(ModelViewSet):
    """Training plans with their courses."""

    model = Plan
    icon = "date"
    list_display = ["title", "position"]
    copy_view_enabled = False


class EnrolmentViewSet(ModelViewSet):
    """Who takes what, to look at."""

    model = Enrolment
    icon = "user"
    form_fields = ["person", "course"]
    list_display = ["person", "course", "enrolled_at"]
    inspect_view_enabled = True
    copy_view_enabled = False


class LearningGroup(ModelViewSetGroup):
    """The menu of learning."""

    menu_label = _("Learning")
    menu_icon = "openquote"
    menu_order = 220
    items = (CourseViewSet("courses"), PlanViewSet("plans"), EnrolmentViewSet("enrolments"))
