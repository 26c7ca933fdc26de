"""Measure the budgets of speed, as ratios against a bare Django view in the same run."""

import contextlib
import gzip
import html
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from activities.desk import desk_for
from activities.map_layers import LAYERS
from activities.matching import Situation, match
from activities.models import Activity, Participation
from activities.offer_search import ranks, search_query
from dashboards.access import Viewer
from dashboards.asked import read
from dashboards.facts import rebuild, refresh
from dashboards.overview import overview
from dashboards.registry import FIGURES
from loket import mail_load, national_figures
from loket.crowd import PLACES, SCHOOLS, crowd
from loket.workload import LIST_ROWS, brought, saved_cells, workload
from networks.directory import directory, forget
from networks.models import Assignment
from schools.models import School
from schools.search import typo_recall

# Says the most memory it had itself: what the kernel reports of a child counts the parent it was forked from.
WEIGHED = """
import re, sys
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv[1:])
print(re.search(r"VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""
# How much more memory a file with everything takes than the process had when it kept the index of the offer.
EXPORTED = """
import os, re, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.settings")
import django
django.setup()
from django.test import Client
from accounts.models import User
def kilobytes(name):
    return int(re.search(name + r":\\s+([0-9]+)", open("/proc/self/status").read())[1])
client = Client(headers={"host": "127.0.0.1"})
if user := User.objects.filter(email=sys.argv[3]).first():
    client.force_login(user)
