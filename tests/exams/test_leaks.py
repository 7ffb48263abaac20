"""What a candidate can get from any address of the site, while he sits and until his result is released.

Everything is asked twice, the second time with other keys and another score in the database: the answers must be the
same to the byte. Whoever works on the question bank sees its keys by his office, but never what he scored himself.
"""

import re
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from exams import sit
from exams.models import (
    Form,
    FormItem,
    Grade,
    Item,
    LateAnswer,
    PracticeAnswer,
    Question,
    QuestionVersion,
    Sitting,
    Topic,
)
from exams.practice.answer import answer
from exams.statistics import report
from tests import make
from tests.make import NOON

from .everything import NOBODY, Everything, Undone, everything
from .marking import desk
from .test_book import addresses
from .test_doors import DOORS

pytestmark = pytest.mark.django_db

KINDS = ["single", "multiple", "truefalse", "numeric", "ordering"]
BANK = {"trainer", "exam-officer", "examiner", "auditor"}  # whose office it is to see keys
ADMIN = ["wagtailadmin_home", "sittings:index", "late-answers:index", "decisions:index", "exams:index", "topics:index"]


@pytest.fixture
def site():
    with time_machine.travel(NOON, tick=False):
        yield everything()


def candidate(site: Everything, who: str) -> tuple[Sitting, Sitting]:
    """His sitting under way and the one that waits for its release: the ids of tables are those of his own now."""
    person = site.people[who]
    sitting = make.sitting(make.exam(KINDS), person)
    waiting = desk.sat(make.exam(KINDS, release="by-officer"), person, rightly=False)
    LateAnswer.objects.create(sitting=waiting, item=1, response=["1"], received_at=NOON)
    version = sitting.items.first().version
    site.ids |= {
        "exam": sitting.exam.key, "sitting": sitting.public_id, "unmarked": waiting.public_id,
        "released": waiting.public_id, "version": version.pk, "question": version.question_id,
        "topic": version.question.topic.key, "essay": waiting.items.first().pk,
    }  # fmt: skip
    return sitting, waiting


def another_key(sittings: tuple[Sitting, Sitting]) -> None:
    """Let other options, numbers and orders be right in these papers; what is shown stays the same."""
    for item in Item.objects.filter(sitting__in=sittings).select_related("version"):
        body, order = item.version.body, item.order
        if "options" in body:
            rights = [bool(option.get("right")) for option in body["options"]]
            for option, is_right in zip(body["options"], rights[1:] + rights[:1], strict=True):
                option |= {"right": is_right, "feedback": "反馈"}
        if "lines" in body:
            shown = [body["lines"][place] for place in order]
            body["lines"] = body["lines"][1:] + body["lines"][:1]
            order = [body["lines"].index(line) for line in shown]
        body |= {"truefalse": {"right": False}, "numeric": {"answer": "1"}}.get(item.version.kind, {})
        Item.objects.filter(pk=item.pk).update(order=order, is_critical=True)
        QuestionVersion.objects.filter(pk=item.version_id).update(body=body, explanation="另一个解释")


def another_score(waiting: Sitting) -> None:
    waiting.items.update(share=Decimal("0.6137"))
    said = {"points": Decimal("613.37"), "has_passed": True}
    Sitting.objects.filter(pk=waiting.pk).update(**said)
    Grade.objects.filter(sitting=waiting).update(**said)


def asked(site: Everything, *, whole: bool) -> list[str]:
    """The addresses to go to: all of the exams, some of the admin, and if it is to be the whole site all others."""
    own = [site.address(*door.address.split()) for door in DOORS if door.method == "GET"]
    own += [reverse(name) for name in ADMIN]
    own += [reverse("sittings:inspect", args=[row.pk]) for row in Sitting.objects.order_by("-pk")[:2]]
    words = [reverse("search") + "?q=" + "解释", reverse("suggest") + "?q=" + "解释", reverse("profile")]
    rest = [address for _name, address in addresses() if not address.startswith("/admin/")] if whole else []
    return list(dict.fromkeys([*own, *words, *rest]))


def answers(client: Client, wanted: list[str]) -> dict[str, tuple[int, str]]:
    found = {}
    for address in wanted:
        with Undone():
            got = client.get(address, headers={"Accept-Encoding": "identity"})
            body = b"".join(got.streaming_content) if got.streaming else got.content
        found[address] = got.status_code, scrubbed(body.decode(errors="replace"))
    return found


def scrubbed(words: str) -> str:
    changing = (
        r'nonce="[^"]+"|name="(?:csrfmiddlewaretoken|key|seed)"[^>]*value="[^"]*"|data-csrf="\w+"|"CSRF_TOKEN": "\w+"'
    )
    return re.sub(changing, "", words)


