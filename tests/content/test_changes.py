"""What happens to a thing that the file, a person, or both have changed since it was loaded."""

import datetime

import pytest
from django.utils import timezone

from courses.models import Course, Enrolment, Lesson, LessonCompletion, Plan
from exams.models import Exam, Question, QuestionVersion
from kb.content import tree
from kb.content.pieces import Mistakes
from kb.models import Block, ControlledPage, DocumentClass, Picture
from people.models import OrgUnit, User
from tests import make
from tests.content.folder import Folder, dumped

pytestmark = pytest.mark.django_db

FAQ, TOPIC, PROCEDURE = "kb/faqs/faq-1.md", "exams/topics/basics.md", "kb/procedures/pr-1-psu.md"


def page(number: str, language: str = "zh-hans") -> ControlledPage:
    return ControlledPage.objects.get(number=number, language=language).specific


def edit(number: str, language: str = "zh-hans", **fields: object) -> None:
    """Change a document as people do: in an edition that they sign."""
    make.issue(page(number, language), **fields)


def digests() -> dict[tuple[int, str], str]:
    return {(page, block): digest for page, block, digest in Block.objects.values_list("page", "block_id", "digest")}


def names(outcome) -> list[str]:
    return [piece.name for piece in outcome.kept]


# The file alone


def test_changed_words_change_the_digest_of_their_block_alone(loaded: Folder):
    for file, number, block, old, new in [
        (PROCEDURE, "PR-1", "off", "拔下电源线。", "拔下全部电源线。"),
        ("kb/faults/fg-1-no-boot.md", "FG-1", "led", "看前面板。", "看后面板。"),
    ]:
        before = digests()
        loaded.revise(file, old, new)
        outcome = loaded.load()
        assert (outcome.made, outcome.changed, outcome.kept) == (0, 2, []), "the English edition moves on with it"
        changed = {key for key, digest in digests().items() if before.get(key) != digest}
        assert changed == {(page(number).pk, block)}
        assert page(number).revisions.count() == 2


def test_questions_on_changed_words_are_stale_and_themselves_unchanged(loaded: Folder):
    loaded.revise(PROCEDURE, "拔下电源线。", "拔下全部电源线。")
    loaded.load()
    assert QuestionVersion.objects.filter(question__topic__key="basics").count() == 5
    stale = QuestionVersion.objects.stale().filter(question__topic__key="basics")
    assert set(stale.values_list("question__key", flat=True)) == {"after-off", "order"}


def test_what_is_not_words_reaches_the_english_page_from_the_chinese_file(loaded: Folder):
    loaded.revise(PROCEDURE, "minutes: 30", "minutes: 45")
    outcome = loaded.load()
    assert outcome.changed == 2
    assert page("PR-1", "en").minutes == 45


def test_a_changed_question_is_another_version_checked_against_the_text_of_today(loaded: Folder):
    loaded.revise(PROCEDURE, "拔下电源线。", "拔下全部电源线。")
    loaded.change(TOPIC, "- [ ] 上电", "- [ ] 重新上电")
    loaded.load()
    first, second = QuestionVersion.objects.filter(question__key="after-off").order_by("number")
    assert [option["text"] for option in first.body["options"]] == ["验电", "静置", "上电"]
    assert [option["text"] for option in second.body["options"]] == ["验电", "静置", "重新上电"]
    assert first.digest != second.digest == Block.objects.get(page=page("PR-1"), block_id="off").digest
    assert QuestionVersion.objects.filter(question__topic__key="basics").count() == 6


def test_difficulty_makes_no_version(loaded: Folder):
    loaded.change(TOPIC, "difficulty: 3", "difficulty: 2")
    loaded.load()
    assert Question.objects.get(key="limit").difficulty == 2
    assert QuestionVersion.objects.filter(question__topic__key="basics").count() == 5


def test_a_question_left_out_is_retired_and_comes_back(loaded: Folder):
    text = loaded.text(TOPIC)
    loaded.write(TOPIC, text[: text.index("\n## ordering")])
    loaded.load()
    assert Question.objects.get(key="order").state == "retired"
    assert loaded.load().changed == 0
    loaded.write(TOPIC, text)
    loaded.load()
    assert Question.objects.get(key="order").state == "active"
    assert QuestionVersion.objects.filter(question__key="order").count() == 1


