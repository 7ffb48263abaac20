"""The words editors tell the search: in effect at once, refused where they would do harm, theirs alone to change."""

import pytest
from django.urls import reverse

from kb.models import ControlledPage, DictionaryWord, PromotedResult, StopWord, SynonymGroup
from kb.searching import lexicon
from kb.searching.promote import promoted
from people import roles
from people.models import Audience, OrgUnit
from people.roles import Role
from tests import make

pytestmark = pytest.mark.django_db

VIEWSETS = ("synonyms", "promoted-results", "dictionary", "stop-words")


@pytest.fixture(autouse=True)
def fresh_words():
    lexicon.forget()
    yield
    lexicon.forget()


@pytest.fixture
def editor(client, author):
    client.force_login(author)
    return client


def found(text):
    return [page.number for page in ControlledPage.objects.live().search(text)]


def add(client, viewset, **fields):
    return client.post(reverse(f"{viewset}:add"), fields)


def test_a_synonym_is_in_effect_as_soon_as_it_is_saved_and_no_more_when_it_is_deleted(editor):
    make.document(number="FAQ-1", title="主机无法启动")
    assert found("点不着火") == []

    add(editor, "synonyms", words="点不着火\n无法启动")
    assert found("点不着火") == ["FAQ-1"]

    group = SynonymGroup.objects.get()
    editor.post(reverse("synonyms:edit", args=[group.pk]), {"words": "点不着火\n打不着火"})
    assert found("点不着火") == []

    editor.post(reverse("synonyms:edit", args=[group.pk]), {"words": "点不着火\n无法启动"})
    editor.post(reverse("synonyms:delete", args=[group.pk]))
    assert found("点不着火") == []


def test_a_dictionary_word_and_a_stop_word_are_in_effect_as_soon_as_they_are_saved(editor):
    add(editor, "dictionary", word="热备盘")
    add(editor, "stop-words", word="某某公司")

    known = lexicon.lexicon()
    assert "热备盘" in known.words
    assert "某某公司" in known.stop_words

    editor.post(reverse("stop-words:delete", args=[StopWord.objects.get().pk]))
    assert "某某公司" not in lexicon.lexicon().stop_words


@pytest.mark.parametrize(
    ("viewset", "fields", "sentence"),
    [
        ("synonyms", {"words": "开不了机"}, "至少"),
        ("synonyms", {"words": "無法启动\n别的"}, "无法启动 = 起不来"),
        ("dictionary", {"word": "！！"}, "字母"),
        ("dictionary", {"word": "盘"}, "盘"),
        ("stop-words", {"word": "ＡＢＣ公司"}, "已"),
    ],
)
def test_what_would_do_harm_is_refused_and_what_was_typed_stays(editor, viewset, fields, sentence):
    SynonymGroup.objects.create(words="无法启动\n起不来")
    StopWord.objects.create(word="abc公司", folded="abc 公司")

    answer = add(editor, viewset, **fields)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert next(iter(fields.values())).splitlines()[0] in answer.content.decode()
    assert SynonymGroup.objects.count() == StopWord.objects.count() == 1
    assert not DictionaryWord.objects.exists()


def test_the_screens_begin_with_what_the_report_hands_over(editor):
    page = editor.get(reverse("synonyms:add"), {"words": "点不着火"}).content.decode()
    assert "点不着火" in page

    page = editor.get(reverse("promoted-results:add"), {"query": "保修" * 200}).content.decode()
    assert "保修" * 50 in page
    assert "保修" * 51 not in page


def test_a_promoted_document_stands_first_for_those_who_may_read_it(editor, author, dealer, customer):
    secret = make.document(number="PO-1", title="内部价格", audience=Audience.INTERNAL)
    public = make.document(number="FAQ-1", title="保修")
    english = make.document(number="FAQ-1", title="Warranty", language="en")
    add(editor, "promoted-results", query="保修 期？", page=public.pk, place=2)
    add(editor, "promoted-results", query="保修期", page=secret.pk, place=1)
    add(editor, "promoted-results", query="保修期", page=public.pk, place=2)

    def stand_first(person, text="保修期", language="zh-hans"):
        return [page.pk for page in promoted(text=text, person=person, language=language)]

    assert stand_first(author) == [secret.pk, public.pk]
    assert stand_first(dealer) == [public.pk]
    assert stand_first(customer, text=" 保修期！", language="en") == [english.pk]
    assert stand_first(customer, text="保修") == stand_first(customer, text="\x00？") == []


def test_only_a_document_that_there_is_for_the_editor_can_be_promoted(client):
    client.force_login(make.person(Role("试用", may=("kb.add_promotedresult",)), kind=OrgUnit.Kind.DEALER))
    secret = make.document(audience=Audience.INTERNAL)

    for page in (secret.pk, 10**9, make.folder().pk):
        assert add(client, "promoted-results", query="保修", page=page, place=1).status_code == 200

    assert not PromotedResult.objects.exists()


def test_promoting_the_same_document_twice_is_refused(editor):
    page = make.document(number="FAQ-1")

    add(editor, "promoted-results", query="保修", page=page.pk, place=1)
    again = add(editor, "promoted-results", query="保　修", page=page.pk, place=2)
    same = add(editor, "promoted-results", query="保修！", page=page.pk, place=2)

    assert PromotedResult.objects.filter(folded="保修").count() == 1
    assert again.status_code == 302  # 保 修 is asked in another spelling
    assert same.status_code == 200


def test_lists_cost_the_same_however_long(editor, django_assert_max_num_queries):
    page = make.document()
    for n in range(30):
        PromotedResult.objects.create(query=f"q{n}", folded=f"q{n}", page=page)

    with django_assert_max_num_queries(22):
        assert editor.get(reverse("promoted-results:index")).status_code == 200


@pytest.mark.parametrize("viewset", VIEWSETS)
@pytest.mark.parametrize(
    ("role", "sees", "changes"),
    [
        (roles.AUTHOR, True, True),
        (roles.ADMINISTRATOR, True, True),
        (roles.AUDITOR, True, False),
        (roles.REVIEWER, False, False),
        (roles.TRAINER, False, False),
    ],
    ids=lambda value: value.group if isinstance(value, roles.Role) else "",
)
def test_who_sees_and_who_changes_the_words(client, viewset, role, sees, changes):
    client.force_login(make.person(role))

    assert (client.get(reverse(f"{viewset}:index")).status_code == 200) is sees
    assert (client.get(reverse(f"{viewset}:add")).status_code == 200) is changes
