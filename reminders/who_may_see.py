"""Who may see that reminders went out about a subject: whoever may see the subject. Closed by default."""

from activities.models import Activity
from enquiries.models import Recipient
from networks.rights import networks_seen_by
from quality.models import Obligation

SEEN_BY = {}


def seen_by(label):
    """Decorator: `rows(user, on)` gives those rows of the model `label` that `user` may see on the day `on`."""

    def keep(rows):
        SEEN_BY[label] = rows
        return rows

    return keep


def may_see(user, label, pk, on):
    """Whether `user` may see what happened about the row `pk` of the model `label`, such as "quality.Obligation"."""
    rows = SEEN_BY.get(label)
    return rows is not None and rows(user, on).filter(pk=pk).exists()


@seen_by("networks.Network")
def networks(user, on):
    return networks_seen_by(user, on)


@seen_by("quality.Obligation")
def obligations(user, on):
    return Obligation.objects.filter(network__in=networks_seen_by(user, on).values("pk"))


@seen_by("activities.Activity")
def activities(user, on):
    return Activity.objects.filter(network__in=networks_seen_by(user, on).values("pk"))


@seen_by("enquiries.Recipient")
def recipients(user, on):
    return Recipient.objects.for_coordinator(user, on)
