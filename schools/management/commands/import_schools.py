import argparse
import csv
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from schools import duo, register

MAX_LINES = 20  # of remarks, unless --verbosity 2


class Command(BaseCommand):
    requires_system_checks = []  # those of pages and addresses say nothing about lists, and take 0.3 s
    help = (
        "Read DUO's lists of school locations (alle vestigingen, po or vo; .csv, .gz or .zip) into the register: "
        "creates, updates, re-opens and closes schools of the kind of each list. All files in one transaction: "
        "when one fails, nothing changes. Exit code 0 when the files were taken, also with rejected rows."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a list, in the order to read them")
        parser.add_argument(
            "--date",
            type=_date,
            metavar="YYYY-MM-DD",
            help="day of the lists; default: that in the file name (_2026-08.csv is 1 August 2026), else today",
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
        parser.add_argument("--rejects", type=Path, metavar="OUT.CSV", help="write the rejected rows to this file")
        parser.add_argument(
            "--allow-closures",
            action="store_true",
            help=f"also close more than {register.MAX_CLOSED_SHARE:.0%} of the schools of a kind",
        )

    def handle(self, *, files, dry_run, rejects, verbosity, **options):
        reports = []
        if (
            rejects
            and rejects.exists()
            and any(path.exists() and rejects.samefile(path) for path in map(Path, files))
        ):
            raise CommandError(f"{rejects} is a list to import; --rejects would overwrite it. Nothing was changed.")
        try:
            listings = [(duo.read(path), self._day(path, options["date"])) for path in files]
            with transaction.atomic():
                for listing, day in listings:
                    reports.append(self._update(listing, day, allow_closures=options["allow_closures"]))
                self._write_rejects(rejects, reports)
                transaction.set_rollback(dry_run)
        except duo.UnusableFile as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        except register.Refused as refusal:
            self._write_rejects(rejects, [*reports, refusal.report])
            raise CommandError(f"{refusal} Nothing was changed.") from refusal
        for report in reports:
            self._print(report, verbosity=verbosity)
        if dry_run and verbosity:
            self.stdout.write("Dry run: nothing was changed.")

    def _day(self, path, given):
        day = given or duo.date_in_name(path.name) or timezone.localdate()
        if day > timezone.localdate():
            raise CommandError(
                f"{path}: {day} is still to come, and no list is of then. Say the right day with --date. "
                "Nothing was changed."
            )
        return day

    def _update(self, listing, day, *, allow_closures):
        def progress(rows):
            return tqdm(rows, desc=listing.name, unit=" schools", disable=None, leave=False)

        return register.update(listing, on=day, allow_closures=allow_closures, progress=progress)

    def _print(self, report, *, verbosity):
        if not verbosity:
            return
        counts = {
            "new": len(report.new),
            "changed": len(report.changed),
            "re-opened": len(report.reopened),
            "unchanged": report.unchanged_count,
            "closed": len(report.closed),
            "rejected": len(report.rejects),
        }
        self.stdout.write(f"{report.listing.name}: {report.listing.kind.name} schools on {report.on}")
        for name, count in counts.items():
            fields = ", ".join(f"{_word(field)} {number}" for field, number in report.changed_fields.items())
            details = f"  ({fields})" if name == "changed" and fields else ""
            self.stdout.write(f"{count:>7,}  {name}{details}")
        if verbosity > 1:
            self._print_schools(report)
        self._print_remarks("rejected", report.rejects, every_line=verbosity > 1)
        self._print_remarks("warning", report.warnings, every_line=verbosity > 1)

    def _print_schools(self, report):
        for code in report.new:
            self.stdout.write(f"new {code}")
        for verb, schools in (("changed", report.changed), ("re-opened", report.reopened)):
            for code, changes in schools.items():
                parts = [f"{_word(field)} {old!r} -> {new!r}" for field, (old, new) in changes.items()]
                self.stdout.write(f"{verb} {code}: {', '.join(parts) or 'as it was'}")
        for code in report.closed:
            self.stdout.write(f"closed {code}")

    def _print_remarks(self, word, remarks, *, every_line):
        shown = remarks if every_line else remarks[:MAX_LINES]
        for remark in shown:
            self.stdout.write(f"{word}, line {remark.line}: {remark.code or 'no code'}: {remark.reason}")
        if rest := len(remarks) - len(shown):
            self.stdout.write(f"{word}: {rest:,} more; --verbosity 2 shows all")

    def _write_rejects(self, path, reports):
        if path is None:
            return
        try:
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, delimiter=";")
                writer.writerow(["file", "line", "code", "reason"])
                for report in reports:
                    for reject in report.rejects:
                        writer.writerow([report.listing.name, reject.line, reject.code, reject.reason])
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}. Nothing was changed.") from error


def _date(text):
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-08-01") from error


def _word(field):
    return field.removesuffix("_id").replace("_", " ")
