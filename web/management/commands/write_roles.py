"""manage.py write_roles: the table of roles, written to groups."""

from django.core.management.base import BaseCommand

from people.roles import ROLES, write_groups


class Command(BaseCommand):
    """Writes the groups."""

    help = "Make the group of every role hold exactly the permissions of people/roles.py."

    def handle(self, *args: object, **options: object) -> None:
        """Do it, and say so."""
        write_groups()
        self.stdout.write(f"{len(ROLES)} roles written")
