from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from schools.reference.build import compile_tables
from schools.reference.sources import SourceError
from schools.reference.tables import differences, replace_files


class Command(BaseCommand):
    help = "Compile the reference tables in data/ from a folder with open data files (see data/README.md)."

    def add_arguments(self, parser):
        parser.add_argument("source_dir", type=Path, metavar="SOURCE_DIR", help="folder with the open data files")
        parser.add_argument(
            "--output", type=Path, default=settings.BASE_DIR / "data", help="folder to write to (default: data/)"
        )
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 when the tables differ from the sources"
        )

    def handle(self, *, source_dir, output, check, **options):
        try:
            files, counts = compile_tables(source_dir)
        except SourceError as error:
            raise CommandError(str(error)) from error
        changed = differences(files, output)
        if check:
            if changed:
                raise CommandError(f"{', '.join(changed)} differ from the sources: run without --check.")
            self.stdout.write("The tables are what the sources give.")
            return
        replace_files({name: files[name] for name in changed}, output)
        for name, count in sorted(counts.items()):
            self.stdout.write(f"{count:>7,}  {name}")
        self.stdout.write(f"{len(changed)} of {len(files)} files changed in {output}.")
