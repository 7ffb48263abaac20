"""Papers and answers kept as documents become rows; what was examined and marked so far stays as it was."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

LETTERED = {"single": ("options", "text"), "multiple": ("options", "text"), "ordering": ("lines", None)}


def order_of(item: dict, body: dict) -> list[int]:
    """Return the places of the body's options or lines in the order in which the paper showed them."""
    if item["kind"] not in LETTERED:
        return []
    member, text = LETTERED[item["kind"]]
    words = [each[text] if text else each for each in body[member]]
    return [words.index(each["text"]) for each in item["shown"][member]]


def convert(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the items of every sitting."""
    Sitting, Item = apps.get_model("exams", "Sitting"), apps.get_model("exams", "Item")
    Version, Edition = apps.get_model("exams", "QuestionVersion"), apps.get_model("kb", "Edition")
    Grade, Release = apps.get_model("exams", "Grade"), apps.get_model("exams", "Release")
    Version.objects.exclude(question__state="draft").update(reviewed_at=timezone.now())
    for sitting in Sitting.objects.iterator(chunk_size=100):
        numbers = {entry["question"] for entry in sitting.answer_key}
        versions = {(each.question_id, each.number): each for each in Version.objects.filter(question__in=numbers)}
        editions = {(each.page_id, each.version): each.pk for each in Edition.objects.filter(page__in={entry["page"] for entry in sitting.answer_key if entry["page"]})}
        answers = {answer.item: answer for answer in sitting.answers.all()}
        rows = []
        for item, entry in zip(sitting.paper, sitting.answer_key, strict=True):
            version, answer = versions[entry["question"], entry["version"]], answers.get(item["n"])
            is_closed = sitting.finished_at is not None
            rows.append(
                Item(
                    sitting=sitting, n=item["n"], version=version, order=order_of(item, version.body),
                    points=item["points"], is_critical=entry["critical"],
                    edition_id=editions.get((entry["page"], entry["edition"])),
                    response=answer.response if answer else None, revision=answer.revision if answer else 0,
                    saved_at=answer.saved_at if answer else None,
                    marked_at=sitting.finished_at,
                    share=(answer.share or 0 if answer else 0) if is_closed else None,
                )
            )  # fmt: skip
        Item.objects.bulk_create(rows)
        sitting.checked_in_at, sitting.marked_at = sitting.started_at, sitting.finished_at
        sitting.minutes = max(1, round((sitting.deadline_at - sitting.started_at).total_seconds() / 60))
        if sitting.finished_at:
            sitting.ended_by = "timer" if sitting.finished_at == sitting.deadline_at else "candidate"
        sitting.save(update_fields=["checked_in_at", "marked_at", "minutes", "ended_by"])
        if sitting.finished_at:
            Grade.objects.create(
                sitting=sitting, at=sitting.finished_at, reason="marking", points=sitting.points,
                points_possible=sitting.points_possible, has_passed=sitting.has_passed,
            )  # fmt: skip
        if sitting.released_at:
            Release.objects.create(sitting=sitting, at=sitting.released_at)
    apps.get_model("exams", "Exam").objects.update(release="at-once")


class Migration(migrations.Migration):
    dependencies = [("exams", "0003_exams_people_can_trust"), ("kb", "0010_searching")]

    operations = [migrations.RunPython(convert, migrations.RunPython.noop)]