client.get(sys.argv[1])
idle = kilobytes("VmRSS")
open("/proc/self/clear_refs", "w").write("5")  # forget the most there was
lines = sum(part.count(b"\\n") for part in client.get(sys.argv[2]))
assert lines > 5_000, lines
print(kilobytes("VmHWM") - idle, file=sys.stderr)
"""
SEARCHES = ("robots", "energie toekomst", "leerlingen")  # some, a few and nearly all of the offer
WEIGHED_PAGES = {
    "the front page": ("/", 100),
    "the list of the offer": ("/aanbod/?sector=po", 100),
    "an activity": ("/aanbod/demo-0001-01/", 100),
    "the agenda of a month": ("/agenda/?maand={month}", 100),
    "a region, with a map": ("/regio/groningen/", 150),
    "the map": ("/kaart/", 150),
}
CLIENTS = 4  # connections at a time; with two workers of gunicorn on two cores more only wait
ROUNDS = 3
SECTIONS = ("pages", "crowd", "in_process", "browsing", "weights", "workspace", "figures", "reminders", "imports")


@dataclass(frozen=True, slots=True)
class Budget:
    """What was measured beside what is allowed; `higher_is_better` says which side is the good one."""

    name: str
    value: float
    limit: float
    unit: str
    higher_is_better: bool = False

    @property
    def holds(self):
        return self.value >= self.limit if self.higher_is_better else self.value <= self.limit


class Command(BaseCommand):
    help = (
        "Measure the speed budgets on all schools and 20,000 activities, each as a ratio against a bare view "
        "in the same run. FILLS AND EMPTIES the database it is given: `make bench` gives it one of its own. "
        "Exits 1 when a budget does not hold."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=float, default=3, help="how long each measurement takes (3)")
        parser.add_argument("--port", type=int, default=8790, help="a free port for gunicorn (8790)")
        parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="these sections alone")

    def handle(self, *args, seconds, port, only, **options):
        self.seconds, self.port = seconds, port
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        call_command("load_catalogue", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.codes = list(School.objects.open().order_by("code").values_list("code", flat=True))
        random.Random(5).shuffle(self.codes)  # noqa: S311
        if "pages" not in only:  # which makes all of it, first a part
            call_command("generate_demo", scale="national", verbosity=0)
        budgets, bare = [], [bare_ms()]
        for section in SECTIONS:
            if section in only:
                budgets += getattr(self, section)()
                bare.append(bare_ms())
        width = max(len(budget.name) for budget in budgets)
        for budget in budgets:
            sign = ">=" if budget.higher_is_better else "<="
            mark = "ok  " if budget.holds else "OVER"
            self.stdout.write(
                f"{mark} {budget.name:<{width}}  {budget.value:10.2f} {budget.unit}  ({sign} {budget.limit:g})"
            )
        # Milliseconds on a slow or a busy machine say little; how slow it was is seen by this.
        self.stdout.write(f"The bare view took {min(bare):.2f} to {max(bare):.2f} ms in the application meanwhile.")
        over = [budget.name for budget in budgets if not budget.holds]
        if over:
            raise CommandError(f"over budget: {', '.join(over)}")

    def pages(self):
        """Requests per second of the pages, beside those of the bare view."""
        call_command("generate_demo", scale="small", verbosity=0)
        with self.gunicorn():
            small = self.ratio(self.fresh_pages())
        call_command("generate_demo", scale="national", verbosity=0)
        self.stdout.write(f"{len(self.codes)} schools, {Activity.objects.count()} activities")
        code = self.codes[0]
        with self.gunicorn():
            large = self.ratio(self.fresh_pages())
            kept = self.ratio([request(f"/loket/{code}/")])
            tag = etag(self.port, f"/loket/{code}/")
            unchanged = self.ratio([request(f"/loket/{code}/", f"If-None-Match: {tag}\r\n")])
            suggestions = self.ratio([request(f"/scholen/suggesties/?q={word}") for word in self.searches()])
        return [
            Budget("uncached loket page, share of bare: 1 /", 1 / large, 50, ""),
            Budget("kept loket page, share of bare: 1 /", 1 / kept, 3, ""),
            Budget("answer 304, share of bare: 1 /", 1 / unchanged, 2, ""),
            Budget("20,000 against 2,000 activities, times", small / large, 2, ""),
            Budget("suggestions, share of bare: 1 /", 1 / suggestions, 8, ""),
        ]

    def fresh_pages(self):
        return [request(f"/loket/{code}/") for code in self.codes]

    def searches(self):
        """What people type: names and places of real schools, as far as they need no escaping in a URL."""
        names = School.objects.filter(code__in=self.codes[:400]).values_list("name", "place")
        return [
            "+".join(word for word in f"{name} {place}".split() if word.isalnum() and word.isascii())
            for name, place in names
        ]

    def ratio(self, requests):
        """Throughput of `requests` as a share of the bare view: medians of alternating rounds."""
        bare, page = [], []
        for number in range(ROUNDS):
            bare.append(throughput(self.port, [request("/healthz/live")], self.seconds))
            cache.clear()
            first = number * len(requests) // ROUNDS
            page.append(throughput(self.port, requests[first:] + requests[:first], self.seconds))
        return statistics.median(page) / statistics.median(bare)

    @contextlib.contextmanager
    def gunicorn(self):
        if port_taken(self.port):
            raise CommandError(f"Port {self.port} is taken; choose another with --port.")
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:loket.gunicorn",
            "--workers=2",
            f"--bind=127.0.0.1:{self.port}",
            "--log-level=warning",
            "loket.wsgi",
        ]
        environment = {**os.environ, "LOG_LEVEL": "WARNING", "DEBUG": "false"}
        with open(settings.VAR_DIR / "bench.log", "ab") as log:
            process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not port_taken(self.port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise CommandError(f"gunicorn did not start; see {settings.VAR_DIR / 'bench.log'}.")
                time.sleep(0.1)
            throughput(self.port, [request("/healthz/live"), request(f"/loket/{self.codes[-1]}/")], 1)
            yield
        finally:
            process.terminate()
            process.wait(20)

    def in_process(self):
        known = directory()
        on = timezone.localdate()
        school = School.objects.for_desk().get(code=self.codes[0])
        sectors = tuple(school.sectors)
        desk = desk_for(school, Situation(sectors=sectors, seed=school.code), on=on, known=known)
        rows = Activity.objects.public().filter(sectors__overlap=list(sectors)).order_by("pk")
        offers = desk.offers(Activity.objects.filter(pk__in=rows.values_list("pk", flat=True)[:500]))
        situation = Situation(
            sectors=sectors,
            needs=("companies", "curriculum", "teacher_training"),
            barriers=frozenset({"no_time", "no_money"}),
            seed=school.code,
        )
        match_ms = min(timed(match, situation, offers, on) for _ in range(20)) * 1000
        recall = typo_recall(sample=400, seed=1)
        return [
            Budget(f"match of {len(offers)} offers", match_ms, 4, "ms"),
            Budget("typing errors forgiven, share in the top 8", recall * 100, 95, "%", higher_is_better=True),
        ]

    def browsing(self):
        """Milliseconds in the application for the list of the offer and the feed, on one core, nothing kept."""
        client = Client(headers={"host": "127.0.0.1"})
        filters = "/aanbod/?sector=po&behoefte=curriculum&fase=bewustwording&landsdeel=noord&pagina={}"

        def median_ms(address, times=15):
            taken = []
            for number in range(times):
                cache.clear()
                taken.append(timed(client.get, address.format(number + 1)))
            return statistics.median(taken) * 1000

        client.get(filters.format(1))
        listed = median_ms(filters)
        feed = median_ms("/agenda.ics", times=5)
        changed = []
        for _round in range(3):
            Activity.objects.filter(pk=Activity.objects.order_by("pk").values("pk")[:1]).update(evidence="")
            cache.clear()
            changed.append(timed(client.get, filters.format(1)))
        return [
            Budget("filtered list of the offer with all counts", listed, 30, "ms"),
            Budget("the same, first request after a change", statistics.median(changed) * 1000, 400, "ms"),
            Budget("calendar feed of a thousand dates", feed, 250, "ms"),
            Budget("calendar feed with a filter of the list", median_ms("/agenda.ics?fase=orientatie", 5), 250, "ms"),
            Budget(
                "queries of the filtered list with words", queries_of(client, filters.format(1) + "&q=robots"), 12, ""
            ),
            *(
                Budget(f"full text query of “{text}” in PostgreSQL", full_text_ms(text), 30, "ms")
                for text in SEARCHES
            ),
        ]

    def weights(self):
        """Kilobytes, compressed, of the map's data and of what a first view of a page takes; memory of a file."""
        client = Client(headers={"host": "127.0.0.1"})
        cache.clear()

        def kilobytes(path):
            return len(gzip.compress(client.get(path).content, 6)) / 1000

        layers = [kilobytes(f"/kaart/rijen.json?laag={layer}") for layer in LAYERS]
        exported = exported_mb("/aanbod/", "/open-data/catalogus.csv")
        month = f"{timezone.localdate():%Y-%m}"
        return [
            Budget(
                "data of one layer of the map with its shapes",
                max(layers) + kilobytes("/kaart/vormen.json"),
                120,
                "kB",
            ),
            *(
                Budget(f"first view of {name}", first_view_kb(client, path.format(month=month)), limit, "kB")
                for name, (path, limit) in WEIGHED_PAGES.items()
            ),
            Budget("memory of a file with everything, above idle", exported, 60, "MB"),
        ]

    def figures(self):
        """Milliseconds in the application for the dashboards on a nation of participations, with nothing kept."""
        national_figures.clear()
        number = national_figures.fill()
        self.stdout.write(f"{number} participations in {national_figures.NETWORKS} networks")
        today = timezone.localdate()
        try:
            return self._figures(today)
        finally:  # else the sections after it would measure this nation
            national_figures.clear()
            rebuild(today)

    def _figures(self, today):
        made = timed(rebuild, today)
        school = Participation.objects.values_list("school", flat=True).first()
        Participation.objects.filter(school=school).update(confirmed_on=today)
        refreshed = timed(refresh, today)
        viewer = Viewer(is_staff=True, sees_rows=True)

        def cold():
            cache.clear()
            forget()
            return timed(overview, viewer, today)

        def drilled(key, **asked):
            cache.clear()
            chosen = read(QueryDict(urlencode(asked)), FIGURES[key], viewer, today)
            return timed(FIGURES[key], chosen.chosen, chosen.split)

        slowest, name = max(
            (statistics.median(drilled(key, **asked) for _round in range(3)), " ".join([key, *asked.values()]))
            for key, figure in FIGURES.items()
            for asked in ({}, *({"per": split} for split in figure.dimensions))
        )
        queries = len(statements_of(cold))
        first = statistics.median(cold() for _round in range(5))
        office = User.objects.create_user("bench-cijfers@voorbeeld.example")
        # Not by `grant`, which obliges a second step.
        assignment = Assignment.objects.create(user=office, role=Assignment.Role.PROGRAMME_STAFF)
        try:
            page = "/dashboard/cijfers/deelname/scholen/"
            exported = exported_mb(page, f"{page}?formaat=csv", office)
        finally:
            assignment.delete()
            office.delete()
        return [
            Budget("dashboards: overview, nothing kept", first * 1000, 400, "ms"),
            Budget("dashboards: overview, kept", timed(overview, viewer, today) * 1000, 60, "ms"),
            Budget("dashboards: queries of the overview, without login", queries, 23, ""),
            Budget(f"dashboards: slowest split of a figure ({name})", slowest * 1000, 400, "ms"),
            Budget("dashboards: memory of a file of all schools, above idle", exported, 60, "MB"),
            Budget("dashboards: all sums anew", made, 20, "s"),
            Budget("dashboards: sums of one school that changed", refreshed, 1, "s"),
        ]

    def crowd(self):
        """Many schools that want a place at the same moment: what went wrong, and how long each had the lock."""
        with self.gunicorn():
            bare = throughput(self.port, [request("/healthz/live")], self.seconds)
            found = crowd(self.port, exchange)
        name = f"{SCHOOLS} at once for {PLACES} places"
        return [
            Budget(f"{name}: answers without a registration", found.wrong, 0, ""),
            Budget(f"{name}: places too many or too few", found.placed_too_many, 0, ""),
            Budget(f"{name}: registrations lost", found.lost, 0, ""),
            Budget(f"{name}: not in the order of the lock", found.out_of_order, 0, ""),
            Budget(f"{name}: one by one, share of bare: 1 /", found.seconds / SCHOOLS * bare, 200, ""),
        ]

    def reminders(self):
        """Planning what is due among many things, and sending it to a mail server of our own."""
        mail_load.fill()
        try:
            seconds, memory = mail_load.planned()
            bundled, sent = mail_load.sent_a_second()
        except subprocess.CalledProcessError as error:
            raise CommandError(f"Planning failed: {error.stderr}") from error
        finally:
            mail_load.empty()
        name = f"planning {mail_load.DUE} reminders among {mail_load.SUBJECTS} things"
        return [
            Budget(name, seconds, 20, "s"),
            Budget(f"{name}, memory", memory, 200, "MB"),
            Budget("mails with reminders put together, a second", bundled, 200, "", higher_is_better=True),
            Budget("mails sent, a second, two processes", sent, 200, "", higher_is_better=True),
        ]

    def workspace(self):
        """Milliseconds in the application for a coordinator of ten networks, and a list that one brings."""
        with workload() as work:
            client = Client(headers={"host": "127.0.0.1"})
            client.force_login(work.user)
            try:
                shown, applied, memory = brought(work)
            except subprocess.CalledProcessError as error:
                raise CommandError(f"The list failed: {error.stderr}") from error
            return [
                Budget("start page of a coordinator: queries", queries_of(client, "/beheer/"), 20, ""),
                Budget("start page of a coordinator", median_ms(client, "/beheer/"), 150, "ms"),
                Budget("grid of 200 schools and 20 activities", median_ms(client, work.grid), 400, "ms"),
                Budget("one cell of the grid saved", statistics.median(saved_cells(client, work)), 40, "ms"),
                Budget(f"a list of {LIST_ROWS} rows: until it is shown", shown, 5, "s"),
                Budget(f"a list of {LIST_ROWS} rows: until it is applied", applied, 10, "s"),
                Budget(f"a list of {LIST_ROWS} rows: memory above idle", memory, 100, "MB"),
            ]

    def imports(self):
        """The import of DUO's list, when the open data are at hand."""
        folder = os.environ.get("LOKET_SOURCE_DIR")
        if not folder:
            self.stdout.write("LOKET_SOURCE_DIR is not set: the import of schools is not measured.")
            return []
        file = str(Path(folder) / "scholen" / "po_vestigingen_2026-08.csv")
        command = ["import_schools", file, "--allow-closures", "--date=2026-08-04"]
        School.objects.all().delete()
        first, memory = self.run_and_weigh(command)
        again, _memory = self.run_and_weigh(command)
        call_command("load_reference", verbosity=0)
        return [
            Budget("import_schools, first time (with start of Python)", first, 3, "s"),
            Budget("import_schools, unchanged (with start of Python)", again, 1.5, "s"),
            Budget("import_schools, memory", memory, 200, "MB"),
        ]

    def run_and_weigh(self, arguments):
        """(seconds, megabytes at most) of a command of manage.py in a process of its own."""
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", WEIGHED, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CommandError(f"{' '.join(arguments)} failed: {done.stderr}")
        return time.perf_counter() - started, int(done.stderr.split()[-1]) / 1024


