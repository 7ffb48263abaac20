"""The Django application of the search: it has one table, the outbox."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search with an outbox."""

    name = "kb.search"
    label = "kb_search"
    default_auto_field = "django.db.models.BigAutoField"
