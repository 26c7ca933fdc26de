"""What is due at the school and the network of the demo accounts, so that `make run` shows reminders.

Days count from the day of loading, all goes through the services and is marked as sample. Rows keep their own days:
what was asked or registered "last week" gets the days of last week, which is what a reminder counts from.
"""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from activities.models import Activity, Occurrence, Participation
from enquiries.answering import answer
from enquiries.asking import ask, postpone
from enquiries.handling import hand_to
from enquiries.models import Enquiry, Recipient, Registration
from enquiries.registrations import RefusedError, register, register_for_programme
from loket.vocabulary import Need, Sector, school_year
from networks.models import Assignment, Network
from quality.models import Obligation
from schools.models import School

REPORT = "Verantwoording van de subsidie (voorbeeld)"  # tells that it was made
NEIGHBOURS = 3  # other schools that take part


@transaction.atomic
def load_due(*, teacher, coordinator, now):
    """Make it once; returns the Network, or None when it was there or the demo accounts have nothing yet.

    teacher, coordinator: Users, as in `enquiries.demo.load_demo`.
    """
    school = School.objects.for_member(teacher).order_by("code").first()
    leading = Assignment.objects.filter(user=coordinator, role=Assignment.Role.COORDINATOR)
    network = Network.objects.filter(pk__in=leading.values("network"), is_sample=True).order_by("slug").first()
    if school is None or network is None or network.obligations.filter(title=REPORT).exists():
        return None
    today = timezone.localdate(now)
    others = list(
        School.objects.open()
        .filter(municipality__in=network.area.all(), sectors=[Sector.PO])
        .exclude(pk=school.pk)
        .order_by("-code")[:NEIGHBOURS]
    )
    _questions(school, network, teacher, coordinator, now)
    _dates(school, network, teacher, coordinator, now)
    _schools(others, network, coordinator, now)
    Obligation.objects.create(
        network=network,
        kind=Obligation.Kind.PROGRESS_REPORT,
        title=REPORT,
        due_on=today + timedelta(days=7),
        is_sample=True,
    )
    if network.funded_until is None:
        Network.objects.filter(pk=network.pk).update(funded_until=today + timedelta(days=90))
    asked_about = Activity.objects.running(today).filter(network=network, is_sample=True, facts_as_of=None)
    last = asked_about.order_by("-slug").first()
    Activity.objects.filter(pk=last.pk if last else None).update(confirmed_on=today - timedelta(days=200))
    return network


def _questions(school, network, teacher, coordinator, now):
    """One that waits for five days, and one that the school put off until today; the coordinator does both."""

    def question(goal, *, days_ago, **about):
        moment = now - timedelta(days=days_ago)
        found = ask(
            form_key=uuid4(),
            school=school,
            texts={"goal": f"Voorbeeld: {goal}", "for_whom": "groep 5", "period": "na de zomer"},
            sectors=[Sector.PO],
            needs=[Need.TEACHER_TRAINING],
            networks=[network.pk],
            now=moment,
            by=teacher,
            **about,
        )
        Enquiry.objects.filter(pk=found.pk).update(is_sample=True, asked_at=moment)
        Recipient.objects.filter(enquiry=found).update(created_at=moment)
        hand_to(recipient=found.recipients.first(), user=coordinator, by=coordinator, now=moment)
        return found

    later = question("kunnen wij volgend jaar samen een techniekdag houden?", days_ago=60)
    answer(
        recipient=later.recipients.first(),
        form_key=uuid4(),
        text="Voorbeeld: dat kan. Wanneer schikt het u?",
        now=now - timedelta(days=58),
        by=coordinator,
    )
    put_off_at = now - timedelta(days=57)
    postpone(enquiry=later, until=timezone.localdate(now), text="Voorbeeld: later.", now=put_off_at, by=teacher)
    question("hoe maken wij tijd voor techniek in het rooster?", days_ago=5, programme=network.programme)


def _dates(school, network, teacher, coordinator, now):
    """A place tomorrow, and one in six days."""
    activities = Activity.objects.running(timezone.localdate(now)).filter(network=network, is_sample=True)
    activity = activities.filter(sectors__contains=[Sector.PO]).order_by("slug").first()
    if activity is None:
        return
    for days, by in ((1, teacher), (6, teacher)):
        day = timezone.localdate(now) + timedelta(days=days)
        starts_at = timezone.make_aware(datetime.combine(day, time(14)))
        date = Occurrence.objects.create(
            activity=activity,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="Voorbeeldzaal",
            capacity=20,
            places_left=20,
            is_sample=True,
        )
        Occurrence.objects.filter(pk=date.pk).update(changed_at=now - timedelta(days=30))
        _sign_up(school, occurrence=date, by=by, now=now - timedelta(days=20))


def _schools(others, network, coordinator, now):
    """A registration that waits for an answer, and a school that takes part and of which nothing is known."""
    today = timezone.localdate(now)
    if others:
        try:
            registration = register_for_programme(
                form_key=uuid4(),
                school=others[0],
                sector=Sector.PO,
                programme=network.programme,
                network=network,
                by=coordinator,
                now=now - timedelta(days=6),
                remark="Voorbeeld",
            )
            Registration.objects.filter(pk=registration.pk).update(is_sample=True)
        except RefusedError:
            pass  # it is registered already: the demo does without
    for row in others[1:]:
        Participation.objects.get_or_create(
            school=row,
            programme=network.programme,
            network=network,
            sector=Sector.PO,
            school_year=school_year(today),
            defaults={"started_on": today - timedelta(days=400), "confirmed_on": today, "is_sample": True},
        )


def _sign_up(school, *, occurrence, by, now):
    try:
        registration = register(
            form_key=uuid4(),
            school=school,
            sector=Sector.PO,
            occurrence=occurrence,
            by=by,
            now=now,
            pupils_count=0,
            teachers_count=2,
            remark="Voorbeeld",
        )
    except RefusedError:
        return  # not for this sector, or not open: the demo does without
    Registration.objects.filter(pk=registration.pk).update(is_sample=True)
