import csv
import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from activities.acceptance import CaseError, answer_to, failures, read_cases
from activities.catalogue import read_catalogue


class Command(BaseCommand):
    help = (
        "Check a file of school profiles against our catalogue and our matching. "
        "Exits 0 when all pass, 1 when any failed, 2 when the file is not of the right form."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="a YAML file with `meta` and `cases`")

    def handle(self, *args, file, **options):
        with open(settings.DATA_DIR / "landsdelen.csv", encoding="utf-8", newline="") as table:
            landsdelen = [row["slug"] for row in csv.DictReader(table)]
        catalogue = read_catalogue()
        verdicts = []
        try:
            cases, slugs, banned = read_cases(file, catalogue)
            for case in cases:
                answer = answer_to(case, catalogue, slugs, landsdelen, timezone.localdate())
                verdicts.append((case["id"], failures(case, answer, catalogue, slugs, banned)))
        except (CaseError, OSError) as error:
            self.stderr.write(f"check_matching: {error}")
            sys.exit(2)
        for name, found in verdicts:
            self.stdout.write(f"FAIL {name}: {'; '.join(found)}" if found else f"ok {name}")
        failed = sum(bool(found) for _name, found in verdicts)
        self.stdout.write(f"{len(verdicts) - failed} passed, {failed} failed")
        if failed:
            sys.exit(1)
