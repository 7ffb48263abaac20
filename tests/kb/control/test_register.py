"""The list of controlled documents on a day, and taking it away."""

import csv
import datetime
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kb.control import register, register_views, review, sign
from kb.models import ControlledPage, Deputy, ManualPage
from people import roles
from people.models import Audience, OrgUnit, User
from tests import make

pytestmark = pytest.mark.django_db

JANUARY, MARCH, JUNE = (datetime.date(2026, month, 1) for month in (1, 3, 6))
DAY = datetime.timedelta(days=1)


@pytest.fixture
def auditor() -> User:
    """Who reads everything."""
    return make.person(roles.AUDITOR)


def said(person, on, **wanted):
    """What the list of a day says: {number: (version, status)}."""
    found = register.listed(person=person, on=on, **wanted)
    return {row.edition.number: (row.edition.version, row.status) for row in register.rows(found, on=on)}


def get(person, **query):
    client = Client()
    client.force_login(person)
    return client.get(reverse("controlled_list"), query)


def test_a_document_is_listed_in_the_edition_of_the_day(auditor):
    page = make.document(number="PR-1", title="旧名", effective_on=JANUARY)
    make.issue(page, title="新名", effective_on=MARCH)
    assert said(auditor, JANUARY - DAY) == {}
    assert said(auditor, MARCH - DAY) == {"PR-1": ("1.0", "in-force")}
    assert said(auditor, MARCH) == {"PR-1": ("1.1", "in-force")}
    assert [edition.title for edition in register.listed(person=auditor, on=JANUARY)] == ["旧名"]


def test_what_was_withdrawn_stays_listed_as_such(auditor):
    page = make.document(number="PR-1", effective_on=JANUARY)
    make.withdrawn(page)
    today = timezone.localdate()
    assert said(auditor, today - DAY) == {"PR-1": ("1.0", "in-force")}
    assert said(auditor, today) == {"PR-1": ("1.0", "withdrawn")}


def test_what_is_signed_for_later_is_not_yet_in_force_and_a_past_list_does_not_know_it(auditor):
    team, today = make.team(), timezone.localdate()
    draft = make.document(number="PR-1", live=False)
    make.signed(draft, team, effective_on=today + 7 * DAY)
    assert said(auditor, today) == {"PR-1": ("1.0", "coming")}
    assert said(auditor, today + 7 * DAY) == {"PR-1": ("1.0", "in-force")}
    assert said(auditor, today - DAY) == {}


def test_the_list_names_three_signers_and_for_whom_a_deputy_signed(auditor):
    team, today = make.team(), timezone.localdate()
    deputy = make.person(roles.REVIEWER, name="代审")
    make.credential(deputy, team.qualification)
    Deputy.objects.create(person=team.reviewer, deputy=deputy, begins_on=today, ends_on=today)
    page = make.document(live=False)
    sent = make.submission(page, team)
    sign.sign(submission=sent, person=deputy, digest=sent.digest, at=timezone.now())
    sign.sign(submission=sent, person=team.approver, digest=sent.digest, at=timezone.now())
    (row,) = register.rows(register.listed(person=auditor, on=today), on=today)
    assert row.prepared == register.Signature(team.author.name, today)
    assert "代审" in row.reviewed.name
    assert team.reviewer.name in row.reviewed.name
    assert row.approved.name == team.approver.name


def test_a_review_confirmed_later_does_not_change_a_past_list(auditor):
    team, today = make.team(), timezone.localdate()
    page = make.document(live=False)
    with time_machine.travel(timezone.now() - 10 * DAY):
        edition = make.signed(page, team, review_by=today)
    review.confirm(edition=edition, by=team.reviewer, until=today + 100 * DAY, at=timezone.now())
    assert [row.review_by for row in register.rows(register.listed(person=auditor, on=today), on=today)] == [
        today + 100 * DAY
    ]
    before = today - DAY
    assert [row.review_by for row in register.rows(register.listed(person=auditor, on=before), on=before)] == [today]


