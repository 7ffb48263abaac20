"""Classes of documents; the numbers that were given; and every live document becomes the edition it says it is."""

import datetime
import hashlib
import json

from django.db import migrations
from django.db.models import F
from django.utils import timezone

from kb.digest import content_digest

CLASSES = {
    "manual": ("HB-", True, 12),
    "chapter": ("", True, 12),
    "procedure": ("PR-", True, 12),
    "guide": ("FG-", True, 12),
    "faq": ("FAQ-", True, 12),
    "bulletin": ("TB-", True, 12),
    "policy": ("PO-", True, 12),
}


def make_classes(apps, schema_editor):
    document_class = apps.get_model("kb", "DocumentClass")
    for kind, (prefix, signers_qualify, months) in CLASSES.items():
        document_class.objects.create(
            kind=kind, prefix=prefix, signers_qualify=signers_qualify, review_months=months
        )


def keep_numbers(apps, schema_editor):
    number = apps.get_model("kb", "DocumentNumber")
    for page in apps.get_model("kb", "ControlledPage").objects.filter(number__isnull=False).order_by("pk"):
        number.objects.get_or_create(number=page.number, defaults={"translation_key": page.translation_key})


def sign(line, previous):
    """As SignOff.expected_hash was when this was written."""
    said = [
        previous, line.sequence, line.page_id, line.submission_id, line.act, None, line.name, None,
        str(line.signed_on), line.at.astimezone(datetime.UTC).isoformat(), line.digest, line.reason, line.facts,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def take_over(apps, schema_editor):
    page_model, revision_model = apps.get_model("kb", "ControlledPage"), apps.get_model("wagtailcore", "Revision")
    submission_model, edition_model = apps.get_model("kb", "Submission"), apps.get_model("kb", "Edition")
    line_model = apps.get_model("kb", "SignOff")
    now, sequence, previous = timezone.now(), 0, ""
    for page in page_model.objects.filter(live=True, number__isnull=False).order_by("pk"):
        revision = revision_model.objects.filter(pk=page.live_revision_id).first()
        if revision is None:
            continue
        digest = content_digest(revision.content | {"is_controlled": True, "number": page.number})
        published = timezone.localdate(page.last_published_at or now)
        effective_on = min(page.effective_on or published, timezone.localdate(now))
        last = page.changes.order_by("sort_order").last()
        said = {
            "page": page, "revision": revision, "digest": digest, "act": "issue", "effective_on": effective_on,
            "significance": last.significance if last else "content", "reason": last.note if last else "",
            "review_by": page.review_by,
        }
        submission = submission_model.objects.create(submitted_at=now, outcome="approved", **said)
        edition_model.objects.create(
            submission=submission, sequence=1, number=page.number, language=page.language, title=page.title,
            version=page.version, approved_on=page.approved_on or effective_on, **said,
        )
        for act in ("prepared", "reviewed", "approved"):
            sequence += 1
            line = line_model(
                sequence=sequence, page=page, submission=submission, act=act, name=getattr(page, f"{act}_by"),
                signed_on=getattr(page, f"{act}_on") or effective_on, at=now, digest=digest,
                facts={"taken_over": True, "version": page.version}, previous_hash=previous,
            )
            line.hash = previous = sign(line, previous)
            line.save()


def keep_digests(apps, schema_editor):
    apps.get_model("kb", "Block").objects.update(basis=F("digest"))


class Migration(migrations.Migration):

    dependencies = [
        ('kb', '0003_signed_editions'),
    ]

    operations = [
        migrations.RunPython(make_classes, migrations.RunPython.noop),
        migrations.RunPython(keep_numbers, migrations.RunPython.noop),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RunPython(keep_digests, migrations.RunPython.noop),
    ]
