from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from activities import catalogue, loading
from networks import catalogue as networks_catalogue

ORDER = ("new", "changed", "unchanged", "removed")


class Command(BaseCommand):
    help = (
        "Load the catalogue: organisations, programmes, networks with their contacts, activities and subsidies. "
        "What staff changed, made or removed stays as it is. Loading the same files again writes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, default=catalogue.CATALOGUE_DIR, help="Default: data/catalogue."
        )
        parser.add_argument("--dry-run", action="store_true", help="Report what would change, and change nothing.")

    def handle(self, *, folder, dry_run, verbosity, **options):
        try:
            report = loading.load(folder, today=timezone.localdate(), dry_run=dry_run)
        except (catalogue.CatalogueError, networks_catalogue.CatalogueError) as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        for warning in report.warnings:
            self.stderr.write(self.style.WARNING(warning))
        if not verbosity:
            return
        for table, counts in report.tables.items():
            numbers = ", ".join(f"{counts[what]} {what}" for what in ORDER if what in counts)
            self.stdout.write(f"{table}: {numbers}")
        for line in report.kept:
            self.stdout.write(f"left to staff: {line}")
        if dry_run:
            self.stdout.write("Nothing was written (--dry-run).")