def differences(before: dict, after: dict) -> dict[str, list[tuple]]:
    """Where two rounds differ, and what the lines are that do."""
    return {
        address: [
            pair
            for pair in zip(*(got[address][1].splitlines() for got in (before, after)), strict=False)
            if pair[0] != pair[1]
        ][:3]
        for address in before
        if before[address] != after[address]
    }


@pytest.mark.parametrize("who", ["technician", "author", "supervisor", "exam-officer", "examiner", "auditor"])
def test_no_address_of_the_site_tells_a_candidate_key_or_score(client, site, who):
    sittings = candidate(site, who)
    client.force_login(site.people[who])
    wanted = asked(site, whole=who == "technician")
    before = answers(client, wanted)
    if who not in BANK:
        another_key(sittings)
    another_score(sittings[1])
    after = answers(client, wanted)

    assert differences(before, after) == {}
    assert sum(status == 200 for status, _words in before.values()) > 10


def test_whoever_sees_statistics_does_not_find_his_own_answers_there_before_their_release(client, site):
    person = site.people["exam-officer"]
    _sitting, waiting = candidate(site, "exam-officer")
    desk.sat(waiting.exam, site.people["technician"])
    report.make(exam=waiting.exam, at=NOON)
    client.force_login(person)

    def people():
        asked = client.get(reverse("exam_statistics", args=[waiting.exam.key]))
        return {name for name, _shares in asked.context["overview"]["people"]}

    assert people() == {str(site.people["technician"])}
    Sitting.objects.filter(pk=waiting.pk).update(released_at=NOON)
    assert people() == {str(site.people["technician"]), str(person)}


# ------------------------------------------------------------------------------------------------------- practice


@pytest.fixture
def practised(technician):
    """A question that may be practised and stands on a paper, answered in practice before."""
    with time_machine.travel(NOON, tick=False):
        exam = make.exam(["truefalse"], release="by-officer")
        Topic.objects.update(may_practise=True)
        Question.objects.update(author=None)
        version = QuestionVersion.objects.get()
        key = answer(person=technician, version=version, key=NOBODY, response=False, at=NOON).key
        yield exam, version, key


def practice(client, version, key):
    """What the addresses of practice answer that speak of that question."""
    topic = version.question.topic.key
    sent = {"version": version.pk, "key": "00000000-0000-0000-0000-000000000008", "item-1": "true"}
    asked = [
        client.get(reverse("practise", args=[topic]) + "?again=1"),
        client.get(reverse("practice_answer", args=[key])),
    ]
    return [got.status_code for got in (*asked, client.post(reverse("practice_due"), sent))]


def test_practice_keeps_quiet_about_a_question_of_his_paper_until_its_result_is_released(client, technician, practised):
    exam, version, key = practised
    client.force_login(technician)
    assert practice(client, version, key) == [200, 200, 302]
    PracticeAnswer.objects.exclude(key=key).delete()

    sitting = make.sitting(exam, technician)
    assert practice(client, version, key) == [404, 404, 404]
    sit.finish(sitting=sitting, at=NOON)
    assert practice(client, version, key) == [404, 404, 404]
    Sitting.objects.update(released_at=NOON)
    assert practice(client, version, key) == [200, 200, 302]


# -------------------------------------------------------------------------------------------------- his own items


def test_the_author_of_an_earlier_version_is_not_asked_the_later_one(technician):
    exam = make.exam(["single"])
    question = Question.objects.get()
    question.versions.update(author=technician)
    first = question.versions.get()
    QuestionVersion.objects.create(
        question=question, number=2, kind=first.kind, text="2", body=first.body, reviewed_at=NOON
    )

    assert "too few" in refusal_of(exam, technician)


def test_a_fixed_paper_with_a_question_of_his_own_is_not_given_to_him(technician):
    exam = make.exam(["single"])
    own, other = Question.objects.get(), make.question()
    own.versions.update(author=technician)
    for name, question in (("A", own), ("B", other)):
        form = Form.objects.create(exam=exam, name=name)
        FormItem.objects.create(form=form, position=1, question=question)

    for seed in "abcdef":
        with Undone():
            assert make.sitting(exam, technician, seed=seed).form.name == "B"
    Form.objects.filter(name="B").update(is_active=False)
    assert "too few" in refusal_of(exam, technician)


def refusal_of(exam, person) -> str:
    with translation.override("en"), pytest.raises(sit.Refused) as refusal:
        sit.check_in(exam=exam, person=person, at=NOON, seed="s")
    return str(refusal.value)
