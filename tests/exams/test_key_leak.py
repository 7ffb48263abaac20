"""Nothing a candidate gets before handing in depends on the key.

Whatever he can ask for is asked twice, the second time with another key in the database: the answers must be the same
to the byte, but for what differs between any two answers.
"""

import json
import re

import pytest
import time_machine
from django.urls import reverse

from exams import sit
from exams.models import Question, QuestionVersion, Sitting
from tests import make
from tests.make import NOON, step

pytestmark = pytest.mark.django_db

SECRETS = [
    "解释甲乙",
    "依据标题",
    "依据文字",
    "DOC-SECRET",
    "987.25",
    "0.125",
    "geheim",
    "answer_key",
    "is_right",
    "critical",
]
OTHER = {
    "single": {"right": ["2"]},
    "multiple": {"right": ["3"]},
    "truefalse": {"right": False},
    "numeric": {"answer": "1", "tolerance": "0"},
    "ordering": {"order": ["2", "1", "3", "4"]},
}


@pytest.fixture
def sitting(client, technician):
    with time_machine.travel(NOON, tick=False):
        page = make.procedure(number="DOC-SECRET", body=[step("geheim", "依据文字", heading="依据标题")])
        exam = make.exam()
        Question.objects.update(is_critical=True)
        QuestionVersion.objects.update(page=page, block_id="geheim", explanation="解释甲乙")
        QuestionVersion.objects.filter(kind="numeric").update(
            body={"answer": "987.25", "tolerance": "0.125", "unit": "V"}
        )
        client.force_login(technician)
        yield sit.start(exam=exam, person=technician, at=NOON, seed="s")


def another_key(sitting):
    for item, secret in zip(sitting.paper, sitting.answer_key, strict=True):
        secret["key"] = OTHER[item["kind"]]
        secret |= {"critical": False, "explanation": "别的", "page": None, "block": "", "passage": {}, "question": 0}
    Sitting.objects.filter(pk=sitting.pk).update(answer_key=sitting.answer_key)


def everything(client, sitting):
    """All answers to what a candidate can ask for while he sits, by what was asked."""
    address = {name: reverse(name, args=[sitting.public_id]) for name in ("sitting", "save_answer", "result")}

    def save(**sent):
        return client.post(address["save_answer"], json.dumps({"base": 0} | sent), content_type="application/json")

    got = {name: client.get(reverse(name)) for name in ("home", "exams", "profile")}
    got["lobby"] = client.get(sitting.exam.get_absolute_url())
    got["start again"] = client.post(reverse("start_exam", args=[sitting.exam.key]), follow=True)
    got["paper"] = client.get(address["sitting"])
    got["result too early"] = client.get(address["result"], follow=True)
    for item in sitting.paper:
        responses = [[], "", "1", "true", ["1"], ["1", "2"], ["1", "2", "3", "4"], "about", None, {}]
        for place, response in enumerate(responses):
            got[f"save {item['n']} {place}"] = save(item=item["n"], response=response)
            got[f"stale {item['n']} {place}"] = save(item=item["n"], response=response, base=99)
    got["paper with answers"] = client.get(address["sitting"])
    got["form with a mistake"] = client.post(
        reverse("finish_sitting", args=[sitting.public_id]), {"whole": "save"}, follow=True
    )
    sitting.answers.all().delete()
    return {name: (answer.status_code, scrubbed(answer)) for name, answer in got.items()}


def scrubbed(answer):
    words = answer.content.decode()
    for changing in (r'name="csrfmiddlewaretoken" value="\w+"', r'nonce="[^"]+"', r'data-csrf="\w+"'):
        words = re.sub(changing, "", words)
    return words


def test_no_answer_depends_on_the_key(client, sitting):
    before = everything(client, sitting)
    another_key(sitting)

    assert everything(client, sitting) == before


def test_nothing_of_what_belongs_to_the_key_is_said(client, sitting):
    for name, (_status, words) in everything(client, sitting).items():
        for secret in SECRETS:
            assert secret not in words, (name, secret)
        assert not re.search(r"\bseed\b", words), name


def test_the_answer_after_the_end_says_no_more_than_where_the_result_is(client, sitting):
    sit.finish(sitting=sitting, at=NOON)

    sent = json.dumps({"item": 1, "response": "1", "base": 0})
    answer = client.post(reverse("save_answer", args=[sitting.public_id]), sent, content_type="application/json")

    assert answer.status_code == 410
    assert answer.json().keys() == {"message", "url"}


def test_what_the_screen_of_the_paper_is_given_has_no_member_of_the_key(client, sitting):
    for item in client.get(sitting.get_absolute_url()).context["items"]:
        assert not item.keys() & set(sitting.answer_key[0])


def test_the_screens_for_officers_show_neither_paper_nor_key(client, sitting, administrator):
    client.force_login(administrator)
    for address in (reverse("sittings:index"), reverse("sittings:inspect", args=[sitting.pk])):
        answer = client.get(address)
        words = answer.content.decode()
        assert answer.status_code == 200
        assert not [
            secret for secret in ("解释甲乙", "依据文字", "987.25", sitting.paper[0]["text"]) if secret in words
        ]
