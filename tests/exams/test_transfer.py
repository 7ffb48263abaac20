"""Questions of a file become drafts of the bank, all or none; what is taken out comes back as it was."""

import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from PIL import Image

from exams import formats, transfer
from exams.formats.question import Fault, Neutral, Read
from exams.models import Question, QuestionVersion, Topic
from exams.transfer import Again
from exams.transfer.media import placed
from kb.models import Picture
from people import roles
from tests import make
from tests.exams.formats.test_qti import QUESTIONS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def picture(colour: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(made, "PNG")
    return made.getvalue()


def neutral(text: str = "Is it?", **more: object) -> Neutral:
    return Neutral(**{"kind": "truefalse", "name": "", "text": text, "body": {"right": True}} | more)


def bring(*questions: Neutral, topic: Topic | None = None, **more: object) -> list[Question]:
    by = more.pop("by", None)
    return transfer.bring_in(read=Read(list(questions)), topic=topic, by=by, at=make.NOON, **more)


def topic(key: str = "power") -> Topic:
    return Topic.objects.create(key=key, title=f"Topic {key}")


def test_what_comes_in_is_a_draft_of_its_author_without_citation() -> None:
    author = make.person(roles.TRAINER)
    (question,) = bring(neutral(name="Fuses", explanation="because"), topic=topic(), by=author)
    version = question.version
    assert (question.state, question.author) == (Question.State.DRAFT, author)
    assert (version.name, version.text, version.explanation, version.body) == (
        "Fuses",
        "Is it?",
        "because",
        {"right": True},
    )
    assert (version.number, version.page, version.author, version.created_at) == (1, None, author, make.NOON)
    assert version.reviewed_at is None


def test_categories_become_topics_below_the_topic_and_those_there_are_used() -> None:
    above = topic()
    there = Topic.objects.create(key="fuses", title="熔断器", title_en="Fuses", parent=above)
    first, second = bring(neutral("A", topic=("Fuses",)), neutral("B", topic=("Fuses", "慢断")), topic=above)
    assert first.topic == there
    assert (second.topic.title, second.topic.parent) == ("慢断", there)
    assert second.topic.key.isascii()


def test_without_a_topic_categories_are_roots_and_the_rest_has_a_topic_of_its_own() -> None:
    first, second = bring(neutral("A", topic=("Power",)), neutral("B"))
    assert (first.topic.title, first.topic.parent) == ("Power", None)
    assert second.topic.key == "imported"


def test_keys_come_from_the_file_and_are_free() -> None:
    made = bring(neutral("A", ident="Q-1"), neutral("B", ident="Q 1"), neutral("C", name="保险丝"), topic=topic())
    assert [question.key for question in made][:2] == ["q-1", "q-1-2"]
    assert len({question.key for question in made}) == 3


def test_a_dry_run_tries_everything_and_keeps_nothing() -> None:
    made = bring(neutral(topic=("New",), media={"a.png": picture()}), dry_run=True)
    assert len(made) == 1
    assert not Question.objects.exists()
    assert not Topic.objects.exists()
    assert not Picture.objects.exists()


def test_one_mistake_refuses_all_with_its_place() -> None:
    wrong = neutral(body={}, file="q.xml", line=7)
    with pytest.raises(transfer.Refused) as refused:
        bring(neutral("A"), wrong)
    (fault,) = refused.value.errors
    assert (fault.file, fault.line) == ("q.xml", 7)
    assert not Question.objects.exists()


def test_errors_of_the_reader_refuse_all() -> None:
    read = Read([neutral()], [Fault("q.xml", 3, "broken")])
    with pytest.raises(transfer.Refused, match="broken"):
        transfer.bring_in(read=read, topic=None, by=None, at=make.NOON)


def test_a_picture_is_kept_once_and_shown_by_its_address() -> None:
    data = picture()
    first, second = bring(
        neutral("A ![a](a.png)", media={"a.png": data}), neutral("B ![b](b.png)", media={"b.png": data}), topic=topic()
    )
    (row,) = Picture.objects.all()
    assert first.version.text == f"A ![a]({row.file.url})"
    assert second.version.text == f"B ![b]({row.file.url})"
    assert (row.width, row.height) == (4, 4)


def test_pictures_that_were_stored_go_where_nothing_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Picture._meta.get_field("file").storage
    monkeypatch.setattr(QuestionVersion.objects, "create", None)
    with pytest.raises(TypeError):
        bring(neutral("A ![a](a.png)", media={"a.png": picture()}), topic=topic())
    assert not storage.exists("original_images") or not storage.listdir("original_images")[1]


def test_a_damaged_picture_is_a_mistake_and_another_file_is_named() -> None:
    with pytest.raises(transfer.Refused, match="damaged"):
        bring(neutral(media={"a.png": b"nothing"}))
    read = Read([neutral("See [manual](m.pdf)", media={"m.pdf": b"%PDF"})])
    (question,) = transfer.bring_in(read=read, topic=topic(), by=None, at=make.NOON)
    assert question.version.text == "See manual"
    assert "m.pdf" in read.not_represented[0].what


def test_pictures_that_did_not_come_along_leave_their_words() -> None:
    assert (
        placed("![a pump](pump.png) [x](https://x.org) [y](doc:PR-1)", {}) == "a pump [x](https://x.org) [y](doc:PR-1)"
    )


# The same again


def test_the_same_file_twice_adds_nothing() -> None:
    place = topic()
    file = [neutral("A ![a](a.png)", media={"a.png": picture()}), neutral("B")]
    assert len(bring(*file, topic=place)) == 2
    rows = transfer.plan(read=Read(file), topic=place)
    assert all(row.is_same for row in rows)
    for again in (Again.SKIP, Again.VERSION):
        assert bring(*file, topic=place, again=again) == []
    assert QuestionVersion.objects.count() == 2


def test_other_answers_to_the_same_words_are_left_or_become_a_version_as_wished() -> None:
    place = topic()
    (question,) = bring(neutral(), topic=place)
    other = neutral(body={"right": False})
    (row,) = transfer.plan(read=Read([other]), topic=place)
    assert (row.twin, row.is_same) == (question, False)
    assert bring(other, topic=place) == []
    assert bring(other, topic=place, again=Again.VERSION) == [question]
    assert [version.body["right"] for version in question.versions.order_by("number")] == [True, False]
    assert len(bring(other, topic=place, again=Again.ADD)) == 1
    assert place.questions.count() == 2


def test_a_new_version_rests_on_what_the_last_one_rested_on() -> None:
    page = make.document()
    question = make.question("truefalse", cites=(page, "first"))
    other = neutral(question.version.text, body={"right": not question.version.body["right"]})
    bring(other, topic=question.topic, again=Again.VERSION)
    assert (question.version.number, question.version.page_id, question.version.block_id) == (2, page.pk, "first")


def test_the_same_words_in_another_topic_or_of_another_kind_are_another_question() -> None:
    bring(neutral(), topic=topic("a"))
    (row,) = transfer.plan(read=Read([neutral()]), topic=topic("b"))
    assert row.twin is None
    essay = neutral(kind="essay", body={})
    assert transfer.plan(read=Read([essay]), topic=Topic.objects.get(key="a"))[0].twin is None


def test_two_questions_of_one_wording_find_each_its_own() -> None:
    place = topic()
    pair = [neutral(body={"right": True}), neutral(body={"right": False})]
    bring(*pair, topic=place)
    rows = transfer.plan(read=Read(pair[::-1]), topic=place)
    assert all(row.is_same for row in rows)
    assert rows[0].twin != rows[1].twin


# Out and in again


@pytest.mark.parametrize("format", ["qti21", "qti30", "moodle-xml", "xlsx"])
def test_what_is_taken_out_comes_back(format: str) -> None:
    questions = [each for each in QUESTIONS if not each.media]
    made = bring(*questions, topic=topic())
    data, name, losses = transfer.take_out(made, format)
    found = formats.read(data, name)
    assert not found.errors
    if not losses:
        assert [each.body for each in found.questions] == [each.body for each in questions]
    assert {each.topic for each in found.questions} == {("Topic power",)}


def test_pictures_go_out_and_come_back() -> None:
    data = picture()
    (question,) = bring(neutral("![a](a.png)", media={"a.png": data}), topic=topic())
    file, name, losses = transfer.take_out([question], "qti21")
    assert not losses
    (back,) = formats.read(file, name).questions
    assert back.media == {"a.png": data}
    assert back.text == "![a](a.png)"


def test_a_picture_that_is_gone_is_named() -> None:
    (question,) = bring(neutral("![a](/media/original_images/none.png)"), topic=topic())
    _data, _name, losses = transfer.take_out([question], "gift")
    assert "none.png" in losses[0].what


def test_a_file_outside_the_library_is_never_taken_along() -> None:
    storage = Picture._meta.get_field("file").storage
    storage.save("secret.png", ContentFile(b"secret"))
    (question,) = bring(neutral("![a](/media/secret.png) ![b](/media/../secret.png)"), topic=topic())
    data, _name, losses = transfer.take_out([question], "qti21")
    assert len(losses) == 2
    assert b"secret" not in data


def test_taking_out_asks_the_database_a_constant_number_of_times(django_assert_num_queries: object) -> None:
    made = bring(*(neutral(f"Q{n}") for n in range(12)), topic=topic())
    with django_assert_num_queries(2):
        transfer.take_out(made, "gift")


def test_tags_and_points_which_the_bank_does_not_keep_are_named() -> None:
    read = Read([neutral(points=Decimal("2.5"), tags=["safety"]), neutral("Other?", points=Decimal(1))])
    assert len(transfer.bring_in(read=read, topic=topic(), by=None, at=make.NOON)) == 2
    tags, points = (loss.what for loss in read.not_represented)
    assert "safety" in tags
    assert "2.5" in points
