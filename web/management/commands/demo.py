"""manage.py demo: a running site with real content and people, from nothing."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Credential
from people.roles import write_groups
from web import demo


class Command(BaseCommand):
    """Prepares and serves the demonstration."""

    help = "Prepare the database, the content, the search index and the people of the demonstration, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port, and whether to serve at all."""
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default 8000)")
        parser.add_argument("--no-serve", action="store_true", help="prepare everything, then stop")

    def handle(self, *, port: int, no_serve: bool, **options: object) -> None:
        """Do it; every part finds out by itself whether there is anything left to do."""
        if settings.PRODUCTION:
            raise CommandError("This is a production site: the demo would put people with known passwords into it.")
        self._say(_("Preparing the database …"))
        call_command("migrate", verbosity=0)
        write_groups()
        self._say(_("Loading content …"))
        call_command("load_content", stdout=self.stdout)
        made = demo.make_people(on=timezone.localdate())
        demo.make_devices(on=timezone.localdate())
        demo.make_papers()
        if any(person.username == "senior" for person in made) and not Credential.objects.exists():
            demo.certify_senior(at=timezone.now())
        demo.qualify_signers(on=timezone.localdate(), at=timezone.now())
        if made:
            demo.qualify_field(at=timezone.now())
        demo.make_records(at=timezone.now())
        demo.make_exams(at=timezone.now())
        call_command("nightly", verbosity=0)
        self._logins()
        if no_serve:
            return
        here = f"http://127.0.0.1:{port}/"
        settings.BASE_URL = here.rstrip("/")  # the codes on certificates lead to this port
        self._say(_("Benchbook answers at %(here)s (English: %(here)sen/). Stop with Ctrl+C.") % {"here": here})
        call_command("runserver", f"127.0.0.1:{port}", "--noreload", "--nostatic", "--skip-checks", verbosity=0)

    def _logins(self) -> None:
        self._say(_("People you can sign in as, all with the password %s:") % demo.PASSWORD)
        for figure in demo.PEOPLE:
            self._say(f"  {figure.username:<12} {figure.name}  {figure.group}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
