"""A date as a file for somebody's own calendar (RFC 5545), for in a mail and to download."""

from django.conf import settings

from activities.feeds import AMSTERDAM, PRODUCT, event_of

FILE_TYPE = "text/calendar"


def calendar_file(occurrence, *, withdrawn=False):
    """The text of a calendar with one event. withdrawn: so that a calendar that has the event takes it out.

    The identifier is that of the public feeds, so that nobody sees one date twice.
    """
    event = event_of(occurrence, settings.SITE_URL)
    if withdrawn:
        event = event.replace("STATUS:CONFIRMED", "STATUS:CANCELLED").replace(
            f"SEQUENCE:{occurrence.sequence}\r\n", f"SEQUENCE:{occurrence.sequence + 1}\r\n"
        )
    head = ["BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    return "\r\n".join([*head, *AMSTERDAM.strip().splitlines(), event.strip(), "END:VCALENDAR", ""])


def attachment(occurrence, *, withdrawn=False):
    """The same as `accounts.mail.queue_mail` takes it."""
    return {
        "name": "afgelast.ics" if withdrawn else "afspraak.ics",
        "content_type": FILE_TYPE,
        "text": calendar_file(occurrence, withdrawn=withdrawn),
    }
