"""Translations are compiled when they are newer than what was compiled."""

import gettext
import os
from pathlib import Path

import pytest

from web.messages import compile_catalogues

SOURCE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8"

msgid "Search"
msgstr "搜索"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a catalogue that was never compiled."""
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_a_new_catalogue_is_compiled_once(source: Path, tmp_path: Path) -> None:
    target = source.with_suffix(".mo")
    assert compile_catalogues(tmp_path) == [target]
    assert compile_catalogues(tmp_path) == []
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Search") == "搜索"
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_changed_catalogue_is_compiled_again(source: Path, tmp_path: Path) -> None:
    compile_catalogues(tmp_path)
    os.utime(source.with_suffix(".mo"), (0, 0))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
