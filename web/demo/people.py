"""The people of the demonstration, and what some of them have been through already."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from courses import learn
from exams import certify, sit
from exams.kinds import KINDS
from exams.models import Decision, Exam, Item, Level, Sitting
from people import credentials
from people.dates import add_months
from people.models import Credential, OrgUnit, Position, Qualification, Subject, User
from people.roles import ROLES

PASSWORD = "benchbook-demo"  # noqa: S105 (known to everybody on purpose: the demo answers to this machine alone)


@dataclass(frozen=True)
class Figure:
    """One of the demonstration's people."""

    username: str
    name: str
    role: str  # empty: a customer's own, who needs none
    unit: str
    position: str = ""

    @property
    def group(self) -> str:
        """What the role is called."""
        return ROLES[self.role].group if self.role else "客户 Customer"


PEOPLE = (
    Figure("technician", "林涛", "technician", "repair", "field-engineer"),
    Figure("senior", "周岩", "technician", "repair", "field-engineer"),
    Figure("trainer", "苏敏", "trainer", "training", "training-lead"),
    Figure("author", "陈立", "author", "support"),
    Figure("reviewer", "何静", "reviewer", "quality", "quality-engineer"),
    Figure("approver", "郑国强", "approver", "quality"),
    Figure("examofficer", "吴倩", "exam-officer", "training"),
    Figure("examiner", "魏明", "examiner", "training"),
    Figure("certmanager", "高远", "certification-manager", "quality"),
    Figure("supervisor", "马骏", "supervisor", "repair"),
    Figure("dispatcher", "唐雯", "dispatcher", "service-desk", "desk-agent"),
    Figure("dealer", "孙晓", "technician", "dealer-linan", "dealer-engineer"),
    Figure("customer", "赵科长", "", "customer-hospital"),
    Figure("admin", "管理员", "administrator", "head"),
)


FIELD = {
    "technician": ("network", "terminal"),
    "senior": ("network", "storage", "terminal"),
    "dealer": ("network", "server", "terminal"),
}  # username: the subjects in which somebody is qualified already


@transaction.atomic
def make_people(*, on: datetime.date) -> list[User]:
    """Make those of PEOPLE who do not exist yet, and return these; nobody who exists is changed."""
    made = []
    for figure in PEOPLE:
        if User.objects.filter(username=figure.username).exists():
            continue
        person = User(
            username=figure.username,
            name=figure.name,
            unit=OrgUnit.objects.get(key=figure.unit),
            position=Position.objects.filter(key=figure.position).first(),
            position_since=on - datetime.timedelta(days=10) if figure.position else None,
            is_superuser=figure.role == "administrator",
        )
        person.set_password(PASSWORD)
        person.save()
        if figure.role:
            person.groups.add(Group.objects.get(name=figure.group))
        made.append(person)
    return made


def qualify_signers(*, on: datetime.date, at: datetime.datetime) -> None:
    """Give the reviewer and the approver the highest rank of every field, as the certification manager would."""
    manager = User.objects.filter(username="certmanager").first()
    for person in User.objects.filter(username__in=("reviewer", "approver")):
        for subject in Subject.objects.all():
            highest = subject.qualifications.order_by("rank").last()
            if highest and not person.credentials.filter(qualification=highest).exists():
                credentials.issue(
                    person=person, qualification=highest, valid_from=on, valid_until=None,
                    earned_by=Credential.EarnedBy.EXTERNAL, evidence={"note": "demo"}, by=manager, at=at,
                )  # fmt: skip


def qualify_field(*, at: datetime.datetime) -> None:
    """Give those in the field what they had shown seven months ago; servers are left to the dealer."""
    manager = User.objects.filter(username="certmanager").first()
    then = at - datetime.timedelta(days=210)
    day = timezone.localdate(then)
    for username, subjects in FIELD.items():
        person = User.objects.get(username=username)
        for qualification in Qualification.objects.filter(subject__key__in=subjects, rank=1):
            if not person.credentials.filter(qualification=qualification).exists():
                credentials.issue(
                    person=person, qualification=qualification, valid_from=day,
                    valid_until=add_months(day, 24), earned_by=Credential.EarnedBy.EXTERNAL, evidence={"note": "demo"},
                    by=manager, at=then,
                )  # fmt: skip


def certify_senior(*, at: datetime.datetime) -> None:
    """Let 周岩 take the courses, pass the exams and be certified at 现场服务 初级, as anybody would."""
    person, manager = User.objects.get(username="senior"), User.objects.get(username="certmanager")
    level = Level.objects.get(scheme__key="field-service", key="junior")
    for requirement in level.requirements.select_related("course", "exam"):
        if requirement.course:
            for lesson in requirement.course.lessons.all():
                learn.complete(person=person, lesson=lesson, confirmed=True, at=at)
        if requirement.exam:
            _pass(exam=requirement.exam, person=person, at=at)
    certify.decide(
        level=level,
        person=person,
        outcome=Decision.Outcome.GRANTED,
        reason="",
        by=manager,
        at=at,
        on=timezone.localdate(at),
    )


def _pass(*, exam: Exam, person: User, at: datetime.datetime) -> Sitting:
    ready = sit.check_in(exam=exam, person=person, at=at, seed=f"demo-{exam.key}")
    sitting = sit.start(public_id=ready.public_id, person=person, at=at)
    for item in sitting.items.select_related("version"):
        sit.save(sitting=sitting.public_id, item=item.n, response=right_response(item), base=0, lease=None, at=at)
    return sit.finish(sitting=sitting, at=at)


def right_response(item: Item) -> object:
    """Return the response to an item that is worth all its points; None where only a person can say."""
    return KINDS[item.version.kind].right_response(item.version.body, item.order)
