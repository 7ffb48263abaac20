"""What is the matter with the documents in force."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Lesson
from exams.models import QuestionVersion
from kb.control import health, health_views
from kb.models import ControlledPage, Correction, Edition, FaqPage, Opening, ProcedurePage, Vote
from people import roles
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
LONG_AGO = datetime.date(2026, 1, 1)


@pytest.fixture
def auditor() -> User:
    """Who reads everything."""
    return make.person(roles.AUDITOR)


def pages(person, **options):
    return health.documents(person=person, **options)


def numbers(found):
    return [row.number for row in found]


def screen(person, **query):
    client = Client()
    client.force_login(person)
    return client.get(reverse("health"), query)


def shown(person, key, **query):
    """The numbers in a section of the screen."""
    answer = screen(person, section=key, **query)
    return [item.number for _section, _count, items in answer.context["shown"] for item in items]


def test_what_should_have_been_reviewed_is_overdue_and_nothing_else_is(auditor):
    today = timezone.localdate()
    for number, days in (("PR-1", -1), ("PR-2", 0), ("PR-3", -20)):
        page = make.document(number=number, live=False)
        make.taken_over(page, review_by=today + days * DAY)
    make.document(number="PR-4")
    replaced = make.document(number="PR-5", live=False)
    make.taken_over(replaced, review_by=today - DAY)
    make.issue(replaced, title="新")
    assert numbers(health.overdue(pages=pages(auditor), on=today)) == ["PR-3", "PR-1"]
    answer = screen(auditor).content.decode()
    assert f"{reverse('confirm_review', args=['PR-3'])}?language=zh-hans" in answer


def test_votes_are_counted_by_reason_for_the_edition_in_force(auditor):
    page = make.document(number="PR-1")
    old = Edition.objects.get()
    readers = [make.person(roles.TECHNICIAN) for _ in range(4)]
    Vote.objects.create(edition=old, person=readers[0], was_helpful=False, reason="wrong", at=timezone.now())
    edition = make.issue(page, title="新")
    for reader, reason in zip(readers[:3], ("unclear", "unclear", "outdated"), strict=True):
        Vote.objects.create(edition=edition, person=reader, was_helpful=False, reason=reason, at=timezone.now())
    Vote.objects.create(edition=edition, person=readers[3], was_helpful=True, at=timezone.now())
    (found,) = health.unhelpful(pages=pages(auditor), on=timezone.localdate())
    assert (found.pk, found.unhelpful, found.helpful) == (edition.pk, 3, 1)
    assert health.reasons([found])[edition.pk] == [
        (Vote.Reason.UNCLEAR.label, 2),
        (Vote.Reason.OUTDATED.label, 1),
    ]


def test_links_that_lead_nowhere_are_listed_with_where_they_stand(auditor):
    make.document(number="PR-1", body=[make.text("a", "见 [甲](doc:PR-9)", heading="准备"), make.text("b")])
    make.document(number="PR-2", body=[make.text("a", "见 [甲](doc:PR-1#b)")])
    (link,) = health.dead_links(pages=pages(auditor))
    assert (link.page.number, link.number) == ("PR-1", "PR-9")
    words = screen(auditor, section="links").content.decode()
    assert "PR-9" in words
    assert "准备" in words


def test_a_translation_is_left_behind_by_what_its_original_says_anew_but_not_by_an_erratum(auditor):
    original = make.document(number="PR-1", effective_on=LONG_AGO)
    translation = make.document(number="PR-1", language="en", effective_on=LONG_AGO)
    today = timezone.localdate()

    def stale():
        return [page.pk for page in health.stale_translations(pages=pages(auditor), on=today)]

    make.issue(original, "erratum", title="新", effective_on=LONG_AGO + DAY)
    assert stale() == []
    make.issue(FaqPage.objects.get(pk=original.pk), "content", title="更新", effective_on=LONG_AGO + 2 * DAY)
    assert stale() == [translation.pk]
    make.issue(FaqPage.objects.get(pk=translation.pk), "content", title="New", effective_on=LONG_AGO + 2 * DAY)
    assert stale() == []
    make.withdrawn(FaqPage.objects.get(pk=original.pk))
    assert stale() == [translation.pk]


def test_what_nobody_opened_followed_or_cited_in_90_days_is_never_used(auditor, technician):
    today, now = timezone.localdate(), timezone.now()
    old = {
        name: make.document(number=name, effective_on=LONG_AGO) for name in ("OLD", "READ", "ONCE", "LEARNT", "ASKED")
    }
    make.document(number="NEW", effective_on=today - 89 * DAY)
    followed = make.guide(number="WALKED", effective_on=LONG_AGO)
    Opening.objects.count_one(page_id=old["READ"].pk, on=today - 90 * DAY)
    Opening.objects.count_one(page_id=old["ONCE"].pk, on=today - 130 * DAY)
    make.diagnosis(technician, followed, recorded_at=now)
    lesson = make.course(lessons=1).lessons.get()
    Lesson.objects.filter(pk=lesson.pk).update(page=old["LEARNT"])
    QuestionVersion.objects.filter(pk=make.question().versions.get().pk).update(page=old["ASKED"])
    assert numbers(health.never_used(pages=pages(auditor), on=today)) == ["OLD", "ONCE"]
    assert set(shown(auditor, "unused")) == {"OLD", "ONCE"}


def test_a_young_edition_of_an_old_document_does_not_make_it_new(auditor):
    page = make.document(number="OLD", effective_on=LONG_AGO)
    make.issue(page, title="新", effective_on=timezone.localdate())
    assert numbers(health.never_used(pages=pages(auditor), on=timezone.localdate())) == ["OLD"]


def test_corrections_are_listed_until_they_are_answered(auditor, technician):
    make.document(number="PR-1")
    correction = Correction.objects.create(
        edition=Edition.objects.get(), text="扭矩应为 2 N·m", proposed_by=technician, proposed_at=timezone.now()
    )
    assert shown(auditor, "corrections") == ["PR-1"]
    assert technician.name not in screen(auditor).content.decode()
    Correction.objects.filter(pk=correction.pk).update(state=Correction.State.DECLINED)
    assert shown(auditor, "corrections") == []


def test_signatures_are_overdue_the_day_after_they_were_due(auditor):
    team = make.team()
    sent = make.submission(make.document(number="PR-1", live=False), team)
    due = timezone.now() + 5 * DAY
    with time_machine.travel(due):
        assert shown(auditor, "signatures") == []
    with time_machine.travel(due + DAY):
        assert shown(auditor, "signatures") == ["PR-1"]
        assert reverse("sign", args=[sent.pk]) in screen(auditor).content.decode()


def test_only_what_a_person_may_read_is_listed():
    overseer = make.person(roles.Role("看", may=("kb.see_control",)))
    make.document(
        number="PR-1",
        effective_on=LONG_AGO,
        confidentiality=ControlledPage.Confidentiality.RESTRICTED,
        body=[make.text("a", "[甲](doc:PR-9)")],
    )
    words = screen(overseer).content.decode()
    assert "PR-1" not in words
    assert "PR-9" not in words


def test_an_author_finds_what_he_looks_after(auditor):
    author = make.person(roles.AUTHOR)
    other = make.person(roles.AUTHOR)
    make.document(number="PR-1", unit=author.unit, effective_on=LONG_AGO)
    make.document(number="PR-2", unit=other.unit, effective_on=LONG_AGO)
    assert shown(author, "unused", mine=1) == ["PR-1"]
    assert shown(author, "unused") == ["PR-1", "PR-2"]
    assert shown(auditor, "unused", mine=1) == []


def test_authors_are_offered_what_to_do_and_auditors_are_not(auditor):
    author = make.person(roles.AUTHOR)
    page = make.document(ProcedurePage, number="PR-1", body=[make.step("a", "[甲](doc:PR-9)")], effective_on=LONG_AGO)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert edit in screen(author, section="links").content.decode()
    assert edit not in screen(auditor, section="links").content.decode()
    assert "act=withdrawal" in screen(author, section="unused").content.decode()


def test_a_long_section_is_shown_in_part_and_whole_in_pages(auditor, monkeypatch):
    monkeypatch.setattr(health_views, "FIRST", 1)
    monkeypatch.setattr(health_views, "ON_A_PAGE", 2)
    for place in range(3):
        make.document(number=f"PR-{place}", effective_on=LONG_AGO)
    (unused,) = [items for section, _count, items in screen(auditor).context["shown"] if section.key == "unused"]
    assert len(unused) == 1
    assert len(shown(auditor, "unused")) == 2
    assert len(shown(auditor, "unused", page=2)) == 1
    assert screen(auditor, section="nonsense", page="x").status_code == 200


def test_the_screen_is_for_those_who_oversee_documents(technician):
    assert screen(technician).status_code == 403
    assert Client().get(reverse("health")).status_code == 302


def test_the_screen_costs_the_same_number_of_queries_however_much_is_the_matter(technician):
    author, today = make.person(roles.AUTHOR), timezone.localdate()

    def trouble(place):
        page = make.document(number=f"PR-{place}", live=False, body=[make.text("a", "[甲](doc:PR-999)")])
        make.taken_over(page)
        make.document(number=f"PR-{place}", language="en", effective_on=LONG_AGO)
        make.issue(FaqPage.objects.get(pk=page.pk), title="新", effective_on=LONG_AGO + DAY)
        Edition.objects.filter(page=page).update(review_by=today - DAY)
        edition = Edition.objects.filter(page=page).last()
        Vote.objects.create(edition=edition, person=technician, was_helpful=False, reason="wrong", at=timezone.now())
        Correction.objects.create(edition=edition, text="改", proposed_by=technician, proposed_at=timezone.now())
        make.submission(make.document(live=False), make.team())

    def queries():
        with CaptureQueriesContext(connection) as captured, time_machine.travel(timezone.now() + 10 * DAY):
            answer = screen(author)
        assert all(count for section, count in answer.context["counts"])
        return len(captured)

    trouble(1)
    queries()
    one = queries()
    trouble(2)
    trouble(3)
    assert queries() == one