def test_lessons_come_and_go_with_their_file(loaded: Folder):
    checked = Lesson.objects.get(key="levels").digest
    loaded.revise("kb/manuals/handbook/01-levels.md", "10 分钟", "15 分钟")
    loaded.change("courses/basics.md", "\n## page: 手册 {#handbook}\nminutes: 5\ncites: HB-1\n", "")
    loaded.change("courses/basics.en.md", "\n## page: Handbook {#handbook}\n", "")
    assert loaded.load().changed == 3
    course = Course.objects.get(key="basics")
    assert [lesson.key for lesson in course.lessons.all()] == ["why", "levels", "pledge"]
    assert course.lessons.get(key="levels").digest == checked, "an untouched lesson is not checked by itself"
    assert Lesson.objects.stale().get().key == "levels"


def test_a_lesson_that_was_completed_cannot_go(loaded: Folder, technician: User):
    course = Course.objects.get(key="basics")
    enrolment = Enrolment.objects.create(person=technician, course=course, enrolled_at=timezone.now())
    LessonCompletion.objects.create(
        enrolment=enrolment, lesson=course.lessons.get(key="handbook"), done_at=timezone.now()
    )
    loaded.change("courses/basics.md", "\n## page: 手册 {#handbook}\nminutes: 5\ncites: HB-1\n", "")
    loaded.change("courses/basics.en.md", "\n## page: Handbook {#handbook}\n", "")
    assert loaded.mistakes() == ["courses/basics.md:1: Lesson “handbook” cannot go: people have completed it."]


def test_plans_exams_and_levels_follow_their_files(loaded: Folder):
    loaded.change("courses/plans.md", "| 14 |", "| 21 |")
    loaded.change("exams/junior.md", "draw: basics / 2 / 1\n", "draw: basics / 1 / 3 / difficulty 3\n")
    loaded.change("exams/certification/service.md", "months: 12", "months: 18")
    assert loaded.load().changed == 3
    assert Plan.objects.get().items.get().due_days == 21
    assert [str(row.points) for row in Exam.objects.get().blueprint.all()] == ["2", "3"]
    assert dumped() == loaded.files()


def test_a_row_that_no_file_has_stays(loaded: Folder):
    loaded.change("kb/parts.md", "| torch | 手电筒 | Torch | no | no |\n", "")
    loaded.revise(PROCEDURE, "tools: meter, torch", "tools: meter")
    loaded.load()
    assert "| torch |" in dumped()["kb/parts.md"]


def test_a_file_that_is_gone_leaves_its_page(loaded: Folder):
    (loaded.path / FAQ).unlink()
    loaded.load()
    assert page("FAQ-1").live


# A person alone, or both


def test_what_a_person_changed_is_kept_and_said_until_it_is_overwritten(loaded: Folder):
    edit("FAQ-1", title="人改的标题")
    assert loaded.load().kept == [], "the file asks for nothing new"
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    for _time in range(2):
        assert names(loaded.load()) == ["document/FAQ-1"]
        assert page("FAQ-1").title == "人改的标题"
    loaded.revise(FAQ, "电池 24 个月。", "电池 24 个月！")  # 1.3 comes after the 1.2 that people have signed
    outcome = loaded.load(overwrite=True)
    assert (outcome.changed, outcome.kept) == (1, [])
    assert page("FAQ-1").title == "保修多久？"
    assert "24" in page("FAQ-1").body[1].value["text"]
    assert loaded.load().changed == 0


def test_everything_else_is_loaded_beside_what_is_kept(loaded: Folder):
    edit("FAQ-1", title="人改的标题")
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    loaded.revise("kb/bulletins/tb-1.md", "全部。", "全部批次。")
    outcome = loaded.load()
    assert (outcome.changed, names(outcome)) == (1, ["document/FAQ-1"])


def test_a_person_who_did_what_the_file_says_is_in_nobodys_way(loaded: Folder):
    signed = page("FAQ-1").edition
    edit(
        "FAQ-1", title="保修期多长？", reason="改正", effective_on=signed.effective_on, review_by=signed.review_by,
        signatures={act: (line.name, line.signed_on) for act, line in signed.signatures.items()},
    )  # fmt: skip
    loaded.revise(FAQ, "title: 保修多久？", "title: 保修期多长？")
    outcome = loaded.load()
    assert (outcome.changed, outcome.kept) == (0, [])
    assert page("FAQ-1").revisions.count() == 2


