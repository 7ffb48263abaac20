"""What people adds to Wagtail's admin."""

from wagtail import hooks

from people.viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people_menu() -> PeopleGroup:
    """Units, positions, qualifications."""
    return PeopleGroup()
