"""What slips at networks and regions: meetings, visits, silence, nobody who answers for it, money that ends."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.freshness import months_later
from activities.reasons import day as in_words
from networks.assignments import LEADING, without_coordinator
from networks.models import Assignment, Network
from quality.models import Meeting, Obligation
from quality.signs_of_life import SILENT_AFTER, SignsOfLife
from regions.models import Region
from reminders.audience import Audience, once
from reminders.due import RULES
from reminders.rules.freshness import CARRIERS
from reminders.rules.moments import NEVER, latest, reach
from reminders.rules.subjects import asked_for, streamed, tell

ONE_DAY = timedelta(days=1)
YEAR_DAYS = 365
# Programmes of which a committee visits each network (R76), and after how many months again. How often networks
# meet stands at the programme itself (`meetings_least`), where staff change it.
VISITED_EVERY_MONTHS = {"vo-ho-netwerken": 12}
OFFICE = "het programmabureau"


# --- rhythm ------------------------------------------------------------------------------------------------
@RULES.register(
    key="meeting-rhythm",
    name="Bijeenkomsten blijven uit",
    audience=CARRIERS,
    days=(-14,),
    variables={
        "netwerk": "naam van het netwerk",
        "laatste": "wanneer de laatste bijeenkomst was, in een zin",
        "aantal": "hoe vaak netwerken van dit programma ten minste bij elkaar komen",
    },
    subject_line="Tijd voor een bijeenkomst van {netwerk}?",
    sentence="{laatste} Er staat geen nieuwe gepland. Afgesproken is {aantal}.",
    button="Plan een bijeenkomst",
)
def meeting_rhythm(asked):
    """Two weeks after the day by which a network should have met again, while no meeting is planned.

    That day lies a year, divided by the meetings that the programme asks, after the last one; without any meeting,
    after the first of January of this year.
    """
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    meetings = Meeting.objects.filter(network=OuterRef("pk"))
    rows = _running(asked.on).filter(~Exists(meetings.filter(held_on__gt=asked.on)), programme__meetings_least__gt=0)
    last = meetings.filter(held_on__lte=asked.on).order_by("-held_on").values("held_on")[:1]
    for row in streamed(asked_for(rows, asked).annotate(last_on=Subquery(last)).select_related("programme")):
        least = row.programme.meetings_least
        next_on = (row.last_on or date(asked.on.year, 1, 1)) + timedelta(days=YEAR_DAYS // least)
        values = {
            "netwerk": row.name,
            "laatste": _("De laatste bijeenkomst van %(network)s was op %(day)s.")
            % {"network": row.name, "day": in_words(row.last_on)}
            if row.last_on
            else _("Van %(network)s kennen wij geen bijeenkomst.") % {"network": row.name},
            "aantal": _("ten minste %(count)d keer per jaar") % {"count": least},
        }
        moment = latest(next_on, asked)
        path = reverse("workspace:network", args=[row.slug])
        yield from tell(audience.of_network(row.pk), row, moment, values, path)


@RULES.register(
    key="visit-due",
    name="Bezoek van de commissie blijft uit",
    audience=OFFICE,
    days=(0,),
    variables={
        "netwerk": "naam van het netwerk",
        "laatste": "wanneer het laatste bezoek was, in een zin",
        "maanden": "om de hoeveel maanden de commissie komt",
    },
    subject_line="Plan een bezoek aan {netwerk}",
    sentence="{laatste} De commissie komt om de {maanden} maanden. Zet het bezoek bij de verplichtingen van het "
    "netwerk.",
    button="Bekijk het netwerk",
)
def visit_due(asked):
    """When the committee should visit again and no visit is planned (R76).

    A visit is an obligation of the kind audit that is done; one that is open has reminders of its own.
    """
    if not asked.days:
        return
    audience = Audience(asked.on)
    visits = Obligation.objects.filter(network=OuterRef("pk"), kind=Obligation.Kind.AUDIT)
    rows = _running(asked.on).filter(~Exists(visits.open()), programme__slug__in=VISITED_EVERY_MONTHS)
    last = visits.exclude(done_at=None).order_by("-done_at").values("done_at")[:1]
    for row in streamed(asked_for(rows, asked).annotate(visited_at=Subquery(last)).select_related("programme")):
        months = VISITED_EVERY_MONTHS[row.programme.slug]
        visited_on = timezone.localdate(row.visited_at) if row.visited_at else None
        moment = latest(months_later(visited_on, months), asked) if visited_on else _never(row)
        values = {
            "netwerk": row.name,
            "laatste": _("Het laatste bezoek aan %(network)s was op %(day)s.")
            % {"network": row.name, "day": in_words(visited_on)}
            if visited_on
            else _("Van %(network)s kennen wij geen bezoek.") % {"network": row.name},
            "maanden": str(months),
        }
        yield from tell(audience.office, row, moment, values, reverse("workspace:network", args=[row.slug]))


# --- silence -----------------------------------------------------------------------------------------------
@RULES.register(
    key="network-dormant",
    name="Netwerk valt stil",
    audience=OFFICE,
    days=(-SILENT_AFTER.days,),
    variables={"netwerk": "naam van het netwerk", "sinds": "sinds wanneer er niets bekend is, in een zin"},
    subject_line="{netwerk} valt stil",
    sentence="Van {netwerk} is {sinds} niets bekend: geen bijeenkomst, verslag, nieuwe deelname of activiteit.",
    button="Bekijk het netwerk",
)
def network_dormant(asked):
    """A year without a meeting, a report, a school that joined or something that happened; never any: once."""
    if not asked.days:
        return
    audience, signs = Audience(asked.on), SignsOfLife(asked.on)
    for row in streamed(asked_for(_running(asked.on), asked)):
        last_on = signs.of_network(row.pk)
        values = {"netwerk": row.name, "sinds": _silent_since(last_on)}
        moment = latest(last_on, asked) if last_on else _never(row)
        yield from tell(audience.office, row, moment, values, reverse("workspace:network", args=[row.slug]))


@RULES.register(
    key="region-dormant",
    name="Regio valt stil",
    audience=f"{OFFICE}, en de coördinator van de regio",
    days=(-SILENT_AFTER.days,),
    variables={"regio": "naam van de regio", "sinds": "sinds wanneer er niets bekend is, in een zin"},
    subject_line="Regio {regio} valt stil",
    sentence="In de regio {regio} is {sinds} niets bekend: geen bijeenkomst, verslag, nieuwe deelname of activiteit.",
    button="Bekijk de regio",
)
def region_dormant(asked):
    """As `network-dormant`, of the schools of a region and the networks that work there (R30)."""
    if not asked.days:
        return
    audience, signs = Audience(asked.on), SignsOfLife(asked.on)
    for row in streamed(asked_for(Region.objects.order_by("pk"), asked)):
        last_on = signs.of_region(row.pk)
        values = {"regio": row.name, "sinds": _silent_since(last_on)}
        moment = latest(last_on, asked) if last_on else NEVER
        readers = once(*audience.office, *audience.of_assignments("region", row.pk))
        yield from tell(readers, row, moment, values, row.get_absolute_url())


def _silent_since(last_on):
    return _("sinds %(day)s") % {"day": in_words(last_on)} if last_on else _("tot nu toe")


# --- nobody, and no money ----------------------------------------------------------------------------------
@RULES.register(
    key="no-coordinator",
    name="Netwerk zonder coördinator",
    audience=OFFICE,
    days=(0, -30, -90),
    variables={"netwerk": "naam van het netwerk", "programma": "naam van het programma"},
    subject_line="{netwerk} heeft geen coördinator",
    sentence="Niemand is nu coördinator of accountmanager van {netwerk} ({programma}). Draag het netwerk aan "
    "iemand over.",
    button="Draag het netwerk over",
)
def no_coordinator(asked):
    """From the day after the last one stopped; never had one, or an account was closed: once."""
    if not asked.days:
        return
    audience = Audience(asked.on)
    ended = Assignment.objects.filter(network=OuterRef("pk"), role__in=LEADING, until_on__lt=asked.on)
    rows = asked_for(without_coordinator(Network.objects.all(), asked.on), asked).annotate(
        last_until=Subquery(ended.order_by("-until_on").values("until_on")[:1])
    )
    for row in streamed(rows.select_related("programme").order_by("pk")):
        moment = latest(row.last_until + ONE_DAY, asked) if row.last_until else _never(row)
        values = {"netwerk": row.name, "programma": row.programme.name}
        yield from tell(audience.office, row, moment, values, reverse("workspace:network-hand-over", args=[row.slug]))


@RULES.register(
    key="funding-ends",
    name="Geld van een netwerk houdt op",
    audience=CARRIERS,
    days=(365, 180, 90, 30),
    variables={"netwerk": "naam van het netwerk", "dag": "tot wanneer er geld is"},
    subject_line="Geld van {netwerk}: tot {dag}",
    sentence="{netwerk} heeft geld tot en met {dag}. Bespreek op tijd hoe het daarna verder gaat. Is er nieuw "
    "geld? Pas de datum dan aan.",
    button="Bekijk het netwerk",
)
def funding_ends(asked):
    """A year before, half a year, three months and one month."""
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    rows = asked_for(_running(asked.on).filter(funded_until__lte=until), asked)
    for row in streamed(rows):
        values = {"netwerk": row.name, "dag": in_words(row.funded_until)}
        path = reverse("workspace:network", args=[row.slug])
        yield from tell(audience.of_network(row.pk), row, latest(row.funded_until, asked), values, path)


def _never(network):
    """The moment of what never was; None for an example of the catalogue, or the office would get one for each."""
    return None if network.is_sample else NEVER


def _running(on):
    return Network.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on)).order_by("pk")
