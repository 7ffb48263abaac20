"""The kb application."""

from django.apps import AppConfig


class KbConfig(AppConfig):
    """Registers kb with Django."""

    name = "kb"
    default_auto_field = "django.db.models.BigAutoField"
