"""Writing a line into somebody's inbox."""

import datetime

from django.utils import translation
from django.utils.functional import Promise

from people.models import Notice, User


def tell(
    *,
    person: User,
    key: str,
    text: Promise | str,
    url: str,
    at: datetime.datetime,
    values: dict | None = None,
) -> Notice:
    """Write a notice in both languages; the same key again changes nothing, read or unread.

    `text` is a lazily translated sentence with %(name)s places, `values` what fills them.
    """
    words = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words[language] = str(text) % {name: str(value) for name, value in (values or {}).items()}
    notice, _made = Notice.objects.get_or_create(
        person=person,
        key=key,
        defaults={"text": words["zh-hans"], "text_en": words["en"], "url": url, "created_at": at},
    )
    return notice
