from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reminders.demo import load_due


class Command(BaseCommand):
    help = (
        "Let things be due at the school and the network of the demo accounts, so that there are reminders; all of "
        "it marked as sample. Does nothing when it was done. `make run` calls it after load_demo."
    )

    def handle(self, *, verbosity, **options):
        if not settings.DEMO_ACCOUNTS:
            raise CommandError("There are no demo accounts here: they are made in a local run with embedded servers.")
        accounts = get_user_model().objects
        teacher, coordinator = (
            accounts.filter(email=f"{name}@voorbeeld.example").first() for name in ("school", "coordinator")
        )
        if teacher is None or coordinator is None:
            raise CommandError("The demo accounts are not there yet: `make run` makes them.")
        network = load_due(teacher=teacher, coordinator=coordinator, now=timezone.now())
        if verbosity:
            self.stdout.write(f"Due at {network}." if network else "Nothing to do.")
