"""What templates need to show what past runs teach."""

from django import template

from kb import diagnosis
from kb.evidence import branches
from kb.models import FaultGuidePage
from people.models import Person

register = template.Library()


@register.simple_tag
def evidence_at(
    person: Person, guide: FaultGuidePage, tree: diagnosis.Graph, node: diagnosis.Node
) -> dict[str, branches.Evidence]:
    """What is known of each way on from a node by its answer, "" for all together; nothing for people outside.

    What is known of a node of an included guide is what that guide has taught, wherever it was walked.
    """
    if not branches.is_open_to(person):
        return {}
    own = guide if node.guide in (None, guide.pk) else FaultGuidePage.objects.get(pk=node.guide)
    return branches.of_node(guide=own, tree=tree, node=node)


@register.filter
def of(known: dict[str, branches.Evidence], answer: str) -> branches.Evidence | None:
    """What is known of one way."""
    return known.get(answer)


@register.filter
def may_learn(person: Person) -> bool:
    """Whether the person is shown what past runs teach."""
    return branches.is_open_to(person)
