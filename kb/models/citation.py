"""The live blocks of controlled pages with their digests, and citations of them."""

from collections.abc import Iterable
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from kb import prose
from kb.digest import digest


class BlockQuerySet(models.QuerySet["Block"]):
    """The live blocks of pages."""

    @transaction.atomic
    def replace(self, page: Page, *, is_erratum: bool = False) -> None:
        """Make the rows of this page say what its live blocks say; rows that say so already are not touched.

        After an erratum whoever checked a block against the text before it need not do so again: the basis stays, as it
        does in a block that this edition leaves as it was.
        """
        fresh = {block.block_id: block for block in blocks_of(page)}
        known = {block.block_id: block for block in self.filter(page=page)}
        for block_id in known.keys() & fresh.keys():
            if is_erratum or known[block_id].digest == fresh[block_id].digest:
                fresh[block_id].basis = known[block_id].basis
        if gone := known.keys() - fresh.keys():
            self.filter(page=page, block_id__in=gone).delete()
        self.bulk_create(
            fresh.values(),
            update_conflicts=True,
            unique_fields=["page", "block_id"],
            update_fields=["kind", "digest", "basis", "position", "heading", "text"],
        )


class Block(models.Model):
    """A block of a live controlled page: its digest, and its words to show where it is cited.

    `basis` is what citations are compared with: the digest the block had before errata that came since.
    """

    page = models.ForeignKey("kb.ControlledPage", models.CASCADE, related_name="blocks")
    block_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    basis = models.CharField(max_length=64)
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=300)
    text = models.TextField(blank=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["page", "position"]
        constraints = [models.UniqueConstraint(fields=["page", "block_id"], name="one_digest_per_page_and_block")]

    def __str__(self) -> str:
        return f"{self.page.number}#{self.block_id}"


def blocks_of(page: Page) -> list[Block]:
    """Return unsaved rows for the blocks of this page as it is in memory."""
    rows = []
    for position, child in enumerate(page.specific.body, start=1):
        raw = child.block.get_prep_value(child.value)
        said = digest(child.block_type, raw)
        rows.append(
            Block(
                page=page,
                block_id=child.id,
                kind=child.block_type,
                digest=said,
                basis=said,
                position=position,
                heading=raw.get("heading") or "",
                text=raw.get("text") or "",
            )
        )
    return rows


def _documents_linked(words: str) -> list[tuple[str, str]]:
    return sorted({(number, target) for kind, number, target in prose.links(words) if kind == "doc"})


class LinkQuerySet(models.QuerySet["Link"]):
    """Links in live text."""

    @transaction.atomic
    def replace(self, page: Page) -> None:
        """Make the rows of this page say where its live text leads."""
        self.filter(page=page).delete()
        self.bulk_create(
            Link(page=page, block_id=child.id, number=number, target=target)
            for child in page.specific.body
            for number, target in _documents_linked(words_of(child.block.get_prep_value(child.value)))
        )

    def dead(self) -> Self:
        """Those that lead to no document in force, or to no block of it."""
        there = Block.objects.filter(page__number=OuterRef("number"), page__live=True)
        return self.filter(page__live=True).filter(
            Q(target="") & ~Exists(there) | ~Q(target="") & ~Exists(there.filter(block_id=OuterRef("target")))
        )  # fmt: skip


class Link(models.Model):
    """A link in the live text of a document to another one, or to a block of it."""

    page = models.ForeignKey("kb.ControlledPage", models.CASCADE, related_name="links")
    block_id = models.CharField(max_length=64)
    number = models.CharField(max_length=32, db_index=True)
    target = models.CharField(max_length=64, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["page", "pk"]

    def __str__(self) -> str:
        return f"{self.number}#{self.target}"


_TARGETS = {"to", "none", "cannot", "then", "unresolved"}


def words_of(value: object) -> str:
    """Return the words in a block's raw value, a member a line; ids, targets and numbers are left out."""
    if isinstance(value, dict):
        return "\n".join(words_of(member) for key, member in value.items() if key not in _TARGETS)
    if isinstance(value, list):
        return "\n".join(
            words_of(member.get("value", member) if isinstance(member, dict) else member) for member in value
        )
    return value if isinstance(value, str) else ""


class CitingQuerySet(models.QuerySet):
    """Rows that rest on a block of a controlled page."""

    def citing(self, page: Page, block_ids: Iterable[str]) -> Self:
        """Those that rest on one of these blocks of the page, or on the whole of it."""
        return self.filter(page=page.pk, block_id__in=[*block_ids, ""])

    def stale(self) -> Self:
        """Those whose cited block reads otherwise now than when it was checked, or is not live any more.

        Errata do not count, nor does the place of the block in the document.
        """
        same = Block.objects.filter(
            page=OuterRef("page"), block_id=OuterRef("block_id"), basis=OuterRef("digest"), page__live=True
        )
        return self.filter(~Exists(same), page__isnull=False).exclude(block_id="")


class Citation(models.Model):
    """A row that rests on (page, block, digest): the digest is that of the text it was last checked against.

    An empty block id cites the whole document and never goes stale by itself.
    """

    page = models.ForeignKey(
        "kb.ControlledPage",
        models.PROTECT,
        verbose_name=_("document"),
        null=True,
        blank=True,
        related_name="%(class)s_citations",
    )
    block_id = models.CharField(_("block"), max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def check_citation(self) -> None:
        """Keep the digest of a block that is cited anew; one cited before keeps the digest it was checked against.

        Raises ValidationError where the document has no such live block.
        """
        if not self.block_id:
            self.digest = ""
            return
        block = self.cited_block()
        if block is None:
            raise ValidationError({"block_id": _("The document has no such block.")})
        before = type(self)._default_manager.filter(pk=self.pk, page=self.page_id, block_id=self.block_id)
        if not self.digest or not before.exists():
            self.digest = block.basis

    def cited_block(self) -> Block | None:
        """Return the block as it reads today, or None where the whole document is cited or the block is gone."""
        return Block.objects.filter(page_id=self.page_id, block_id=self.block_id).first() if self.block_id else None