def statements_of(function, *args):
    """The statements that a call runs: [(sql, parameters)]."""
    found = []

    def note(execute, sql, params, many, context):
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        function(*args)
    return found


def queries_of(client, path):
    """How many queries a page takes that nothing keeps."""
    cache.clear()
    return len(statements_of(client.get, path))


def median_ms(client, path, times=9):
    """Milliseconds in the application of a page that nothing keeps, after a first time."""
    client.get(path)
    return statistics.median(timed(client.get, path) for _ in range(times)) * 1000


def bare_ms():
    """Milliseconds in the application of the bare view, now."""
    return median_ms(Client(headers={"host": "127.0.0.1"}), "/healthz/live", times=300)


def full_text_ms(text):
    """The time in PostgreSQL of ranking what `text` finds: the median of seven."""
    [(sql, params)] = statements_of(ranks, search_query(text))
    taken = []
    for _round in range(7):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            taken.append(cursor.fetchone()[0][0]["Execution Time"])
    return statistics.median(taken)


def first_view_kb(client, path):
    """Kilobytes, compressed, of a page with its styles and scripts, and of the shapes when it draws a map."""
    page = client.get(path).content
    text = page.decode()
    files = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', text))
    packed = [Path(settings.STATIC_ROOT, f"{file}.gz") for file in files]
    size = sum((file if file.exists() else file.with_suffix("")).stat().st_size for file in packed)
    drawn = [html.unescape(found) for found in re.findall(r'data-(?:rows|shapes)="([^"]+)"', text)]
    data = [page, *(client.get(address).content for address in drawn)]
    return (size + sum(len(gzip.compress(body, 6)) for body in data)) / 1000


