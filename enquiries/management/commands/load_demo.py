from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enquiries.demo import load_demo


class Command(BaseCommand):
    help = (
        "Let the demo accounts of a local run ask, answer, sign up and take part; all of it marked as sample. "
        "Does nothing when it was done. `make run` calls it."
    )

    def handle(self, **options):
        if not settings.DEMO_ACCOUNTS:
            raise CommandError("There are no demo accounts here: they are made in a local run with embedded servers.")
        accounts = get_user_model().objects
        teacher, coordinator = (
            accounts.filter(email=f"{name}@voorbeeld.example").first() for name in ("school", "coordinator")
        )
        if teacher is None or coordinator is None:
            raise CommandError("The demo accounts are not there yet: `make run` makes them.")
        school = load_demo(teacher=teacher, coordinator=coordinator, now=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"Demo at {school}." if school else "Nothing to do.")
