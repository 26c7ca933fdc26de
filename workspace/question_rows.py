"""The inbox of questions: which rows, and what is said of each."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enquiries.clock import ReplyClock
from enquiries.letters import kind_of_school
from enquiries.models import Recipient
from enquiries.status import OPEN, RecipientStatus

WAITING = (*OPEN, RecipientStatus.LATE)
MEASURED = timedelta(days=365)  # over how long reply times are shown


@dataclass(frozen=True, slots=True)
class Line:
    """One question at one recipient, in words. `clock` is "" when no answer is awaited."""

    recipient: Recipient
    who: str
    about: str
    label: str
    clock: str
    is_late: bool
    handler: object


def inbox(user, on):
    """Recipients in whose name `user` may answer: who wait first, the most urgent of them on top. A queryset."""
    waits = Case(When(status__in=WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Recipient.objects.for_coordinator(user, on).with_status().with_school_known().exclude(status=None)
    related = "network", "handling__user", "enquiry__school__municipality", "enquiry__programme", "enquiry__activity"
    return rows.select_related(*related).order_by(waits, "reply_due_on", "-pk")


def lines(recipients, on):
    """The Lines of rows of `inbox`. One query, however many rows."""
    clocks = ReplyClock.of_all_regions()
    for recipient in recipients:
        yield _line(recipient, clocks[recipient.enquiry.school.holiday_region_id], on)


def _line(recipient, clock, on):
    enquiry, awaited = recipient.enquiry, recipient.status in WAITING
    handling = getattr(recipient, "handling", None)
    return Line(
        recipient=recipient,
        who=enquiry.school.name if recipient.school_known else kind_of_school(enquiry),
        about=str(enquiry.activity or enquiry.programme or ""),
        label=RecipientStatus(recipient.status).label,
        clock=clock_words(recipient.reply_due_on, clock, on) if awaited else "",
        is_late=awaited and recipient.reply_due_on < on,
        handler=handling.user if handling else None,
    )


def clock_words(due_on, clock, on):
    """How long there is for an answer, or how long it is late, in working days of the school's region."""
    if due_on == on:
        return _("vandaag de laatste dag")
    days = clock.days_between(on, due_on)
    if due_on > on:
        return ngettext("nog %(count)d werkdag", "nog %(count)d werkdagen", days) % {"count": days}
    if days == 0:  # only weekends and holidays since
        return _("te laat")
    return ngettext("%(count)d werkdag te laat", "%(count)d werkdagen te laat", -days) % {"count": -days}
