"""Writing, answering, improving and following field notes."""

import datetime
import uuid

import pytest

from kb.models import Follower, Solution
from kb.notes import confirm, write
from kb.notes.standing import State, standing_of
from people import roles
from people.models import Notice, OrgUnit
from people.refusal import Refused
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + datetime.timedelta(hours=1)


def told(person):
    return list(Notice.objects.filter(person=person).values_list("text", flat=True))


def test_a_note_says_who_wrote_it_for_which_unit_and_is_followed_by_him(technician):
    made = make.note(technician, problem="  电源 灯\n不亮 ", code="E-04", query="灯不亮")

    assert (made.problem, made.author, made.unit, made.code) == ("电源 灯 不亮", technician, technician.unit, "E-04")
    assert Follower.objects.get().person == technician
    assert standing_of(made) == State.UNVERIFIED


def test_the_same_key_again_is_the_same_note_and_anothers_key_is_refused(technician, dealer):
    key = uuid.uuid4()
    first = make.note(technician, key=key)

    assert make.note(technician, key=key, problem="另一句") == first
    with pytest.raises(Refused):
        make.note(dealer, key=key)
    assert (Solution.objects.count(), Follower.objects.count()) == (1, 1)


def test_without_what_helped_it_is_an_open_question(technician):
    assert standing_of(make.note(technician, remedy=" ")) == State.QUESTION


@pytest.mark.parametrize(
    "fields", [{"problem": " \n"}, {"problem": "长" * 201}, {"remedy": "长" * 4001}, {"code": "E" * 41}], ids=str
)
def test_what_is_empty_or_too_long_is_refused(technician, fields):
    with pytest.raises(Refused) as refusal:
        make.note(technician, **fields)

    assert len(refusal.value.reasons) == 1
    assert not Solution.objects.exists()


def test_nul_characters_never_reach_the_database(technician):
    made = make.note(technician, problem="不\0亮", remedy="换\0线")

    assert (made.problem, made.remedy) == ("不亮", "换线")


def test_a_run_or_a_case_of_strangers_is_not_named(technician, dealer):
    run = make.diagnosis(technician, make.guide())

    assert make.note(technician, run=run).run == run
    with pytest.raises(Refused):
        make.note(dealer, run=run)


def test_people_outside_see_the_notes_of_their_unit_and_nobody_without_a_unit_writes_any(technician, dealer):
    colleague, stranger = make.person(unit=dealer.unit), make.person(kind=OrgUnit.Kind.DEALER)
    ours, theirs = make.note(technician), make.note(dealer)

    def seen(person):
        return set(Solution.objects.visible_to(person))

    assert (seen(technician), seen(dealer), seen(colleague)) == ({ours, theirs}, {theirs}, {theirs})
    assert seen(stranger) == set()
    with pytest.raises(Solution.DoesNotExist):
        write.follow(solution=theirs, by=stranger, at=NOON)
    with pytest.raises(Refused):
        make.note(make.person(unit=None))


def test_whoever_knows_what_helps_answers_and_whoever_asked_is_told_and_can_confirm_it(technician, dealer):
    note = make.note(dealer, remedy="")
    write.follow(solution=note, by=technician, at=NOON)
    write.follow(solution=note, by=technician, at=LATER)

    answered = write.answer(solution=note, by=technician, at=LATER, remedy="重插", cause="松动")

    assert (answered.author, answered.unit, answered.remedy, answered.cause) == (
        technician,
        dealer.unit,
        "重插",
        "松动",
    )
    assert (len(told(dealer)), told(technician)) == (1, [])
    confirm.confirm(solution=note, by=dealer, worked=True, at=LATER)
    assert standing_of(note) == State.VERIFIED


def test_of_two_answers_the_second_is_refused(technician, author, dealer):
    note = make.note(dealer, remedy="")
    write.answer(solution=note, by=technician, at=NOON, remedy="重插")

    with pytest.raises(Refused):
        write.answer(solution=note, by=author, at=NOON, remedy="换新")
    with pytest.raises(Refused):
        write.answer(solution=make.note(dealer, remedy=""), by=author, at=NOON, remedy=" ")


def test_the_author_and_whoever_makes_documents_improve_it_and_nobody_else(technician, author):
    note, other = make.note(technician), make.person(roles.TECHNICIAN)

    write.improve(solution=note, by=technician, at=LATER, problem="无显示", remedy="换线")
    changed = write.improve(solution=note, by=author, at=LATER, problem="上电无显示", remedy="换线", code="E04")

    assert (changed.problem, changed.code, changed.author) == ("上电无显示", "E04", technician)
    with pytest.raises(Refused):
        write.improve(solution=note, by=other, at=LATER, problem="别的", remedy="换线")


def test_what_others_have_tried_is_not_rewritten(technician, dealer):
    note = make.note(dealer)
    confirm.confirm(solution=note, by=technician, worked=True, at=NOON)

    with pytest.raises(Refused):
        write.improve(solution=note, by=dealer, at=LATER, problem="开机无显示", remedy="别的")
    assert (
        write.improve(solution=note, by=dealer, at=LATER, problem="无显示", remedy="重插电源模块").problem == "无显示"
    )


def test_an_author_who_answers_his_own_question_has_followers_told(technician, dealer):
    note = make.note(dealer, remedy="")
    write.follow(solution=note, by=technician, at=NOON)

    write.improve(solution=note, by=dealer, at=LATER, problem="开机无显示", remedy="重插")

    assert (len(told(technician)), told(dealer)) == (1, [])
