"""Reading editions: which one, by whom; what a withdrawn document shows; what a printed copy is told."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kb import editions
from kb.control import sign
from kb.editions import State
from kb.models import Act, BulletinPage, Change, ControlledPage, Deputy, DocumentClass, Opening
from people import roles
from people.models import Audience, OrgUnit
from tests import database, make
from tests.make import step, text

pytestmark = pytest.mark.django_db

INTERNAL, RESTRICTED = ControlledPage.Confidentiality.INTERNAL, ControlledPage.Confidentiality.RESTRICTED
EVERYBODY = ("anonymous", "customer", "dealer", "technician", "author", "auditor", "dealer's author")


def today():
    return timezone.localdate()


def after(days):
    return today() + datetime.timedelta(days=days)


def person(name):
    made = {
        "anonymous": AnonymousUser,
        "customer": lambda: make.person(kind=OrgUnit.Kind.CUSTOMER),
        "dealer": lambda: make.person(roles.TECHNICIAN, kind=OrgUnit.Kind.DEALER),
        "technician": lambda: make.person(roles.TECHNICIAN),
        "author": lambda: make.person(roles.AUTHOR),
        "auditor": lambda: make.person(roles.AUDITOR),
        "dealer's author": lambda: make.person(roles.AUTHOR, kind=OrgUnit.Kind.DEALER),
    }
    return made[name]()


def signed_in(client, name):
    reader = person(name)
    if reader.is_authenticated:
        client.force_login(reader)
    return reader


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


def whole(answer):
    return answer.content.decode()


def statuses(client, *addresses):
    return [client.get(address).status_code for address in addresses]


@pytest.fixture
@database.once
def page():
    """PR-1 in three editions: 1.0 from January, 1.1 from March, 2.0 from June 2026."""
    made = make.procedure(
        number="PR-1", title="更换电源", body=[step("off", "断电", "断电"), step("open", "拆盖", "拆盖")]
    )
    make.issue(
        made,
        effective_on=datetime.date(2026, 3, 1),
        body=[step("off", "断电并验电", "断电"), step("open", "拆盖", "拆盖")],
        reason="补充验电",
    )
    make.issue(
        made,
        "safety",
        effective_on=datetime.date(2026, 6, 1),
        body=[step("off", "断电并验电", "断电"), step("wait", "等五分钟", "等待放电"), step("open", "拆盖", "拆盖")],
        reason="增加放电等待",
        title="更换电源模块",
    )
    return type(made).objects.get(pk=made.pk)


@pytest.fixture
@database.once
def withdrawn():
    """TB-1, public, withdrawn today and replaced by FAQ-9."""
    made = make.document(BulletinPage, number="TB-1", title="旧通报", body=[text("a", "机密操作细节")])
    successor = make.document(number="FAQ-9", title="新问答")
    DocumentClass.objects.filter(kind="bulletin").update(signers_qualify=False)
    make.signed(made, make.team(), act=Act.WITHDRAWAL, reason="内容已并入问答", successor=successor)
    return BulletinPage.objects.get(pk=made.pk)


# ---------------------------------------------------------------------------------------- the head of the document


def test_the_head_says_what_a_controlled_document_must_say(client, technician):
    unit, model = make.unit(name="维修部"), make.product(name="RS2200")
    made = make.document(
        number="A-1",
        unit=unit,
        software="2.4 至 3.1",
        qualification=make.qualification(rank=3),
        audience=Audience.INTERNAL,
    )
    make.issue(
        made, "safety", product_models=[model], review_by=None, effective_on=datetime.date(2026, 2, 1), reason="补充"
    )
    client.force_login(technician)

    shown = words(client.get("/doc/A-1/"))

    for said in (
        *(
            "A-1",
            "维修部",
            "RS2200",
            "2.4 至 3.1",
            "2026-02-01",
            "陈立",
            "何静",
            "郑国强",
            "2026-01-01",
            "补充",
            "初次发行",
        ),
        *(str(made.qualification), made.get_confidentiality_display(), made.get_audience_display(), "安全关键", "2.0"),
    ):
        assert said in shown, said


def test_a_deputys_signature_names_both(client):
    team, principal = make.team(), make.person(roles.APPROVER, name="王主任")
    make.credential(principal, team.qualification)
    Deputy.objects.create(person=principal, deputy=team.approver, begins_on=today(), ends_on=today())
    draft = make.document(number="A-1", live=False, qualification=team.qualification)
    sent = make.submission(draft, team, approver=principal)
    for signer in (team.reviewer, team.approver):
        sign.sign(submission=sent, person=signer, digest=sent.digest, at=timezone.now())

    shown = words(client.get("/doc/A-1/"))

    assert team.approver.name in shown
    assert "王主任" in shown


def test_a_draft_says_that_it_is_one(client, author, rf):
    made = make.document(number="A-1", live=False)
    request = rf.get("/")
    request.user, request.is_preview = author, True

    shown = made.serve_preview(request, "").render().content.decode()

    assert "/d/A-1/" not in shown
    assert "doc-code" not in shown


def test_a_preview_of_a_changed_document_does_not_carry_the_signatures_of_the_live_one(page, author):
    answer = page.get_latest_revision_as_object().make_preview_request()
    shown = answer.content.decode()

    assert "郑国强" not in shown
    assert "/d/PR-1/2.0" not in shown


def test_an_uncontrolled_document_says_so(client):
    make.document(number="A-1", is_controlled=False)

    assert "stamp--off" in words(client.get("/doc/A-1/"))


def test_the_next_edition_is_announced_to_those_who_see_control_only(client, page):
    make.issue(page, effective_on=after(10), reason="明年要求")

    before = words(client.get("/doc/PR-1/"))
    client.force_login(person("auditor"))

    assert "明年要求" not in before
    assert "2.1" not in before
    assert "明年要求" in words(client.get("/doc/PR-1/"))


def test_an_end_to_come_is_announced_too(client, page):
    DocumentClass.objects.filter(kind="procedure").update(signers_qualify=False)
    make.signed(page, make.team(), act=Act.WITHDRAWAL, effective_on=after(5), reason="型号停产")
    client.force_login(person("auditor"))

    answer = client.get("/doc/PR-1/")

    assert answer.status_code == 200
    assert "型号停产" in words(answer)


# -------------------------------------------------------------------------------------------------- opening counts


def test_an_opening_counts_once_a_session_document_and_day(client, page, technician):
    client.get("/doc/PR-1/")
    assert not Opening.objects.exists()
    client.force_login(technician)

    for _ in range(3):
        client.get("/doc/PR-1/")
    client.head("/doc/PR-1/")

    assert Opening.objects.get().count == 1
    client.logout()
    client.force_login(technician)
    client.get("/doc/PR-1/")
    assert Opening.objects.get().count == 2


def test_a_session_remembers_a_bounded_number_of_openings(client, page, technician):
    client.force_login(technician)
    session = client.session
    session["opened"] = [[number, "2026-01-01"] for number in range(100)]
    session.save()

    client.get("/doc/PR-1/")

    assert len(client.session["opened"]) == 100
    assert client.session["opened"][-1] == [page.pk, str(today())]


def test_an_old_edition_opened_is_not_the_document_opened(client, page, technician):
    client.force_login(technician)
    client.get("/doc/PR-1/v/1.0/")

    assert not Opening.objects.exists()


# ------------------------------------------------------------------------------------------- every edition by number


def test_every_edition_stays_readable_as_it_was(client, page):
    first, second, third = (words(client.get(f"/doc/PR-1/v/{version}/")) for version in ("1.0", "1.1", "2.0"))

    assert "断电并验电" not in first
    assert "断电并验电" in second
    assert "等五分钟" not in second
    assert "等五分钟" in third
    assert "更换电源模块" not in second
    assert "补充验电" not in first  # its revision table ends with it
    assert "补充验电" in second


def test_an_edition_that_is_not_in_force_says_what_took_its_place(client, page):
    answer = client.get("/doc/PR-1/v/1.0/")

    assert answer.context["standing"].state == State.SUPERSEDED
    assert "1.1" in words(answer)
    assert "2026-03-01" in words(answer)
    assert 'name="robots" content="noindex"' in whole(answer)
    assert 'name="robots"' not in whole(client.get("/doc/PR-1/"))


def test_the_list_names_all_editions_newest_first(client, page):
    answer = client.get("/doc/PR-1/editions/")
    shown = words(answer)

    assert [row[0].edition.version for row in answer.context["rows"]] == ["2.0", "1.1", "1.0"]
    assert [row[0].state for row in answer.context["rows"]] == [State.IN_FORCE, State.SUPERSEDED, State.SUPERSEDED]
    for said in ("补充验电", "增加放电等待", "2026-02-28", "2026-05-31", "陈立", "安全关键"):
        assert said in shown
    assert 'content="noindex"' in whole(answer)


@pytest.mark.parametrize(
    ("day", "version"),
    [("2026-01-01", "1.0"), ("2026-02-28", "1.0"), ("2026-03-01", "1.1"), ("2026-05-31", "1.1"), ("2026-06-01", "2.0")],
)
def test_a_day_leads_to_the_edition_in_force_then(client, page, day, version):
    assert client.get("/doc/PR-1/editions/", {"on": day}).url == f"/doc/PR-1/v/{version}/"


@pytest.mark.parametrize("day", ["2025-12-31", "0001-01-01", "gestern", "2026-02-30", "99999-01-01", "'", "2026-13-01"])
def test_a_day_without_one_is_answered_in_words(client, page, day):
    answer = client.get("/doc/PR-1/editions/", {"on": day})

    assert answer.status_code == 404
    assert "on-mistake" in words(answer)
    assert "1.1" in words(answer)


def test_a_day_to_come_is_told_to_those_who_see_control(client, page):
    make.issue(page, effective_on=after(10))

    assert client.get("/doc/PR-1/editions/", {"on": str(after(11))}).status_code == 404
    client.force_login(person("auditor"))
    assert client.get("/doc/PR-1/editions/", {"on": str(after(11))}).url == "/doc/PR-1/v/2.1/"
    assert client.get("/doc/PR-1/editions/", {"on": str(after(9))}).url == "/doc/PR-1/v/2.0/"


def test_an_edition_replaced_on_its_first_day_was_never_in_force(client, page):
    make.issue(page, effective_on=datetime.date(2026, 6, 1), version="2.0.1", significance="erratum")

    found = editions.standings(page=page, person=AnonymousUser(), on=today())

    assert [(each.edition.version, each.never_was) for each in found][:2] == [("2.0.1", False), ("2.0", True)]
    assert client.get("/doc/PR-1/editions/", {"on": "2026-06-01"}).url == "/doc/PR-1/v/2.0.1/"
    assert client.get("/doc/PR-1/editions/").status_code == 200


def test_a_list_longer_than_a_screen_has_pages(client):
    made = make.document(number="A-1")
    for _ in range(51):
        make.issue(made)

    first, second = client.get("/doc/A-1/editions/"), client.get("/doc/A-1/editions/?page=2")

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 2)


@pytest.mark.parametrize("version", ["9.9", "1", "..", "%2e%2e", "a b", "é", "'", "<b>", "1.0/2", "A" * 300])
def test_no_version_breaks_the_server(client, page, version):
    for address in (f"/doc/PR-1/v/{version}/", f"/d/PR-1/{version}", f"/doc/PR-1/compare/?from={version}"):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("number", ["a b", "é", "%", "'", "<b>", "A" * 400])
def test_no_number_breaks_the_server(client, number):
    made = (f"/doc/{number}/v/1.0/", f"/doc/{number}/editions/", f"/doc/{number}/compare/", f"/d/{number}/1.0")
    assert set(statuses(client, *made)) == {404}


def test_a_version_of_another_way_to_count_has_its_address(client):
    make.document(number="A-1", version="A/1")

    assert statuses(client, "/doc/A-1/", "/doc/A-1/v/A/1/", "/d/A-1/A/1", "/doc/A-1/editions/") == [200] * 4


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_language_has_its_own_editions(client, prefix):
    make.document(number="A-1", title="中文", version="1.0")
    make.document(number="A-1", title="English", language="en", version="3.0")
    own, other = ("1.0", "3.0") if not prefix else ("3.0", "1.0")

    assert statuses(client, f"{prefix}/doc/A-1/v/{own}/", f"{prefix}/doc/A-1/v/{other}/") == [200, 404]
    assert client.get(f"{prefix}/d/A-1/{own}").context["held"].state == State.IN_FORCE


@pytest.mark.parametrize("name", ["manual", "guide", "faq"])
def test_every_kind_shows_its_old_editions(client, technician, name):
    made = {"manual": lambda: make.manual()[0], "guide": make.guide, "faq": make.document}[name]()
    make.issue(made, title="新题")
    client.force_login(technician)

    answer = client.get(f"/doc/{made.number}/v/1.0/")

    assert answer.status_code == 200
    assert "新题" not in words(answer)
    assert f"/doc/{made.number}/walk/" not in words(answer)


def test_editions_are_only_read(client, page):
    for address in ("/doc/PR-1/editions/", "/doc/PR-1/v/1.0/", "/doc/PR-1/compare/", "/d/PR-1/1.0", "/doc/PR-1/pdf/"):
        assert client.post(address).status_code == 405


# -------------------------------------------------------------------------------------------------- who may read what


READS_OLD_INTERNAL = {"technician", "author", "auditor"}


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("closed", [{"confidentiality": INTERNAL}, {"audience": Audience.INTERNAL}], ids=str)
def test_an_old_internal_edition_of_a_public_page_stays_internal(client, name, closed):
    made = make.document(number="A-1", title="内部旧题", body=[text("a", "内部旧文", "内部旧段")], **closed)
    opened = {"confidentiality": "open", "audience": Audience.PUBLIC}
    make.issue(
        made,
        title="公开题目",
        body=[text("b", "公开正文", "公开段落")],
        effective_on=datetime.date(2026, 5, 1),
        **opened,
    )
    signed_in(client, name)
    may = name in READS_OLD_INTERNAL

    assert client.get("/doc/A-1/").status_code == 200
    assert client.get("/doc/A-1/v/1.1/").status_code == 200
    assert client.get("/doc/A-1/v/1.0/").status_code == (200 if may else 404)
    assert client.get("/doc/A-1/compare/?from=1.0&to=1.1").status_code == (200 if may else 404)
    assert client.get("/doc/A-1/editions/?on=2026-02-01").status_code == (302 if may else 404)
    told = client.get("/d/A-1/1.0")
    assert told.status_code == 200
    assert told.context["held"].state == State.SUPERSEDED
    everything = "".join(
        whole(client.get(address))
        for address in ("/doc/A-1/", "/doc/A-1/v/1.0/", "/doc/A-1/editions/", "/doc/A-1/compare/", "/d/A-1/1.0")
    )
    for secret in ("内部旧题", "内部旧文", "内部旧段"):
        assert (secret in everything) is may, secret
    assert "公开段落" in words(told)


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_restricted_document_keeps_its_editions_to_those_who_may_read_it(client, name):
    made = make.document(number="A-1", title="受限", confidentiality=RESTRICTED)
    make.issue(made, title="受限二")
    reader = signed_in(client, name)
    expected = 200 if reader.has_perm("kb.read_restricted") else 404

    found = statuses(client, "/doc/A-1/", "/doc/A-1/editions/", "/doc/A-1/v/1.0/", "/doc/A-1/compare/", "/d/A-1/1.0")

    assert found == [expected] * 5


@pytest.mark.parametrize("name", EVERYBODY)
def test_an_old_restricted_edition_takes_the_permission(client, name):
    made = make.document(number="A-1", confidentiality=RESTRICTED)
    make.issue(made, confidentiality="open")
    reader = signed_in(client, name)

    may = reader.has_perm("kb.read_restricted")
    assert statuses(client, "/doc/A-1/", "/doc/A-1/v/1.0/") == [200, 200 if may else 404]


@pytest.mark.parametrize("name", EVERYBODY)
def test_an_edition_to_come_is_for_those_who_see_control(client, name, page):
    make.issue(page, effective_on=after(10), title="将来的题目", reason="将来的理由")
    reader = signed_in(client, name)
    may = reader.has_perm("kb.see_control")

    assert client.get("/doc/PR-1/v/2.1/").status_code == (200 if may else 404)
    assert client.get("/doc/PR-1/compare/?from=2.0&to=2.1").status_code == (200 if may else 404)
    assert client.get("/d/PR-1/2.1").status_code == (200 if may else 404)
    listed = words(client.get("/doc/PR-1/editions/"))
    assert ("将来的理由" in listed) is may
    assert ((after(9)).isoformat() in listed) is may  # the last day of what is in force
    assert client.get("/doc/PR-1/").context["page"].title == "更换电源模块"


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_document_signed_for_a_day_to_come_is_known_to_those_who_see_control(client, name):
    team = make.team()
    made = make.document(number="A-1", live=False, qualification=team.qualification)
    make.signed(made, team, effective_on=after(3))
    reader = signed_in(client, name)
    may = reader.has_perm("kb.see_control")

    assert client.get("/doc/A-1/").status_code == (302 if may else 404)
    assert statuses(client, "/doc/A-1/editions/", "/doc/A-1/v/1.0/") == ([200] * 2 if may else [404] * 2)


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_withdrawn_document_shows_that_it_is_and_its_text_to_those_who_may(client, name, withdrawn):
    reader = signed_in(client, name)
    may = reader.has_perm("kb.read_withdrawn")

    answer = client.get("/doc/TB-1/")

    assert answer.status_code == 410
    for said in ("TB-1", "旧通报", "内容已并入问答", str(today()), "FAQ-9"):
        assert said in words(answer)
    assert "机密操作细节" not in whole(answer)
    assert 'content="noindex"' in whole(answer)
    for address in ("/doc/TB-1/v/1.0/", "/doc/TB-1/editions/", "/doc/TB-1/compare/?from=1.0&to=1.0"):
        shown = client.get(address)
        assert shown.status_code == (200 if may else 410)
        if not may:
            assert "机密操作细节" not in whole(shown)
    assert ("机密操作细节" in whole(client.get("/doc/TB-1/v/1.0/"))) is may
    assert client.get("/doc/TB-1/pdf/").status_code == 404
    assert client.get("/doc/TB-1/v/9.9/").status_code == 404


def test_a_withdrawn_text_carries_the_banner(client, withdrawn):
    client.force_login(person("auditor"))

    answer = client.get("/doc/TB-1/v/1.0/")

    assert answer.context["standing"].state == State.WITHDRAWN
    assert "内容已并入问答" in words(answer)
    assert "FAQ-9" in words(answer)


def test_a_successor_is_named_only_to_whoever_may_read_it(client, withdrawn):
    ControlledPage.objects.filter(number="FAQ-9").update(audience=Audience.INTERNAL)

    for address in ("/doc/TB-1/", "/d/TB-1/1.0"):
        assert "FAQ-9" not in whole(client.get(address))


def test_a_withdrawn_document_leaves_lists_and_search(client, withdrawn):
    assert "TB-1" not in words(client.get("/library/"))
    assert client.get("/search/", {"q": "旧通报", "all": "1"}).context["count"] == 0
    assert statuses(client, "/doc/TB-1/walk/") == [404]


def test_who_could_read_a_document_may_know_that_it_was_withdrawn_and_nobody_else():
    made = []
    for audience in Audience:
        for class_ in ControlledPage.Confidentiality:
            made.append(make.document(audience=audience, confidentiality=class_))
    readers = {name: person(name) for name in EVERYBODY}
    could = {
        name: set(ControlledPage.objects.visible_to(reader).values_list("pk", flat=True))
        for name, reader in readers.items()
    }
    DocumentClass.objects.update(signers_qualify=False)
    team = make.team()
    for each in made:
        make.signed(each, team, act=Act.WITHDRAWAL)

    for name, reader in readers.items():
        known = editions.visible_withdrawn(reader, today()).values_list("pk", flat=True)
        assert set(known) == could[name], name
        assert not editions.visible_withdrawn(reader, after(-1)).exists(), name


def test_a_draft_of_a_withdrawn_document_opens_it_to_nobody(client):
    made = make.document(number="A-1", audience=Audience.INTERNAL, title="内部")
    make.withdrawn(made)
    draft = type(made).objects.get(pk=made.pk)
    draft.audience, draft.title = Audience.PUBLIC, "改过的题目"
    draft.save()  # Wagtail's editor writes the row of a page that is not live

    assert client.get("/doc/A-1/").status_code == 404
    client.force_login(person("technician"))
    answer = client.get("/doc/A-1/")
    assert answer.status_code == 410
    assert "改过的题目" not in whole(answer)


def test_a_document_withdrawn_in_one_language_leads_to_the_other(client, withdrawn):
    make.document(BulletinPage, number="TB-1", title="The bulletin", language="en")

    chinese, english = client.get("/doc/TB-1/"), client.get("/en/doc/TB-1/")

    assert (chinese.status_code, english.status_code) == (410, 200)
    assert "/en/doc/TB-1/" in words(chinese)


# ---------------------------------------------------------------------------------------------------------- compared


def test_two_editions_are_compared_word_by_word(client, page):
    answer = client.get("/doc/PR-1/compare/?from=1.0&to=2.0")

    assert answer.context["comparison"].changed_blocks == {"off", "wait"}
    assert "<ins" in words(answer)
    assert "等五分钟" in words(answer)


def test_without_a_choice_the_last_change_is_shown(client, page):
    answer = client.get("/doc/PR-1/compare/")

    assert (answer.context["before"].edition.version, answer.context["after"].edition.version) == ("1.1", "2.0")
    assert client.get("/doc/PR-1/compare/?from=1.0").context["after"].edition.version == "2.0"


def test_a_document_of_one_edition_has_nothing_to_compare(client):
    make.document(number="A-1")

    assert client.get("/doc/A-1/compare/").status_code == 200


# ---------------------------------------------------------------------------------------------------- printed copies


def test_a_copy_of_the_edition_in_force_is_valid(client, page):
    answer = client.get("/d/PR-1/2.0")

    assert answer.status_code == 200
    assert "verdict--good" in words(answer)
    assert "no-cache" in answer.headers["Cache-Control"]


def test_an_outdated_copy_is_told_what_changed(client, page):
    answer = client.get("/d/PR-1/1.0")
    shown = words(answer)

    assert "verdict--pause" in shown
    for said in ("1.0", "2.0", "等待放电", "断电", "补充验电", "增加放电等待", "<ins"):
        assert said in shown
    assert [block.block_id for block in answer.context["blocks"]] == ["off", "wait"]


def test_a_copy_of_a_withdrawn_document_is_told_so(client, withdrawn):
    answer = client.get("/d/TB-1/1.0")

    assert answer.status_code == 200
    assert "verdict--bad" in words(answer)
    assert "内容已并入问答" in words(answer)
    assert "机密操作细节" not in whole(answer)


def test_a_copy_of_a_hidden_document_is_answered_like_one_that_does_not_exist(client):
    make.document(number="A-1", audience=Audience.INTERNAL, title="内部题目")
    make.withdrawn(make.document(number="A-2", audience=Audience.INTERNAL, title="内部作废"))
    make.document(number="A-3", live=False, title="草稿")

    hidden = [client.get(f"/d/{number}/1.0") for number in ("A-1", "A-2", "A-3", "A-4")]

    assert {answer.status_code for answer in hidden} == {404}
    shown = {words(answer).replace(f"A-{n}", "") for n, answer in enumerate(hidden, start=1)}
    assert len(shown) == 1


def test_an_unknown_version_of_a_known_document_is_told_apart(client, page):
    answer = client.get("/d/PR-1/7.7")

    assert answer.status_code == 404
    assert "更换电源模块" in words(answer)
    assert "7.7" in words(answer)


def test_the_other_language_of_the_answer_speaks_of_the_same_document(client):
    made = make.document(number="A-1", title="中文")
    make.document(number="A-1", title="English", language="en")
    make.issue(made)

    answer = client.get("/d/A-1/1.0")
    other = next(url for code, _name, url in answer.context["languages"] if code == "en")

    assert client.get("/en/d/A-1/1.0").context["held"].state == State.IN_FORCE
    assert client.get(other).context["held"].state == State.SUPERSEDED


def test_the_code_on_paper_leads_to_the_answer_in_the_language_of_the_document(client, page, settings):
    make.document(number="A-1", language="en", title="English")

    assert client.get("/doc/PR-1/").context["code_address"] == f"{settings.BASE_URL}/d/PR-1/2.0"
    assert client.get("/doc/PR-1/v/1.0/").context["code_address"] == f"{settings.BASE_URL}/d/PR-1/1.0"
    assert client.get("/doc/A-1/").context["code_address"] == f"{settings.BASE_URL}/en/d/A-1/1.0"
    assert "<svg" in client.get("/doc/PR-1/").context["code"]


def test_the_old_short_address_still_leads_to_the_document(client, page):
    assert client.get("/q/PR-1/").url == "/doc/PR-1/"


# ----------------------------------------------------------------------------------------------------------- queries


def queries(client, address):
    client.get(address)  # content types and permissions are looked up once
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_number_of_queries_does_not_grow_with_editions(client):
    few, many = make.procedure(), make.procedure()
    for made, count in ((few, 2), (many, 7)):
        for n in range(count):
            make.issue(made, body=[step("off", f"文字{n}"), step("open")])
    screens = ("/doc/{}/", "/doc/{}/editions/", "/doc/{}/v/1.0/", "/doc/{}/compare/?from=1.0&to=1.1", "/d/{}/1.0")

    for name in ("anonymous", "auditor"):
        signed_in(client, name)
        for address in screens:
            asked = [queries(client, address.format(page.number)) for page in (few, many)]
            assert asked[0] == asked[1] <= 60, (name, address)


def test_a_copy_from_before_the_document_was_taken_over_is_out_of_date(client):
    page = make.document(number="OLD-1", version="1.2", live=False)
    draft = page.get_latest_revision_as_object()
    draft.changes = [Change(version="1.1", changed_on=datetime.date(2025, 1, 1), note="初次发行")]
    draft.save_revision()
    make.taken_over(draft, version="1.2")

    answer = client.get("/d/OLD-1/1.1")

    assert answer.status_code == 200
    assert "1.1&nbsp;→&nbsp;1.2" in answer.content.decode()
    assert client.get("/d/OLD-1/1.0").status_code == 404
