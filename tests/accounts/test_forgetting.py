"""What visitors wrote and what was mailed is not kept longer than the privacy page says."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Message
from accounts.tasks import forget_old_messages
from activities.models import Note
from activities.tasks import forget_old_notes
from tests.activities.factories import ActivityFactory

LONG_AGO = timezone.now() - timedelta(days=366)


def message(key, **fields):
    made = Message.objects.create(
        key=key,
        kind="note",
        to="a@voorbeeld.example",
        subject="s",
        text="t",
        due_at=LONG_AGO,
        message_id=key,
        **fields,
    )
    Message.objects.filter(pk=made.pk).update(created_at=LONG_AGO)
    return made


def test_mail_that_is_done_with_is_forgotten_after_a_year(db):
    message("sent", sent_at=LONG_AGO)
    message("given up", given_up_at=LONG_AGO)
    waiting = message("waiting")

    forget_old_messages()

    assert list(Message.objects.all()) == [waiting]


def test_a_note_is_forgotten_after_a_year(db):
    old, new = (Note.objects.create(activity=ActivityFactory(), text="Klopt niet.") for _number in range(2))
    Note.objects.filter(pk=old.pk).update(written_at=LONG_AGO)

    forget_old_notes()

    assert list(Note.objects.all()) == [new]
