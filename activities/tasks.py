"""Work on the offer that beat asks for; the schedule stands in the settings."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from activities import revisions
from activities.models import Note, SearchMiss

KEPT_FOR = timedelta(days=365)


@shared_task
def forget_old_searches():
    """Each night: searches without result are kept for twelve months. Twice deletes nothing more."""
    SearchMiss.objects.kept_too_long(timezone.localdate()).delete()


@shared_task
def forget_old_notes():
    """Each night: what visitors wrote is kept for a year, as the privacy page says."""
    Note.objects.filter(written_at__lt=timezone.now() - KEPT_FOR).delete()


@shared_task
def publish_due_revisions():
    """Each quarter of an hour: changes that were approved for today or before. Twice changes nothing more."""
    revisions.publish_due(now=timezone.now())
