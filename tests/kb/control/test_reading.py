"""Reading 确认已阅: who must have read what until when, confirming it, and who has and has not."""

import datetime
import io

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kb import reading
from kb.models import Acknowledgement, ControlledPage, DocumentClass, Edition, FaqPage
from people import roles
from people.models import Audience, Notice, OrgUnit, User
from people.refusal import Refused
from tests import make

DAYS = datetime.timedelta(days=1)
TODAY = timezone.localdate()
NOW = timezone.now()
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def region(db: None) -> OrgUnit:
    """A region whose people must read what the tests ask."""
    return make.unit(OrgUnit.Kind.REGION, name="华东")


@pytest.fixture
def reader(region: OrgUnit) -> User:
    """Somebody of a department of that region, here since long ago."""
    unit = make.unit(parent=region, name="上海站")
    return make.person(roles.TECHNICIAN, name="林涛", unit=unit, date_joined=LONG_AGO)


@pytest.fixture
def supervisor(db: None) -> User:
    """Somebody who may see who has read what."""
    return make.person(roles.SUPERVISOR, name="周岚", date_joined=LONG_AGO)


def asking(*units: OrgUnit, **fields: object) -> ControlledPage:
    """A document in force that asks these units to read it."""
    return make.document(**{"effective_on": TODAY - 5 * DAYS, "readers": list(units)} | fields)


def must_read(person: User, on: datetime.date = TODAY, language: str = "zh-hans") -> list[str]:
    """The numbers of what this person has yet to confirm."""
    return [each.page.number for each in reading.asked_of(person, on, language)]


def confirm(person: User, page: ControlledPage) -> Acknowledgement:
    """This person confirms the edition in force."""
    edition = ControlledPage.objects.get(pk=page.pk).edition
    return reading.acknowledge(person=person, edition=edition, at=NOW)


def words(answer) -> str:
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


# ------------------------------------------------------------------------------------------------ who is asked


def test_the_people_of_a_unit_and_of_the_units_below_it_are_asked(region, reader):
    page = asking(region)
    above = make.person(roles.TECHNICIAN, unit=region)
    elsewhere = make.person(roles.TECHNICIAN)

    assert must_read(reader) == must_read(above) == [page.number]
    assert must_read(elsewhere) == []


def test_it_is_due_the_days_of_its_class_after_it_took_effect(region, reader):
    asking(region, effective_on=TODAY - 5 * DAYS)
    DocumentClass.objects.update_or_create(kind="faq", defaults={"reading_days": 7})

    (asked,) = reading.asked_of(reader, TODAY, "zh-hans")

    assert (asked.due_on, asked.is_overdue) == (TODAY + 2 * DAYS, False)
    assert not reading.asked_of(reader, TODAY + 2 * DAYS, "zh-hans")[0].is_overdue
    assert reading.asked_of(reader, TODAY + 3 * DAYS, "zh-hans")[0].is_overdue


def test_nobody_is_late_for_what_took_effect_before_he_came(region, reader):
    asking(region, effective_on=TODAY - 300 * DAYS)
    new = make.person(unit=region)

    assert reading.asked_of(reader, TODAY, "zh-hans")[0].is_overdue
    assert not reading.asked_of(new, TODAY, "zh-hans")[0].is_overdue


