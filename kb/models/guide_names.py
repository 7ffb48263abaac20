"""What the nodes of a fault guide leave empty, and what they name, by key or by page, that does not exist."""

import re
from collections.abc import Callable, Iterable, Iterator

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.blocks import CharBlock, ChoiceBlock

from kb.blocks import NODES
from kb.diagnosis import Graph, Node, Problem
from kb.models.control import ControlledPage
from kb.models.products import Component, Hazard, Part
from kb.models.severity import Tier
from people.models import Qualification

_PAGES = ("procedure", "remedy", "guide")  # members that choose a document
_CLASSES = list(ControlledPage.Confidentiality)  # from what everybody reads to what few do


_TARGETS = {"none", "cannot", "then", "unresolved"}  # which the rules of trees look at
# Read once: Wagtail lets go of what is required, for every request at a time, while it saves a draft.
_REQUIRED = {
    kind: [
        child
        for name, child in block.child_blocks.items()
        if isinstance(child, CharBlock | ChoiceBlock) and name not in _TARGETS and child.required
    ]
    for kind, block in NODES
}
_MADE_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # the id of a block made in the editor


def sentence(tree: Graph, problem: Problem) -> str:
    """Say a problem with the heading of its node before it."""
    node = tree.nodes.get(problem.node)
    name = heading(node) or problem.node if node else problem.node
    return f"{name}: {readable(tree, problem.text)}" if name else readable(tree, problem.text)


def heading(node: Node) -> str:
    """Return what a node is called; empty where it has no name yet."""
    return str(node.value.get("heading") or "").strip()


def readable(tree: Graph, text: str) -> str:
    """Return a text with the headings of nodes in place of ids that nobody can read."""

    def shown(found: re.Match) -> str:
        node = tree.nodes.get(found.group())
        return heading(node) or found.group() if node else found.group()

    return _MADE_ID.sub(shown, text)


def empty_members(tree: Graph) -> Iterator[Problem]:
    """Yield an error for everything a node must say and does not: drafts are saved without."""
    for node in tree.nodes.values():
        for child in _REQUIRED[node.kind]:
            if not str(node.value.get(child.name) or "").strip():
                yield Problem(node.id, _("“%s” is empty") % child.label, "empty", child.name)
        for place, words in enumerate(node.choices if node.kind == "ask" else ()):
            if not words.strip():
                yield Problem(node.id, _("an answer has no words"), "empty", "choices", place)


def keys_of(text: object) -> list[str]:
    """Return the keys of a list that is typed with commas."""
    return [key.strip() for key in str(text or "").split(",") if key.strip()]


def unknown_names(tree: Graph) -> Iterator[Problem]:
    """Yield an error for every qualification, hazard, component, part and tier that does not exist.

    Where no tiers are kept, whom to hand over to is said in any words.
    """
    for member, known, sentence in (
        ("qualification", _qualifications, _("asks for a qualification that does not exist: %s")),
        ("hazards", _existing(Hazard), _("names a hazard that does not exist: %s")),
        ("component", _existing(Component), _("names a component that does not exist: %s")),
        ("parts", _existing(Part), _("names a part that does not exist: %s")),
        ("escalate", _tiers, _("hands over to a tier that does not exist: %s")),
    ):
        named = [(node.id, key) for node in tree.nodes.values() for key in _named(node, member)]
        existing = known({key for _node, key in named}) if named else set()
        for id_, key in named:
            if key not in existing:
                yield Problem(id_, sentence % key, f"{member}-unknown", member)


def _named(node: Node, member: str) -> list[str]:
    value = node.value.get(member)
    return keys_of(value) if member in ("hazards", "parts") else [str(value)] if value else []


def _existing(model: type[Model]) -> Callable[[set[str]], set[str]]:
    return lambda keys: set(model.objects.filter(key__in=keys).values_list("key", flat=True))


def _qualifications(keys: set[str]) -> set[str]:
    subjects = {key.partition("/")[0] for key in keys}
    found = Qualification.objects.filter(subject__key__in=subjects).select_related("subject")
    return {qualification.key for qualification in found}


def _tiers(names: set[str]) -> set[str]:
    tiers = Tier.objects.values_list("name", "name_en")
    return {name for both in tiers for name in both} if tiers else names


def unread_pages(tree: Graph, guide: ControlledPage) -> Iterator[Problem]:
    """Yield a warning for every document a node leads to that is not in force, or not for all the guide's readers."""
    named = [(node.id, member, pk) for node in tree.nodes.values() for member, pk in _chosen(node)]
    pages = ControlledPage.objects.in_bulk({pk for _id, _member, pk in named}) if named else {}
    for id_, member, pk in named:
        page = pages.get(pk)
        if page is None or not page.live:
            if member != "guide":  # an error, which the tree's own rules find
                text = _("leads to a document that is not in force: %s") % (page or "?")
                yield Problem(id_, text, "page-not-in-force", member, is_error=False)
        elif not _is_for_all_readers(page, guide):
            text = _("leads to a document that not everybody who reads this guide may read: %s") % page
            yield Problem(id_, text, "page-not-for-all", member, is_error=False)


def _chosen(node: Node) -> Iterable[tuple[str, int]]:
    return ((member, node.value[member]) for member in _PAGES if isinstance(node.value.get(member), int))


def _is_for_all_readers(page: ControlledPage, guide: ControlledPage) -> bool:
    is_open = _CLASSES.index(page.confidentiality) <= _CLASSES.index(guide.confidentiality)
    return page.audience <= guide.audience and is_open
