"""The people application, and Wagtail's users application with our form for people."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """Registers people with Django."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's users, edited with unit and position."""

    user_viewset = "people.viewsets.PersonViewSet"
