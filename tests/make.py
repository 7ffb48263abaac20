"""Plain builders of real rows. Each takes what a test cares about and fills in the rest; numbers make names unique."""

import datetime
import itertools
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale, Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import Course, Lesson, Plan, PlanItem
from exams import sit
from exams.kinds import KINDS
from exams.models import (
    BlueprintRow,
    Exam,
    Item,
    Level,
    Question,
    QuestionVersion,
    Requirement,
    Scheme,
    Sitting,
    Topic,
)
from exams.sit.save import Saved
from kb.cases.report import receive
from kb.control import effect, sign, submit, versions
from kb.models import (
    Act,
    ChapterPage,
    ControlledPage,
    Device,
    DiagnosisRun,
    DocumentClass,
    Edition,
    FaqPage,
    FaultCode,
    FaultGuidePage,
    FaultReport,
    HomePage,
    KnowledgeIndexPage,
    ManualPage,
    PersonsNeeded,
    ProcedurePage,
    ProductFamily,
    ProductModel,
    SeverityLevel,
    SeverityScheme,
    Significance,
    SignOff,
    Solution,
    Submission,
)
from kb.notes import write
from people import credentials, roles
from people.models import Audience, Credential, OrgUnit, Position, Qualification, Subject, User
from people.roles import Role, write_groups
from tests import database

_count = itertools.count(1)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime.datetime(2026, 11, 2, 12, 0, tzinfo=SHANGHAI)
TODAY = NOON.date()

# For rows whose references no test looks for in Wagtail's admin: writing those down takes as long as the rows
unindexed = disable_reference_index_auto_update()


@unindexed
def unit(kind: str = OrgUnit.Kind.DEPARTMENT, **fields: object) -> OrgUnit:
    """A unit of the given kind."""
    n = next(_count)
    return OrgUnit.objects.create(**{"key": f"unit-{n}", "name": f"部门{n}", "kind": kind} | fields)


def person(*roles: Role, kind: str = OrgUnit.Kind.DEPARTMENT, **fields: object) -> User:
    """A person in a unit of that kind, with these roles; the password is `secret`."""
    n = next(_count)
    defaults = {"username": f"person{n}", "name": f"张{n}"}
    if "unit" not in fields:
        defaults["unit"] = unit(kind)
    made = User.objects.create_user(password="secret", **defaults | fields)
    if roles:
        names = {role.group for role in roles}
        if Group.objects.filter(name__in=names).count() < len(names):
            write_groups(roles=roles)
        made.groups.add(*Group.objects.filter(name__in=names))
    return made


def position(**fields: object) -> Position:
    """A position."""
    n = next(_count)
    return Position.objects.create(**{"key": f"position-{n}", "name": f"岗位{n}"} | fields)


def qualification(rank: int = 1, subject: Subject | None = None) -> Qualification:
    """A qualification of that rank, in a subject of its own unless one is given."""
    n = next(_count)
    subject = subject or Subject.objects.create(key=f"subject-{n}", name=f"领域{n}", name_en=f"Subject {n}")
    return Qualification.objects.create(subject=subject, rank=rank)


def product(**fields: object) -> ProductModel:
    """A product model in a family of its own unless one is given."""
    n = next(_count)
    if "family" not in fields:
        fields["family"] = ProductFamily.objects.create(key=f"family-{n}", name=f"产品族{n}")
    return ProductModel.objects.create(**{"key": f"model-{n}", "name": f"型号{n}"} | fields)


def folder(language: str = "zh-hans") -> KnowledgeIndexPage:
    """The folder documents are made in, in that language; the tree above it is made where it is missing."""
    found = KnowledgeIndexPage.objects.filter(locale__language_code=language, depth=3).select_related("locale").first()
    return found or _planted(language)


@database.once
def _planted(language: str) -> KnowledgeIndexPage:
    locale, _made = Locale.objects.get_or_create(language_code=language)
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        home = Page.get_first_root_node().add_child(
            instance=HomePage(title="首页", slug=f"home-{language}", locale=locale)
        )
        if language == "zh-hans":
            Site.objects.update_or_create(is_default_site=True, defaults={"root_page": home, "hostname": "localhost"})
    return home.add_child(instance=KnowledgeIndexPage(title="知识", slug="kb", locale=locale))


