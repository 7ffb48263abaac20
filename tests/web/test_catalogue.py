"""Every word of the interface has its Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("people", "kb", "courses", "exams", "web")
CATALOGUE = settings.BASE_DIR / "web/locale/zh_Hans/LC_MESSAGES/django.po"
NAME = re.compile(r"_|n?p?gettext(_lazy)?")
# What templatize makes of a template: calls among filler that is no Python
CALL = re.compile(r"""\b(n?p?gettext)\(u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")(?:, u?('(?:\\.|[^'\\])*'))?""")


def of_python(source: str) -> Iterator[str]:
    """The words of every call that asks for a translation."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and NAME.fullmatch(node.func.id):
            argument = node.args["pgettext" in node.func.id]
            if isinstance(argument, ast.Constant):
                yield argument.value


def of_template(source: str) -> Iterator[str]:
    """The words of every tag that asks for a translation."""
    for name, first, second in CALL.findall(templatize(source)):
        yield ast.literal_eval(second if "pgettext" in name else first)


def files() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in (settings.BASE_DIR / package).rglob("*")
        if path.suffix in {".py", ".html"}
    ]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    """The Chinese catalogue."""
    return polib.pofile(str(CATALOGUE))


def test_nothing_in_it_is_untranslated_or_uncertain(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy or entry.obsolete] == []


def test_it_has_the_words_of_every_file(catalogue):
    known = {entry.msgid for entry in catalogue}
    missing, seen = [], 0
    for path in files():
        read = of_python if path.suffix == ".py" else of_template
        for words in read(path.read_text(encoding="utf-8")):
            seen += 1
            if words not in known:
                missing.append(f"{path.relative_to(settings.BASE_DIR)}: {words}")

    assert missing == []
    assert seen > len(known) * 0.9, "the reader of files has gone blind"
