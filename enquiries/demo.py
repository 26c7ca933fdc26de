"""What the demo accounts of `make run` do: one school that asks, signs up and takes part, one network that answers.

All of it is marked as sample. Days count from the day of loading, and everything goes through the services, so
the demo shows what really happens.
"""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from activities.models import Activity, Entry, Occurrence, Participation, Pin
from enquiries.answering import answer, see
from enquiries.asking import ask
from enquiries.models import Enquiry, Registration
from enquiries.registrations import RefusedError, register
from loket.vocabulary import Initiative, Kind, Need, Phase, SchoolRole, Sector, school_year
from networks.models import Assignment, Network
from networks.rights import grant
from schools.models import Membership, Profile, School

PROGRAMME = "regionale-netwerken-po"
MOST_PARTNERS = 12  # other schools that take part


@transaction.atomic
def load_demo(*, teacher, coordinator, now):
    """Make it once; returns the School, or None when it was there or the catalogue has no example for it.

    teacher, coordinator: Users.
    """
    if teacher.memberships.exists():
        return None
    today = timezone.localdate(now)
    network, activity = _example()
    if network is None:
        return None
    schools = list(
        School.objects.open()
        .filter(municipality__in=network.area.all(), sectors=[Sector.PO], pupils__gte=150)
        .order_by("code")[: MOST_PARTNERS + 1]
    )
    if not schools:
        return None
    school, others = schools[0], schools[1:]
    grant(user=coordinator, role=Assignment.Role.COORDINATOR, network=network, by=None)
    grant(user=coordinator, role=Assignment.Role.REGION_COORDINATOR, region=school.municipality.region, by=None)
    Membership.objects.create(
        user=teacher,
        school=school,
        role=SchoolRole.TEACHER,
        approved_at=now,
        way=Membership.Way.COORDINATOR,
        approved_by=coordinator,
    )
    Profile.objects.create(
        school=school,
        sector=Sector.PO,
        phase=Phase.BEWUSTWORDING,
        needs=[Need.TEACHER_TRAINING],
        barriers=["no_time"],
        set_by=teacher,
    )
    _participations(school, others, network, activity, today)
    _participations_elsewhere(network, today)
    _questions(school, network, activity, teacher, coordinator, now)
    _dates(school, others, network, activity, teacher, coordinator, now)
    Pin.objects.create(
        school=school,
        activity=activity,
        kind=Pin.Kind.PIN,
        note="Voorbeeld: uw team vroeg hiernaar op onze laatste bijeenkomst.",
        made_by=coordinator,
    )
    return school


def _example():
    """The first example network of the programme with an activity on a date to come, and that activity."""
    activities = Activity.objects.public().filter(
        network__programme__slug=PROGRAMME, network__is_sample=True, occurrences__starts_at__gt=timezone.now()
    )
    activity = activities.order_by("network__slug", "slug").first()
    return (Network.objects.get(pk=activity.network_id), activity) if activity else (None, None)


def _participations(school, others, network, activity, today):
    last_year = school_year(today - timedelta(days=365))
    for number, row in enumerate([school, *others[::2]]):
        years = [last_year] if row == school or number % 3 else [last_year, school_year(today)]
        for year in years:
            first = datetime.strptime(f"{year[:4]}-10-06", "%Y-%m-%d").date()  # noqa: DTZ007  a day, no moment
            participation = Participation.objects.create(
                school=row,
                programme=network.programme,
                network=network,
                sector=Sector.PO,
                school_year=year,
                started_on=min(first, today),
                confirmed_on=today,
                is_sample=True,
            )
            for step in range(1 + number % 3):
                day = min(first + timedelta(days=35 * step), today)
                Entry.objects.create(
                    participation=participation,
                    happened_on=day,
                    kind=activity.kind,
                    activity=activity,
                    pupils_count=None,
                    teachers_count=4 + number,
                )


