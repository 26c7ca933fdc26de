"""The work of one coordinator in quantity, for `manage.py bench`: ten networks, 2,000 schools, five school years."""

import io
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.conf import settings
from django.utils import timezone

from accounts.models import Message, User
from activities.models import Activity, Entry, Occurrence, Participation
from enquiries.models import Enquiry, EnquiryEvent, Recipient, Registration, RegistrationEvent
from loket.vocabulary import Availability, Kind, Sector, school_year
from networks.models import Assignment, ContactRole, Network, Person, Programme, WorkingArea
from quality.models import Meeting, Obligation
from schools.models import Membership, School
from workspace.exports import write_xlsx
from workspace.models import Import

NETWORKS, SCHOOLS, ACTIVITIES, YEARS = 10, 200, 20, 5  # schools and activities of each network
CELLS = 10  # filled in for each school of the first network, this school year
WAITING = 5  # of each kind of work, for each network
# Seconds to show and to apply a list, and how much more memory that takes than the process
# had after a short one.
BROUGHT = """
import os, re, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.settings")
import django
django.setup()
from django.utils import timezone
from accounts.models import User
from workspace.imports import steps
from workspace.models import Import
def kilobytes(name):
    return int(re.search(name + r":\\s+([0-9]+)", open("/proc/self/status").read())[1])
def bring(path):
    content, begun = open(path, "rb").read(), time.perf_counter()
    steps.check_form("participants", "lijst.xlsx", content)
    user = User.objects.get(email=sys.argv[1])
    pk = steps.bring(kind="participants", network=None, name="lijst.xlsx", content=content, by=user).pk
    steps.work_on(pk, now=timezone.now())
    shown = time.perf_counter()
    steps.ask_to_apply(
        Import.objects.get(pk=pk),
        fingerprint=Import.objects.get(pk=pk).report["fingerprint"],
        leave_out=False,
        now=timezone.now(),
    )
    steps.work_on(pk, now=timezone.now())
    done = Import.objects.get(pk=pk)
    assert done.applied_at and done.writes_count, (done.refused_because, done.counts)
    return shown - begun, time.perf_counter() - shown
bring(sys.argv[2])
idle = kilobytes("VmRSS")
open("/proc/self/clear_refs", "w").write("5")
print(*bring(sys.argv[3]), (kilobytes("VmHWM") - idle) / 1024)
"""
LIST_ROWS, SHORT_ROWS = 5_000, 100
SLUG = "bench-werk-"
EMAIL = "coordinator@werk.example"
HEADING = ("Vestigingscode", "School", "Netwerk", "Sector", "Schooljaar", "Doet mee vanaf", "Datum", "Soort")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Workload:
    user: User
    networks: list
    schools: list  # for each network, its schools
    years: list  # this school year first

    @property
    def grid(self):
        """The path of the grid of the first network."""
        return f"/beheer/deelname/{self.networks[0].slug}/{self.years[0]}/"


@contextmanager
def workload():
    """A Workload in the database, which is empty of it again afterwards."""
    _clear()  # what a run that was broken off left
    try:
        yield _make(timezone.localdate())
    finally:
        _clear()


def _make(on):
    user = User.objects.create_user(EMAIL)
    programme = Programme.objects.filter(sectors__contains=[Sector.PO], availability=Availability.PER_REGIO).first()
    networks = Network.objects.bulk_create(
        Network(slug=f"{SLUG}{number}", name=f"Netwerk {number} (meten)", programme=programme)
        for number in range(NETWORKS)
    )
    Assignment.objects.bulk_create(
        Assignment(user=user, role=Assignment.Role.COORDINATOR, network=network) for network in networks
    )
    found = School.objects.open().filter(sectors=[Sector.PO]).order_by("municipality", "pk")
    schools = _shared_out(found[: NETWORKS * SCHOOLS], SCHOOLS)
    WorkingArea.objects.bulk_create(
        WorkingArea(network=network, municipality_id=code)
        for network, mine in zip(networks, schools, strict=True)
        for code in {school.municipality_id for school in mine}
    )
    made = Workload(user, networks, schools, [school_year(on - 365 * DAY * back) for back in range(YEARS)])
    activities = _offers(made, on)
    _participations(made, activities)
    _todos(made, activities, on)
    return made


def _shared_out(rows, each):
    rows = list(rows)
    return [rows[start : start + each] for start in range(0, len(rows), each)]


def _offers(made, on):
    """{network: its activities}; they were confirmed too long ago."""
    rows = Activity.objects.bulk_create(
        Activity(
            slug=f"{network.slug}-{number}",
            network=network,
            title=f"Activiteit {number}",
            summary="Om te meten.",
            kind=Kind.TRAINING,
            sectors=[Sector.PO],
            published_on=on - 300 * DAY,
            confirmed_on=on - 200 * DAY,
        )
        for network in made.networks
        for number in range(ACTIVITIES)
    )
    return dict(zip(made.networks, _shared_out(rows, ACTIVITIES), strict=True))


def _participations(made, activities):
    rows = Participation.objects.bulk_create(
        Participation(
            school=school,
            programme=network.programme,
            network=network,
            sector=Sector.PO,
            school_year=year,
            started_on=date(int(year[:4]), 9, 1),
        )
        for network, mine in zip(made.networks, made.schools, strict=True)
        for year in made.years
        for school in mine
    )
    Entry.objects.bulk_create(
        Entry(
            participation=row,
            activity=activity,
            kind=activity.kind,
            happened_on=row.started_on + number * DAY,
            pupils_count=24,
            recorded_by=made.user,
        )
        for row in rows
        for number, activity in enumerate(islice(activities[row.network], _cells_of(made, row)))
    )


