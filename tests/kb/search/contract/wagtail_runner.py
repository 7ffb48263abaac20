"""The rows that Wagtail's migrations leave, for a database that was made without them."""

from typing import Any

from django.test.runner import DiscoverRunner
from wagtail.models import Collection, Locale, Page


class Runner(DiscoverRunner):
    """Runs tests on tables that were made from the models."""

    def setup_databases(self, **options: Any) -> Any:
        """Make the database, its locale, root page and root collection."""
        made = super().setup_databases(**options)
        Locale.objects.create(language_code="en")
        Page.add_root(title="Root", slug="root")
        Collection.add_root(name="Root")
        return made
