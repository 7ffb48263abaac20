"""The web application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers web with Django."""

    name = "web"
