"""Tasks that send mail: a key in, one function called. A repeated task does nothing."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts import messages
from accounts.models import Message

KEPT_FOR = timedelta(days=365)


@shared_task(soft_time_limit=150, time_limit=180)  # each step of a mail server that hangs takes EMAIL_TIMEOUT
def send_message(message_pk):
    messages.send(message_pk)


@shared_task(soft_time_limit=270, time_limit=300)
def send_messages(message_pks):
    messages.send_many(message_pks, seconds=100)


@shared_task
def sweep_messages():
    """Each minute: messages that are due and that no task came for, or whose last try failed."""
    messages.hand_over_many(messages.due_keys(timezone.now()))


@shared_task
def forget_old_messages():
    """Each night: mail that is done with is kept for a year, as the privacy page says."""
    Message.objects.exclude(sent_at=None, given_up_at=None).filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
