"""What words of the search must not be: such as stand inside other words, or begin two groups."""

from django.utils.translation import gettext as _

from kb.models import SynonymGroup
from kb.search.analysis import fold_query


def refusal(word: str) -> str:
    """Return a sentence on a word of a list that would be found inside others, "" where it is none."""
    if len(fold_query(word)) == 1:
        return (
            _("“%s” alone stands inside many other words, as 换 does in 交换机: write at least two characters.") % word
        )
    return ""


def is_taken(group: SynonymGroup) -> SynonymGroup | None:
    """Return another group that begins with the same word: the two would be one in the files of content."""
    first = fold_query(group.members[0]) if group.members else ""
    others = SynonymGroup.objects.exclude(pk=group.pk)
    return next((other for other in others if other.members and fold_query(other.members[0]) == first), None)
