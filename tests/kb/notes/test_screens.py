"""The screens of field notes: twice, late, from strangers, with anything typed."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from kb.models import Attachment, Confirmation, FaqPage, Follower, Solution
from people import roles
from people.models import OrgUnit
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
NEW = "/notes/new/"


@pytest.fixture
def note(dealer):
    return make.note(dealer, problem="水泵异响", code="E-04", model=make.product())


def sent(**fields):
    return {"key": str(uuid.uuid4()), "problem": "灯不亮", "remedy": "重插", "action": "save"} | fields


def act(client, note, action, /, **fields):
    return client.post(f"/notes/{note.key}/", {"action": action} | fields)


def picture():
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(made, "JPEG")
    return SimpleUploadedFile("p.jpg", made.getvalue(), "image/jpeg")


@pytest.mark.parametrize("address", [NEW, "/notes/", "/notes/9d2f4a34-75a3-4d65-a4a0-5f5a9a9f4b7e/"])
def test_strangers_are_asked_to_sign_in(client, address):
    assert "/accounts/login/" in client.get(address).url
    assert "/accounts/login/" in client.post(address, sent()).url


def test_a_note_is_written_on_one_screen_once_even_if_sent_twice(client, technician):
    client.force_login(technician)
    model, form = make.product(), sent(q="灯")

    first, again = (client.post(NEW, form | {"model": model.pk, "photos": picture()}) for _time in range(2))

    made = Solution.objects.get()
    assert (first.url, again.url) == (made.get_absolute_url(), made.get_absolute_url())
    assert (made.problem, made.remedy, made.model, made.query, made.author) == (
        "灯不亮",
        "重插",
        model,
        "灯",
        technician,
    )
    assert Attachment.objects.get().solution == made
    assert client.get(made.get_absolute_url()).status_code == 200


def test_a_picture_that_is_none_is_named_and_the_note_stays(client, technician):
    client.force_login(technician)
    answer = client.post(NEW, sent(photos=SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")), follow=True)

    assert Solution.objects.get().problem == "灯不亮"
    assert "a.jpg" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"problem": ""},
        {"problem": "长" * 201},
        {"remedy": "长" * 100_000},
        {"key": "x"},
        {"model": "99999999999999999999"},
        {"model": "x"},
        {"code": "E" * 41},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, technician, fields):
    client.force_login(technician)
    answer = client.post(NEW, sent(cause="松动") | fields)

    assert answer.status_code == 422
    assert "松动" in answer.content.decode()
    assert answer.context["form"].errors
    assert not Solution.objects.exists()


def test_looking_for_what_is_like_it_keeps_everything_and_writes_nothing(client, technician, note):
    client.force_login(technician)
    model = make.product()
    answer = client.post(NEW, sent(problem="水泵异响", cause="轴承", model=model.pk, action="look"))
    shown = answer.content.decode()

    assert (answer.status_code, answer.context["similar"]) == (200, [note])
    assert Solution.objects.count() == 1
    for kept in ("水泵异响", "轴承", f'<option value="{model.pk}" selected>', "重插"):
        assert kept in shown


def test_it_begins_with_what_was_searched_for_or_what_a_record_says(client, technician, dealer):
    client.force_login(technician)
    model = make.product()
    path = [{"node": "over", "heading": "交给专业服务中心"}]
    run = make.diagnosis(technician, make.guide(title="不开机"), path=path, model=model)

    def begun(**asked):
        return client.get(NEW, asked).context["form"].initial

    assert begun(q=" 灯 不亮 ", model=model.key, code="E04") | {"key": ""} == {
        "problem": "灯 不亮", "remedy": "", "cause": "", "model": model, "code": "E04",
        "run": "", "case": "", "q": "灯 不亮", "key": "",
    }  # fmt: skip
    assert (begun(run=run.key)["problem"], begun(run=run.key)["model"]) == ("不开机: 交给专业服务中心", model)
    assert begun(run="x", case="x", device="x", model="x")["problem"] == ""
    client.force_login(dealer)
    assert begun(run=run.key)["problem"] == ""


def test_a_note_from_a_run_knows_it_and_a_success_found_there_names_it(client, technician, note):
    client.force_login(technician)
    run = make.diagnosis(technician, make.guide(title="水泵异响"))
    shown = client.get(NEW, {"run": run.key})
    assert shown.context["similar"] == [note]

    act(client, note, "worked", run=run.key)
    client.post(NEW, sent(run=run.key))

    assert Confirmation.objects.get().run == run
    assert Solution.objects.get(problem="灯不亮").run == run


def test_it_worked_is_said_and_changed_by_buttons(client, technician, note, dealer):
    client.force_login(technician)
    act(client, note, "worked", note="同样")
    assert client.get(note.get_absolute_url()).context["note"].standing == "verified"
    act(client, note, "failed", note="又坏了")

    assert (Confirmation.objects.get().worked, Confirmation.objects.get().note) == (False, "又坏了")
    client.force_login(dealer)
    assert act(client, note, "worked").status_code == 422


def test_what_is_refused_keeps_what_was_typed(client, technician, note):
    client.force_login(technician)
    answer = act(client, note, "worked", note="长" * 501)

    assert (answer.status_code, "长" * 501 in answer.content.decode()) == (422, True)


def test_following_twice_is_once_and_an_unknown_button_is_refused(client, technician, note):
    client.force_login(technician)
    act(client, note, "follow")
    act(client, note, "follow")

    assert Follower.objects.filter(person=technician).count() == 1
    assert act(client, note, "explode").status_code == 422
    assert client.post(f"/notes/{note.key}/").status_code == 422


@pytest.mark.parametrize("action", ["", "worked", "follow", "answer", "improve", "faq", "guide", "aside", "reopen"])
def test_people_of_another_unit_meet_nothing(client, note, action):
    client.force_login(make.person(kind=OrgUnit.Kind.DEALER))

    assert client.get(note.get_absolute_url()).status_code == 404
    assert act(client, note, action).status_code == 404


def test_a_question_is_answered_by_whoever_knows(client, technician, dealer):
    question = make.note(dealer, remedy="")
    client.force_login(technician)

    assert "answer-remedy" in client.get(question.get_absolute_url()).content.decode()
    act(client, question, "answer", remedy="重插")

    question.refresh_from_db()
    assert (question.remedy, question.author) == ("重插", technician)
    assert act(client, question, "answer", remedy="别的").status_code == 422


def test_its_author_puts_it_better_and_adds_a_photo(client, dealer, note):
    client.force_login(dealer)
    act(client, note, "improve", problem="水泵很响", remedy="换泵", photos=picture())

    note.refresh_from_db()
    assert (note.problem, note.attachments.count()) == ("水泵很响", 1)
    assert act(client, note, "improve", problem="").status_code == 422


@pytest.mark.parametrize("action", ["faq", "guide", "aside", "reopen"])
def test_without_the_role_nothing_is_adopted(client, technician, note, action):
    client.force_login(technician)

    assert act(client, note, action).status_code == 403
    assert not client.get(note.get_absolute_url()).context.get("is_adopter")


def test_an_author_makes_a_draft_once_and_is_led_to_the_editor(client, author, note, technician):
    Confirmation.objects.create(solution=note, person=technician, worked=True, at=NOON)
    client.force_login(author)
    folder = make.folder()
    assert act(client, note, "faq", **{"faq-folder": 0}).status_code == 422

    first = act(client, note, "faq", **{"faq-folder": folder.pk})
    again = act(client, note, "faq", **{"faq-folder": folder.pk})

    page = FaqPage.objects.get()
    assert first.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (again.status_code, str(page.number) in again.content.decode()) == (422, True)
    assert client.get(first.url).status_code == 200
    # A draft that a note rests on is not deleted from under it.
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert FaqPage.objects.exists()


def test_an_author_names_the_guide_by_its_number(client, author, note):
    guide = make.guide(number="FG-001")
    client.force_login(author)
    assert act(client, note, "guide", **{"guide-guide": "FG-999", "guide-even_unverified": "on"}).status_code == 422
    assert act(client, note, "guide", **{"guide-guide": "FG-001"}).status_code == 422

    led = act(client, note, "guide", **{"guide-guide": " fg-001 ", "guide-even_unverified": "on"})

    assert led.url == reverse("wagtailadmin_pages:edit", args=[guide.pk])


def test_putting_aside_asks_why(client, author, note):
    client.force_login(author)
    assert act(client, note, "aside", because="").status_code == 422
    act(client, note, "aside", because="与 FAQ-003 重复")

    assert "与 FAQ-003 重复" in client.get(note.get_absolute_url()).content.decode()
    act(client, note, "reopen")
    note.refresh_from_db()
    assert note.closed_at is None


def test_the_list_is_filtered_by_state_product_person_and_words(client, technician, dealer, note):
    question = make.note(technician, problem="灯不亮", remedy="")
    client.force_login(technician)

    def shown(**asked):
        return set(client.get("/notes/", asked).context["page_obj"])

    assert shown() == {question, note}
    assert shown(state="question") == {question}
    assert shown(state="unverified") == {note}
    assert shown(state="nonsense") == {question, note}
    assert shown(model=note.model.key) == {note}
    assert shown(whose="mine") == {question}
    act(client, note, "follow")
    assert shown(whose="followed") == {question, note}
    assert shown(q="水泵") == {note}
    assert shown(q="水泵", state="question") == set()
    assert client.get("/notes/", {"page": "x"}).status_code == 200


def test_the_list_says_what_waits_to_those_who_make_documents(client, author, technician, note):
    make.note(technician, remedy="")
    client.force_login(author)
    assert client.get("/notes/").context["waiting"] == (1, 0)
    client.force_login(technician)
    assert client.get("/notes/").context["waiting"] is None


def test_the_screens_ask_a_constant_number_of_queries(client, technician, django_assert_max_num_queries):
    client.force_login(technician)
    for n in range(12):
        note = make.note(make.person(roles.TECHNICIAN), problem=f"异响 {n}", model=make.product())
        Confirmation.objects.create(solution=note, person=make.person(), worked=True, at=NOON)
    client.get("/notes/", {"q": "异响"})
    for address, most in ((f"/notes/{note.key}/", 22), ("/notes/?q=异响", 20), (f"{NEW}?q=异响", 26)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_nul_character_is_refused(client, technician):
    client.force_login(technician)

    assert client.post(NEW, sent(problem="灯\0不亮")).status_code == 400
    assert client.get(NEW, {"q": "\0"}).status_code == 400
