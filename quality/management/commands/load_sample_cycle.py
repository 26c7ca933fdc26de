from django.core.management.base import BaseCommand
from django.utils import timezone

from quality.samples import load_samples


class Command(BaseCommand):
    help = (
        "Make example meetings and obligations for the example networks of the catalogue. "
        "Real networks get none; loading again makes none."
    )

    def handle(self, *, verbosity, **options):
        made = load_samples(timezone.localdate())
        if verbosity:
            self.stdout.write(f"meetings and obligations: {made} new")
