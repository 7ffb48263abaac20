"""Everything that modelsearch asks of a backend on a server, asked of ours."""

from datetime import date

from django.test import TestCase
from modelsearch.query import MATCH_ALL
from modelsearch.test.testapp import models
from modelsearch.tests.elasticsearch_common_tests import ElasticsearchCommonSearchBackendTests


class TestServer(ElasticsearchCommonSearchBackendTests, TestCase):
    """The tests of every backend, and those that modelsearch keeps for the servers it speaks to."""

    backend_path = "kb.search.opensearch"

    @classmethod
    def setUpTestData(cls) -> None:
        """Add the rows that the tests name and the file of rows is too old to have."""
        for model in (models.MPAnimal, models.NSAnimal):
            animal = model.add_root(name="Animal")
            mammal = animal.add_child(name="Mammal")
            mammal.add_child(name="Dog")
            model.objects.get(pk=mammal.pk).add_child(name="Cat")
            model.objects.get(pk=animal.pk).add_child(name="Reptile")
        topic = models.AgendaItem.objects.create(meeting_id=2, topic="Detective stories")
        models.Speaker.objects.create(agenda_item=topic, name="Arthur Conan Doyle")

    def test_ascii_folding(self) -> None:
        """Expect that accents fall away; a letter that Unicode does not take apart, as the stroked o, is another."""
        book = models.Book.objects.create(title="Ĥéllo", publication_date=date(2017, 10, 19), number_of_pages=1)
        index = self.backend.get_index_for_model(models.Book)
        index.add_item(book)
        index.refresh()
        assert list(self.backend.autocomplete("Hello", models.Book)) == [book]

    def test_delete(self) -> None:
        """Delete from the database first: what it still has stays in the index, on purpose."""
        foundation = models.Novel.objects.get(title="Foundation")
        index, key = self.backend.get_index_for_model(models.Novel), foundation.pk
        foundation.delete()
        index.delete_item(models.Novel(pk=key))
        index.refresh()
        novels = models.Novel.objects.order_by("number_of_pages")
        first = self.backend.search(MATCH_ALL, novels, order_by_relevance=False)[:3]
        assert [each.title for each in first] == ["The Hobbit", "The Two Towers", "The Fellowship of the Ring"]

    def test_reset_indexes(self) -> None:
        """Expect of ours what is skipped for Elasticsearch."""
        self.backend.reset_indexes()
        assert self.backend.search("JavaScript", models.Book).count() == 0
