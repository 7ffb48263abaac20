"""The editor of a question in the admin: nothing is lost, what should give pause is asked, a look saves nothing."""

import pytest
from django.urls import reverse

from exams.models import Question, QuestionVersion
from kb.models import Picture
from tests import make
from tests.exams.bank.conftest import write

pytestmark = pytest.mark.django_db

ANSWERS = {
    "single": "- [x] 对\n- [ ] 错",
    "multiple": "- [x] 对\n- [x] 也对\n- [ ] 错\ncredit: part",
    "truefalse": "answer: true",
    "numeric": "answer: 12\ntolerance: 5%\nunit: V\n1 kV = 1000",
    "short": "= 断电\n~%50% 关机",
    "ordering": "1. 断电\n2. 拆盖\n3. 更换",
    "matching": "- 红 -> 火线\n- 蓝 -> 零线\n- -> 地线",
    "cloze": "[1] single\n- [x] 对\n- [ ] 错",
    "essay": "* 说明步骤 / 4",
}


def typed(page, **changes):
    return {
        "topic": make.question(topic=None).topic.pk, "key": "q-new", "difficulty": 2, "kind": "single",
        "text": "拔下模块之前要做什么？", "answers": ANSWERS["single"], "explanation": "",
        "page": page.pk, "block_id": "a",
    } | changes  # fmt: skip


@pytest.fixture
def editor(client, trainer):
    client.force_login(trainer)
    return client


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_is_written_and_shown_again_as_written(editor, page, trainer, kind):
    text = "电压 {{1}} 以上" if kind == "cloze" else "怎么办？"
    answer = editor.post(reverse("questions:add"), typed(page, kind=kind, answers=ANSWERS[kind], text=text))

    assert answer.status_code == 302, answer.context["form"].errors
    question = Question.objects.get(key="q-new")
    assert (question.state, question.author, question.version.author) == ("draft", trainer, trainer)
    assert question.in_force is None
    shown = editor.get(reverse("questions:edit", args=[question.pk])).context["form"]
    editor.post(reverse("questions:edit", args=[question.pk]), typed(
        page, kind=kind, answers=shown["answers"].value(), text=text, topic=question.topic.pk
    ))  # fmt: skip
    assert question.versions.count() == 1


def test_nearly_the_same_question_is_shown_and_made_all_the_same_if_it_is_another(editor, page):
    there = write(page, None, kind="single", text="拔下模块之前要做什么？", body={
        "options": [{"text": "对", "right": True}, {"text": "错"}]
    })  # fmt: skip
    said = typed(page, text="拔下模块前要做什么？")

    answer = editor.post(reverse("questions:add"), said)
    assert reverse("question", args=[there.question_id]) in str(answer.context["form"].errors["is_another"])
    assert 'type="checkbox" name="is_another"' in answer.content.decode()
    assert editor.post(reverse("questions:add"), said | {"is_another": "on"}).status_code == 302


def test_changing_what_candidates_have_before_them_is_asked_about(editor, page, technician):
    exam = make.exam(["truefalse"])
    question = Question.objects.get(topic=exam.blueprint.get().topic)
    make.sitting(exam, technician)
    said = typed(page, topic=question.topic.pk, key=question.key, text=question.version.text, kind="truefalse")
    address = reverse("questions:edit", args=[question.pk])

    asked = editor.post(address, said | {"answers": "answer: false"})
    assert "is_meant" in asked.context["form"].errors
    assert question.versions.count() == 1
    editor.post(address, said | {"answers": "answer: false", "is_meant": "on"})
    assert question.version.body == {"right": False}
    assert question.in_force.number == 1


def test_what_somebody_wrote_meanwhile_is_not_overwritten_unseen(editor, page, officer, trainer):
    question = write(page, trainer).question
    address = reverse("questions:edit", args=[question.pk])
    base = editor.get(address).context["form"]["base"].value()
    write(page, officer, question, text="先断开市电？")
    said = typed(page, kind="truefalse", answers="answer: false", topic=question.topic.pk, base=base)

    assert "is_meant" in editor.post(address, said).context["form"].errors
    assert question.versions.count() == 2
    assert editor.post(address, said | {"is_meant": "on"}).status_code == 302


def test_without_scripts_a_button_lists_the_passages_and_nothing_typed_is_lost(editor, page):
    other = make.document(body=[make.text("x", heading="安全")])
    answer = editor.post(reverse("questions:add"), typed(other, block_id="", list_passages="1", answers="- [x] 半"))

    form = answer.context["form"]
    assert answer.status_code == 200
    assert ("x", "1. 安全") in form.fields["block_id"].widget.choices
    assert (form["answers"].value(), form["text"].value()) == ("- [x] 半", "拔下模块之前要做什么？")
    assert not form.errors
    assert not Question.objects.filter(key="q-new").exists()


def test_the_script_is_told_the_passages(editor, page):
    answer = editor.get(reverse("questions:passages"), {"page": page.pk}).json()
    assert answer == {"passages": [["a", "1. 标题"], ["b", "2. 标题"]]}
    for nonsense in ("", "x", "9" * 30):
        assert editor.get(reverse("questions:passages"), {"page": nonsense}).json() == {"passages": []}


def test_what_rests_on_a_passage_that_is_gone_can_still_be_moved(editor, page, trainer):
    question = write(page, trainer, block_id="b").question
    make.issue(page, body=[make.text("a")])
    said = typed(
        page, kind="truefalse", text="先断电？", answers="answer: true", block_id="b", key="moved",
        topic=question.topic.pk,
    )  # fmt: skip
    answer = editor.post(reverse("questions:edit", args=[question.pk]), said)

    assert answer.status_code == 302
    assert Question.objects.get(pk=question.pk).key == "moved"


def test_a_chosen_picture_is_put_below_the_words(editor, page):
    picture = Picture.objects.create(title="端子", file="original_images/p.png", width=1, height=1)
    editor.post(reverse("questions:add"), typed(page, picture=picture.pk))

    assert Question.objects.get(key="q-new").version.text.endswith(f"\n\n![端子]({picture.file.url})")


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_preview_shows_it_as_a_candidate_sees_it_and_saves_nothing(editor, page, kind):
    before = QuestionVersion.objects.count()
    said = {"kind": kind, "text": "电压 {{1}} 多少？" if kind == "cloze" else "多少？", "answers": ANSWERS[kind]}
    answer = editor.post(reverse("preview_question"), said)

    assert answer.status_code == 200, answer.context["mistakes"]
    assert f'data-kind="{kind}"' in answer.content.decode()
    assert QuestionVersion.objects.count() == before


@pytest.mark.parametrize("said", [{}, {"kind": "x"}, {"kind": "single", "text": "", "answers": "- [x] "}])
def test_what_cannot_be_shown_is_said(editor, said):
    assert editor.post(reverse("preview_question"), said).status_code == 422


def test_technicians_do_not_look_at_questions(client, technician):
    client.force_login(technician)
    assert client.post(reverse("preview_question"), {"kind": "truefalse", "answers": "answer: true"}).status_code == 403
