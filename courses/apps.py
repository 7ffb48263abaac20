"""The courses application."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Registers courses with Django."""

    name = "courses"
    default_auto_field = "django.db.models.BigAutoField"
