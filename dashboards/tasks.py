"""Work that beat asks for; the schedule stands in the settings. Twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from dashboards import facts, snapshots


@shared_task
def refresh_sums():
    """Each half minute: when something under the sums changed, make those anew."""
    facts.refresh(timezone.localdate())


@shared_task
def check_sums():
    """Each night: the sums against the rows, and a new start for the new day."""
    facts.check(timezone.localdate())


@shared_task
def take_monthly_snapshot():
    """Each day: keep the figures of this month, when that was not done yet."""
    snapshots.take_monthly(timezone.localdate())
