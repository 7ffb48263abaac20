"""The outbox: what changed and is not in the search index of a node yet."""

from django.db import models
from django.db.models.functions import Now


class OutboxEntry(models.Model):
    """That an object was saved or deleted; written in the transaction that does so, gone once a node has indexed it.

    An entry says which object, never how it changed: whoever indexes it reads the object as it is by then, so
    entries may be read twice or out of order. Every node (a machine with an index of its own) has entries of its own.
    """

    node = models.CharField(max_length=64)
    index = models.CharField(max_length=100)  # the root model, "app.model"
    label = models.CharField(max_length=100)  # the model, "app.model"
    key = models.CharField(max_length=255)  # the primary key as text
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["node", "index", "id"], name="outbox_of_a_node")]

    def __str__(self) -> str:
        return f"{self.node}: {self.label} {self.key}"
