from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from dashboards import baseline


class Command(BaseCommand):
    requires_system_checks = []
    help = "Load the tables of 2013 of data/baseline/ into the database. Again writes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder", type=Path, default=baseline.FOLDER, help="folder of the tables (default: data/baseline/)"
        )

    def handle(self, *, folder, verbosity, **options):
        try:
            changed, unchanged = baseline.load(folder)
        except baseline.UnusableTables as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        if verbosity:
            self.stdout.write(f"tables of 2013: {changed} new or changed, {unchanged} unchanged")
