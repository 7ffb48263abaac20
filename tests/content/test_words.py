"""The words of the search as content: they come back as they were, and mistakes in them are named."""

import pytest

from kb.models import DictionaryWord, PromotedResult, StopWord, SynonymGroup
from kb.searching.promote import promoted
from tests import make
from tests.content.folder import Folder, dumped

pytestmark = pytest.mark.django_db

SYNONYMS, DICTIONARY, PROMOTED = "kb/synonyms.md", "kb/dictionary.md", "kb/promoted.md"


def test_words_are_loaded_as_editors_would_write_them(loaded: Folder):
    assert SynonymGroup.objects.get(pk=1).members == ["开不了机", "无法启动", "won't start"]
    assert DictionaryWord.objects.get().folded == "热备盘"
    assert StopWord.objects.get().folded == "某某公司"
    assert [page.number for page in promoted(text="换 电源", person=make.person(), language="en")] == []
    assert [page.number for page in promoted(text="換電源？", person=make.person(), language="en")] == ["PR-1"]


def test_what_editors_wrote_goes_round(loaded: Folder):
    SynonymGroup.objects.create(words="死机\nhang, freeze")
    DictionaryWord.objects.create(word="ＥＴＬ盘", folded="etl 盘")
    PromotedResult.objects.create(query="死机", folded="死机", page=make.document(number="FAQ-900"), place=3)

    files = dumped()

    assert "| 死机, hang， freeze |" in files[SYNONYMS]  # the search takes the wide comma for the other
    assert "| ＥＴＬ盘 |" in files[DICTIONARY]
    assert "| 死机 | FAQ-900 | 3 |" in files[PROMOTED]


def test_a_group_is_known_by_its_first_word_and_a_word_in_any_spelling(loaded: Folder):
    loaded.change(SYNONYMS, "| 更换, 换 |", "| 更换, 替换 |")
    loaded.change(DICTIONARY, "| 热备盘 |", "| 熱備盤 |")
    outcome = loaded.load()

    assert (outcome.made, outcome.changed) == (0, 2)
    assert sorted(group.members for group in SynonymGroup.objects.all())[1] == ["更换", "替换"]
    assert DictionaryWord.objects.get().word == "熱備盤"


def test_what_an_editor_changed_or_took_out_stays_so(loaded: Folder):
    SynonymGroup.objects.filter(words__startswith="更换").update(words="更换\n替换")
    StopWord.objects.all().delete()
    loaded.change(SYNONYMS, "| 更换, 换 |", "| 更换, 换掉 |")

    outcome = loaded.load()

    assert {piece.name for piece in outcome.kept} == {"synonym/更换"}
    assert not StopWord.objects.exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (SYNONYMS, "| 更换, 换 |", "| 更换 |", "at least two words"),
        (SYNONYMS, "| 更换, 换 |", "| 开不了机, 点不亮 |", "already taken"),
        (DICTIONARY, "| 热备盘 |", "| 盘 |", "word: “盘” alone"),
        (DICTIONARY, "| 热备盘 |", "| ！ |", "no letters"),
        (PROMOTED, "| PR-1 |", "| PR-9 |", "document: There is no"),
        (PROMOTED, "| 1 |", "| first |", "place: "),
    ],
)
def test_mistakes_are_named_with_their_line(small: Folder, file, old, new, sentence):
    line = small.change(file, old, new)

    mistakes = small.mistakes()

    assert any(each.startswith(f"{file}:{line}:") and sentence in each for each in mistakes), mistakes