def exported_mb(page, file, user=None):
    """MB that a process takes more while `user` (None: nobody) reads `file` than after reading `page`."""
    done = subprocess.run(
        [sys.executable, "-c", EXPORTED, page, file, user.email if user else ""],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"The export failed: {done.stderr}")
    return int(done.stderr.split()[-1]) / 1024


def timed(function, *args, **kwargs):
    """Seconds that a call takes."""
    started = time.perf_counter()
    function(*args, **kwargs)
    return time.perf_counter() - started


def request(path, headers=""):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{headers}\r\n".encode()


def port_taken(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def etag(port, path):
    """The ETag of a page."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        head, _body = exchange(link, request(path))
    return next(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith("etag: "))


def exchange(link, message):
    """Send one request on a kept connection and read its whole answer: (head, body)."""
    link.sendall(message)
    received = b""
    while b"\r\n\r\n" not in received:
        part = link.recv(65536)
        if not part:
            raise ConnectionError("gunicorn closed the connection")
        received += part
    head, body = received.split(b"\r\n\r\n", 1)
    text = head.decode()
    fields = dict(line.lower().split(": ", 1) for line in text.split("\r\n")[1:])
    length = int(fields.get("content-length", 0))
    while len(body) < length:
        body += link.recv(65536)
    return text, body


def throughput(port, requests, seconds):
    """Answers per second when CLIENTS ask `requests` in turn. Raises CommandError for an answer that is an error."""
    done = [0] * CLIENTS
    wrong = []
    until = time.monotonic() + seconds

    def client(number):
        mine = requests[number::CLIENTS] or requests
        with socket.create_connection(("127.0.0.1", port)) as link:
            while time.monotonic() < until and not wrong:
                head, _body = exchange(link, mine[done[number] % len(mine)])
                if not head.startswith(("HTTP/1.1 200", "HTTP/1.1 304")):
                    wrong.append(head.split("\r\n")[0])
                done[number] += 1

    started = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise CommandError(f"An answer was {wrong[0]} where a page was expected.")
    return sum(done) / (time.monotonic() - started)
