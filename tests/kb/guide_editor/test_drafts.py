"""A guide is written for days: drafts may be wrong, what is submitted or taken over may not."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kb.control import submit
from kb.models import FaultGuidePage, Submission, Tier
from people.refusal import Refused
from tests import database, make
from tests.kb.guide_editor.form import form
from tests.make import act, end

pytestmark = pytest.mark.django_db

WRONG = [act("do", then="nowhere", text=""), end("done", cause="坏")]
RIGHT = [act("do", then="done", text=""), end("done", cause="坏")]


@pytest.fixture
@database.once
def team() -> make.Team:
    """Three people who can sign."""
    return make.team()


@pytest.fixture
@database.once
def draft(team: make.Team) -> FaultGuidePage:
    """A guide that was never in force."""
    return make.guide(live=False, qualification=team.qualification)


def save(client: Client, page: FaultGuidePage, body: list[dict], **changes: object) -> FaultGuidePage:
    """Save a draft in the editor; return what is kept."""
    answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(page, body, **changes))
    assert answer.status_code == 302
    return FaultGuidePage.objects.get(pk=page.pk).get_latest_revision_as_object()


def sends(team: make.Team) -> dict:
    """What the author's form of submission sends."""
    day = timezone.localdate()
    return {
        "significance": "content", "reason": "初次发行", "effective_on": f"{day}", "review_by": f"{day.year + 1}-01-01",
        "reviewer": team.reviewer.pk, "approver": team.approver.pk,
    }  # fmt: skip


def test_a_wrong_draft_is_saved_and_not_submitted_until_it_is_right(
    client: Client, team: make.Team, draft: FaultGuidePage
) -> None:
    client.force_login(team.author)
    address = reverse("submit", args=[draft.pk])

    assert save(client, draft, WRONG).graph.nodes["do"].targets == ["nowhere"]
    refused = client.post(address, sends(team))
    assert not Submission.objects.exists()
    assert "重新插拔: " in refused.text
    assert "nowhere" in refused.text
    assert client.get(f"/doc/{draft.number}/walk/").status_code == 404

    save(client, draft, RIGHT)
    client.post(address, sends(team))
    assert Submission.objects.get().page_id == draft.pk


def test_a_draft_over_what_is_in_force_may_be_wrong_too(client: Client, team: make.Team) -> None:
    guide = make.guide(qualification=team.qualification)
    client.force_login(team.author)

    kept = save(client, guide, WRONG, start="")

    assert kept.flaws() != []
    assert FaultGuidePage.objects.get(pk=guide.pk).graph.start == "lamp"
    assert client.get(f"/doc/{guide.number}/walk/", follow=True).status_code == 200


def test_what_a_node_must_say_is_asked_for_at_submission(team: make.Team, draft: FaultGuidePage) -> None:
    draft.body[0].value["heading"] = " "
    revision = draft.save_revision(clean=False)

    with translation.override("en"):
        assert submit.mistakes(revision) == ["lamp: “Question” is empty"]


def test_a_wrong_guide_is_not_taken_over(draft: FaultGuidePage) -> None:
    draft.start = "nix"
    draft.save_revision()

    with pytest.raises(Refused):
        make.taken_over(draft)
    assert not FaultGuidePage.objects.get(pk=draft.pk).live


def test_whom_to_hand_over_to_is_a_tier_where_there_are_tiers(draft: FaultGuidePage) -> None:
    assert draft.flaws() == []

    tier = Tier.objects.create(key="maker", name="厂商", name_en="Maker", rank=2)
    assert len(draft.flaws()) == 1

    tier.name_en = draft.body[3].value["escalate"]
    tier.save()
    assert draft.flaws() == []
