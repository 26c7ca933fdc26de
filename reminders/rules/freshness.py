"""Does it still hold? Activities, contacts and networks that nobody confirmed lately (settled decision 7).

When it is asked again follows from the periods of the programme (`activities.freshness`), so these rules have no lead
times of their own: staff set the months at the programme.
"""

from types import SimpleNamespace

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.freshness import Stage, freshness, freshness_of, months_later
from activities.models import Activity
from activities.reasons import day as in_words
from activities.revisions import confirm as confirm_activities
from networks.directory import CONFIRMED_FOR
from networks.freshness import CONFIRM_AFTER_MONTHS
from networks.freshness import confirm as confirm_rows
from networks.models import ContactRole, Network, Programme
from reminders.audience import Audience, must_be_told, reader_of, with_account
from reminders.due import RULES
from reminders.rules.moments import NEVER
from reminders.rules.subjects import asked_for, row_of, streamed, tell
from reminders.rules.waiting import waiting

# Of a contact that belongs to no programme.
PERIODS = SimpleNamespace(confirm_after_months=CONFIRM_AFTER_MONTHS, fade_after_months=9, hide_after_months=12)
OWNERS = (
    "network__programme",
    "support_point__network__programme",
    "programme",
    "region",
    "landsdeel",
    "organisation",
)
CARRIERS = "wie het netwerk mag wijzigen; zonder hen het contact van het netwerk, en anders het programmabureau"


# --- activities --------------------------------------------------------------------------------------------
def confirm_activity(subject, user, now):
    row = row_of(waiting("aanbod", now), subject)
    audience = Audience.at(now)
    must_be_told(audience.of_network(row.network_id), user)
    confirm_activities(activities=Activity.objects.filter(pk=row.pk), by=user, on=audience.on)
    return _("Bevestigd. Scholen zien dat het vandaag nog klopte.")


@RULES.register(
    key="activity-confirm",
    name="Aanbod: klopt het nog?",
    audience=CARRIERS,
    variables={
        "titel": "titel van de activiteit",
        "netwerk": "naam van het netwerk",
        "dag": "wanneer iemand het voor het laatst bevestigde",
        "gevolg": "wat er gebeurt als niemand het bevestigt",
    },
    subject_line="Klopt dit nog? {titel}",
    sentence="“{titel}” van {netwerk} is voor het laatst bevestigd op {dag}. {gevolg}",
    button="Dit klopt nog",
    act=confirm_activity,
)
def activity_confirm(asked):
    """When its network is asked, when it fades, and when it left every list."""
    audience, programmes = Audience(asked.on), Programme.objects.in_bulk()
    for row in streamed(asked_for(waiting("aanbod", asked.now), asked)):
        programme = programmes[row.network.programme_id]
        found = freshness_of(row, programme, asked.on)
        values = {
            "titel": row.title,
            "netwerk": row.network.name,
            "dag": in_words(found.since),
            "gevolg": _follows_for_activity(found, programme),
        }
        path = reverse("workspace:offer", args=[row.slug])
        yield from tell(audience.of_network(row.network_id), row, _moment(found), values, path)


def _follows_for_activity(found, programme):
    if found.stage == Stage.GONE:
        return _("Scholen zien het nu niet meer. Bevestigt u het, dan staat het er weer.")
    if found.stage == Stage.FADING:
        gone_on = months_later(found.since, programme.hide_after_months)
        return _("Het staat nu lager in de lijst. Vanaf %(day)s zien scholen het niet meer.") % {
            "day": in_words(gone_on)
        }
    fades_on = months_later(found.since, programme.fade_after_months)
    return _("Bevestigt niemand het, dan komt het vanaf %(day)s lager in de lijst.") % {"day": in_words(fades_on)}


# --- networks ----------------------------------------------------------------------------------------------
def confirm_network(subject, user, now):
    row = row_of(waiting("netwerken", now), subject)
    audience = Audience.at(now)
    must_be_told(audience.of_network(row.pk), user)
    confirm_rows(Network.objects.filter(pk=row.pk), today=audience.on)
    return _("Bevestigd. Scholen zien dat het vandaag nog klopte.")


@RULES.register(
    key="network-confirm",
    name="Netwerk: klopt alles nog?",
    audience=CARRIERS,
    variables={
        "netwerk": "naam van het netwerk",
        "programma": "naam van het programma",
        "sinds": "wanneer iemand het voor het laatst bevestigde, in een zin",
    },
    subject_line="Klopt alles nog van {netwerk}?",
    sentence="{netwerk} ({programma}): {sinds}. Kijk of gegevens, partners en werkgebied nog kloppen.",
    button="Alles klopt nog",
    act=confirm_network,
)
def network_confirm(asked):
    """At the months of its programme for activities; never confirmed: once."""
    audience = Audience(asked.on)
    for row in streamed(asked_for(waiting("netwerken", asked.now), asked)):
        found = freshness(row.confirmed_on, None, row.programme, asked.on)
        values = {"netwerk": row.name, "programma": row.programme.name, "sinds": _since(row)}
        path = reverse("workspace:network", args=[row.slug])
        yield from tell(audience.of_network(row.pk), row, _moment(found), values, path)