def test_restricted_documents_are_listed_to_those_who_may_read_them(auditor):
    make.document(number="PR-1", confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    make.document(number="PR-2", audience=Audience.INTERNAL)
    overseer = make.person(roles.Role("看", may=("kb.see_control",)))
    dealer = make.person(roles.Role("看", may=("kb.see_control",)), kind=OrgUnit.Kind.DEALER)
    assert set(said(auditor, make.TODAY)) == {"PR-1", "PR-2"}
    assert set(said(overseer, make.TODAY)) == {"PR-2"}
    assert set(said(dealer, make.TODAY)) == set()


def test_what_is_signed_as_restricted_for_later_is_not_listed_by_the_old_state_of_its_page():
    overseer = make.person(roles.Role("看", may=("kb.see_control",)))
    team, page = make.team(), make.document(number="PR-1", live=False)
    draft = page.get_latest_revision_as_object()
    draft.confidentiality = ControlledPage.Confidentiality.RESTRICTED
    draft.qualification = team.qualification
    draft.save_revision(user=team.author)
    make.signed(draft, team, effective_on=timezone.localdate() + DAY)
    assert said(overseer, timezone.localdate()) == {}


def test_the_list_is_narrowed_by_kind_unit_status_language_number_and_title(auditor):
    unit = make.unit()
    make.document(number="PR-1", title="更换电源", unit=unit)
    make.document(ManualPage, number="HB-1", title="手册")
    make.document(number="PR-1", title="Replace it", language="en")
    assert len(register.listed(person=auditor, on=make.TODAY)) == 3
    assert set(said(auditor, make.TODAY, kind="manual")) == {"HB-1"}
    assert set(said(auditor, make.TODAY, unit=unit.pk)) == {"PR-1"}
    assert set(said(auditor, make.TODAY, status="withdrawn")) == set()
    assert set(said(auditor, make.TODAY, language="en")) == {"PR-1"}
    assert set(said(auditor, make.TODAY, text="电源")) == {"PR-1"}
    assert set(said(auditor, make.TODAY, text="hb-")) == {"HB-1"}


def test_only_those_who_oversee_documents_see_the_screen(auditor, technician):
    assert get(auditor).status_code == 200
    assert get(technician).status_code == 403
    assert Client().get(reverse("controlled_list")).status_code == 302


def test_a_day_that_is_none_is_said_to_be_so_and_no_list_is_shown(auditor):
    make.document(number="PR-1")
    answer = get(auditor, on="2026-02-30")
    assert answer.status_code == 422
    assert "2026-11-30" in answer.content.decode()
    assert "PR-1" not in answer.content.decode()
    assert get(auditor, on="2026-03-01", kind="novel").status_code == 422
    assert get(auditor, unit="99999").status_code == 422


def test_a_day_to_come_is_said_to_be_so(auditor):
    make.document(number="PR-1")
    words = get(auditor, on=str(timezone.localdate() + DAY)).content.decode()
    assert "note" in words
    assert "PR-1" in words
    assert get(auditor, on="9999-12-31").status_code == 200


def test_the_list_is_shown_in_pages_and_printed_whole(auditor, monkeypatch):
    monkeypatch.setattr(register_views, "ON_A_PAGE", 2)
    for place in range(3):
        make.document(number=f"PR-{place}")
    assert "PR-2" not in get(auditor).content.decode()
    assert "PR-2" in get(auditor, page=2).content.decode()
    assert get(auditor, page="nonsense").status_code == 200
    printed = get(auditor, format="print").content.decode()
    assert "PR-0" in printed
    assert "PR-2" in printed


def test_the_screen_costs_the_same_number_of_queries_for_one_document_as_for_five(auditor):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            get(auditor)
        return len(captured)

    make.document(unit=make.unit())
    get(auditor)
    one = queries()
    for _ in range(3):
        make.document(ManualPage, unit=make.unit())
    make.withdrawn(make.document())
    assert queries() == one


def test_the_spreadsheet_holds_every_document_and_no_formula(auditor):
    make.document(number="PR-1", title="=HYPERLINK(1)", effective_on=JANUARY)
    make.document(number="PR-2", title="@SUM(A1)", effective_on=JANUARY)
    answer = get(auditor, format="xlsx", on="2026-06-01")
    assert 'filename="controlled-documents-2026-06-01.xlsx"' in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [(row[0].value, row[3].value, row[3].data_type) for row in rows] == [
        ("PR-1", "=HYPERLINK(1)", "s"),
        ("PR-2", "@SUM(A1)", "s"),
    ]
    assert rows[0][5].value.date() == JANUARY
    assert [rows[0][place].value for place in (7, 9, 11)] == ["陈立", "何静", "郑国强"]


def test_comma_separated_values_begin_with_the_mark_and_hold_no_formula(auditor):
    make.document(number="PR-1", title="=1+1")
    make.document(number="PR-2", title="-1")
    make.document(number="PR-3", title="电源, 更换")
    answer = get(auditor, format="csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == ["'=1+1", "'-1", "电源, 更换"]


def test_characters_no_spreadsheet_can_hold_are_left_out(auditor):
    make.document(number="PR-1", title="电\x07源")
    sheet = openpyxl.load_workbook(io.BytesIO(get(auditor, format="xlsx").content)).active
    assert sheet["D2"].value == "电源"
