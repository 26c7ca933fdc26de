"""Networks, and what belongs to them, as far as the visitor of a page may see or change them."""

from django.shortcuts import get_object_or_404

from networks.rights import networks_changed_by, networks_seen_by


def seen_network(request, slug):
    """The network with `slug` that the visitor may look into, or 404."""
    rows = networks_seen_by(request.user, request.today).select_related("programme", "lead")
    return get_object_or_404(rows, slug=slug)


def changed_network(request, slug):
    """The network with `slug` that the visitor may change, or 404."""
    rows = networks_changed_by(request.user, request.today).select_related("programme", "lead")
    return get_object_or_404(rows, slug=slug)


def changed_row(request, rows, pk):
    """The row of the queryset `rows` (with a `network`) that the visitor may change, or 404.

    Locked while it is being written, so call it inside a transaction.
    """
    networks = networks_changed_by(request.user, request.today).values("pk")
    return get_object_or_404(for_writing(request, rows.filter(network__in=networks)), pk=pk)


def for_writing(request, rows):
    """`rows` under a lock when the request writes."""
    return rows.select_for_update(of=("self",)) if request.method == "POST" else rows
