"""When something of the offer is over, and when a day begins."""

from datetime import datetime, time

from django.utils import timezone

from loket.vocabulary import Availability, ProgrammeStatus


def closed_networks(known, on):
    """Networks of which nothing is offered any more: ended ones, and those of ended programmes."""
    ended = {
        programme.slug
        for programme in known.programmes.values()
        if programme.status == ProgrammeStatus.BEEINDIGD or programme.availability == Availability.BEEINDIGD
    }
    return frozenset(n.pk for n in known.networks.values() if n.programme in ended or n.has_ended(on))


def midnight(day):
    """The moment at which `day` begins in the Netherlands."""
    return timezone.make_aware(datetime.combine(day, time.min))
