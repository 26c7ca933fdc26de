"""What this room keeps about one person, for that person to download."""

from accounts.own_data import own_data
from dashboards.models import Snapshot


@own_data
def snapshots(user):
    rows = Snapshot.objects.filter(taken_by=user).without_content().order_by("pk")
    return "cijfers die u vastlegde", [
        {"van de dag": row.taken_on, "titel": row.title, "vastgelegd op": row.taken_at} for row in rows
    ]
