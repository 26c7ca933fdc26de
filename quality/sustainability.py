"""What puts the future of a network at risk: money that ends, one person alone, nobody new, no meeting (R28, R42).

Each rule is a function of what is known of one network and gives a Risk with its sentence, or None. Only `known_of`
asks the database.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Participation
from networks.assignments import LEADING
from networks.models import Assignment
from networks.rights import CHANGING
from quality.models import Meeting
from quality.signs_of_life import SILENT_AFTER, year_up_to

FUNDING, ALONE, NOBODY_NEW, NO_MEETING = "geld", "coordinator", "deelname", "bijeenkomst"


@dataclass(frozen=True, slots=True)
class Risk:
    """kind: which rule. why: one sentence for a reader."""

    kind: str
    why: str


@dataclass(slots=True)
class Known:
    """What the rules ask of a network, as of one day.

    leading: users who answer for it. helping_count: others who may change it. joined_on: the last day on which a
    school joined. met_count: meetings in the year up to that day. met_on: the last one. next_on: the first ahead.
    """

    leading: list
    helping_count: int = 0
    joined_on: date | None = None
    met_count: int = 0
    met_on: date | None = None
    next_on: date | None = None


def known_of(networks, on):
    """{network: Known} of `networks` (a queryset) on the day `on`. Three queries, for any number of them."""
    mine = {"network__in": networks.order_by().values("pk")}
    found = defaultdict(lambda: Known([]))
    holding = Assignment.objects.on(on).filter(role__in=CHANGING, user__is_active=True, **mine)
    helping = defaultdict(set)
    for row in holding.select_related("user").order_by("pk"):
        people = found[row.network_id].leading
        if row.role not in LEADING:
            helping[row.network_id].add(row.user)
        elif row.user not in people:
            people.append(row.user)
    for pk, users in helping.items():
        found[pk].helping_count = len(users.difference(found[pk].leading))
    joined = Participation.objects.filter(**mine).order_by().values_list("network")
    joined = joined.annotate(
        began=Max("started_on", filter=Q(started_on__lte=on)),
        joined=Max("signed_up_on", filter=Q(signed_up_on__lte=on)),
    )
    for pk, *days in joined:
        found[pk].joined_on = max(filter(None, days), default=None)
    met = Meeting.objects.filter(**mine).order_by().values_list("network")
    met = met.annotate(
        number=Count("pk", filter=Q(held_on__range=year_up_to(on))),
        last=Max("held_on", filter=Q(held_on__lte=on)),
        ahead=Min("held_on", filter=Q(held_on__gt=on)),
    )
    for pk, number, last, ahead in met:
        found[pk].met_count, found[pk].met_on, found[pk].next_on = number, last, ahead
    return found


def risks_of(network, known, on):
    """The risks that hold for `network` (with its programme) on the day `on`, in the order of the rules."""
    return [risk for risk in (rule(network, known, on) for rule in RULES) if risk]


def _funding(network, known, on):
    """Its money ends within a year, or has ended. Without a day nothing is known, and that is no risk by itself."""
    until = network.funded_until
    if until is None or until > on + SILENT_AFTER:
        return None
    if until < on:
        return Risk(FUNDING, _("Er was geld tot %(day)s.") % {"day": _day(until)})
    return Risk(FUNDING, _("Er is geld tot %(day)s.") % {"day": _day(until)})


def _alone(network, known, on):
    """Nobody answers for it, or one person does whom nobody can stand in for."""
    if not known.leading:
        return Risk(ALONE, _("Er is geen coördinator."))
    if len(known.leading) == 1 and not known.helping_count:
        return Risk(ALONE, _("%(name)s staat er alleen voor.") % {"name": known.leading[0]})
    return None


def _nobody_new(network, known, on):
    """No school began or registered in the year up to `on`."""
    if known.joined_on is None:
        return Risk(NOBODY_NEW, _("Er begon nog nooit een school."))
    if known.joined_on < year_up_to(on)[0]:
        return Risk(NOBODY_NEW, _("De laatste school begon op %(day)s.") % {"day": _day(known.joined_on)})
    return None


def _no_meeting(network, known, on):
    """No meeting in the year up to `on`, or fewer than its programme asks in a year."""
    least = network.programme.meetings_least
    if known.met_count >= (1 if least is None else least):
        return None
    if known.met_count:
        said = ngettext(
            "Er was %(count)d bijeenkomst in twaalf maanden.",
            "Er waren %(count)d bijeenkomsten in twaalf maanden.",
            known.met_count,
        ) % {"count": known.met_count}
    elif known.met_on:
        said = _("De laatste bijeenkomst was op %(day)s.") % {"day": _day(known.met_on)}
    else:
        said = _("Er was nog nooit een bijeenkomst.")
    if least:
        said += " " + ngettext(
            "Het programma vraagt er ten minste %(count)d per jaar.",
            "Het programma vraagt er ten minste %(count)d per jaar.",
            least,
        ) % {"count": least}
    if known.next_on:
        said += " " + _("De volgende is op %(day)s.") % {"day": _day(known.next_on)}
    return Risk(NO_MEETING, said)


def _day(day):
    return date_format(day, "j F Y")


RULES = (_funding, _alone, _nobody_new, _no_meeting)
