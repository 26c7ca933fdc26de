"""The one way out for mail (settled decision 12).

`queue` writes a `Message` inside the transaction of its cause; a task sends it after the commit. When
that task never comes (Redis away, a worker that died), `due_keys` finds it a minute later.
"""

import logging
import random
import time
from datetime import datetime, timedelta
from email.utils import make_msgid, parseaddr
from functools import partial
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Message

logger = logging.getLogger(__name__)

SEND_TASK = "accounts.tasks.send_message"
SEND_MANY_TASK = "accounts.tasks.send_messages"
AT_ONCE = 20  # messages of one task: they share a connection to the mail server
# How long to wait at most after each failed try; after the eighth we give up, two days after the first.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60))
MOST_TRIES = len(WAITS) + 1
# ... and at least this part of it, drawn anew each time: what failed together is not tried together.
SHORTEST_PART = 0.85
# A mail server that refuses the address for good (5xx) is asked once more, in case it was mistaken.
MOST_REFUSALS = 2
SWEPT_AT_ONCE = 500
ATTACHMENT = {"name", "content_type", "text"}
# What a room may put in front of its mail; all else is ours.
HEADERS = {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"}
LAST_LOOKS = {}


class DroppedError(Exception):
    """The mail need not go any more; the text says why."""


class PostponedError(Exception):
    """The mail may not go now; `until` is when it may."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


def last_look(*kinds):
    """Decorator: `look(message, now)` is asked just before a message of these kinds leaves, under its lock.

    It may give the message another text, and raises DroppedError or PostponedError to hold it back. With a look, a
    secret message that was given up can be tried again: the look makes its text anew when it is empty.
    """

    def keep(look):
        LAST_LOOKS.update(dict.fromkeys(kinds, look))
        return look

    return keep


def queue(*, key, **said):
    """Write down a mail that must go out; returns its Message. What can be said: see `message_of`.

    Asking twice with one key gives back the first message.
    Raises TransactionManagementError outside a transaction: a mail leaves only when its cause is kept.
    """
    _insist_on_a_transaction()
    wanted = message_of(key=key, **said)
    message, created = Message.objects.get_or_create(key=key, defaults=_values(wanted))
    if created and message.due_at <= timezone.now():
        transaction.on_commit(partial(hand_over, message.pk), robust=True)
    return message


def queue_many(wanted):
    """Write down many mails: Messages of `message_of`; returns those that were not there yet. Two queries.

    As `queue`; they are handed over together after the commit.
    """
    _insist_on_a_transaction()
    Message.objects.bulk_create(wanted, ignore_conflicts=True)
    found = dict(
        Message.objects.filter(key__in=[each.key for each in wanted]).order_by().values_list("message_id", "pk")
    )
    made = [each for each in wanted if each.message_id in found]
    for each in made:
        each.pk = found[each.message_id]
    now = timezone.now()
    transaction.on_commit(partial(hand_over_many, [each.pk for each in made if each.due_at <= now]), robust=True)
    return made


def message_of(
    *,
    key,
    kind,
    to,
    subject,
    text,
    html="",
    reply_to="",
    attachments=(),
    headers=None,
    due_at=None,
    is_secret=False,
    expires_at=None,
):
    """A Message that is not written down yet.

    key: what the mail is for. kind: a slug, such as "note". html: the same as `text` for programs that show it; ""
    for text alone. attachments: dicts with the keys of ATTACHMENT, all of them str. headers: {name of HEADERS: one
    line}. due_at: not before this moment; None is at once. is_secret: it holds a code or a link that lets somebody
    in; staff never see such a text, and it is thrown away when it is sent or given up. expires_at: after this moment
    it is given up unsent. Raises ValueError for an attachment or a header of another form.
    """
    attachments = [dict(each) for each in attachments]
    if any(
        set(each) != ATTACHMENT or not all(isinstance(said, str) for said in each.values()) for each in attachments
    ):
        raise ValueError(f"An attachment has the texts {sorted(ATTACHMENT)}.")
    headers = dict(headers or {})
    if not headers.keys() <= HEADERS or not all(map(_is_one_line, headers.values())):
        raise ValueError(f"A header is one line, with one of the names {sorted(HEADERS)}.")
    return Message(
        key=key,
        kind=kind,
        to=to,
        reply_to=reply_to,
        subject=" ".join(subject.split())[: Message._meta.get_field("subject").max_length],
        text=text,
        html=html,
        attachments=attachments,
        headers=headers,
        is_secret=is_secret,
        expires_at=expires_at,
        due_at=due_at or timezone.now(),
        message_id=make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]),
    )


def _is_one_line(said):
    return isinstance(said, str) and said.isprintable()


def _values(message):
    names = [field.name for field in Message._meta.concrete_fields if field.name not in {"id", "key", "created_at"}]
    return {name: getattr(message, name) for name in names}


def _insist_on_a_transaction():
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A message is made inside the transaction of its cause.")


def hand_over(message_pk):
    """Ask a worker to send a message now. The broker away costs nothing but time: the sweep asks again."""
    return hand_over_many([message_pk])


def hand_over_many(message_pks):
    """As `hand_over`, AT_ONCE in a task; a broker that is away is asked once. Returns how many were taken."""
    keys = list(message_pks)
    for first in range(0, len(keys), AT_ONCE):
        part = keys[first : first + AT_ONCE]
        task, said = (SEND_TASK, part[0]) if len(part) == 1 else (SEND_MANY_TASK, part)
        try:
            current_app.send_task(task, (said,), retry=False)
        except Exception as error:  # whatever the broker has, the visitor gets the page
            logger.warning("Message %s (and those after it) waits for the sweep: %s", part[0], type(error).__name__)
            return first
    return len(keys)


def due_keys(now):
    """Keys of the messages that are due, the oldest first, at most SWEPT_AT_ONCE; one query."""
    return list(Message.objects.due(now).order_by("due_at", "pk").values_list("pk", flat=True)[:SWEPT_AT_ONCE])


def send_many(message_pks, *, seconds):
    """Send messages one by one, each in a transaction of its own, over one connection to the mail server.

    Stops after so many `seconds`: a mail server that hangs must not keep a task for ever. The sweep finds the rest.
    """
    deadline = time.monotonic() + seconds
    mail_server = get_connection()
    try:
        for message_pk in message_pks:
            if time.monotonic() > deadline:
                return
            send(message_pk, mail_server=mail_server)
    finally:
        mail_server.close()


def send(message_pk, *, now=None, mail_server=None):
    """Send one message and remember it; returns whether it left now.

    Nothing happens when it was sent, given up or is not due, or when somebody else is sending it. All
    tries carry one Message-ID: a process that dies between the mail server and the commit sends the same
    mail again, and the reader's program knows it is the same. One mail is in hand for at most
    EMAIL_TIMEOUT seconds for each step, and only its own row is locked. mail_server: a connection to use, of Django.
    """
    now = now or timezone.now()
    try:
        return _send(message_pk, now, mail_server)
    except _LookFailed as failed:  # by then its transaction is of no use any more
        with transaction.atomic():
            message = _take(message_pk, now)
            if message is not None:
                message.tries += 1
                _failed(message, failed.__cause__, now)
                _keep(message)
        return False


class _LookFailed(Exception):
    pass


def _take(message_pk, now):
    return Message.objects.due(now).select_for_update(skip_locked=True).filter(pk=message_pk).first()


@transaction.atomic
def _send(message_pk, now, mail_server):
    message = _take(message_pk, now)
    if message is None:
        return False
    if message.expires_at and message.expires_at <= now:
        message.given_up_at, message.last_error = now, str(_("Te laat: de lezer had er niets meer aan."))
    elif _may_go(message, now):
        _try(message, now, mail_server)
    _keep(message)
    return message.sent_at is not None


def _keep(message):
    if message.is_secret and (message.sent_at or message.given_up_at):
        message.text, message.html, message.attachments, message.headers = "", "", [], {}
    message.save()


def _may_go(message, now):
    """Whether it must go now; else the message says what becomes of it."""
    look = LAST_LOOKS.get(message.kind)
    try:
        if look is not None:
            look(message, now)
    except DroppedError as dropped:
        message.given_up_at, message.last_error = now, _one_line(dropped)
    except PostponedError as postponed:
        message.due_at = postponed.until
    except Exception as error:
        raise _LookFailed from error
    else:
        return True
    return False


def _try(message, now, mail_server):
    message.tries += 1
    try:
        _open(mail_server)
        _mail(message, mail_server).send()
    except Exception as error:  # whatever it is, the row must remember it, or it is tried for ever
        if mail_server is not None:
            mail_server.close()  # nobody knows in what state it is; the next mail opens another
        _failed(message, error, now)
    else:
        message.sent_at, message.last_error = now, ""


def _open(mail_server):
    """Open a shared connection unless it is; a backend that needs none does nothing."""
    if mail_server is not None:
        mail_server.open()


def _mail(message, mail_server):
    letter = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        connection=mail_server,
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={**message.headers, "Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        letter.attach_alternative(message.html, "text/html")
    for attachment in message.attachments:
        letter.attach(attachment["name"], attachment["text"], attachment["content_type"])
    return letter


def _failed(message, error, now):
    code = refusal_of(error)
    message.last_error = _one_line(f"{type(error).__name__}: {error}")
    if code:
        message.last_error = _one_line(
            _("Geweigerd door de mailserver (%(code)s).") % {"code": code}, message.last_error
        )
    if message.tries >= (MOST_REFUSALS if code else MOST_TRIES):
        message.given_up_at = now
        logger.error("Message %s given up after %s tries: %s", message.pk, message.tries, type(error).__name__)
    else:
        part = random.uniform(SHORTEST_PART, 1)  # noqa: S311  nobody gains by guessing it
        message.due_at = now + WAITS[message.tries - 1] * part
        logger.warning("Message %s not sent, try %s: %s", message.pk, message.tries, type(error).__name__)


def refusal_of(error):
    """The answer (5xx) of a mail server that refuses this address or mail for good; None for what may pass."""
    code = None
    if isinstance(error, SMTPRecipientsRefused):
        code = max((code for code, _said in error.recipients.values()), default=None)
    elif isinstance(error, SMTPDataError | SMTPSenderRefused):
        code = error.smtp_code
    return code if code is not None and 500 <= code < 600 else None


def _one_line(*said):
    text = "".join(sign for sign in " ".join(map(str, said)) if sign.isprintable())
    return text[: Message._meta.get_field("last_error").max_length]