def test_saving_a_draft_without_a_change_is_no_change(loaded: Folder):
    page("FAQ-1").save_revision()
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    assert loaded.load().kept == []


def drafted(number: str) -> None:
    """Begin to change a document."""
    found = page(number)
    found.title = "草稿"
    found.save_revision()


def test_a_draft_is_kept_and_overwritten_by_the_next_edition_of_the_file(loaded: Folder):
    drafted("FAQ-1")
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    assert names(loaded.load()) == ["document/FAQ-1"]
    assert page("FAQ-1").get_latest_revision_as_object().title == "草稿"
    loaded.load(overwrite=True)
    found = page("FAQ-1")
    assert "24" in found.body[1].value["text"]
    assert (found.live, found.has_unpublished_changes, found.version) == (True, False, "1.2")


def test_a_draft_upon_what_the_file_says_is_set_aside_without_another_edition(loaded: Folder):
    drafted("FAQ-1")
    assert loaded.load(overwrite=True).changed == 1
    found = page("FAQ-1")
    assert (found.get_latest_revision_as_object().title, found.editions.count()) == ("保修多久？", 1)
    assert loaded.load(overwrite=True).changed == 0


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_waits_for_signatures_is_not_overwritten_under_the_signers_eyes(loaded: Folder, overwrite):
    team = make.team()
    sent = make.submission(page("FAQ-1"), team)
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    if overwrite:
        with pytest.raises(Mistakes, match=f"{FAQ}:2: .*waits for signatures"):
            loaded.load(overwrite=True)
    else:
        assert names(loaded.load()) == ["document/FAQ-1"]
    assert page("FAQ-1").latest_revision_id == sent.revision_id


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_was_withdrawn_stays_so_whatever_the_file_says(loaded: Folder, overwrite):
    make.withdrawn(page("FAQ-1"))
    before, said = page("FAQ-1").latest_revision_id, []
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    for _time in range(2):
        outcome = loaded.load(overwrite=overwrite, tell=said.append)
        assert (outcome.changed, outcome.kept, [piece.name for piece in outcome.ended]) == (0, [], ["document/FAQ-1"])
    assert sum(f"{FAQ}:2: Document FAQ-1 was withdrawn here and stays so" in line for line in said) == 2
    assert (page("FAQ-1").live, page("FAQ-1").latest_revision_id) == (False, before)
    assert FAQ not in dumped()


def test_a_withdrawal_that_is_signed_for_later_is_not_undone_by_the_next_edition_of_a_file(loaded: Folder):
    later = timezone.localdate() + datetime.timedelta(days=30)
    DocumentClass.objects.filter(kind="faq").update(signers_qualify=False)
    make.signed(page("FAQ-1"), make.team(), act="withdrawal", effective_on=later)
    loaded.revise(FAQ, "电池 12 个月。", "电池 24 个月。")
    assert [piece.name for piece in loaded.load(overwrite=True).ended] == ["document/FAQ-1"]
    assert page("FAQ-1").live


def test_chapters_of_a_withdrawn_manual_are_not_dumped_without_it(loaded: Folder):
    for language in ("zh-hans", "en"):
        make.withdrawn(page("HB-1", language))
    assert page("HB-1.1").live
    assert not [path for path in dumped() if path.startswith("kb/manuals/")]


@pytest.mark.parametrize("version", ["1.1", "1.0", "0.9"])
def test_words_that_changed_without_a_new_version_are_a_mistake_and_nothing_is_loaded(loaded: Folder, version):
    loaded.revise("kb/bulletins/tb-1.md", "全部。", "全部批次。")
    loaded.change(FAQ, "电池 12 个月。", "电池 24 个月。")
    if version != "1.1":
        loaded.change(FAQ, "version: 1.1", f"version: {version}")
        loaded.change(FAQ, "change: 1.1 /", f"change: {version} /")
    before = digests()
    sentence = f"FAQ-1: the text changed, but version {version} does not follow 1.1."
    for overwrite in (False, True):
        with pytest.raises(Mistakes) as refusal:
            loaded.load(overwrite=overwrite)
        assert [str(mistake) for mistake in refusal.value.found] == [f"{FAQ}:2: {sentence}"]
    assert digests() == before
    assert (page("TB-1").version, page("FAQ-1").revisions.count()) == ("1.1", 1)


