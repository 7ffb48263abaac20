"""A site on which everything of the exams is there once: what tests ask that go through all its addresses."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from exams import sit
from exams.models import (
    Decision,
    Exam,
    Form,
    FormItem,
    ItemAppeal,
    LateAnswer,
    PracticeAnswer,
)
from people import roles
from people.credentials import issue
from people.models import Credential, OrgUnit, User
from tests import make
from tests.make import NOON

from .invigilation import hall
from .marking import desk

DAY = datetime.timedelta(days=1)
NOBODY, NOTHING = uuid.UUID(int=7), 987_654_321  # an id that nothing has


@dataclass
class Everything:
    """Who there is, by role, and what there is: the values of the parts of addresses, by the name used in tables."""

    people: dict[str, User | None] = field(default_factory=dict)
    ids: dict[str, object] = field(default_factory=dict)
    rows: dict[str, object] = field(default_factory=dict)

    def address(self, name: str, *parts: object) -> str:
        """The address of that name, each part replaced by the id of that name if there is one."""
        return reverse(name, args=[self.ids.get(part, part) for part in parts])


def everything() -> Everything:
    """A person of each role, and an invigilator, a candidate, a dealer and a stranger; and of each thing one at noon.

    The candidate has a sitting under way in a session, one that waits for its marker and one that is released.
    """
    made = Everything()
    made.people = {name: make.person(role, username=name) for name, role in roles.ROLES.items()}
    made.people["invigilator"] = make.person(username="invigilator")
    made.people["candidate"] = make.person(username="candidate", name="考生甲")
    made.people["dealer"] = make.person(roles.TECHNICIAN, username="dealer", kind=OrgUnit.Kind.DEALER)
    made.people["anonymous"] = None
    _sittings(made)
    _bank(made)
    _certificate(made)
    return made


def _sittings(made: Everything) -> None:
    candidate = made.people["candidate"]
    exam = make.exam(["single", "numeric", "ordering"], release="by-officer", needs_session=True)
    session = hall.session(exam, made.people["invigilator"])
    booking = hall.booking(session, candidate)
    open_one = make.sitting(exam, candidate, booking=booking)
    to_book = hall.session(make.exam(["single"], needs_session=True), is_self_service=True)
    marked = desk.sat(desk.exam("single"), candidate)
    released = sit.finish(sitting=make.sitting(make.exam(["single"]), candidate, at=NOON - DAY), at=NOON - DAY)
    appealed = make.sitting(make.exam(["single", "truefalse"]), candidate)
    sit.finish(sitting=appealed, at=NOON)
    appeal = ItemAppeal.objects.create(item=appealed.items.get(n=1), text="两个都对。", at=NOON)
    late = LateAnswer.objects.create(sitting=marked, item=1, response=["1"], received_at=NOON)
    made.rows |= {
        "exam": exam, "session": session, "booking": booking, "sitting": open_one, "unmarked": marked,
        "released": released, "appeal": appeal, "late": late,
    }  # fmt: skip
    made.ids |= {
        "exam": exam.key, "session": session.pk, "booking": booking.pk, "to-book": to_book.pk,
        "sitting": open_one.public_id, "unmarked": marked.public_id, "released": released.public_id,
        "essay": desk.essay(marked).pk, "appeal": appeal.pk, "late": late.pk,
        "version": released.items.first().version_id, "inside": make.exam(["single"], audience=2).key,
    }  # fmt: skip


def _bank(made: Everything) -> None:
    exam, candidate = made.rows["exam"], made.people["candidate"]
    question = make.question()
    form = Form.objects.create(exam=Exam.objects.get(key=made.ids["inside"]), name="A")
    FormItem.objects.create(form=form, position=1, question=question)
    practised = make.question("truefalse", for_practice=True)
    given = PracticeAnswer.objects.create(
        person=candidate, version=practised.version, key=uuid.uuid4(), response=True, share=1, at=NOON
    )
    made.rows |= {"question": question, "form": form, "practised": practised}
    made.ids |= {
        "question": question.pk, "form": form.pk, "practised": practised.topic.key, "answer": given.key,
        "topic": exam.blueprint.get().topic.key, "scheme": make.level().scheme_id,
    }  # fmt: skip


def _certificate(made: Everything) -> None:
    candidate, level = made.people["candidate"], make.level()
    credential = issue(
        person=candidate, qualification=level.qualification, valid_from=NOON.date(), valid_until=None,
        earned_by=Credential.EarnedBy.CERTIFICATE, evidence={}, by=None, at=NOON,
    )  # fmt: skip
    Decision.objects.create(
        level=level, person=candidate, outcome="granted", decided_by=make.person(), decided_at=NOON,
        credential=credential,
    )  # fmt: skip
    Credential.objects.filter(pk=credential.pk).update(is_public=False)
    made.rows["credential"] = credential
    made.ids |= {"certificate": credential.number, "level": level.pk, "person": candidate.pk}


def names(package: str = "exams.", resolver: URLResolver | None = None) -> Iterator[str]:
    """Yield the name of every address of the site whose view is in that package, those of Wagtail's admin apart."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if not pattern.namespace and "admin" not in str(pattern.pattern):
                yield from names(package, pattern)
        elif pattern.name and getattr(pattern.callback, "__module__", "").startswith(package):
            yield pattern.name


class Undone:
    """What is done within it has not happened."""

    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(*error)
