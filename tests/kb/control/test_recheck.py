"""To check again: what rests on changed text, and "still right" with a name under it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.users.models import UserProfile

from courses.models import Lesson
from exams.bank import revise as bank
from exams.models import Question, QuestionVersion
from kb import recheck
from kb.control import log
from kb.models import Citation, ControlledPage, ProcedurePage, Significance, SignOff
from people import roles
from people.models import User
from people.refusal import Refused
from tests import database, make
from tests.make import NOON, step

pytestmark = pytest.mark.django_db

OLD, NEW, NEWER = "12 V 不低于 11.4 V", "12 V 不低于 11.0 V", "12 V 不低于 10.8 V"


def procedure(words: str = OLD, **fields: object) -> ProcedurePage:
    """A procedure with a limit in its second step."""
    return make.document(ProcedurePage, body=body(words), **fields)


def body(words: str) -> list[dict]:
    """Its steps."""
    return [step("off", "断电"), step("rail", words)]


def lesson(page: ControlledPage, block_id: str = "rail") -> Lesson:
    """A lesson that shows a passage."""
    return Lesson.objects.create(
        course=make.course(lessons=0), key="on", title="测量供电", kind="page", page=page, block_id=block_id,
        digest=page.blocks.get(block_id=block_id).basis,
    )  # fmt: skip


@pytest.fixture
def trainer(db: None) -> User:
    """吴敏, who writes courses."""
    return make.person(roles.TRAINER, name="吴敏")


@pytest.fixture
def officer(db: None) -> User:
    """An exam officer, who keeps the bank."""
    return make.person(roles.EXAM_OFFICER)


@pytest.fixture
@database.once
def stale_lesson() -> Lesson:
    """A lesson whose passage changed since it was checked."""
    page = procedure()
    made = lesson(page)
    make.issue(page, Significance.SAFETY, body=body(NEW))
    return made


def seen(citation: Citation) -> str:
    """The digest of the passage as it is shown now."""
    return citation.cited_block().digest


def confirm(citation: Citation, by: User, shown: str | None = None) -> SignOff:
    """Confirm what is shown now, or was shown."""
    return recheck.confirm(citation=citation, by=by, seen=shown or seen(citation), at=NOON)


def listed(person: User) -> dict[str, recheck.Stale]:
    """What a person has to check again, by kind; the first of each."""
    found = {}
    for citing in recheck.looked_after_by(person):
        rows = recheck.stale(citing, list(citing.rows.stale()), person)
        found |= {citing.key: rows[0]} if rows else {}
    return found


def shown(row: recheck.Stale) -> list[tuple[str, str]]:
    """The difference that is shown, as (kind of span, text)."""
    return [(span.kind, span.text) for member in row.change.members for span in member.spans if span.kind != "same"]


def test_still_right_is_signed_and_nothing_is_stale_any_more(stale_lesson: Lesson, trainer: User) -> None:
    before = stale_lesson.digest

    line = confirm(stale_lesson, trainer)

    assert not Lesson.objects.stale().exists()
    stale_lesson.refresh_from_db()
    assert line.facts == {
        "model": "courses.lesson", "pk": stale_lesson.pk, "block_id": "rail", "from": before, "to": stale_lesson.digest,
    }  # fmt: skip
    assert (line.act, line.person, line.name, line.page) == ("rechecked", trainer, "吴敏", line.page)
    assert log.broken_line()[0] is None
    assert listed(trainer) == {}


def test_the_text_then_is_shown_beside_the_text_of_today(stale_lesson: Lesson, trainer: User) -> None:
    row = listed(trainer)["courses.lesson"]

    assert (row.state, row.was_found, row.change.what) == ("changed", True, "changed")
    assert shown(row) == [("removed", "11.4"), ("added", "11.0")]


def test_the_text_then_is_found_behind_other_editions(stale_lesson: Lesson, trainer: User) -> None:
    make.issue(stale_lesson.page, body=body(NEWER))
    make.issue(stale_lesson.page, body=[step("extra"), *body(NEWER)])

    assert shown(listed(trainer)["courses.lesson"]) == [("removed", "11.4"), ("added", "10.8")]


def test_a_text_that_no_edition_holds_is_said_to_be_missing(stale_lesson: Lesson, trainer: User) -> None:
    Lesson.objects.update(digest="0" * 64)
    row = listed(trainer)["courses.lesson"]

    assert (row.was_found, row.change.what) == (False, "added")
    assert [member.after for member in row.change.members] == ["步骤", NEW]


def test_after_an_erratum_the_text_that_was_checked_is_still_found(trainer: User) -> None:
    page = procedure()
    made = lesson(page)
    make.issue(page, Significance.ERRATUM, body=body(OLD + "。"))
    assert listed(trainer) == {}

    make.issue(page, body=body(NEW + "。"))
    assert listed(trainer)["courses.lesson"].was_found
    confirm(made, trainer)
    make.issue(page, Significance.ERRATUM, body=body(NEW))

    assert listed(trainer) == {}


def test_what_changed_again_after_it_was_shown_is_not_confirmed(stale_lesson: Lesson, trainer: User) -> None:
    before = seen(stale_lesson)
    make.issue(stale_lesson.page, body=body(NEWER))

    with pytest.raises(Refused, match=r"again|又有变更"):
        confirm(stale_lesson, trainer, before)

    assert Lesson.objects.stale().exists()
    assert not SignOff.objects.filter(act="rechecked").exists()


def test_confirming_twice_is_harmless_and_says_who_did(stale_lesson: Lesson, trainer: User) -> None:
    other = make.person(roles.TRAINER)
    confirm(stale_lesson, trainer)

    with pytest.raises(recheck.Settled, match="吴敏"):
        confirm(stale_lesson, other)

    assert SignOff.objects.filter(act="rechecked").count() == 1


def test_a_passage_that_is_gone_must_be_cited_anew(trainer: User) -> None:
    page = procedure()
    made = lesson(page)
    make.issue(page, body=[step("off", "断电")])
    row = listed(trainer)["courses.lesson"]

    assert (row.state, row.was_found, row.change.what) == ("gone", True, "removed")
    with pytest.raises(Refused):
        confirm(made, trainer, made.digest)


def test_so_must_one_of_a_document_that_was_withdrawn(stale_lesson: Lesson, trainer: User) -> None:
    shown_before = seen(stale_lesson)
    make.withdrawn(ControlledPage.objects.get(pk=stale_lesson.page_id).specific)

    assert listed(trainer)["courses.lesson"].state == "withdrawn"
    with pytest.raises(Refused):
        confirm(stale_lesson, trainer, shown_before)


def test_whoever_may_not_read_the_document_neither_sees_nor_confirms(trainer: User) -> None:
    page = procedure(confidentiality=ControlledPage.Confidentiality.RESTRICTED, title="机密规程")
    made = lesson(page)
    make.issue(page, body=body(NEW))
    row = listed(trainer)["courses.lesson"]

    assert (row.state, row.document, row.change) == ("closed", None, None)
    with pytest.raises(Refused):
        confirm(made, trainer)


def test_only_those_who_look_after_it_confirm(stale_lesson: Lesson, officer: User, technician: User) -> None:
    for stranger in (officer, technician):
        with pytest.raises(Refused):
            confirm(stale_lesson, stranger)
        assert listed(stranger) == {}
    assert Lesson.objects.stale().exists()


def test_a_question_is_checked_in_its_present_version(officer: User) -> None:
    page = procedure()
    question = make.question(cites=(page, "rail"))
    make.question(cites=(page, "rail"), state=Question.State.RETIRED)
    make.issue(page, body=body(NEW))
    row = listed(officer)["exams.questionversion"]
    assert row.citation == question.version
    assert QuestionVersion.objects.in_use().stale().count() == 1

    question.versions.create(
        number=2, kind="single", text="改过", body=make.BODIES["single"], page=page, block_id="rail"
    )

    with pytest.raises(recheck.Settled):
        confirm(row.citation, officer)
    confirm(question.version, officer)
    assert listed(officer) == {}
    assert not Question.objects.active().stale().exists()


def test_a_question_that_was_confirmed_is_not_stale_when_it_is_edited_next(officer: User) -> None:
    page = procedure()
    question = make.question(cites=(page, "rail"))
    make.issue(page, body=body(NEW))
    confirm(question.version, officer)
    bank.revise(
        question=question, kind="single", text="改过", explanation="", body=make.BODIES["single"], page=page,
        block_id="rail", by=None, at=make.NOON,
    )  # fmt: skip

    assert not Question.objects.stale().exists()


def address(**query: object) -> str:
    return reverse("recheck", query=query or None)


def sent(row: Citation, **changes: object) -> dict:
    """What the button sends."""
    return {"kind": row._meta.label_lower, "pk": row.pk, "seen": seen(row), "page": 1} | changes


def test_the_screen_shows_the_difference_and_the_button_settles_it(
    client: Client, stale_lesson: Lesson, trainer: User
) -> None:
    client.force_login(trainer)
    html = client.get(address()).content.decode()
    assert "<del>" in html
    assert "11.4" in html
    assert f'value="{seen(stale_lesson)}"' in html
    assert reverse("courses:edit", args=[stale_lesson.course_id]) in html

    answer = client.post(address(), sent(stale_lesson), follow=True)

    assert answer.redirect_chain == [("/control/recheck/?kind=courses.lesson&page=1", 302)]
    assert not Lesson.objects.stale().exists()
    assert "<del>" not in answer.content.decode()


def test_two_tabs(client: Client, stale_lesson: Lesson, trainer: User) -> None:
    client.force_login(trainer)
    first = second = sent(stale_lesson)
    client.post(address(), first)
    late = client.post(address(), second, follow=True)

    assert [message.level_tag for message in late.context["messages"]] == ["success", "info"]
    assert SignOff.objects.filter(act="rechecked").count() == 1


def test_a_late_tab_changes_nothing(client: Client, stale_lesson: Lesson, trainer: User) -> None:
    client.force_login(trainer)
    late = sent(stale_lesson)
    make.issue(stale_lesson.page, body=body(NEWER))

    answer = client.post(address(), late, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert Lesson.objects.stale().exists()


def test_a_row_taken_out_meanwhile_is_said_to_be(client: Client, stale_lesson: Lesson, trainer: User) -> None:
    client.force_login(trainer)
    late = sent(stale_lesson)
    stale_lesson.delete()

    answer = client.post(address(), late, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["info"]


def test_strangers_are_kept_out(client: Client, stale_lesson: Lesson, officer: User, technician: User) -> None:
    assert client.get(address()).status_code == 302
    assert client.post(address(), sent(stale_lesson)).status_code == 302
    client.force_login(technician)
    assert client.get(address()).status_code == 403
    assert client.post(address(), sent(stale_lesson)).status_code == 403
    client.force_login(officer)
    assert client.get(address()).status_code == 200
    assert client.get(address(kind="courses.lesson")).status_code == 404
    assert client.post(address(), sent(stale_lesson)).status_code == 404
    assert Lesson.objects.stale().exists()


@pytest.mark.parametrize("broken", [{"pk": "x"}, {"pk": ""}, {"pk": "9" * 30}, {"kind": "people.user"}, {"kind": ""}])
def test_a_broken_form_is_not_found(client: Client, stale_lesson: Lesson, trainer: User, broken: dict) -> None:
    client.force_login(trainer)

    assert client.post(address(), sent(stale_lesson, **broken)).status_code == 404


def test_without_what_was_shown_nothing_is_confirmed(client: Client, stale_lesson: Lesson, trainer: User) -> None:
    client.force_login(trainer)
    client.post(address(), sent(stale_lesson, seen=""))

    assert Lesson.objects.stale().exists()


def test_every_state_is_shown(client: Client, officer: User) -> None:
    changed, gone, withdrawn = procedure(), procedure(), procedure()
    closed = procedure(confidentiality=ControlledPage.Confidentiality.RESTRICTED, title="机密规程")
    lost = procedure()
    for page in (changed, gone, withdrawn, closed, lost):
        make.question(cites=(page, "rail"))
    for page in (changed, closed, lost):
        make.issue(page, body=body(NEW))
    QuestionVersion.objects.filter(page=lost).update(digest="0" * 64)
    make.issue(gone, body=[step("off")])
    make.withdrawn(withdrawn)
    client.force_login(officer)

    html = client.get(address()).content.decode()

    assert html.count('class="item section recheck"') == 5
    assert html.count('name="seen"') == 2
    assert "机密规程" not in html
    assert closed.number in html


def test_the_list_has_pages(client: Client, officer: User) -> None:
    page = procedure()
    for _n in range(26):
        make.question(cites=(page, "rail"))
    make.issue(page, body=body(NEW))
    client.force_login(officer)

    assert len(client.get(address()).context["rows"]) == 25
    assert len(client.get(address(kind="exams.questionversion", page=2)).context["rows"]) == 1
    assert client.get(address(page="x")).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(client: Client, officer: User) -> None:
    client.force_login(officer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address())
        return len(queries)

    def more(pages: int) -> None:
        for _n in range(pages):
            page = procedure()
            make.question(cites=(page, "rail"))
            make.issue(page, body=body(NEW))

    more(1)
    cost()  # what is remembered for each process
    small = cost()
    more(6)

    assert (small, cost()) == (small, small)
    assert small <= 20


def test_english(client: Client, stale_lesson: Lesson, trainer: User) -> None:
    client.force_login(trainer)

    assert "Still right" in client.get("/en/control/recheck/").content.decode()


@pytest.mark.parametrize(("language", "prefix"), [("en", "/en"), ("zh-hans", "")])
def test_the_menu_of_the_admin_leads_there(
    client: Client, trainer: User, author: User, language: str, prefix: str
) -> None:
    UserProfile.objects.create(user=trainer, preferred_language=language)
    client.force_login(trainer)
    assert f'"{prefix}/control/recheck/"' in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(author)
    assert "/control/recheck/" not in client.get(reverse("wagtailadmin_home")).content.decode()
