"""Runs name the edition they followed and what passed at each node; and how long records are kept."""

import json
from decimal import Decimal

from django.db import migrations


def keep_records(apps, schema_editor):
    for kind in ("report", "run", "inspection"):
        apps.get_model("kb", "Retention").objects.get_or_create(kind=kind)


def nodes_of(revision):
    body = revision.content.get("body") or "[]"
    return {block["id"]: block for block in (json.loads(body) if isinstance(body, str) else body)}


def way(block, answer):
    """The way that an answer or a reading took, and where it led; as the walk was when this was written."""
    value, kind = block["value"], block["type"]
    if kind == "act":
        return "done", value["then"]
    if answer in ("none", "cannot"):
        return answer, value[answer]
    items = [item.get("value", item) for item in value["choices" if kind == "ask" else "ranges"]]
    if kind == "ask":
        return answer, items[int(answer)]["to"]
    reading = Decimal(answer.translate(str.maketrans(",。−", "..-")))
    for place, item in enumerate(items):
        low, high = item["low"], item["high"]
        if (low in (None, "") or reading >= Decimal(str(low))) and (high in (None, "") or reading < Decimal(str(high))):
            return f"r{place}", item["to"]
    raise KeyError(answer)


def turns(run, blocks, model):
    made = []
    for turn in run.path:
        try:
            taken, to = way(blocks[turn["node"]], turn["answer"])
        except (KeyError, IndexError, ArithmeticError, ValueError):
            return []  # recorded against another text: what is not known is not counted
        made.append(
            model(run=run, guide=run.guide, node=turn["node"], way=taken, to=to, end=run.end, result=run.result)
        )
    return made


def know_editions(apps, schema_editor):
    edition_of = apps.get_model("kb", "Edition").objects.select_related("revision")
    turn = apps.get_model("kb", "RunTurn")
    guide_page = apps.get_model("kb", "FaultGuidePage")
    classes = dict(guide_page.objects.values_list("pk", "fault_class"))
    for run in apps.get_model("kb", "DiagnosisRun").objects.select_related("person", "guide").iterator():
        run.edition = edition_of.filter(page=run.guide_id, version=run.version, act="issue").first()
        run.unit_id, run.fault_class = run.person.unit_id, classes.get(run.guide_id, "")
        blocks = nodes_of(run.edition.revision) if run.edition else {}
        run.cause = (blocks.get(run.end, {}).get("value", {}).get("cause") or "")[:300]
        run.save(update_fields=["edition", "unit", "fault_class", "cause"])
        turn.objects.bulk_create(turns(run, blocks, turn))


class Migration(migrations.Migration):

    dependencies = [
        ("kb", "0007_devices_cases_runs_and_notes"),
    ]

    operations = [
        migrations.RunPython(keep_records, migrations.RunPython.noop),
        migrations.RunPython(know_editions, migrations.RunPython.noop),
    ]