def _participations_elsewhere(network, today):
    """Three school years of every other example network, so that figures have something to show."""
    years = [school_year(today - timedelta(days=365 * ago)) for ago in (2, 1, 0)]
    rows = []
    for number, other in enumerate(Network.objects.filter(is_sample=True).exclude(pk=network.pk).order_by("slug")):
        sectors = other.programme.sectors
        schools = School.objects.open().filter(sectors__overlap=sectors)
        if not other.is_national:
            schools = schools.filter(municipality__in=other.area.all())
        for place, school in enumerate(schools.order_by("code")[: 4 + number % 7]):
            rows += [
                Participation(
                    school=school,
                    programme=other.programme,
                    network=other,
                    sector=next(sector for sector in school.sectors if sector in sectors),
                    school_year=year,
                    started_on=date(int(year[:4]), 9, 1),
                    is_sample=True,
                )
                for year in years[place % len(years) :]
                if date(int(year[:4]), 9, 1) <= today
            ]
    made = Participation.objects.bulk_create(rows)
    Entry.objects.bulk_create(
        Entry(
            participation=row,
            happened_on=min(row.started_on + timedelta(days=30 * step), today),
            kind=Kind.TRAINING,
            pupils_count=None if row.sector == Sector.PO else 20 + number % 10,
            teachers_count=2 + number % 5,
        )
        for number, row in enumerate(made)
        for step in range(number % 4)
    )


def _questions(school, network, activity, teacher, coordinator, now):
    def question(goal, *, days_ago):
        texts = {"goal": f"Voorbeeld: {goal}", "for_whom": "groep 6, 7 en 8", "period": "dit voorjaar"}
        return ask(
            form_key=uuid4(),
            school=school,
            texts=texts,
            sectors=[Sector.PO],
            needs=[Need.TEACHER_TRAINING],
            networks=[network.pk],
            now=now - timedelta(days=days_ago),
            by=teacher,
            activity=activity,
            programme=network.programme,
        )

    answered = question("hoe beginnen wij met onderzoekend leren?", days_ago=6)
    question("wie kan ons team een middag begeleiden?", days_ago=1)
    recipient = answered.recipients.first()
    if recipient:
        see(recipient=recipient, now=now - timedelta(days=4), by=coordinator)
        answer(
            recipient=recipient,
            form_key=uuid4(),
            text="Voorbeeld: wij komen graag langs. Deze training past bij uw vraag.",
            activity=activity,
            now=now - timedelta(days=2),
            by=coordinator,
        )
    Enquiry.objects.filter(school=school).update(is_sample=True)


def _dates(school, others, network, activity, teacher, coordinator, now):
    """A place on a date to come, and a date of last week of which nobody recorded who was there."""
    coming = activity.occurrences.filter(starts_at__gt=now, cancelled_at=None).order_by("starts_at").first()
    day = timezone.localdate(now) - timedelta(days=8)
    starts_at = timezone.make_aware(datetime.combine(day, time(14)))
    past = Occurrence.objects.create(
        activity=activity,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place=coming.place if coming else "",
        municipality=coming.municipality if coming else None,
        capacity=20,
        places_left=20,
        is_sample=True,
    )
    groups = [(past, row, coordinator, starts_at - timedelta(days=14)) for row in others[1:4]]
    groups += [(past, school, teacher, starts_at - timedelta(days=12))]
    if coming:
        groups.append((coming, school, teacher, now))
    for occurrence, row, by, moment in groups:
        try:
            register(
                form_key=uuid4(),
                school=row,
                sector=Sector.PO,
                occurrence=occurrence,
                by=by,
                now=moment,
                pupils_count=0,
                teachers_count=3,
                initiatives=[Initiative.SCHOOL],
                remark="Voorbeeld",
            )
        except RefusedError:
            continue  # the example date is for another sector: the demo does without
    Registration.objects.filter(school__in=[school, *others]).update(is_sample=True)
