"""What a network must deliver (R75)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.reasons import day as in_words
from quality.models import Obligation
from quality.obligations import finish
from reminders.audience import Audience, must_be_told
from reminders.due import RULES
from reminders.rules.moments import WEEK, latest, reach
from reminders.rules.subjects import asked_for, row_of, streamed, tell


def done(subject, user, now):
    """The network says that it delivered it."""
    row = row_of(Obligation.objects.open(), subject)
    must_be_told(Audience.at(now).of_network(row.network_id), user)
    finish(obligation=row, by=user, now=now)
    return _("Genoteerd: %(what)s is gedaan. U krijgt hierover geen herinnering meer.") % {"what": _what(row)}


@RULES.register(
    key="obligation-due",
    name="Verplichting moet bijna klaar zijn",
    audience="wie het netwerk mag wijzigen; zonder hen het contact van het netwerk, en anders het programmabureau",
    days=(30, 7, 0),
    variables={
        "wat": "wat er ingeleverd moet worden",
        "netwerk": "naam van het netwerk",
        "dag": "de laatste dag",
    },
    subject_line="{wat}: uiterlijk {dag}",
    sentence="{netwerk} levert “{wat}” in, uiterlijk op {dag}.",
    button="Dit is gedaan",
    act=done,
)
def obligation_due(asked):
    """Thirty days, a week and no days before; then each week, until it is done."""
    until = reach(asked)
    if until is None:
        return
    audience = Audience(asked.on)
    rows = asked_for(Obligation.objects.due_by(until), asked).select_related("network").order_by("pk")
    for row in streamed(rows):
        values = {"wat": _what(row), "netwerk": row.network.name, "dag": in_words(row.due_on)}
        readers, moment = audience.of_network(row.network_id), latest(row.due_on, asked, every=WEEK)
        yield from tell(readers, row, moment, values, reverse("workspace:obligation", args=[row.pk]))


def _what(row):
    return row.title or str(row.get_kind_display())
