"""manage.py item_statistics: what marks from anywhere say about the test and its items."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exams.statistics import classical, marks
from people.refusal import Refused

TEST = (
    "median", "mean", "standard_deviation", "skewness", "kurtosis", "cic", "error_ratio", "standard_error", "kr20",
)  # fmt: skip
ITEM = (
    "facility", "standard_deviation", "effective_weight", "discrimination_index", "discriminative_efficiency",
    "point_biserial", "point_biserial_rest",
)  # fmt: skip


class Command(BaseCommand):
    """Works out the figures of a table of marks; asks no database."""

    help = (
        "Work out the statistics of a test and its items from a table of marks (CSV or XLSX): a header row of item "
        "names (a first column named person is optional), a row a person, and optionally a row whose person is max "
        "with the maximum marks (default 1). As in Moodle's quiz statistics, these are percent: facility, standard "
        "deviation, effective weight, discrimination index and discriminative efficiency of an item; CIC and error "
        "ratio of the test. Median, mean, standard deviation and standard error of the test are marks; point-biserial "
        "correlations and KR-20 lie between -1 and 1. What is undefined is null, and <name>_reason says why."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *, file: Path, **options: object) -> None:
        """Read, work out, tell."""
        try:
            table = marks.read(file.read_bytes())
        except OSError as error:
            said = {"file": file, "reason": error.strerror}
            raise CommandError(_("%(file)s cannot be read: %(reason)s") % said) from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if found := marks.too_high(table):
            warning = _("“%(name)s” has a mark of %(mark)g, more than its maximum %(maximum)g: is a row “max” missing?")
            self.stderr.write(warning % dict(zip(("name", "mark", "maximum"), found, strict=True)))
        test, items = classical.analyse(table.marks, table.maxima)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(table, test, items), ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self._tell(table, test, items)

    def _tell(self, table: marks.Marks, test: classical.Test, items: list[classical.Item]) -> None:
        self.stdout.write(f"people: {test.people}")
        for name in TEST:
            self.stdout.write(f"{name}: {_shown(test, name)}")
        for name, item in zip(table.names, items, strict=True):
            self.stdout.write("")
            self.stdout.write(name)
            for figure in ITEM:
                self.stdout.write(f"  {figure}: {_shown(item, figure)}")


def as_json(table: marks.Marks, test: classical.Test, items: list[classical.Item]) -> dict:
    """Return everything as a program reads it."""
    listed = [{"name": name} | _figures(item, ITEM) for name, item in zip(table.names, items, strict=True)]
    return {"people": test.people, "test": _figures(test, TEST), "items": listed}


def _figures(found: classical.Test | classical.Item, names: tuple[str, ...]) -> dict:
    values, made = asdict(found), {}
    for name in names:
        made[name] = values[name]
        if values[name] is None:
            made[f"{name}_reason"] = str(classical.REASONS[found.reasons[name]])
    return made


def _shown(found: classical.Test | classical.Item, name: str) -> str:
    value = getattr(found, name)
    return f"– ({classical.REASONS[found.reasons[name]]})" if value is None else f"{value:.4f}"