def text(id_: str, words: str = "内容", heading: str = "标题") -> dict:
    """A clause as a stream holds it."""
    return {"type": "text", "id": id_, "value": {"heading": heading, "text": words}}


def step(id_: str, words: str = "内容", heading: str = "步骤", **members: object) -> dict:
    """A step of a procedure as a stream holds it."""
    return {"type": "step", "id": id_, "value": {"heading": heading, "text": words} | members}


def ask(id_: str, choices: Mapping[str, str], none: str, heading: str = "看到什么？") -> dict:
    """A question of a fault guide; choices are words -> node."""
    value = {
        "heading": heading,
        "choices": [{"words": words, "to": to} for words, to in choices.items()],
        "none": none,
    }
    return {"type": "ask", "id": id_, "value": value}


def measure(id_: str, ranges: Sequence[tuple], cannot: str, **members: object) -> dict:
    """A measurement; ranges are (low, high, node), None for no bound."""
    rows = [{"low": low, "high": high, "to": to} for low, high, to in ranges]
    value = {
        "heading": "测量 12 V",
        "point": "P1",
        "instrument": "万用表",
        "unit": "V",
        "ranges": rows,
        "cannot": cannot,
    }
    return {"type": "measure", "id": id_, "value": value | members}


def act(id_: str, then: str, **members: object) -> dict:
    """Something to do in a fault guide."""
    return {"type": "act", "id": id_, "value": {"heading": "重新插拔", "then": then} | members}


def end(id_: str, result: str = "resolved", **members: object) -> dict:
    """An end of a fault guide."""
    return {"type": "end", "id": id_, "value": {"heading": "结论", "result": result} | members}


def document(
    model: type[ControlledPage] = FaqPage,
    body: list[dict] | None = None,
    parent: Page | None = None,
    **fields: object,
) -> ControlledPage:
    """A live document for everyone, published as authors publish; drafts with live=False."""
    n = next(_count)
    language = fields.pop("language", "zh-hans")
    live = fields.pop("live", True)
    parent = parent or folder(language)
    version, effective_on = fields.pop("version", "1.0"), fields.pop("effective_on", datetime.date(2026, 1, 1))
    defaults = {
        "title": f"文件{n}",
        "slug": f"document-{n}",
        "number": f"DOC-{n}",
        "audience": Audience.PUBLIC,
        "confidentiality": ControlledPage.Confidentiality.OPEN,
        "locale": parent.locale,
        "live": False,
    }
    page = model(**defaults | fields)
    original = ControlledPage.objects.filter(number=page.number).exclude(language=language).first()
    if original:  # the same document in another language
        page.translation_key = original.translation_key
    page.body = model._meta.get_field("body").stream_block.to_python([text("first")] if body is None else body)
    # Publishing looks for mistakes and writes the references
    with disable_reference_index_auto_update() if live else nullcontext():
        parent.add_child(instance=page)
        page.save_revision(clean=not live)
    if live:
        taken_over(page, version=version, effective_on=effective_on)
    return type(page).objects.get(pk=page.pk)


def issue(page: ControlledPage, significance: str = "content", **changes: object) -> Edition:
    """The next edition of a document, with these fields changed (`body` as a list of raw blocks), signed on paper."""
    draft = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    of_edition = ("effective_on", "version", "at", "reason", "review_by", "signatures")
    said = {name: changes.pop(name) for name in of_edition if name in changes}
    for name, value in changes.items():
        if name == "body":
            value = draft._meta.get_field("body").stream_block.to_python(value)
        setattr(draft, name, value)
    draft.save_revision()
    last = page.editions.order_by("sequence").last()
    said.setdefault("version", versions.following(last.version if last else None, significance))
    return taken_over(draft, significance=significance, **said)


@dataclass(frozen=True)
class Team:
    """Three people who can sign documents of one field of work."""

    author: User
    reviewer: User
    approver: User
    qualification: Qualification


