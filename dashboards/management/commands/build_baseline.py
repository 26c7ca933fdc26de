from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from dashboards import baseline
from dashboards.baseline_build import UnusableFacts, compile_baseline
from schools.reference.tables import differences, replace_files


class Command(BaseCommand):
    requires_system_checks = []
    help = "Compile the tables of 2013 in data/baseline/ from the facts of the survey (see data/README.md)."

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, metavar="SOURCE", help="the file with the facts, facts.yaml")
        parser.add_argument(
            "--output", type=Path, default=baseline.FOLDER, help="folder to write to (default: data/baseline/)"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when the tables differ from the facts"
        )

    def handle(self, *, source, output, check, **options):
        try:
            files = compile_baseline(source)
        except UnusableFacts as error:
            raise CommandError(f"{error} Nothing was written.") from error
        changed = differences(files, output)
        if check:
            if changed:
                raise CommandError(f"{', '.join(changed)} differ from the facts: run without --check.")
            self.stdout.write("The tables of 2013 are what the facts give.")
            return
        replace_files({name: files[name] for name in changed}, output)
        self.stdout.write(f"{len(changed)} of {len(files)} files changed in {output}.")
