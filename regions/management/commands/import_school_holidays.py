from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from loket.vocabulary import HolidayRegionName
from regions.models import HolidayRegion, SchoolHoliday
from regions.school_holidays import UnusableFile, read, update

LARGEST = 2_000_000  # bytes
LONGEST_SOURCE = SchoolHoliday._meta.get_field("source").max_length


class Command(BaseCommand):
    requires_system_checks = []  # those of pages and addresses say nothing about calendars
    help = (
        "Read the school holidays of one region from an iCalendar file (.ics), as the ministry publishes them. "
        "Adds and changes; what is known and not in the file stays and is reported. When the file is broken, "
        "nothing changes. The reply clock of questions counts with these days."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.ics")
        parser.add_argument("--region", required=True, choices=HolidayRegionName.values)
        parser.add_argument("--source", help="where the file is from; default: its name")
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")

    def handle(self, *, file, region, source, dry_run, verbosity, **options):
        try:
            if file.stat().st_size > LARGEST:
                raise UnusableFile(f"it is larger than {LARGEST:,} bytes")
            holidays = read(file.read_bytes(), region)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}. Nothing was changed.") from error
        except UnusableFile as error:
            raise CommandError(f"{file}: {error}. Nothing was changed.") from error
        place = HolidayRegion.objects.filter(slug=region).first()
        if place is None:
            raise CommandError("There are no holiday regions yet: run load_reference first. Nothing was changed.")
        with transaction.atomic():
            report = update(holidays, region=place, source=(source or file.name)[:LONGEST_SOURCE])
            transaction.set_rollback(dry_run)
        if verbosity:
            self._print(report, place)
            if dry_run:
                self.stdout.write("Dry run: nothing was changed.")

    def _print(self, report, place):
        counts = {name: len(getattr(report, name)) for name in ("new", "changed", "unchanged")}
        self.stdout.write(f"{place}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
        for holiday in report.new:
            self.stdout.write(f"new {holiday.school_year} {holiday.name}: {holiday.first_on} to {holiday.last_on}")
        for holiday, first_on, last_on in report.changed:
            self.stdout.write(
                f"changed {holiday.school_year} {holiday.name}: {first_on} to {last_on} -> "
                f"{holiday.first_on} to {holiday.last_on}"
            )
        for row in report.absent:
            self.stdout.write(f"not in the file, kept: {row.school_year} {row.name}: {row.first_on} to {row.last_on}")