def team() -> Team:
    """An author, and a reviewer and an approver who hold the qualification."""
    field = qualification(rank=3)
    made = Team(person(roles.AUTHOR), person(roles.REVIEWER), person(roles.APPROVER), field)
    for signer in (made.reviewer, made.approver):
        credential(signer, field)
    return made


def credential(holder: User, of: Qualification, **fields: object) -> Credential:
    """A credential in force since long ago."""
    return credentials.issue(
        **{
            "person": holder, "qualification": of, "valid_from": datetime.date(2020, 1, 1), "valid_until": None,
            "earned_by": Credential.EarnedBy.EXTERNAL, "evidence": {}, "by": None,
            "at": datetime.datetime(2020, 1, 1, tzinfo=SHANGHAI),
        }
        | fields
    )  # fmt: skip


def submission(page: ControlledPage, by: Team, **fields: object) -> Submission:
    """The latest draft of a document (or, with act=Act.WITHDRAWAL, its end) submitted to this team's signers."""
    draft = page.get_latest_revision_as_object()
    if fields.get("act") != Act.WITHDRAWAL and draft.qualification != by.qualification:
        draft.qualification = by.qualification
        draft.save_revision(user=by.author)
    at = fields.pop("at", None) or timezone.now()
    return submit.submit(
        **{
            "page": page, "author": by.author, "reviewer": by.reviewer, "approver": by.approver, "reason": "改正",
            "significance": Significance.CONTENT, "effective_on": timezone.localdate(at), "at": at,
        }
        | fields
    )  # fmt: skip


def signed(page: ControlledPage, by: Team, **fields: object) -> Edition:
    """The latest draft of a document (or its end) submitted and signed by this team, as it would be on the screens."""
    made = submission(page, by, **fields)
    at = fields.get("at") or timezone.now()
    for person in (by.reviewer, by.approver):
        made = sign.sign(submission=made, person=person, digest=made.digest, at=at)
    return made.edition


def withdrawn(page: ControlledPage, by: Team | None = None) -> Edition:
    """The end of a document that is in force, signed by a team that may."""
    DocumentClass.objects.filter(kind=page.kind).update(signers_qualify=page.qualification is not None)
    return signed(page, by or team(), act=Act.WITHDRAWAL)


def taken_over(page: ControlledPage, version: str = "1.0", **said: object) -> Edition:
    """The latest draft of a page as an edition that was signed on paper."""
    day = said.get("effective_on", datetime.date(2026, 1, 1))
    names = dict(zip(SignOff.SIGNATURES, ("陈立", "何静", "郑国强"), strict=True))
    return effect.take_over(
        page=page,
        **{
            "version": version,
            "effective_on": day,
            "signatures": {act: (name, day) for act, name in names.items()},
            "reason": "初次发行",
            "at": timezone.now(),
        }
        | said,
    )


def procedure(*, asks: Qualification | None = None, **fields: object) -> ProcedurePage:
    """A procedure of two steps, asking for a qualification if one is given."""
    page = document(ProcedurePage, **{"body": [step("off"), step("open")]} | fields)
    if asks:
        PersonsNeeded.objects.create(page=page, qualification=asks, count=1)
    return page


def guide(body: list[dict] | None = None, **fields: object) -> FaultGuidePage:
    """A fault guide: lamp off -> measure 12 V -> bad (replace) or good (hand over); lamp on -> hand over."""
    body = body or [
        ask("lamp", {"不亮": "rail", "亮": "over"}, none="over"),
        measure("rail", [(None, "11.4", "bad"), ("11.4", "12.6", "over"), ("12.6", None, "bad")], cannot="over"),
        end("bad", cause="电源模块损坏"),
        end("over", result="unresolved", escalate="专业服务中心"),
    ]
    return document(FaultGuidePage, body=body, **{"start": body[0]["id"]} | fields)


def manual(chapters: int = 2, **fields: object) -> tuple[ManualPage, list[ChapterPage]]:
    """A manual and its chapters."""
    page = document(ManualPage, **fields)
    return page, [document(ChapterPage, parent=page, number=f"{page.number}.{n}") for n in range(1, chapters + 1)]