def test_nobody_is_asked_to_read_what_he_may_not_see(region, reader):
    secret = asking(region, confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    asking(region, live=False)
    dealer = make.person(kind=OrgUnit.Kind.DEALER)
    asking(dealer.unit, audience=Audience.INTERNAL)

    assert must_read(reader) == must_read(dealer) == []
    assert must_read(make.person(roles.AUTHOR, unit=region)) == [secret.number]


def test_what_was_withdrawn_asks_nobody(region, reader):
    page = asking(region)
    make.withdrawn(page)

    assert must_read(reader) == []


def test_an_erratum_asks_nobody_again_and_other_changes_ask_everybody(region, reader):
    page = asking(region)
    confirm(reader, page)
    make.issue(page, "erratum", title="错字改了", effective_on=TODAY)
    assert must_read(reader) == []
    for significance in ("content", "safety"):
        make.issue(page, significance, title=f"新的{significance}", effective_on=TODAY)
        assert must_read(reader) == [page.number]
        confirm(reader, page)
        assert must_read(reader) == []


def test_the_first_edition_is_to_be_read_even_if_it_was_called_an_erratum(region, reader):
    page = asking(region, live=False)
    make.taken_over(page, significance="erratum")

    assert must_read(reader) == [page.number]


def test_whoever_confirms_an_erratum_has_read_the_change_before_it(region, reader):
    page = asking(region)
    make.issue(page, "content", title="新", effective_on=TODAY - DAYS)
    make.issue(page, "erratum", title="更新", effective_on=TODAY)
    (asked,) = reading.asked_of(reader, TODAY, "zh-hans")
    assert (asked.edition.version, asked.page.version) == ("1.1", "1.1.1")

    confirm(reader, page)

    assert must_read(reader) == []


def test_an_edition_that_is_not_yet_in_force_asks_nobody(region, reader):
    page = asking(region)
    confirm(reader, page)
    make.issue(page, "safety", title="以后", effective_on=TODAY + DAYS)

    assert must_read(reader) == []


def test_whoever_confirmed_once_is_asked_again_without_his_unit_being_asked(reader):
    page = make.document()
    assert must_read(reader) == []
    confirm(reader, page)
    assert must_read(reader) == []

    make.issue(page, "content", title="新", effective_on=TODAY)

    assert must_read(reader) == [page.number]


def test_a_document_in_two_languages_counts_once_and_is_confirmed_in_either(region, reader):
    page = asking(region, number="A-1")
    english = make.document(number="A-1", language="en", effective_on=TODAY - 5 * DAYS)

    assert [each.page.language for each in reading.asked_of(reader, TODAY, "zh-hans")] == ["zh-hans"]
    assert [each.page.language for each in reading.asked_of(reader, TODAY, "en")] == ["en"]
    confirm(reader, english)
    assert must_read(reader) == must_read(reader, language="en") == []

    make.issue(page, "content", title="新", effective_on=TODAY)
    assert must_read(reader) == ["A-1"]
    assert must_read(reader, language="en") == []  # the English one was not changed yet


def test_where_one_language_is_closed_to_a_person_the_other_one_asks_him(region, reader):
    asking(region, number="A-1")
    closed = ControlledPage.Confidentiality.RESTRICTED
    make.document(number="A-1", language="en", confidentiality=closed)

    assert [each.page.language for each in reading.asked_of(reader, TODAY, "en")] == ["zh-hans"]


def test_it_takes_the_same_number_of_queries_however_much_there_is(
    region, reader, supervisor, django_assert_max_num_queries
):
    first = asking(region)
    confirm(reader, first)
    make.issue(first, "content", title="新", effective_on=TODAY)
    reading.asked_of(reader, TODAY, "zh-hans")
    with django_assert_max_num_queries(12) as before:
        reading.asked_of(reader, TODAY, "zh-hans")
    reader = User.objects.get(pk=reader.pk)
    for place in range(6):
        page = asking(region)
        if place % 2:
            confirm(reader, page)
            make.issue(page, "content", title="新", effective_on=TODAY)
    with django_assert_max_num_queries(len(before) + 2):  # the person's permissions
        assert len(reading.asked_of(reader, TODAY, "zh-hans")) == 7


def test_what_a_report_says_of_everybody_is_what_each_is_asked(region, reader):
    people = [
        reader, make.person(roles.AUTHOR, unit=region), make.person(unit=region, is_superuser=True),
        make.person(kind=OrgUnit.Kind.DEALER), make.person(kind=OrgUnit.Kind.CUSTOMER), make.person(unit=None),
    ]  # fmt: skip
    units = [region, *(person.unit for person in people[3:5])]
    pages = [
        asking(*units, audience=audience, confidentiality=confidentiality, number=f"D-{audience}-{confidentiality}")
        for audience in Audience.values
        for confidentiality in ControlledPage.Confidentiality.values
    ]
    make.document(number=pages[0].number, language="en", audience=Audience.INTERNAL)
    for page in pages[::2]:
        confirm(people[1], page)
    make.issue(pages[0], "content", title="新", effective_on=TODAY)

    found = reading.standings(on=TODAY, language="zh-hans")

    for person in people:
        person = User.objects.get(pk=person.pk)
        asked = {each.page.pk for each in reading.asked_of(person, TODAY, "zh-hans")}
        said = {each.edition.page_id for each in found if each.person == person and not each.is_confirmed}
        assert said == asked
    assert any(each.person == people[3] for each in found)


# ------------------------------------------------------------------------------------------------ confirming


def test_twice_is_once(reader):
    page = make.document()

    assert confirm(reader, page) == confirm(reader, page)
    assert Acknowledgement.objects.count() == 1


def test_only_the_edition_in_force_is_confirmed(reader):
    page = make.document()
    old = page.edition
    make.issue(page, "content", title="新", effective_on=TODAY)
    later = make.issue(page, "content", title="以后", effective_on=TODAY + DAYS)

    with pytest.raises(Refused, match=r"1\.0.*1\.1"):
        reading.acknowledge(person=reader, edition=old, at=NOW)
    with pytest.raises(Refused):
        reading.acknowledge(person=reader, edition=later, at=NOW)
    assert not Acknowledgement.objects.exists()


def test_nobody_confirms_what_he_may_not_see(reader):
    page = make.document(confidentiality=ControlledPage.Confidentiality.RESTRICTED)

    with pytest.raises(ControlledPage.DoesNotExist):
        reading.acknowledge(person=reader, edition=page.edition, at=NOW)


def test_the_document_asks_and_then_says_when_it_was_confirmed(client: Client, region, reader):
    page = asking(region)
    client.force_login(reader)
    address = reverse("confirm_reading", args=[page.number])
    assert address in words(client.get(page.get_absolute_url()))

    for _ in range(2):
        answer = client.post(address, {"edition": page.edition.pk})
        assert answer.url == page.get_absolute_url()

    assert Acknowledgement.objects.get().person == reader
    assert address not in words(client.get(page.get_absolute_url()))


@pytest.mark.parametrize("page", ["procedure", "guide", "manual", "faq"])
def test_every_kind_can_be_confirmed(client: Client, reader, page):
    made = {"faq": make.document, "procedure": make.procedure, "guide": make.guide, "manual": make.manual}[page]()
    made = made[0] if isinstance(made, tuple) else made
    client.force_login(reader)

    shown = words(client.get(made.get_absolute_url()))

    assert reverse("confirm_reading", args=[made.number]) in shown
    assert reverse("vote", args=[made.number]) in shown


def test_opening_a_document_takes_the_same_number_of_queries_however_much_was_read(
    client: Client, region, reader, django_assert_max_num_queries
):
    page = asking(region)
    confirm(reader, page)
    client.force_login(reader)
    client.get(page.get_absolute_url())
    with django_assert_max_num_queries(80) as few:
        client.get(page.get_absolute_url())
    for place in range(4):
        make.issue(page, "content", title=f"第{place}次", effective_on=TODAY)
        confirm(reader, page)
        confirm(reader, asking(region))
    with django_assert_max_num_queries(len(few)):
        client.get(page.get_absolute_url())


def test_strangers_are_not_asked(client: Client, region):
    page = asking(region)

    assert reverse("confirm_reading", args=[page.number]) not in words(client.get(page.get_absolute_url()))
    posted = client.post(reverse("confirm_reading", args=[page.number]), {"edition": page.edition.pk})
    assert posted.url.startswith(reverse("account_login"))


def test_a_document_replaced_while_he_read_shows_what_changed_and_is_not_confirmed(client: Client, region, reader):
    page = asking(region, body=[make.text("first", "旧内容")])
    client.force_login(reader)
    confirm(reader, page)
    stale = make.issue(page, "content", body=[make.text("first", "中间内容")], effective_on=TODAY)
    make.issue(page, "safety", body=[make.text("first", "最新内容")], effective_on=TODAY)

    answer = client.post(reverse("confirm_reading", args=[page.number]), {"edition": stale.pk}, follow=True)

    assert Acknowledgement.objects.count() == 1
    shown = words(answer)
    assert "1.1" in shown
    assert "2.0" in shown
    assert "<ins>" in shown
    assert answer.context["comparison"].changed_blocks == {"first"}
    client.post(reverse("confirm_reading", args=[page.number]), {"edition": Edition.objects.get(version="2.0").pk})
    assert must_read(reader) == []


@pytest.mark.parametrize("edition", ["", "x", "0", "-1", "9" * 30, "１", "²"])
def test_a_broken_form_is_answered_like_what_does_not_exist(client: Client, reader, edition):
    page = make.document()
    client.force_login(reader)

    assert client.post(reverse("confirm_reading", args=[page.number]), {"edition": edition}).status_code == 404


def test_a_document_he_may_not_see_is_not_there(client: Client, reader):
    page = make.document(confidentiality=ControlledPage.Confidentiality.RESTRICTED)
    client.force_login(reader)

    for edition in (page.edition.pk, make.document().edition.pk):
        answer = client.post(reverse("confirm_reading", args=[page.number]), {"edition": edition})
        assert answer.status_code == 404
    assert client.get(reverse("confirm_reading", args=[page.number])).status_code == 404


def test_the_edition_of_another_document_is_not_confirmed_in_passing(client: Client, reader):
    page, other = make.document(), make.document()
    client.force_login(reader)

    answer = client.post(reverse("confirm_reading", args=[page.number]), {"edition": other.edition.pk})

    assert answer.status_code == 404
    assert not Acknowledgement.objects.exists()


def test_without_an_earlier_confirmation_the_whole_document_is_what_changed(client: Client, region, reader):
    page = asking(region)
    client.force_login(reader)

    assert client.get(reverse("confirm_reading", args=[page.number])).url == page.get_absolute_url()


def test_my_readings_are_listed_and_so_is_what_i_confirmed(client: Client, region, reader):
    waiting, done = asking(region, title="要读的"), asking(region, title="读过的")
    gone = asking(region, title="后来保密的")
    for page in (done, gone):
        confirm(reader, page)
    ControlledPage.objects.filter(pk=gone.pk).update(confidentiality="restricted")
    client.force_login(reader)

    answer = client.get(reverse("reading"))

    assert [each.page.title for each in answer.context["asked"]] == [waiting.title]
    assert {each.edition.title for each in answer.context["confirmed"]} == {"读过的", "后来保密的"}
    assert reverse("document", args=[done.number]) in words(answer)
    assert reverse("document", args=[gone.number]) not in words(answer)


# ------------------------------------------------------------------------------------------------ who has and has not


def test_the_report_counts_by_unit(client: Client, region, reader, supervisor):
    page = asking(region, effective_on=TODAY - 100 * DAYS)
    colleague = make.person(name="吴刚", unit=reader.unit, date_joined=LONG_AGO)
    boss = make.person(name="许总", unit=region)
    confirm(colleague, page)
    client.force_login(supervisor)

    answer = client.get(reverse("reading_report", args=[page.number]))

    total = answer.context["total"]
    assert (total.asked, total.confirmed, total.overdue, total.open) == (3, 1, 1, 2)
    by_unit = {unit.name: (sum_.asked, sum_.confirmed, sum_.overdue) for unit, sum_, _ in answer.context["groups"]}
    assert by_unit == {"华东": (1, 0, 0), "上海站": (2, 1, 1)}
    assert str(boss) in words(answer)


def test_the_report_is_narrowed_to_a_unit_and_a_state(client: Client, region, reader, supervisor):
    other = make.unit(OrgUnit.Kind.REGION)
    page = asking(region, other, effective_on=TODAY - 100 * DAYS)
    confirm(make.person(name="吴刚", unit=other), page)
    client.force_login(supervisor)

    def names(**query: object) -> list[str]:
        answer = client.get(reverse("reading_report", args=[page.number]), query)
        return [str(row.standing.person) for _, _, rows in answer.context["groups"] for row in rows]

    assert names() == names(unit="nonsense", state="nonsense") == ["林涛", "吴刚"]
    assert names(unit=region.pk) == ["林涛"]
    assert names(unit=other.pk) == names(state="confirmed") == ["吴刚"]
    assert names(state="overdue") == names(state="open") == ["林涛"]
    assert names(unit=other.pk, state="open") == []


def test_a_name_never_becomes_a_formula(client: Client, region, supervisor):
    page = asking(region)
    evil = '=HYPERLINK("http://evil.example")'
    make.person(name=evil, unit=region)
    client.force_login(supervisor)
    address = reverse("reading_report", args=[page.number])

    text = client.get(address, {"format": "csv"})
    book = load_workbook(io.BytesIO(client.get(address, {"format": "xlsx"}).content))

    assert text.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in text["Content-Disposition"]
    assert f"'{evil[:10]}" in text.content.decode()
    cell = book.active.cell(row=2, column=2)
    assert (cell.value, cell.data_type) == (evil, "s")


def test_reports_say_the_same_in_every_language(client: Client, region, reader, supervisor):
    page = asking(region, number="A-1")
    english = make.document(number="A-1", language="en")
    confirm(reader, english)
    make.issue(page, "safety", title="新", effective_on=TODAY)
    client.force_login(supervisor)

    for prefix in ("", "/en"):
        total = client.get(f"{prefix}/control/reading/A-1/").context["total"]
        assert (total.asked, total.confirmed) == (1, 0)
        (row,) = client.get(f"{prefix}/control/reading/").context["rows"]
        assert (row[1].asked, row[1].confirmed) == (1, 0)


def test_the_overview_counts_each_document(client: Client, region, reader, supervisor):
    page, other = asking(region, effective_on=TODAY - 100 * DAYS), asking(region)
    make.document()
    confirm(reader, other)
    client.force_login(supervisor)

    rows = client.get(reverse("reading_overview")).context["rows"]

    said = {page.number: (total.asked, total.confirmed, total.overdue) for page, total in rows}
    assert said == {page.number: (1, 0, 1), other.number: (1, 1, 0)}


def test_the_reports_take_the_same_number_of_queries_however_much_there_is(
    client: Client, region, reader, supervisor, django_assert_max_num_queries
):
    pages = [asking(region)]
    client.force_login(supervisor)
    addresses = [reverse("reading_overview"), reverse("reading_report", args=[pages[0].number])]
    counts = []
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(60) as few:
            client.get(address)
        counts.append(len(few))
    for _ in range(5):
        page = asking(region)
        confirm(make.person(unit=make.unit(parent=region)), page)
    for address, count in zip(addresses, counts, strict=True):
        with django_assert_max_num_queries(count + 1):  # versions confirmed elsewhere
            client.get(address)


@pytest.mark.parametrize("name", ["reading_overview", "reading_report"])
def test_reports_are_for_those_who_may_see_control(client: Client, region, reader, name):
    page = asking(region)
    address = reverse(name, args=[page.number] if name == "reading_report" else [])

    assert client.get(address).status_code == 302
    client.force_login(reader)
    assert client.get(address).status_code == 403


def test_there_is_no_report_on_what_the_person_may_not_see(client: Client, region):
    page = asking(region, audience=Audience.INTERNAL)
    client.force_login(make.person(roles.SUPERVISOR, kind=OrgUnit.Kind.DEALER))

    assert client.get(reverse("reading_report", args=[page.number])).status_code == 404
    assert page.number not in words(client.get(reverse("reading_overview")))


# ------------------------------------------------------------------------------------------------ reminders


def keys(person: User) -> list[str]:
    """What this person was told, by the stage."""
    return sorted(notice.key.rsplit("-", 1)[1] for notice in Notice.objects.filter(person=person))


def test_people_are_told_once_when_asked_once_shortly_before_and_once_when_late(
    region, reader, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=reader.pk).update(email="lin@example.com")
    asking(region, effective_on=TODAY)  # due in 14 days
    seen = []
    with django_capture_on_commit_callbacks(execute=True):
        for days in (0, 0, 5, 10, 11, 14, 15, 16, 30):
            reading.remind(at=NOW, on=TODAY + days * DAYS)
            seen.append(keys(reader))

    assert seen[:4] == [["asked"]] * 4
    assert seen[4:6] == [["asked", "soon"]] * 2
    assert seen[6:] == [["asked", "overdue", "soon"]] * 3
    assert len(mail.outbox) == 1


def test_missed_nights_are_not_made_up_for(region, reader):
    asking(region, effective_on=TODAY)

    reading.remind(at=NOW, on=TODAY + 20 * DAYS)

    assert keys(reader) == ["overdue"]


def test_whoever_confirmed_is_not_told_and_what_he_was_told_is_put_away(region, reader):
    page = asking(region, effective_on=TODAY)
    assert reading.remind(at=NOW, on=TODAY) == 1

    confirm(reader, page)

    assert not Notice.objects.open_for(reader).exists()
    assert reading.remind(at=NOW, on=TODAY + 20 * DAYS) == 0


def test_owners_are_told_once_a_week_how_many_are_late(region, reader):
    author = make.person(roles.AUTHOR)
    page = asking(region, unit=author.unit, effective_on=TODAY)
    monday = TODAY + 30 * DAYS - TODAY.weekday() * DAYS

    for days in (0, 1, 6, 7):
        reading.remind(at=NOW, on=monday + days * DAYS)

    told = Notice.objects.filter(person=author)
    assert told.count() == 2
    assert {notice.url for notice in told} == {reverse("reading_report", args=[page.number])}
    assert "1" in told[0].text


def test_the_longest_title_fits_a_notice(region, reader):
    asking(region, effective_on=TODAY, title="长" * 255)

    reading.remind(at=NOW, on=TODAY + 20 * DAYS)

    assert all(len(notice.text) <= 300 and len(notice.text_en) <= 300 for notice in Notice.objects.all())


def test_an_older_edition_does_not_ask(client: Client, region, reader):
    page = asking(region)
    make.issue(page, "content", title="新", effective_on=TODAY)
    client.force_login(reader)

    answer = client.get(reverse("edition", args=[page.number, "1.0"]))

    assert answer.status_code == 200
    assert reverse("confirm_reading", args=[page.number]) not in words(answer)
    assert reverse("vote", args=[page.number]) not in words(answer)


def test_previews_do_not_ask(rf, reader):
    page = make.document(FaqPage)
    request = rf.get("/")
    request.user, request.is_preview = reader, True
    from kb.templatetags.reading import feedback_panel, reading_panel

    assert reading_panel({"request": request}, page) == feedback_panel({"request": request}, page) == {}
