"""The roles and what each may do: the one table, the only place a role is spelled; written to groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page


@dataclass(frozen=True)
class Role:
    """A role: its group's name, the permissions of its people, and what they may do in the page tree."""

    group: str
    may: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def permissions(self) -> tuple[str, ...]:
        """All permissions as app.codename; whoever writes pages enters the admin and may use its pictures and files."""
        return self.may + (("wagtailadmin.access_admin",) if self.pages or self.may else ())


def _manage(app: str, *models: str) -> tuple[str, ...]:
    return tuple(f"{app}.{action}_{model}" for model in models for action in ("add", "change", "delete", "view"))


def _view(app: str, *models: str) -> tuple[str, ...]:
    return tuple(f"{app}.view_{model}" for model in models)


_PRODUCTS = (
    "productfamily", "productmodel", "specification", "softwarerelease", "component", "warrantyexclusion",
    "faultcode", "part", "tool", "hazard", "symptom",
)  # fmt: skip
_SERVICE = (
    "device", "maintenanceplan", "maintenanceitem", "severityscheme", "severitylevel", "arrivaltime", "area",
    "businesshours", "openinghours", "holiday", "tier",
)  # fmt: skip
_CATALOGUE = _PRODUCTS + _SERVICE
_SEARCH_WORDS = ("synonymgroup", "stopword", "dictionaryword", "promotedresult")
_SEARCH_LOG = "kb.see_search_log"
_RECORDS = ("faultreport", "caseevent", "diagnosisrun", "inspection", "override")  # without the customers' contacts
_CONTROL = ("kb.read_restricted", "kb.read_withdrawn", "kb.see_control")
_STATISTICS = "kb.see_statistics"
_CASES = ("kb.see_cases", "kb.dispatch_case")
_COURSES = ("course", "plan")
_BANK = ("topic", "question", "exam", "form", "examsession", "booking")
_EXAM_RECORDS = (
    "sitting",
    "sittingevent",
    "lateanswer",
    "grade",
    "regrade",
    "release",
    "itemappeal",
    "statisticsreport",
)
_EXAM_STATISTICS = "exams.see_statistics"
_CERTIFICATION = ("scheme", "decision")
_PEOPLE = ("orgunit", "position", "subject", "qualification")

TECHNICIAN = Role("技术员 Technician")
TRAINER = Role(
    "讲师 Trainer",
    may=(
        *_manage("courses", *_COURSES),
        *_manage("exams", "topic", "question"),
        *_view("exams", "exam"),
        _EXAM_STATISTICS,
    ),
)
AUTHOR = Role(
    "编写 Author",
    may=(
        *_CONTROL,
        _STATISTICS,
        "kb.adopt_solution",
        "simple_translation.submit_translation",
        *_manage("kb", *_CATALOGUE, *_SEARCH_WORDS),
        _SEARCH_LOG,
        _EXAM_STATISTICS,
    ),
    pages=("add", "change"),
)
REVIEWER = Role("审核 Reviewer", may=(*_CONTROL, _STATISTICS), pages=("change",))
APPROVER = Role("批准 Approver", may=(*_CONTROL, _STATISTICS), pages=("change",))
EXAM_OFFICER = Role(
    "考务 Exam officer",
    may=(
        *_manage("exams", *_BANK),
        *_view("exams", *_EXAM_RECORDS),
        "exams.invigilate",
        "exams.release_results",
        "exams.regrade",
        "exams.decide_appeals",
        "exams.review_question",
        _EXAM_STATISTICS,
    ),
)
EXAMINER = Role(
    "考官 Examiner",
    may=(*_view("exams", *_BANK, "sitting"), "exams.mark_answers", "exams.review_question", _EXAM_STATISTICS),
)
CERTIFICATION_MANAGER = Role(
    "认证主管 Certification manager",
    may=(
        *_manage("exams", "scheme"),
        "exams.decide_certification",
        "exams.decide_appeals",
        *_view("exams", "decision", "sitting", "exam"),
        *_view("people", "credential"),
        "people.grant_credential",
    ),
)
SUPERVISOR = Role(
    "主管 Supervisor",
    may=(
        "kb.read_restricted",
        "kb.see_control",
        "kb.override_gate",
        *_view("kb", "device"),
        *_CASES,
        _STATISTICS,
        "people.view_credential",
        "exams.view_sitting",
        "courses.view_enrolment",
    ),
)
DISPATCHER = Role("派工 Dispatcher", may=("people.view_credential", *_view("kb", "device"), *_CASES))
AUDITOR = Role(
    "审计 Auditor",
    may=(
        *_CONTROL,
        "kb.see_cases",
        _STATISTICS,
        _SEARCH_LOG,
        *_view("kb", *_CATALOGUE, *_SEARCH_WORDS, *_RECORDS, "signoff", "documentclass", "deputy", "retention"),
        *_view("courses", *_COURSES, "enrolment"),
        *_view("exams", *_BANK, *_CERTIFICATION, *_EXAM_RECORDS),
        _EXAM_STATISTICS,
        *_view("people", *_PEOPLE, "credential"),
    ),
)
ADMINISTRATOR = Role(
    "管理员 Administrator",
    may=(
        *_CONTROL,
        *_manage("people", *_PEOPLE, "user"),
        *_manage("kb", *_CATALOGUE, *_SEARCH_WORDS, "deputy"),
        _SEARCH_LOG,
        "kb.change_documentclass",
        "kb.view_documentclass",
        "kb.change_retention",
        "kb.view_retention",
        "wagtailcore.change_site",
    ),
    pages=("add", "change"),
)

ROLES = {
    "technician": TECHNICIAN,
    "trainer": TRAINER,
    "author": AUTHOR,
    "reviewer": REVIEWER,
    "approver": APPROVER,
    "exam-officer": EXAM_OFFICER,
    "examiner": EXAMINER,
    "certification-manager": CERTIFICATION_MANAGER,
    "supervisor": SUPERVISOR,
    "dispatcher": DISPATCHER,
    "auditor": AUDITOR,
    "administrator": ADMINISTRATOR,
}


@transaction.atomic
def write_groups(*, roles: Iterable[Role] = tuple(ROLES.values())) -> None:
    """Make every role's group hold exactly the permissions of the table; groups of other names are left alone.

    Raises `Permission.DoesNotExist` naming the permission where the table asks for one that no model has.
    """
    for role in roles:
        group, _ = Group.objects.get_or_create(name=role.group)
        group.permissions.set([_permission(name) for name in role.permissions])
        _grant_pages(group, role.pages)


def _permission(name: str) -> Permission:
    app, codename = name.split(".")
    try:
        return Permission.objects.get(content_type__app_label=app, codename=codename)
    except Permission.DoesNotExist:
        raise Permission.DoesNotExist(f"people/roles.py asks for '{name}', which no model defines") from None


def _grant_pages(group: Group, actions: tuple[str, ...]) -> None:
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    GroupPagePermission.objects.filter(group=group).exclude(
        page=root, permission__codename__in=_codenames(actions)
    ).delete()
    for codename in _codenames(actions):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    # Wagtail asks for the permissions of its own models, whichever models pictures and files are kept in.
    files = Q(
        codename__in=["add_image", "choose_image", "add_document", "choose_document"],
        content_type__app_label__in=["wagtailimages", "wagtaildocs"],
    )
    GroupCollectionPermission.objects.filter(group=group).delete()
    for permission in Permission.objects.filter(files) if actions else ():
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)


def _codenames(actions: tuple[str, ...]) -> list[str]:
    return [f"{action}_page" for action in actions]