def course(lessons: int = 2, attestation: bool = False, **fields: object) -> Course:
    """A course of reading lessons, ending in an attestation if wanted."""
    n = next(_count)
    made = Course.objects.create(**{"key": f"course-{n}", "title": f"课程{n}", "audience": Audience.DEALER} | fields)
    for place in range(1, lessons + 1):
        Lesson.objects.create(course=made, key=f"lesson-{place}", title=f"第{place}课", text="内容", sort_order=place)
    if attestation:
        Lesson.objects.create(
            course=made,
            key="pledge",
            kind=Lesson.Kind.ATTESTATION,
            title="承诺",
            text="我承诺保密。",
            sort_order=99,
        )
    return made


def plan(position: Position, *courses: Course, due_days: int = 30) -> Plan:
    """A plan for that position asking for these courses."""
    n = next(_count)
    made = Plan.objects.create(key=f"plan-{n}", title=f"计划{n}", position=position)
    for each in courses:
        PlanItem.objects.create(plan=made, course=each, due_days=due_days)
    return made


BODIES = {
    "single": {"options": [{"text": "对", "right": True}, {"text": "错"}, {"text": "都不是"}]},
    "multiple": {"options": [{"text": "甲", "right": True}, {"text": "乙", "right": True}, {"text": "丙"}]},
    "truefalse": {"right": True},
    "numeric": {"answer": "12", "tolerance": "0.6", "unit": "V"},
    "ordering": {"lines": ["断电", "拆盖", "更换", "上电"]},
}


@unindexed
def question(
    kind: str = "single",
    *,
    topic: Topic | None = None,
    cites: tuple[ControlledPage, str] | None = None,
    **fields: object,
) -> Question:
    """An active question with its first version; `cites` is (page, block id)."""
    n = next(_count)
    topic = topic or Topic.objects.create(key=f"topic-{n}", title=f"主题{n}")
    made = Question.objects.create(
        **{"topic": topic, "key": f"q-{n}", "state": Question.State.ACTIVE, "difficulty": 1} | fields
    )
    citation = {}
    if cites:
        page, block_id = cites
        citation = {
            "page_id": page.pk,
            "block_id": block_id,
            "digest": page.blocks.get(block_id=block_id).basis,
        }
    QuestionVersion.objects.create(
        question=made,
        number=1,
        kind=kind,
        text=f"问题{n}？",
        explanation="解释",
        body=BODIES[kind],
        reviewed_at=NOON,
        **citation,
    )
    return made


def exam(kinds: Sequence[str] = tuple(BODIES), **fields: object) -> Exam:
    """An exam that draws one question of each of these kinds, of a topic of its own."""
    n = next(_count)
    topic = Topic.objects.create(key=f"topic-{n}", title=f"主题{n}")
    for kind in kinds:
        question(kind, topic=topic)
    made = unindexed(Exam.objects.create)(
        **{
            "key": f"exam-{n}",
            "title": f"考试{n}",
            "minutes": 20,
            "pass_mark": 75,
            "audience": Audience.DEALER,
            "release": "at-once",
            "avoid_attempts": 0,
        }
        | fields
    )
    BlueprintRow.objects.create(exam=made, topic=topic, count=len(kinds), points=1)
    return made


def level(
    *, course: Course | None = None, exam: Exam | None = None, held: Level | None = None, **fields: object
) -> Level:
    """A level of a scheme of its own unless one is given, asking for these things."""
    n = next(_count)
    defaults = {"key": f"level-{n}", "title": "初级", "title_en": "Junior", "months": 24}
    if "scheme" not in fields:
        defaults["scheme"] = Scheme.objects.create(key=f"scheme-{n}", title=f"认证{n}")
    if "qualification" not in fields:
        defaults["qualification"] = qualification()
    made = Level.objects.create(**defaults | fields)
    for name, wanted in (("course", course), ("exam", exam), ("held", held)):
        if wanted:
            Requirement.objects.create(level=made, **{name: wanted})
    return made


# ------------------------------------------------------------------------------------------------ field notes


