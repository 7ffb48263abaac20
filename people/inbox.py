"""Writing a line into somebody's inbox."""

import datetime
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
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
    by_mail: bool = False,
) -> Notice:
    """Write a notice in both languages; the same key again changes nothing, read or unread, and sends nothing.

    With `by_mail` it is sent to whoever has an address as well, once the transaction stands.

    `text` is a lazily translated sentence with %(name)s places, `values` what fills them.
    """
    words = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said = str(text) % {name: str(value) for name, value in (values or {}).items()}
            words[language] = said[: Notice._meta.get_field("text").max_length]
    notice, made = Notice.objects.get_or_create(
        person=person,
        key=key,
        defaults={"text": words["zh-hans"], "text_en": words["en"], "url": url, "created_at": at},
    )
    if made and by_mail and person.email:
        transaction.on_commit(partial(_send, notice, person.email), robust=True)
    return notice


def _send(notice: Notice, address: str) -> None:
    send_mail(
        subject=f"[Benchbook] {notice.text[:80]}",
        message=f"{notice.text}\n{notice.text_en}\n\n{settings.BASE_URL}{notice.url}\n",
        from_email=None,
        recipient_list=[address],
    )
