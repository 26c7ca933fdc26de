"""What waits for a coordinator now: one small source for each kind of work.

A source says which rows wait (for whom, on which day), how one reads as a Todo, and what its button does in place.
The start page, the list behind a heading and its number all come from `rows`, so they cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.aggregates import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, Occurrence, Revision, counts_from
from activities.revisions import confirm as confirm_activities
from enquiries.members import claims_for, way_of
from enquiries.models import Recipient, Registration, State
from enquiries.registrations import RefusedError, confirm
from enquiries.status import OPEN, RecipientStatus
from networks.freshness import AddMonths, contacts_to_confirm, networks_to_confirm
from networks.freshness import confirm as confirm_rows
from networks.rights import contacts_changed_by, is_programme_staff, networks_changed_by, networks_published_by
from quality.models import Obligation
from quality.obligations import finish
from schools.membership import AlreadyDecidedError, approve

SHOWN = 5  # of each kind on the start page; the list behind the heading has them all


@dataclass(frozen=True, kw_only=True, slots=True)
class Todo:
    """One thing to do. due: the last day, or since when it waits; None when it always did."""

    kind: str
    key: str
    title: str
    where: str
    due: date | None
    url: str  # where one reads or does it
    action: str  # what the button says
    in_place: bool  # whether the button does it at once; else it leads to `url`
    said: str = ""  # what the day means, in words: "antwoord uiterlijk", "bevestigd tot"
    is_late: bool = False
    is_sample: bool = False


@dataclass(frozen=True)
class Person:
    """Whose work it is, and when. The role is asked once."""

    user: object
    now: datetime

    @cached_property
    def on(self):
        return timezone.localtime(self.now).date()

    @cached_property
    def is_staff(self):
        return is_programme_staff(self.user, self.on)

    @property
    def networks(self):
        """Networks that the person may change. A queryset."""
        return networks_changed_by(self.user, self.on, is_staff=self.is_staff)

    @property
    def contacts(self):
        return contacts_changed_by(self.user, self.on, is_staff=self.is_staff)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """rows(person): a queryset, the most urgent first. todo(row, person): how one reads.

    act(rows, person): does it for each of `rows`; None when the button leads to a page. done: what is said after it.
    somebody_waits: a school, a member or a term waits for it; what only asks "does it still hold" comes after those.
    """

    kind: str
    heading: str
    rows: Callable
    todo: Callable
    act: Callable | None = None
    done: str = ""
    somebody_waits: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """The todos of one kind; `count` is how many there are, `todos` the first of them."""

    source: Source
    todos: list
    count: int

    @property
    def more_count(self):
        return self.count - len(self.todos)

    @property
    def urgency(self):
        """What others wait for comes first, then what is due or waits longest."""
        return not self.source.somebody_waits, self.todos[0].due or date.min


# --- questions by clock ------------------------------------------------------------------------------
def _questions(person):
    rows = Recipient.objects.for_coordinator(person.user, person.on).with_status()
    rows = rows.filter(status__in=[*OPEN, RecipientStatus.LATE])
    return rows.select_related("enquiry__school").order_by("reply_due_on", "pk")


def _question(row, person):
    school = _("een school die haar naam nog niet noemt") if row.enquiry.is_anonymous else row.enquiry.school.name
    return Todo(
        kind="vragen",
        key=str(row.pk),
        title=_shortened(row.enquiry.goal),
        where=f"{school}, {row.owner}",
        due=row.reply_due_on,
        said=_("antwoord uiterlijk"),
        is_late=row.reply_due_on < person.on,
        url=row.get_absolute_url(),
        action=_("Beantwoord"),
        in_place=False,
    )


# --- registrations for a programme to confirm ----------------------------------------------------------
def _registrations(person):
    carried = Q(network__in=person.networks.values("pk"))
    if person.is_staff:
        carried |= Q(network=None)
    rows = Registration.objects.in_state(State.SIGNED_UP).filter(carried, occurrence=None)
    return rows.select_related("school", "programme", "network").order_by("registered_at", "pk")


def _registration(row, person):
    return Todo(
        kind="aanmeldingen",
        key=str(row.pk),
        title=f"{row.school.name}: {row.programme.name}",
        where=row.network.name if row.network else _("programmabureau"),
        due=timezone.localtime(row.registered_at).date(),
        said=_("aangemeld op"),
        url=row.get_absolute_url(),
        action=_("Bevestig"),
        in_place=True,
    )


def _confirm_registrations(rows, person):
    for row in rows:
        confirm(registration=row, by=person.user, now=person.now)


# --- attendance to record ------------------------------------------------------------------------------
def _attendance(person):
    there = Registration.objects.in_state(State.PLACED, State.CONFIRMED).filter(occurrence=OuterRef("pk"))
    rows = Occurrence.objects.filter(
        Exists(there),
        activity__network__in=person.networks.values("pk"),
        ends_at__lt=person.now,
        cancelled_at=None,
    )
    return rows.select_related("activity__network").order_by("starts_at", "pk")


def _date(row, person):
    return Todo(
        kind="aanwezigheid",
        key=str(row.pk),
        title=row.activity.title,
        where=row.activity.network.name,
        due=timezone.localtime(row.starts_at).date(),
        said=_("was op"),
        url=reverse("enquiries:attendance", args=[row.uid]),
        action=_("Vul in wie er was"),
        in_place=False,
        is_sample=row.is_sample,
    )


# --- offers, contacts and networks to confirm ------------------------------------------------------------
def _offers(person):
    rows = Activity.objects.filter(network__in=person.networks.values("pk")).to_confirm(person.on)
    until = AddMonths(counts_from(), F("network__programme__confirm_after_months"))
    return rows.annotate(ask_on=until).select_related("network").defer("search").order_by("ask_on", "pk")


def _offer(row, person):
    return Todo(
        kind="aanbod",
        key=str(row.pk),
        title=row.title,
        where=row.network.name,
        due=row.ask_on,
        said=_("bevestigd tot"),
        url=reverse("workspace:offer", args=[row.slug]),
        action=_("Klopt nog"),
        in_place=True,
        is_sample=row.is_sample,
    )


def _confirm_offers(rows, person):
    confirm_activities(
        activities=Activity.objects.filter(pk__in=[row.pk for row in rows]), by=person.user, on=person.on
    )


def _contacts(person):
    owners = ("network", "support_point__network", "region", "landsdeel", "programme", "organisation")
    return contacts_to_confirm(person.contacts, person.on).select_related("person", *owners)


def _contact(row, person):
    return Todo(
        kind="contacten",
        key=str(row.pk),
        title=f"{row.person.name}, {row.title}",
        where=str(row.owner),
        due=row.ask_on,
        said=_("bevestigd tot"),
        url=reverse("workspace:contact", args=[row.pk]),
        action=_("Klopt nog"),
        in_place=True,
        is_sample=row.person.is_sample,
    )


def _networks(person):
    return networks_to_confirm(person.networks, person.on).select_related("programme")


def _network(row, person):
    return Todo(
        kind="netwerken",
        key=str(row.pk),
        title=row.name,
        where=row.programme.name,
        due=row.ask_on,
        said=_("bevestigd tot"),
        url=reverse("workspace:network", args=[row.slug]),
        action=_("Klopt nog"),
        in_place=True,
        is_sample=row.is_sample,
    )


def _confirm(rows, person):
    for row in rows:
        confirm_rows(type(row)._default_manager.filter(pk=row.pk), today=person.on)


# --- members to approve ----------------------------------------------------------------------------------
def _members(person):
    return claims_for(person.user, person.on).select_related("user", "school", "board").order_by("asked_at", "pk")


def _member(row, person):
    return Todo(
        kind="leden",
        key=str(row.pk),
        title=f"{row.user} ({row.user.email})",
        where=f"{row.school or row.board}, {row.get_role_display()}",
        due=timezone.localtime(row.asked_at).date(),
        said=_("gevraagd op"),
        url=reverse("enquiries:approvals"),
        action=_("Keur goed"),
        in_place=True,
    )


def _approve(rows, person):
    for row in rows:
        approve(membership=row, by=person.user, way=way_of(person.user, person.on), now=person.now)


# --- proposals to approve ----------------------------------------------------------------------------------
def _proposals(person):
    networks = networks_published_by(person.user, person.on, is_staff=person.is_staff)
    rows = Revision.objects.undecided().filter(network__in=networks.values("pk"), proposed_at__isnull=False)
    return rows.select_related("activity", "network", "made_by").order_by("proposed_at", "pk")


def _proposal(row, person):
    return Todo(
        kind="voorstellen",
        key=str(row.pk),
        title=str(row),
        where=_("%(network)s, van %(who)s") % {"network": row.network.name, "who": row.made_by or _("iemand")},
        due=timezone.localtime(row.proposed_at).date(),
        said=_("voorgesteld op"),
        url=reverse("workspace:revision", args=[row.uid]),
        action=_("Bekijk het voorstel"),
        in_place=False,
    )


# --- obligations -------------------------------------------------------------------------------------------
def _obligations(person):
    rows = Obligation.objects.due_by(person.on + Obligation.SHOWN_BEFORE)
    return rows.filter(network__in=person.networks.values("pk")).select_related("network").order_by("due_on", "pk")


def _obligation(row, person):
    return Todo(
        kind="verplichtingen",
        key=str(row.pk),
        title=row.title or row.get_kind_display(),
        where=row.network.name,
        due=row.due_on,
        said=_("uiterlijk"),
        is_late=row.is_late(person.on),
        url=reverse("workspace:obligation", args=[row.pk]),
        action=_("Gedaan"),
        in_place=True,
        is_sample=row.is_sample,
    )


def _finish(rows, person):
    for row in rows:
        finish(obligation=row, by=person.user, now=person.now)


SOURCES = {
    source.kind: source
    for source in (
        Source(
            kind="vragen", heading=gettext_lazy("Vragen die op antwoord wachten"), rows=_questions, todo=_question
        ),
        Source(
            kind="aanmeldingen",
            heading=gettext_lazy("Aanmeldingen om te bevestigen"),
            rows=_registrations,
            todo=_registration,
            act=_confirm_registrations,
            done=gettext_lazy("De deelname is bevestigd. De school krijgt een mail."),
        ),
        Source(
            kind="aanwezigheid",
            heading=gettext_lazy("Datums waarvan nog niet bekend is wie er was"),
            rows=_attendance,
            todo=_date,
        ),
        Source(
            kind="leden",
            heading=gettext_lazy("Mensen die bij hun school willen horen"),
            rows=_members,
            todo=_member,
            act=_approve,
            done=gettext_lazy("Goedgekeurd. Deze persoon krijgt een mail."),
        ),
        Source(
            kind="voorstellen",
            heading=gettext_lazy("Voorstellen voor het aanbod"),
            rows=_proposals,
            todo=_proposal,
        ),
        Source(
            kind="verplichtingen",
            heading=gettext_lazy("Wat het netwerk moet inleveren"),
            rows=_obligations,
            todo=_obligation,
            act=_finish,
            done=gettext_lazy("Gedaan."),
        ),
        Source(
            kind="aanbod",
            heading=gettext_lazy("Aanbod: klopt het nog?"),
            rows=_offers,
            todo=_offer,
            act=_confirm_offers,
            done=gettext_lazy("Bevestigd. Scholen zien dat het vandaag nog klopte."),
            somebody_waits=False,
        ),
        Source(
            kind="contacten",
            heading=gettext_lazy("Contacten: kloppen ze nog?"),
            rows=_contacts,
            todo=_contact,
            act=_confirm,
            done=gettext_lazy("Bevestigd. Scholen blijven dit contact zien."),
            somebody_waits=False,
        ),
        Source(
            kind="netwerken",
            heading=gettext_lazy("Netwerken: klopt alles nog?"),
            rows=_networks,
            todo=_network,
            act=_confirm,
            done=gettext_lazy("Bevestigd. Scholen zien dat het vandaag nog klopte."),
            somebody_waits=False,
        ),
    )
}


# --- together ------------------------------------------------------------------------------------------------
def group_of(source, person, shown=SHOWN):
    """The first `shown` todos of one kind and how many there are; one query and those of the rights."""
    rows = source.rows(person)
    counted = list(rows.annotate(of=Window(Count("pk")))[:shown])
    return Group(source, [source.todo(row, person) for row in counted], counted[0].of if counted else 0)


def groups_for(person):
    """Every kind with something to do; what has waited longest, or is due first, on top."""
    groups = [group_of(source, person) for source in SOURCES.values()]
    return sorted((group for group in groups if group.count), key=lambda group: group.urgency)


class GoneError(Exception):
    """What was to be done is done already, or cannot be done any more; the message says so."""


def do(source, key, person):
    """Do the one thing `key` of a kind with a button in place; raises GoneError when it does not wait (any more)."""
    found = list(source.rows(person).filter(pk=key)[:1]) if key.isdigit() else []
    if not found:
        raise GoneError(_("Dit was al gedaan, of het is niet aan u."))
    try:
        source.act(found, person)
    except (RefusedError, AlreadyDecidedError) as error:
        raise GoneError(_("Dit kan niet meer: intussen is er iets veranderd.")) from error


def _shortened(text, length=100):
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
