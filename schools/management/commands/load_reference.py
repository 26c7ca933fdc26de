from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DataError, IntegrityError, transaction

from schools.loading import load
from schools.reference.sources import SourceError


class Command(BaseCommand):
    help = (
        "Load the reference tables of data/ into the database: areas, postcodes, boards and schools. In one "
        "transaction; again changes nothing. Newer lists that import_schools brought stay, and so does what staff "
        "drew themselves (regions and landsdelen), unless --reset."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "data", help="folder of the tables (default: data/)"
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
        parser.add_argument(
            "--reset", action="store_true", help="also put back regions and landsdelen that staff changed"
        )

    def handle(self, *, folder, dry_run, reset, verbosity, **options):
        try:
            with transaction.atomic():
                outcomes = load(folder, reset=reset)
                transaction.set_rollback(dry_run)
        except SourceError as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        except (IntegrityError, DataError) as error:
            raise CommandError(f"The tables do not fit together: {error} Nothing was changed.") from error
        if not verbosity:
            return
        for outcome in outcomes:
            self.stdout.write(
                f"{outcome.name:<14} {outcome.new:>6,} new {outcome.changed:>6,} changed "
                f"{outcome.unchanged:>6,} unchanged {outcome.kept:>6,} kept (newer in the register)"
            )
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")
