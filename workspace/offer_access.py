"""Whose offer somebody sees, changes and publishes: rows of every page of the offer come out of these."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from activities.models import Activity, Revision
from networks.rights import (
    is_programme_staff,
    networks_changed_by,
    networks_published_by,
    networks_seen_by,
)


@dataclass(frozen=True, slots=True)
class Rights:
    """Querysets of networks: the inside of which somebody sees, whose offer they change, and publish."""

    seen: object
    changed: object
    published: object


def rights_of(request):
    """One query, the same number for everybody."""
    user, on = request.user, request.today
    is_staff = is_programme_staff(user, on)
    return Rights(
        networks_seen_by(user, on, is_staff=is_staff),
        networks_changed_by(user, on, is_staff=is_staff),
        networks_published_by(user, on, is_staff=is_staff),
    )


def activity_or_404(networks, slug):
    rows = Activity.objects.select_related("network__programme").defer("search")
    return get_object_or_404(rows, slug=slug, network__in=networks.values("pk"))


def revision_or_404(networks, uid):
    rows = Revision.objects.select_related("network__programme", "activity", "made_by", "decided_by")
    return get_object_or_404(rows, uid=uid, network__in=networks.values("pk"))


def may_edit(user, revision, is_publisher):
    """Who made it while it is a draft, and who publishes until it is decided."""
    if revision.is_decided:
        return False
    return is_publisher or (revision.made_by_id == user.pk and not revision.proposed_at)
