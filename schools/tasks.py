"""Tasks of the register: one function called, and a repeated task does nothing."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from schools.membership import forget_invitations

KEPT_FOR = timedelta(days=60)


@shared_task
def forget_old_invitations():
    """Each night: an invitation that is over holds an address that we need no more."""
    forget_invitations(timezone.now() - KEPT_FOR)
