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
from exams.models import Item, Question, QuestionVersion, Sitting
from exams.sit import Seat
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


@pytest.fixture
def sitting(client, technician):
    with time_machine.travel(NOON, tick=False):
        page = make.procedure(number="DOC-SECRET", body=[step("geheim", "依据文字", heading="依据标题")])
        exam = make.exam()
        Question.objects.update(is_critical=True)
        block = page.blocks.get(block_id="geheim")
        QuestionVersion.objects.update(page=page, block_id="geheim", digest=block.basis, explanation="解释甲乙")
        QuestionVersion.objects.filter(kind="numeric").update(
            body={"answer": "987.25", "tolerance": "0.125", "unit": "V"}
        )
        client.force_login(technician)
        yield make.sitting(exam, technician)


def another_key(sitting):
    """Let other options, numbers and orders be right; what is shown stays the same."""
    Question.objects.update(is_critical=False)
    Item.objects.update(is_critical=False)
    QuestionVersion.objects.update(page=None, block_id="", explanation="别的")
    for item in sitting.items.select_related("version"):
        body, order = item.version.body, item.order
        if "options" in body:
            rights = [bool(option.get("right")) for option in body["options"]]
            for option, is_right in zip(body["options"], rights[1:] + rights[:1], strict=True):
                option["right"] = is_right
        if item.version.kind == "truefalse":
            body["right"] = not body["right"]
        if item.version.kind == "numeric":
            body |= {"answer": "1", "tolerance": "0"}
        if "lines" in body:  # the same lines in the same places, but another order is right
            shown = [body["lines"][place] for place in order]
            body["lines"] = body["lines"][1:] + body["lines"][:1]
            order = [body["lines"].index(line) for line in shown]
        QuestionVersion.objects.filter(pk=item.version_id).update(body=body)
        Item.objects.filter(pk=item.pk).update(order=order)


def everything(client, sitting):
    """All answers to what a candidate can ask for while he sits, by what was asked."""
    names = ("sitting", "seat", "beat", "save_answer", "result", "result_answers")
    address = {name: reverse(name, args=[sitting.public_id]) for name in names}

    def ask(name, **sent):
        seat = Seat(sitting.public_id, Sitting.objects.get(pk=sitting.pk).lease)
        return client.post(
            address[name], json.dumps(sent), content_type="application/json", headers={"X-Seat": seat.token}
        )

    def save(**sent):
        return ask("save_answer", **{"base": 0} | sent)

    got = {name: client.get(reverse(name)) for name in ("home", "exams", "profile")}
    got["lobby"] = client.get(sitting.exam.get_absolute_url())
    confirmed = {"confirm_identity": "on", "confirm_rules": "on"}
    got["check in again"] = client.post(reverse("check_in", args=[sitting.exam.key]), confirmed, follow=True)
    got["start again"] = client.post(reverse("start_sitting", args=[sitting.public_id]), follow=True)
    got["seat"] = ask("seat", device="a")
    got["beat"] = ask("beat", events=[{"kind": "left", "seconds": 3}])
    got["paper"] = client.get(address["sitting"])
    got["result too early"] = client.get(address["result"], follow=True)
    got["answers too early"] = client.get(address["result_answers"], follow=True)
    for item in sitting.items.all():
        responses = [[], "", "1", "true", ["1"], ["1", "2"], ["1", "2", "3", "4"], "about", None, {}]
        for place, response in enumerate(responses):
            got[f"save {item.n} {place}"] = save(item=item.n, response=response)
            got[f"stale {item.n} {place}"] = save(item=item.n, response=response, base=99)
    got["paper with answers"] = client.get(address["sitting"])
    got["form with a mistake"] = client.post(
        reverse("finish_sitting", args=[sitting.public_id]), {"whole": "save"}, follow=True
    )
    sitting.items.update(response=None, revision=0, saved_at=None)
    Sitting.objects.filter(pk=sitting.pk).update(lease=0, device="")
    sitting.events.exclude(kind="started").delete()
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
    seat = {"X-Seat": Seat(sitting.public_id, 0).token}
    address = reverse("save_answer", args=[sitting.public_id])
    answer = client.post(address, sent, content_type="application/json", headers=seat)

    assert answer.status_code == 410
    assert answer.json() | {"message": ""} == {
        "message": "",
        "url": reverse("result", args=[sitting.public_id]),
        "response": None,  # what was saved in time: nothing
        "revision": 0,
    }


def test_what_the_screen_of_the_paper_is_given_has_no_member_of_the_key(client, sitting):
    for item in client.get(sitting.get_absolute_url()).context["items"]:
        assert not item.keys() & {"key", "explanation", "question", "version", "critical", "page", "block", "digest"}


def test_the_screens_for_officers_show_neither_paper_nor_key(client, sitting, administrator):
    client.force_login(administrator)
    for address in (reverse("sittings:index"), reverse("sittings:inspect", args=[sitting.pk])):
        answer = client.get(address)
        words = answer.content.decode()
        assert answer.status_code == 200
        assert not [
            secret
            for secret in ("解释甲乙", "依据文字", "987.25", sitting.items.first().version.text)
            if secret in words
        ]
