"""Searches a person keeps, to be asked again."""

import datetime

from django.utils.translation import gettext as _

from kb.models import SavedSearch
from people.models import User
from people.refusal import Refused

#: How many one person keeps.
MOST = 50


def save(*, person: User, query: str, narrowed: str, at: datetime.datetime) -> SavedSearch:
    """Keep a search; one that is kept already is kept once. Raises Refused when there are too many."""
    mine = SavedSearch.objects.filter(person=person)
    asked = {"query": query, "narrowed": narrowed}
    if mine.count() >= MOST and not mine.filter(**asked).exists():
        raise Refused(_("You keep %s searches already. Forget one first.") % MOST)
    return SavedSearch.objects.get_or_create(person=person, **asked, defaults={"saved_at": at})[0]


def forget(*, person: User, pk: int) -> bool:
    """Keep it no longer; return whether there was one of this person."""
    return bool(SavedSearch.objects.filter(person=person, pk=pk).delete()[0])
