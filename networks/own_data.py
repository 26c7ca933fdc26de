"""What this room keeps about one person, for that person to download."""

from accounts.own_data import own_data
from networks.models import Assignment


@own_data
def assignments(user):
    rows = Assignment.objects.filter(user=user).select_related("network", "region").order_by("pk")
    return "opdrachten", [
        {
            "rol": str(row.get_role_display()),
            "netwerk": str(row.network or ""),
            "regio": str(row.region or ""),
            "vanaf": row.from_on,
            "tot en met": row.until_on,
            "gegeven op": row.granted_at,
        }
        for row in rows
    ]
