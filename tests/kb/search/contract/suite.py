"""Everything that modelsearch asks of a backend, asked of ours."""

import shutil
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import TestCase, override_settings
from modelsearch.backends import get_search_backend
from modelsearch.test.testapp import models
from modelsearch.tests.elasticsearch_common_tests import ElasticsearchCommonSearchBackendTests
from modelsearch.tests.test_backends import BackendTests

BUILT = Path(settings.MODELSEARCH_BACKENDS["default"]["PATH"])


class TestContract(ElasticsearchCommonSearchBackendTests, TestCase):
    """The tests of every backend, and those that modelsearch keeps for the servers it speaks to."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Add the rows that the tests name and the file of rows is too old to have; build the index."""
        for model in (models.MPAnimal, models.NSAnimal):
            animal = model.add_root(name="Animal")
            mammal = animal.add_child(name="Mammal")
            mammal.add_child(name="Dog")
            model.objects.get(pk=mammal.pk).add_child(name="Cat")
            model.objects.get(pk=animal.pk).add_child(name="Reptile")
        topic = models.AgendaItem.objects.create(meeting_id=2, topic="Detective stories")
        models.Speaker.objects.create(agenda_item=topic, name="Arthur Conan Doyle")
        call_command("rebuild_modelsearch_index", verbosity=0, chunk_size=50)

    def setUp(self) -> None:
        """Give each test a copy of the index, where modelsearch's own rebuilds it, which takes ten times as long."""
        path = BUILT.with_name(self._testMethodName)
        shutil.copytree(BUILT, path)
        configured = {"default": settings.MODELSEARCH_BACKENDS["default"] | {"PATH": str(path)}}
        self.enterContext(override_settings(MODELSEARCH_BACKENDS=configured))
        self.backend_name, self.backend = "default", get_search_backend("default")

    def test_ascii_folding(self) -> None:
        """Expect that accents fall away; a letter that Unicode does not take apart, as the stroked o, is another."""
        book = models.Book.objects.create(title="Ĥéllo", publication_date=date(2017, 10, 19), number_of_pages=1)
        self.backend.add(book)
        assert list(self.backend.autocomplete("Hello", models.Book)) == [book]

    def test_order_by_expression(self) -> None:
        """Expect of ours what Elasticsearch cannot do."""
        BackendTests.test_order_by_expression(self)

    def test_reset_indexes(self) -> None:
        """Expect of ours what is skipped for Elasticsearch."""
        self.backend.reset_indexes()
        assert self.backend.search("JavaScript", models.Book).count() == 0

    def test_all_indexes(self) -> None:
        """Expect the names without the prefix that modelsearch's own project gives its indexes on a server."""
        names = ["author", "book", "character", "advertwithcustomuuidprimarykey", "meeting", "mpanimal", "nsanimal"]
        found = [index.get_key() for index in self.backend.all_indexes()]
        assert sorted(found) == sorted(f"searchtests_{name}" for name in names)