# --- contacts ----------------------------------------------------------------------------------------------
def confirm_contact(subject, user, now):
    row = row_of(_contacts(now), subject)
    audience = Audience.at(now)
    must_be_told(_readers_of(row, audience), user)
    confirm_rows(ContactRole.objects.filter(pk=row.pk), today=audience.on)
    return _("Bevestigd. Scholen blijven dit contact zien.")


@RULES.register(
    key="contact-confirm",
    name="Contact: klopt het nog?",
    audience="wie het netwerk of de regio mag wijzigen; zonder hen de persoon zelf, en anders het programmabureau",
    variables={
        "persoon": "naam van de persoon",
        "functie": "functie van de persoon",
        "van": "het netwerk, steunpunt, loket of bureau",
        "sinds": "wanneer iemand het voor het laatst bevestigde, in een zin",
        "gevolg": "wat er gebeurt als niemand het bevestigt",
    },
    subject_line="Klopt dit contact nog? {persoon}, {van}",
    sentence="{persoon}, {functie} van {van}: {sinds}. {gevolg}",
    button="Dit klopt nog",
    act=confirm_contact,
)
def contact_confirm(asked):
    """At the months of the programme, else at 6, 9 and 12; never confirmed: once."""
    audience = Audience(asked.on)
    for row in streamed(asked_for(_contacts(asked.now), asked)):
        found = freshness(row.confirmed_on, None, _periods_of(row), asked.on)
        values = {
            "persoon": row.person.name,
            "functie": row.title,
            "van": str(row.owner),
            "sinds": _since(row),
            "gevolg": _follows_for_contact(row, asked.on),
        }
        path = reverse("workspace:contact", args=[row.pk])
        yield from tell(_readers_of(row, audience), row, _moment(found), values, path)


def _contacts(now):
    return with_account(waiting("contacten", now).select_related("person", *OWNERS))


def _readers_of(row, audience):
    network = row.support_point.network_id if row.support_point_id else row.network_id
    readers = audience.of_assignments("network", network) or audience.of_assignments("region", row.region_id)
    holidays = audience.holidays_of("network", network) or audience.holidays_of("region", row.region_id)
    return readers or reader_of(row.person.email, row, holidays) or audience.office


def _periods_of(row):
    network = row.support_point.network if row.support_point_id else row.network
    return network.programme if network else row.programme or PERIODS


def _follows_for_contact(row, on):
    if row.confirmed_on is None or on - row.confirmed_on > CONFIRMED_FOR:
        return _("Vragen van scholen gaan nu naar een ander.")
    last_on = in_words(row.confirmed_on + CONFIRMED_FOR)
    return _("Bevestigt niemand het, dan gaan vragen van scholen na %(day)s naar een ander.") % {"day": last_on}


# --- the programme office, at twelve months -----------------------------------------------------------------
@RULES.register(
    key="unconfirmed-office",
    name="Te lang niet bevestigd",
    audience="het programmabureau",
    variables={
        "wat": "de activiteit, het netwerk of het contact",
        "van": "het netwerk, steunpunt, loket of bureau",
        "dag": "wanneer iemand het voor het laatst bevestigde",
    },
    subject_line="Te lang niet bevestigd: {wat}",
    sentence="{wat} ({van}) is voor het laatst bevestigd op {dag}, en niemand reageert. Vraag het na.",
    button="Bekijk het",
)
def unconfirmed_office(asked):
    """What reached the last period of its programme: it left the lists, or nobody is asked there any more."""
    audience, programmes = Audience(asked.on), Programme.objects.in_bulk()
    offers = asked_for(Activity.objects.gone(asked.on), asked).select_related("network").defer("search")
    for row in streamed(offers.order_by("pk")):
        found = freshness_of(row, programmes[row.network.programme_id], asked.on)
        path = reverse("workspace:offer", args=[row.slug])
        yield from _tell_office(audience, row, found, row.title, row.network.name, path)
    for row in streamed(asked_for(waiting("netwerken", asked.now), asked)):
        found = freshness(row.confirmed_on, None, row.programme, asked.on)
        path = reverse("workspace:network", args=[row.slug])
        yield from _tell_office(audience, row, found, row.name, row.programme.name, path)
    for row in streamed(asked_for(_contacts(asked.now), asked)):
        found = freshness(row.confirmed_on, None, _periods_of(row), asked.on)
        path = reverse("workspace:contact", args=[row.pk])
        yield from _tell_office(audience, row, found, f"{row.person.name}, {row.title}", str(row.owner), path)


def _tell_office(audience, row, found, what, owner, path):
    if found.stage == Stage.GONE:
        values = {"wat": what, "van": owner, "dag": in_words(found.since)}
        yield from tell(audience.office, row, _moment(found), values, path)


# --- pieces ------------------------------------------------------------------------------------------------
def _moment(found):
    return f"{found.since:%Y-%m-%d}/{found.stage}" if found.since else NEVER


def _since(row):
    if row.confirmed_on is None:
        return _("nog nooit bevestigd")
    return _("voor het laatst bevestigd op %(day)s") % {"day": in_words(row.confirmed_on)}
