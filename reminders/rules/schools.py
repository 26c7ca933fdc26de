"""Schools: silence, long waits, people who want to belong to one, and money that they can ask for."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from activities.models import Entry, Participation, Subsidy
from activities.periods import midnight
from activities.reasons import day as in_words
from loket.vocabulary import Barrier, SchoolRole, school_year
from networks.directory import directory
from networks.models import Network
from reminders.audience import Audience, Members, once
from reminders.due import RULES
from reminders.rules.freshness import CARRIERS
from reminders.rules.moments import WEEK, latest, reach
from reminders.rules.subjects import asked_for, streamed, tell
from schools.models import Membership, Profile, School

ONE_DAY = timedelta(days=1)
DECIDING = (SchoolRole.LEADER, SchoolRole.BOARD)  # who may ask for money
ABOUT = {"school": "naam van de school", "programma": "naam van het programma"}


# --- taking part -------------------------------------------------------------------------------------------
@RULES.register(
    key="school-silent",
    name="School doet mee, maar er gebeurt niets",
    audience=CARRIERS,
    days=(-365,),
    variables={**ABOUT, "dag": "de laatste dag waarvan iets bekend is"},
    subject_line="{school} doet al een jaar niets met {programma}",
    sentence="{school} doet mee aan {programma}, maar sinds {dag} is er niets genoteerd. Bel de school, of "
    "noteer wat er gebeurde.",
    button="Bekijk de deelname",
)
def school_silent(asked):
    """A school that takes part this school year, a year after what happened last, or after it began (R77)."""
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    same = {name: OuterRef(name) for name in ("school", "programme", "sector")}
    entries = Entry.objects.filter(**{f"participation__{name}": ref for name, ref in same.items()})
    began = Participation.objects.filter(**same).annotate(day=Coalesce("started_on", "signed_up_on"))
    rows = asked_for(Participation.objects.taking_part().filter(school_year=school_year(asked.on)), asked)
    rows = rows.annotate(
        last_on=Coalesce(
            Subquery(entries.order_by("-happened_on").values("happened_on")[:1]),
            Subquery(began.filter(day__isnull=False).order_by("day").values("day")[:1]),
        )
    ).filter(last_on__lte=until, school__closed_on=None)
    for row in streamed(rows.select_related("school", "programme").order_by("pk")):
        values = {**_about(row), "dag": in_words(row.last_on)}
        path = reverse("enquiries:participation", args=[row.pk])
        yield from tell(audience.of_network(row.network_id), row, latest(row.last_on, asked), values, path)


@RULES.register(
    key="long-wait",
    name="School staat lang op de wachtlijst",
    audience=CARRIERS,
    days=(-90, -180, -365),
    variables={**ABOUT, "dag": "sinds wanneer de school wacht"},
    subject_line="{school} wacht al lang op {programma}",
    sentence="{school} staat sinds {dag} op de wachtlijst voor {programma}. Laat de school weten waar zij aan "
    "toe is.",
    button="Bekijk de deelname",
)
def long_wait(asked):
    """After three months, half a year and a year (R77), of this school year and the one before."""
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    years = [school_year(asked.on), school_year(asked.on - timedelta(days=365))]
    rows = Participation.objects.live().filter(started_on=None, waiting_from_on__lte=until, school_year__in=years)
    rows = asked_for(rows.filter(school__closed_on=None), asked).select_related("school", "programme")
    for row in streamed(rows.order_by("pk")):
        values = {**_about(row), "dag": in_words(row.waiting_from_on)}
        path = reverse("enquiries:participation", args=[row.pk])
        yield from tell(audience.of_network(row.network_id), row, latest(row.waiting_from_on, asked), values, path)


def _about(row):
    return {"school": row.school.name, "programma": row.programme.name}


# --- members -----------------------------------------------------------------------------------------------
@RULES.register(
    key="membership-waits",
    name="Iemand wil bij een school horen",
    audience="de coördinatoren van de school; zonder hen, en voor een bestuur, het programmabureau",
    days=(-3,),
    variables={
        "persoon": "naam van wie het vraagt",
        "van": "naam van de school of het bestuur",
        "rol": "rol van de persoon",
        "dag": "de dag waarop het gevraagd werd",
    },
    subject_line="Mag {persoon} erbij? {van}",
    sentence="{persoon} vroeg op {dag} toegang tot {van}, als {rol}. Keur dat goed, of wijs het af.",
    button="Keur goed of wijs af",
)
def membership_waits(asked):
    """Three days after somebody asked, and each week after that; never to who asked."""
    until = reach(asked)
    if until is None:
        return
    audience, known = Audience(asked.on), directory()
    rows = Membership.objects.pending().filter(user__is_active=True, asked_at__lt=midnight(until + ONE_DAY))
    rows = asked_for(rows, asked).select_related("user", "school__municipality", "board")
    for row in streamed(rows.order_by("pk")):
        asked_on = timezone.localdate(row.asked_at)
        values = {
            "persoon": str(row.user),
            "van": row.school.name if row.school_id else row.board.name,
            "rol": row.get_role_display(),
            "dag": in_words(asked_on),
        }
        moment = latest(asked_on, asked, every=WEEK)
        yield from tell(_approvers(row, audience, known), row, moment, values, reverse("enquiries:approvals"))


def _approvers(row, audience, known):
    """As `enquiries.members.approvers_of` has it, for many at once."""
    found = []
    if row.school_id:
        school = row.school
        for network in known.networks_for(school.municipality_id, school.board_id):
            if not network.is_national:
                found += audience.of_assignments("network", network.pk)
        region = school.municipality.region_id if school.municipality else None
        found += audience.of_assignments("region", region)
    others = [reader for reader in found if reader.user_pk != row.user_id]
    return once(*others) or tuple(reader for reader in audience.office if reader.user_pk != row.user_id)


# --- money -------------------------------------------------------------------------------------------------
@RULES.register(
    key="subsidy-network",
    name="Subsidie sluit bijna, voor netwerken",
    audience="wie een netwerk van dit programma mag wijzigen",
    days=(30, 7),
    variables={"subsidie": "naam van de subsidie", "dag": "de laatste dag om aan te vragen"},
    subject_line="Subsidie aanvragen kan tot en met {dag}: {subsidie}",
    sentence="“{subsidie}” kunt u aanvragen tot en met {dag}. Zijn er scholen of partners die dit moeten weten?",
    button="Bekijk de subsidies",
)
def subsidy_network(asked):
    """A month and a week before it closes; only those who have a network of its programme."""
    audience, rows = Audience(asked.on), _closing(asked)
    networks = defaultdict(list)
    running = Network.objects.filter(Q(ended_on=None) | Q(ended_on__gt=asked.on))
    for programme, pk in running.order_by("pk").values_list("programme", "pk"):
        networks[programme].append(pk)
    for row in rows:
        readers = [reader for pk in networks[row.programme_id] for reader in audience.of_assignments("network", pk)]
        yield from _tell_of_subsidy(once(*readers), row, asked)


@RULES.register(
    key="subsidy-school",
    name="Subsidie sluit bijna, voor scholen",
    audience="schoolleiders en besturen van scholen die aan het programma meedoen; bij een subsidie zonder "
    "programma die van scholen die op geld letten",
    days=(30,),
    variables={"subsidie": "naam van de subsidie", "dag": "de laatste dag om aan te vragen"},
    subject_line="Subsidie aanvragen kan tot en met {dag}: {subsidie}",
    sentence="“{subsidie}” kunt u aanvragen tot en met {dag}. Dit past bij uw school; kijk of u eraan voldoet.",
    button="Bekijk de subsidies",
)
def subsidy_school(asked):
    """Once, a month before it closes, to the few for whom it can matter."""
    rows = _closing(asked)
    if not rows:
        return
    schools = _schools_by_fit(asked, {row.programme_id for row in rows})
    found = School.objects.open().only("pk", "board_id", "holiday_region_id")
    known = found.in_bulk({pk for pks in schools.values() for pk in pks})
    members = Members(list(known))
    for row in rows:
        fitting = [
            known[pk]
            for (programme, sector), pks in schools.items()
            if programme == row.programme_id and (not row.sectors or sector in row.sectors)
            for pk in pks
            if pk in known
        ]
        told = [reader for school in fitting for reader in members.of(school, roles=DECIDING, with_board=True)]
        yield from _tell_of_subsidy(once(*told), row, asked)


def _closing(asked):
    """Subsidies of which a moment has come and that can still be asked for; few, so read at once."""
    until = reach(asked)
    if until is None:
        return []
    rows = Subsidy.objects.filter(closes_on__gte=asked.on, closes_on__lte=until).order_by("pk")
    return [row for row in asked_for(rows, asked) if row.state_on(asked.on) == Subsidy.State.OPEN]


def _schools_by_fit(asked, programmes):
    """{(programme or None, sector): [school]}: who takes part this year, or looks at money. Two queries."""
    found = defaultdict(list)
    taking_part = Participation.objects.taking_part().filter(
        school_year=school_year(asked.on), programme__in=programmes - {None}
    )
    for programme, sector, school in taking_part.order_by("pk").values_list("programme", "sector", "school"):
        found[programme, sector].append(school)
    newest = Profile.objects.filter(pk__in=Profile.objects.current().values("pk"))
    minding = newest.filter(barriers__contains=[Barrier.NO_MONEY]).order_by("pk")
    for sector, school in minding.values_list("sector", "school"):
        found[None, sector].append(school)
    return found


def _tell_of_subsidy(readers, row, asked):
    values = {"subsidie": row.name, "dag": in_words(row.closes_on)}
    until = midnight(row.closes_on + ONE_DAY)
    path = reverse("activities:subsidies")
    yield from tell(readers, row, latest(row.closes_on, asked), values, path, until=until)
