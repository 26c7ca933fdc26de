"""Work that beat asks for; the schedule stands in the settings. Twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from reminders import delivery, forgetting, planning


@shared_task(soft_time_limit=280, time_limit=300)
def plan():
    """Every ten minutes: what is due is written down."""
    planning.plan(timezone.now())


@shared_task(soft_time_limit=280, time_limit=300)
def bundle():
    """Every five minutes: what may go today goes into mail."""
    delivery.bundle(timezone.now())


@shared_task(soft_time_limit=280, time_limit=300)
def look_back():
    """Each hour: which of the things that were told are done."""
    delivery.look_back(timezone.now())


@shared_task
def forget_old_reminders():
    """Each night: what the privacy page promises to forget."""
    forgetting.forget(timezone.now())
