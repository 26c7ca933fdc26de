"""Work that beat asks for; the schedule stands in the settings. Twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from enquiries import asking, registrations


@shared_task
def pass_on_unanswered():
    """Each quarter of an hour: questions whose last day for an answer is over go to the next address."""
    asking.expire(now=timezone.now())


@shared_task
def forget_old_senders():
    """Each night: what the privacy page promises to forget."""
    asking.forget(now=timezone.now())


@shared_task
def sweep_offers():
    """Each minute: places that were offered and not taken in time go to the next school."""
    registrations.lapse_offers(now=timezone.now())