def note(by: User, **fields: object) -> Solution:
    """A field note of that person, with something that helped unless `remedy` is empty."""
    said = {"key": uuid.uuid4(), "at": NOON, "problem": "开机无显示", "remedy": "重插电源模块"}
    return write.write(by=by, **said | fields)


def diagnosis(by: User, guide: FaultGuidePage, **fields: object) -> DiagnosisRun:
    """A record of that person that this guide was followed to an end, as it stands in the database."""
    defaults = {"end": "over", "result": "unresolved", "path": [], "version": "1.0", "recorded_at": NOON}
    return DiagnosisRun.objects.create(guide=guide, person=by, unit=by.unit, **defaults | fields)


# -------------------------------------------------------------------------------------------------------- cases


def severity_scheme(**fields: object) -> SeverityScheme:
    """The default scheme, round the clock: 10 minutes and 2 hours; 1 hour and 12 hours; 2 hours, mostly remote."""
    n = next(_count)
    made = SeverityScheme.objects.create(**{"key": f"scheme-{n}", "name": f"体系{n}", "is_default": True} | fields)
    levels = ((1, "一级", 10, 120, 30), (2, "二级", 60, 720, None), (3, "三级", 120, None, None))
    for rank, code, respond, arrive, report in levels:
        SeverityLevel.objects.create(
            scheme=made, rank=rank, code=code, definition=f"{code}故障", respond_minutes=respond,
            arrive_minutes=arrive, report_minutes=report,
        )  # fmt: skip
    return made


def fault_report(by: User, **fields: object) -> FaultReport:
    """A report of that person, as `receive` makes it; the default scheme is made if there is none."""
    if not SeverityScheme.objects.exists():
        severity_scheme()
    said = {"key": uuid.uuid4(), "at": NOON, "description": "开不了机"}
    if "device" not in fields and "model" not in fields:
        said["model"] = product()
    return receive(by=by, **said | fields)


# -------------------------------------------------------------------------------------------------- catalogue


def device(**fields: object) -> Device:
    """A device of a model of its own unless one is given."""
    n = next(_count)
    made = Device(**{"model": fields.pop("model", None) or product(), "serial": f"SN-{n:06d}"} | fields)
    made.full_clean(exclude=["folded"])
    made.save()
    return made


# -------------------------------------------------------------------------------------------------- fault codes


def fault_code(code: str = "E-04", **fields: object) -> FaultCode:
    """A fault code of a model of its own unless one, or a family, is given."""
    if "model" not in fields and "family" not in fields:
        fields["model"] = product()
    made = FaultCode(**{"code": code, "meaning": "电源故障", "severity": 2} | fields)
    made.full_clean(exclude=["folded"])
    made.save()
    return made


# ---------------------------------------------------------------------------------------------------------- sitting


def sitting(exam: Exam, person: User, at: datetime.datetime = NOON, seed: str = "s", **entry: object) -> Sitting:
    """A sitting whose clock runs; the open one where there is one."""
    ready = sit.check_in(exam=exam, person=person, at=at, seed=seed, **entry)
    return sit.start(public_id=ready.public_id, person=person, at=at)


def item(sitting: Sitting, kind: str) -> Item:
    """The first item of that kind on the paper."""
    return sitting.items.select_related("version").filter(version__kind=kind).first()


def right(item: Item) -> object:
    """The response to an item that is worth all its points."""
    return KINDS[item.version.kind].right_response(item.version.body, item.order)


def saved(item: Item, response: object, base: int = 0, at: datetime.datetime = NOON, lease: int | None = None) -> Saved:
    """What saving this response to an item gives."""
    return sit.save(sitting=item.sitting.public_id, item=item.n, response=response, base=base, lease=lease, at=at)


def answered(sitting: Sitting, numbers: Collection[int] | None = None, at: datetime.datetime = NOON) -> Sitting:
    """The sitting with these items, or all, answered rightly."""
    for each in sitting.items.select_related("version", "sitting"):
        if numbers is None or each.n in numbers:
            saved(each, right(each), at=at)
    return sitting