def _cells_of(made, row):
    return CELLS if (row.network, row.school_year) == (made.networks[0], made.years[0]) else 2


def _todos(made, activities, on):
    """WAITING of each kind of work, for each network."""
    now = timezone.now()
    places = [
        (network, number, mine[number])
        for network, mine in zip(made.networks, made.schools, strict=True)
        for number in range(WAITING)
    ]
    enquiries = Enquiry.objects.bulk_create(
        Enquiry(form_key=uuid.uuid4(), school=school, goal="Wij zoeken scholing.")
        for _network, _number, school in places
    )
    recipients = Recipient.objects.bulk_create(
        Recipient(
            enquiry=enquiry,
            level="network",
            network=network,
            owner=network.name,
            email=EMAIL,
            reply_due_on=on + (number - 1) * DAY,
        )
        for enquiry, (network, number, _school) in zip(enquiries, places, strict=True)
    )
    EnquiryEvent.objects.bulk_create(
        EnquiryEvent(enquiry=row.enquiry, recipient=row if kind == "sent" else None, kind=kind, happened_at=now)
        for row in recipients
        for kind in ("asked", "sent")
    )
    dates = Occurrence.objects.bulk_create(
        Occurrence(activity=activities[network][number], starts_at=now - 9 * DAY, ends_at=now - 8 * DAY)
        for network, number, _school in places
    )
    registrations = Registration.objects.bulk_create(
        Registration(
            form_key=uuid.uuid4(),
            school=school,
            sector=Sector.PO,
            occurrence=occurrence,
            programme=None if occurrence else network.programme,
            network=None if occurrence else network,
        )
        for own, (network, _number, school) in zip(dates, places, strict=True)
        for occurrence in (own, None)
    )
    RegistrationEvent.objects.bulk_create(
        RegistrationEvent(registration=row, kind="placed" if row.occurrence else "signed_up", happened_at=now)
        for row in registrations
    )
    people = Person.objects.bulk_create(
        Person(name=f"Contact {number}", email=f"{network.slug}-{number}@werk.example")
        for network, number, _school in places
    )
    ContactRole.objects.bulk_create(
        ContactRole(person=person, network=network, title="contact", confirmed_on=on - 300 * DAY)
        for person, (network, _number, _school) in zip(people, places, strict=True)
    )
    Obligation.objects.bulk_create(
        Obligation(network=network, kind="progress_report", due_on=on + number * DAY)
        for network, number, _school in places
    )
    Meeting.objects.bulk_create(
        Meeting(network=network, title=f"Overleg {number}", held_on=on - 30 * number * DAY)
        for network, number, _school in places
    )
    teachers = User.objects.bulk_create(
        User(email=f"{network.slug}-leraar-{number}@werk.example") for network, number, _school in places
    )
    Membership.objects.bulk_create(
        Membership(user=user, school=school, role="teacher", asked_at=now)
        for user, (_network, _number, school) in zip(teachers, places, strict=True)
    )


def saved_cells(client, made):
    """Milliseconds that each of twenty new cells takes, of the first network."""
    activity = Activity.objects.filter(network=made.networks[0]).order_by("-pk")[0]
    taken = []
    for school in made.schools[0][:20]:
        cell = {"row": f"{school.code}-po", "activity": activity.pk, "text": "12-9 24/2", "seen": ""}
        started = time.perf_counter()
        answer = client.post(f"{made.grid}vakje/", cell)
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise ValueError(f"A cell was not saved: {answer.text}")
    return taken


def brought(made):
    """(seconds until a list is shown, seconds to apply it, megabytes), in a process as a worker has one.

    Raises subprocess.CalledProcessError when it was not applied.
    """
    paths = [settings.VAR_DIR / f"bench-{rows}.xlsx" for rows in (SHORT_ROWS, LIST_ROWS)]
    try:
        paths[0].write_bytes(_list(made, SHORT_ROWS))
        paths[1].write_bytes(_list(made, LIST_ROWS))
        done = subprocess.run(
            [sys.executable, "-c", BROUGHT, made.user.email, *map(str, paths)],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
    return [float(number) for number in done.stdout.split()[-3:]]


def _list(made, rows):
    """A spreadsheet of participants as somebody brings it: what stands here, what happened, and earlier years."""
    first = int(made.years[-1][:4])
    years = [made.years[1], *(f"{first - back}-{first - back + 1}" for back in range(1, 5))]
    lines = (
        (
            school.code,
            school.name,
            network.name,
            "po",
            year,
            date(int(year[:4]), 9, 1),
            date(int(year[:4]), 10, 2),
            "training",
        )
        for year in years
        for network, mine in zip(made.networks, made.schools, strict=True)
        for school in mine
    )
    file = io.BytesIO()
    write_xlsx(file, islice(lines, rows), HEADING, "Deelname")
    return file.getvalue()


def _clear():
    networks = Network.objects.filter(slug__startswith=SLUG)
    users = User.objects.filter(email__endswith="@werk.example")
    Import.objects.filter(uploaded_by__in=users).delete()
    Entry.objects.filter(participation__network__in=networks).delete()
    Participation.objects.filter(network__in=networks).delete()
    Registration.objects.filter(network__in=networks).delete()
    Registration.objects.filter(occurrence__activity__network__in=networks).delete()
    Enquiry.objects.filter(recipients__network__in=networks).delete()
    Activity.objects.filter(network__in=networks).delete()
    Person.objects.filter(email__endswith="@werk.example").delete()
    Obligation.objects.filter(network__in=networks).delete()
    Membership.objects.filter(user__in=users).delete()
    Message.objects.filter(to__endswith="@werk.example").delete()
    Assignment.objects.filter(user__in=users).delete()
    networks.delete()
    users.delete()
