"""Nobody changes the sign-off log, an edition or a live text unseen."""

import datetime

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from kb.control import log, review, verify
from kb.models import ControlledPage, Edition, FaqPage, SignOff
from people import roles
from people.models import User
from tests import database, make

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
@database.once
def auditor() -> User:
    """Who reads everything."""
    return make.person(roles.AUDITOR)


@pytest.fixture
@database.once
def documents() -> list[Edition]:
    """One taken over from paper, one signed here: eight lines."""
    make.document(number="PR-1")
    return [Edition.objects.get(), make.signed(make.document(number="PR-2", live=False), make.team())]


def fault(**options):
    """What the command says is wrong; empty where all is sound."""
    try:
        call_command("verify_signoffs", **options)
    except CommandError as error:
        return str(error)
    return ""


def log_of(person, **query):
    client = Client()
    client.force_login(person)
    return client.get(reverse("signoff_log"), query)


def test_what_was_never_touched_is_sound(documents, capsys):
    call_command("verify_signoffs", expect=8, every_text=True)
    assert capsys.readouterr().out == "8 lines, 2 documents: sound\n"


def test_an_empty_log_is_sound(capsys):
    call_command("verify_signoffs")
    assert capsys.readouterr().out == "0 lines, 0 documents: sound\n"


def test_a_changed_line_is_found(documents):
    SignOff.objects.filter(sequence=3).update(name="李四")
    assert "line 3 (" in fault()


def test_a_line_changed_with_its_hash_is_found_in_the_next(documents):
    line = SignOff.objects.get(sequence=3)
    line.name = "李四"
    line.hash = line.expected_hash()
    SignOff.objects.filter(pk=line.pk).update(name=line.name, hash=line.hash)
    assert "line 4 (" in fault()


def test_a_line_taken_out_is_found(documents):
    SignOff.objects.filter(sequence=4).delete()
    assert "line 5 (" in fault()


def test_a_line_put_in_is_found(documents):
    first = SignOff.objects.get(sequence=1)
    SignOff.objects.filter(sequence=8).update(sequence=9)
    made = SignOff(
        sequence=8, page=first.page, act=SignOff.Act.CONFIRMED, name="李四", signed_on=first.signed_on, at=first.at,
        previous_hash=SignOff.objects.get(sequence=7).hash,
    )  # fmt: skip
    made.hash = made.expected_hash()
    made.save()
    assert "line 9 (" in fault()


def test_two_lines_that_changed_places_are_found(documents):
    for before, after in ((2, 100), (3, 2), (100, 3)):
        SignOff.objects.filter(sequence=before).update(sequence=after)
    assert "line 2 (" in fault()


def test_an_end_that_was_cut_off_is_found_by_the_number_of_lines_noted_before(documents):
    page = documents[0].page
    log.write(page=page, act=SignOff.Act.RECHECKED, at=timezone.now(), on=timezone.localdate(), person=None, name="甲")
    assert fault(expect=9) == ""
    SignOff.objects.filter(sequence=9).delete()
    assert fault() == ""
    assert "cut off" in fault(expect=9)


def test_a_live_text_that_was_changed_past_the_model_is_found(documents):
    FaqPage.objects.filter(number="PR-2").update(title="另一个")
    assert "document PR-2: its live text is not what was signed" in fault()


def test_a_document_that_was_hidden_or_shown_past_the_model_is_found(documents):
    ControlledPage.objects.filter(number="PR-2").update(live=False)
    assert "document PR-2: readers do not see what is in force" in fault()
    ControlledPage.objects.filter(number="PR-2").update(live=True)
    assert fault() == ""
    draft = make.document(number="PR-3", live=False)
    ControlledPage.objects.filter(pk=draft.pk).update(live=True)
    assert "document PR-3: it is live without an edition in force" in fault()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effective_on", datetime.date(2026, 1, 2)),
        ("significance", "erratum"),
        ("review_by", datetime.date(2050, 1, 1)),
        ("approved_on", datetime.date(2026, 1, 2)),
        ("digest", "0" * 64),
    ],
)
def test_an_edition_changed_past_the_model_is_found(documents, field, value):
    Edition.objects.filter(pk=documents[1].pk).update(**{field: value})
    assert "document PR-2" in fault()


def test_a_version_taken_over_and_changed_later_is_found(documents):
    Edition.objects.filter(pk=documents[0].pk).update(version="9.9")
    assert "document PR-1 9.9: it is not as it was signed (version)" in fault()


def test_an_edition_that_was_deleted_is_found(documents):
    make.issue(documents[0].page.specific, title="新")
    Edition.objects.filter(version="1.0", number="PR-1").delete()
    assert "document PR-1: an edition" in fault()


def test_a_kept_text_that_was_changed_is_found_where_every_text_is_read(documents):
    revision = Revision.objects.get(pk=documents[1].revision_id)
    revision.content["title"] = "另一个"
    Revision.objects.filter(pk=revision.pk).update(content=revision.content)
    assert fault() == ""
    assert "document PR-2 1.0: its kept text is not what was signed" in fault(every_text=True)


def test_signatures_of_one_person_are_found(documents):
    lines = list(SignOff.objects.filter(submission=documents[1].submission_id).order_by("sequence"))
    assert not [*verify.faults_of(documents[1], lines)]
    lines[1].person_id = lines[0].person_id
    assert "it was not signed by different persons" in [*verify.faults_of(documents[1], lines)]
    assert "missing" in next(verify.faults_of(documents[1], lines[1:]))


def test_a_confirmed_review_is_sound_and_moving_its_day_is_not(documents):
    edition, team = documents[1], documents[1].submission
    until = timezone.localdate() + 30 * DAY
    review.confirm(edition=edition, by=team.reviewer, until=until, at=timezone.now())
    assert fault() == ""
    Edition.objects.filter(pk=edition.pk).update(review_by=until + DAY)
    assert "(review_by)" in fault()


def test_the_log_is_shown_newest_first_and_by_document_and_act(auditor, documents):
    lines = log_of(auditor).context["lines"]
    assert [line.sequence for line, _name, _broken in lines] == list(range(8, 0, -1))
    assert {line.page.number for line, *_ in log_of(auditor, number="pr-2").context["lines"]} == {"PR-2"}
    assert {line.act for line, *_ in log_of(auditor, act="approved").context["lines"]} == {"approved"}
    assert log_of(auditor, act="forged").status_code == 422
    assert "PR-2" not in log_of(auditor, number="PR-9").content.decode()


def test_the_log_shows_which_of_its_lines_is_broken(auditor, documents):
    assert log_of(auditor).context["broken"] == 0
    SignOff.objects.filter(sequence=5).update(reason="另一个")
    answer = log_of(auditor)
    assert [line.sequence for line, _name, is_broken in answer.context["lines"] if is_broken] == [5]
    assert 'role="alert"' in answer.content.decode()


def test_the_log_is_for_those_who_oversee_documents_and_hides_what_they_may_not_read(auditor, technician, documents):
    overseer = make.person(roles.Role("看", may=("kb.see_control",)))
    make.document(number="PR-3", confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    assert log_of(technician).status_code == 403
    assert "PR-3" in log_of(auditor).content.decode()
    assert "PR-3" not in log_of(overseer).content.decode()


def test_the_log_costs_the_same_number_of_queries_however_many_lines_are_shown(auditor, documents):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            log_of(auditor)
        return len(captured)

    log_of(auditor)
    few = queries()
    for _ in range(4):
        make.document()
    assert queries() == few
