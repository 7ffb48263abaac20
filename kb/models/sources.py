"""What content files were loaded, and what they made."""

from django.db import models


class LoadedPiece(models.Model):
    """A piece of a content file as it was last loaded: a document, a row of a table, a question, or a file as a whole.

    Its digest is that of what dumping the piece gave right after it was loaded. Where dumping gives something else
    today, a person has changed the piece since, and loading leaves it alone. A file's is that of its bytes.
    """

    name = models.CharField(max_length=200, unique=True)
    path = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["path", "position"]

    def __str__(self) -> str:
        return self.name
