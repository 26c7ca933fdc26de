"""What this room keeps about one person, for that person to download."""

from accounts.own_data import own_data
from workspace.models import Import


@own_data
def lists(user):
    rows = Import.objects.filter(uploaded_by=user).select_related("network").defer("content").order_by("pk")
    return "lijsten die u inlas", [
        {
            "bestand": row.file_name,
            "wat": row.get_kind_display(),
            "netwerk": row.network.name if row.network else "",
            "ingelezen op": row.uploaded_at,
            "toegepast op": row.applied_at,
            "geweigerd op": row.refused_at,
        }
        for row in rows
    ]