def test_every_document_that_changed_without_a_new_version_is_named_at_once(loaded: Folder):
    loaded.change("kb/bulletins/tb-1.md", "全部。", "全部批次。")
    loaded.change(PROCEDURE, "minutes: 30", "minutes: 45")
    assert [mistake.split(": ")[0] for mistake in loaded.mistakes()] == [
        "kb/bulletins/tb-1.md:2", "kb/procedures/pr-1-psu.en.md:1", "kb/procedures/pr-1-psu.md:2",
    ]  # fmt: skip


def test_an_erratum_of_a_file_asks_nobody_to_look_again(loaded: Folder):
    loaded.revise(PROCEDURE, "拔下电源线。", "拔下电源缐。", significance="erratum")
    loaded.load()
    assert page("PR-1").version == "1.1.1"
    assert not QuestionVersion.objects.stale().exists()
    loaded.change(TOPIC, "- [ ] 上电", "- [ ] 重新上电")
    loaded.load()
    assert QuestionVersion.objects.filter(question__key="after-off").count() == 2
    assert not QuestionVersion.objects.stale().exists()


def test_what_a_person_removed_stays_away_and_what_refers_to_it_is_a_mistake(loaded: Folder):
    loaded.write("courses/extra.md", loaded.text("courses/basics.md").replace("key: basics", "key: extra"))
    loaded.load()
    Course.objects.get(key="extra").delete()
    assert loaded.load().made == 0
    loaded.revise(FAQ, "course:basics", "course:extra")
    (mistake,) = loaded.mistakes()
    assert mistake.startswith(f"{FAQ}:")
    assert mistake.endswith("was removed here by a person; --overwrite brings it back.")
    assert loaded.load(overwrite=True).made == 1


def test_a_row_a_person_changed_is_kept_and_its_neighbours_are_loaded(loaded: Folder):
    OrgUnit.objects.filter(key="repair").update(name="现场部")
    loaded.change("organisation.md", "| head | 总部 |", "| head | 公司总部 |")
    loaded.change("organisation.md", "| repair | 维修部 |", "| repair | 检修部 |")
    outcome = loaded.load()
    assert names(outcome) == ["unit/repair"]
    assert list(OrgUnit.objects.order_by("pk").values_list("name", flat=True)) == ["公司总部", "现场部"]


def test_a_question_a_person_changed_is_kept_and_its_state_is_his_alone(loaded: Folder):
    version = QuestionVersion.objects.get(question__key="live")
    version.pk, version.number, version.text = None, 2, "可以带电拔插。"
    version.save()
    Question.objects.filter(key="limit").update(state=Question.State.QUARANTINED)
    loaded.change(TOPIC, "可以带电拔线。", "带电可以拔线。")
    loaded.change(TOPIC, "上限是多少？", "12 V 的上限是多少？")
    outcome = loaded.load()
    assert names(outcome) == ["question/basics#live"]
    limit = Question.objects.get(key="limit")
    assert (limit.state, limit.versions.count()) == ("quarantined", 2)


def test_a_page_that_a_person_made_under_the_same_number_is_kept(small: Folder):
    text = small.text(FAQ)
    (small.path / FAQ).unlink()
    small.load()
    made = make.document(number="FAQ-1", parent=tree.folder("faqs", "zh-hans"))
    small.write(FAQ, text)
    assert names(small.load()) == ["document/FAQ-1"]
    assert page("FAQ-1").pk == made.pk


def test_a_picture_that_a_person_put_into_a_block_stays_there(loaded: Folder):
    picture = Picture.objects.create(title="铭牌", file="x.png", width=1, height=1)
    found = page("PR-1")
    stream = list(found.body.raw_data)
    stream[3]["value"]["picture"] = picture.pk
    signed = {"effective_on": found.effective_on, "review_by": found.edition.review_by}
    edit("PR-1", body=stream, **signed)
    edit("PR-1", "en", **signed)
    for path, text in dumped().items():
        loaded.write(path, text)
    assert loaded.load().changed == 0
    loaded.revise(PROCEDURE, "拔下电源线。", "拔下全部电源线。")
    assert loaded.load().changed == 2
    step = page("PR-1").body[3]
    assert (step.value["picture"], step.value["text"]) == (picture, "拔下全部电源线。")
