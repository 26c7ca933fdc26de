"""What this room keeps about one person, for that person to download."""

from accounts.own_data import own_data
from activities.models import Revision


@own_data
def revisions(user):
    rows = Revision.objects.filter(made_by=user).select_related("network", "activity").order_by("pk")
    return "wijzigingen van het aanbod", [
        {
            "netwerk": row.network.name,
            "titel": str(row),
            "stand": str(row.state.label),
            "gemaakt op": row.made_at,
            "besluit": row.decision_note,
        }
        for row in rows
    ]
