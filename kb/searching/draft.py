"""From a question nobody has answered in writing to the draft of an FAQ."""

import json

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kb.importing.forms import folders
from kb.models import FaqPage, KnowledgeIndexPage
from kb.search.analysis import fold_query
from people.models import User
from people.refusal import Refused


def folder_for(person: User, language: str) -> KnowledgeIndexPage | None:
    """Return the folder in which this person begins documents of a language, or else of another."""
    mine = sorted(folders(person), key=lambda folder: folder.locale.language_code != language)
    return mine[0] if mine else None


@transaction.atomic
def begin(*, text: str, language: str, by: User) -> FaqPage:
    """Begin the draft of an FAQ that answers this, or return the one that was begun. Raises Refused."""
    title, folder = " ".join(text.split())[:100], folder_for(by, language)
    if not fold_query(title):
        raise Refused(_("This has no letters and no digits."))
    if folder is None:
        raise Refused(_("There is no folder that you may add documents to."))
    folder = KnowledgeIndexPage.objects.select_for_update().get(pk=folder.pk)
    begun = FaqPage.objects.child_of(folder).filter(title=title, live=False, first_published_at=None).first()
    return begun or _drafted(title, folder, by)


def _drafted(title: str, folder: KnowledgeIndexPage, by: User) -> FaqPage:
    with translation.override(folder.locale.language_code):
        value = {"heading": _("Question"), "text": title, "picture": None}
    page = FaqPage(title=title, locale=folder.locale, live=False, owner=by, number=None, unit=by.unit, keywords=title)
    page.body = json.dumps([{"type": "text", "id": "question", "value": value}])
    folder.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return page
