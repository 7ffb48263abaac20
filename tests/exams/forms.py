"""Each form of the exams as it is sent by whoever may."""

from collections.abc import Collection
from urllib.parse import quote

from exams import sit
from exams.models import ExamSession
from tests import make
from tests.make import NOON

from .everything import NOBODY, Everything, everything

OF_FORM = ("place-item", "points-item")  # fields named by an id
# Each form of the exams: who may send it, and its fields as they should be.
FORMS = {
    "check_in exam": ("candidate", {"confirm_identity": "on", "confirm_rules": "on", "ticket": "ABCD2345"}),
    "finish_sitting sitting": (
        "candidate", {"whole": "save", "item-1": "1", "item-1-base": "0", "item-2": "12", "item-3-1": "1"},
    ),
    "appeal_item released": ("candidate", {"n": "1", "text": "两个都对。"}),
    "practice_due": (
        "candidate", {"key": str(NOBODY), "version": "practised-version", "item-1": "true", "mark": "good"},
    ),
    "practise practised": (
        "candidate", {"key": str(NOBODY), "version": "practised-version", "item-1": "true", "played": "[]"},
    ),
    "publicity certificate": ("candidate", {"public": "on"}),
    "new_session": (
        "exam-officer",
        {"exam": "exam-pk", "title": "场次", "place": "一号", "opens_at": "2026-11-03T09:00",
         "closes_at": "2026-11-03T10:00",
         "seats": "8", "networks": "10.0.0.0/8", "watchers": "trainer", "note": ""},
    ),
    "exam_session session": ("exam-officer", {"names": "technician", "unit": ""}),
    "tickets session": ("exam-officer", {"booking": "booking"}),
    "booking_act session booking extra": ("exam-officer", {"minutes": "5", "note": "眼疾", "back": "board"}),
    "session_act session message": ("exam-officer", {"words": "还有十分钟。", "key": "k"}),
    "sitting_act sitting extra-time": ("exam-officer", {"minutes": "5", "words": "停电", "key": "k", "back": "stuck"}),
    "mark_item essay": ("examiner", {"level-0": "1", "points-0": "1", "points-1": "2", "comment": "好", "seen": "0"}),
    "exam_results marked-exam": ("exam-officer", {"sitting": "marked", "note": "", "upto": NOON.isoformat()}),
    "decide_late late": ("exam-officer", {"counts": "yes", "note": "断网", "seen": NOON.isoformat()}),
    "regrade version": ("exam-officer", {"rule": "everyone", "new": "", "reason": "两个都对", "seen": "x"}),
    "decide_appeal appeal": ("exam-officer", {"outcome": "upheld", "answer": "对", "points": "1"}),
    "exam_statistics exam": ("trainer", {}),
    "import_questions": ("trainer", {"action": "import", "token": "x", "topic": "", "format": "", "again": "skip"}),
    "review_question unreviewed": ("examiner", {"number": "1", "act": "return", "comment": "说明电压"}),
    "bring_question question": ("exam-officer", {"to": "quarantined", "reason": "存疑"}),
    "preview_question": (
        "trainer", {"kind": "single", "text": "几伏？", "answers": "- [x] 12\n- [ ] 24", "picture": "", "page": ""},
    ),
    "check_rows": (
        "exam-officer", {"blueprint-TOTAL_FORMS": "1", "blueprint-0-topic": "1", "blueprint-0-count": "1",
                         "blueprint-0-points": "1", "blueprint-0-difficulty": "1"},
    ),
    "paper_forms exam": (
        "exam-officer", {"act": "draw", "name": "A", "count": "2", "seed": "s", "questions": "topic#q"},
    ),
    "paper_form form": ("exam-officer", {"act": "", "place-item": "1", "points-item": "1", "added": ""}),
    "decide level person": ("certification-manager", {"outcome": "granted", "reason": "好"}),
}  # fmt: skip


def with_forms() -> Everything:
    """Everything, and what the forms speak of besides."""
    made = everything()
    item, candidate = made.rows["form"].items.get(), made.people["candidate"]
    marked = sit.finish(sitting=make.sitting(make.exam(["single"], release="by-officer"), candidate), at=NOON)
    unreviewed = make.question()
    unreviewed.versions.update(reviewed_at=None)
    ExamSession.objects.filter(pk=made.ids["session"]).update(needs_ticket=True)
    made.ids |= {
        "practised-version": made.rows["practised"].version.pk, "place-item": f"place-{item.pk}",
        "points-item": f"points-{item.pk}", "marked": marked.public_id, "marked-exam": marked.exam.key,
        "unreviewed": unreviewed.pk, "exam-pk": made.rows["exam"].pk,
    }  # fmt: skip
    return made


def sent(site: Everything, fields: dict[str, str], bad: Collection[str] = (), value: str = "") -> bytes:
    """A form as a browser sends it, these fields of it replaced by that value as it is."""
    return "&".join(
        f"{site.ids[name] if name in OF_FORM else name}="
        f"{value if name in bad else quote(str(site.ids.get(said, said)))}"
        for name, said in fields.items()
    ).encode()
