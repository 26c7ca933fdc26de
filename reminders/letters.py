"""The words of a mail with reminders: one for each urgent thing, and one bundle of all that is periodic."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.mail import render_mail
from reminders.links import CHOOSE, ITEM, UNSUBSCRIBE
from reminders.wording import fill

MOST_SHOWN = 25  # things in one mail; the rest is counted, and stands in Loket
PERIODIC, URGENT = "reminders", "reminder-urgent"  # the kinds of the messages


@dataclass(frozen=True, slots=True)
class Item:
    sentence: str
    button: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """All of a mail that its reminders decide."""

    subject: str
    text: str
    html: str
    headers: dict
    attachments: list


def letter_for(reminders, *, is_urgent):
    """The Letter of `reminders`, all to one address, with their rule."""
    to = reminders[0].to
    subject = subject_of(reminders)
    text, html = render_mail(
        "reminder",
        {
            "subject": subject,
            "items": [item_of(reminder) for reminder in reminders[:MOST_SHOWN]],
            "more": max(0, len(reminders) - MOST_SHOWN),
            "choose_url": CHOOSE.address(to),
            "is_urgent": is_urgent,
            "why_urgent": reminders[0].rule.definition.why_urgent if is_urgent else "",
        },
    )
    return Letter(subject, text, html, {} if is_urgent else unsubscribe_headers(reminders), _calendars(reminders))


def subject_of(reminders):
    if len(reminders) == 1:
        return fill(reminders[0].rule.subject_line, reminders[0].values)
    return _("%(count)d dingen in Loket die op u wachten") % {"count": len(reminders)}


def item_of(reminder):
    return Item(
        sentence=fill(reminder.rule.sentence, reminder.values),
        button=fill(reminder.rule.button, reminder.values),
        url=url_of(reminder),
    )


def url_of(reminder):
    """Where the button leads: to the page without login, or to the page itself when nothing can be done there.

    Who has no account always gets the first: the other would only ask them to log in.
    """
    definition = reminder.rule.definition
    if definition.act or definition.leads_to or reminder.user_id is None:
        return ITEM.address(reminder.pk)
    return settings.SITE_URL + reminder.path


def unsubscribe_headers(reminders):
    """For the button of a mail program (RFC 8058). Only the kinds of this mail are switched off by it."""
    kinds = sorted({reminder.rule.key for reminder in reminders})
    address = UNSUBSCRIBE.address({"to": reminders[0].to, "kinds": kinds})
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _calendars(reminders):
    files = [reminder.calendar for reminder in reminders[:MOST_SHOWN] if reminder.calendar]
    names = ["datum.ics"] if len(files) == 1 else [f"datum-{number + 1}.ics" for number in range(len(files))]
    return [
        {"name": name, "content_type": "text/calendar", "text": text} for name, text in zip(names, files, strict=True)
    ]
