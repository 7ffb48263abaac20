"""The table of roles, and the groups written from it."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page
from wagtail.permissions import policy_registry

from kb.models import File, Picture
from people import roles
from people.roles import ROLES, Role, write_groups
from tests import make

pytestmark = pytest.mark.django_db


def held(role: Role) -> set[str]:
    group = Group.objects.get(name=role.group)
    return {
        f"{app}.{codename}" for app, codename in group.permissions.values_list("content_type__app_label", "codename")
    }


def on_pages(role: Role) -> set[str]:
    rows = GroupPagePermission.objects.filter(group__name=role.group, page=Page.get_first_root_node())
    return set(rows.values_list("permission__codename", flat=True))


def everything() -> list[set]:
    return [
        set(Group.permissions.through.objects.values_list("group", "permission")),
        set(GroupPagePermission.objects.values_list("group", "page", "permission")),
        set(GroupCollectionPermission.objects.values_list("group", "collection", "permission")),
    ]


@pytest.mark.parametrize("role", ROLES.values(), ids=list(ROLES))
def test_every_permission_of_the_table_exists_and_is_written(role):
    write_groups(roles=[role])

    assert held(role) == set(role.permissions)
    assert on_pages(role) == {f"{action}_page" for action in role.pages}


def test_writing_twice_changes_nothing():
    write_groups()
    before = everything()

    write_groups()

    assert everything() == before


def test_what_the_table_no_longer_grants_is_taken_away():
    write_groups(roles=[Role("试用", may=("kb.read_restricted", "exams.view_exam"), pages=("add", "publish"))])

    write_groups(roles=[Role("试用", may=("exams.view_exam",), pages=("add",))])

    left = Role("试用")
    assert held(left) == {"exams.view_exam", "wagtailadmin.access_admin"}
    assert on_pages(left) == {"add_page"}


def test_whoever_writes_no_pages_any_more_loses_pictures_and_files_too():
    write_groups(roles=[Role("试用", pages=("add",))])
    assert GroupCollectionPermission.objects.filter(group__name="试用").exists()

    write_groups(roles=[Role("试用")])

    assert not GroupCollectionPermission.objects.filter(group__name="试用").exists()
    assert held(Role("试用")) == set()


@pytest.mark.parametrize("model", [Picture, File])
def test_whoever_writes_pages_may_use_and_add_pictures_and_files(model):
    policy = policy_registry.get_by_type(model)

    for role, may in [(roles.AUTHOR, True), (roles.REVIEWER, True), (roles.TECHNICIAN, False)]:
        person = make.person(role)
        assert [policy.user_has_permission(person, action) for action in ("add", "choose")] == [may, may]


def test_groups_of_other_names_are_left_alone():
    other = Group.objects.create(name="自己的")
    other.permissions.add(Permission.objects.get(codename="read_restricted"))

    write_groups()

    assert other.permissions.count() == 1


def test_a_permission_no_model_has_is_named():
    with pytest.raises(Permission.DoesNotExist, match=r"kb\.fly"):
        write_groups(roles=[Role("试用", may=("kb.fly",))])


def test_people_of_several_roles_may_what_any_of_them_may():
    person = make.person(roles.AUTHOR, roles.DISPATCHER)

    assert person.has_perm("kb.add_faultcode")
    assert person.has_perm("people.view_credential")
    assert not person.has_perm("exams.decide_certification")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (roles.AUTHOR, {"add", "edit"}),
        (roles.REVIEWER, {"edit"}),
        (roles.APPROVER, {"edit"}),
        (roles.ADMINISTRATOR, {"add", "edit"}),
        (roles.TECHNICIAN, set()),
        (roles.AUDITOR, set()),
    ],
    ids=lambda value: value.group if isinstance(value, Role) else "",
)
def test_roles_work_on_documents_as_the_table_says(role, may):
    page = make.document()
    tester = page.permissions_for_user(make.person(role))

    can = {name for name in ("edit", "publish") if getattr(tester, f"can_{name}")()}
    if page.get_parent().permissions_for_user(tester.user).can_add_subpage():
        can.add("add")

    assert can == may


@pytest.mark.parametrize("role", [roles.AUDITOR, roles.EXAMINER, roles.SUPERVISOR, roles.DISPATCHER])
def test_those_who_only_look_change_nothing(role):
    assert not [name for name in role.permissions if name.split(".")[1].startswith(("add_", "change_", "delete_"))]


def test_only_the_certification_manager_decides():
    assert [key for key, role in ROLES.items() if "exams.decide_certification" in role.may] == ["certification-manager"]
