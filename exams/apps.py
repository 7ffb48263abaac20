"""The exams application."""

from django.apps import AppConfig


class ExamsConfig(AppConfig):
    """Registers exams with Django."""

    name = "exams"
    default_auto_field = "django.db.models.BigAutoField"
